import type { Clock } from "../../../core/clock.js";
import { type IdSource, newId } from "../../../core/ids.js";
import type { Database } from "../../../db/client.js";
import type { Installation } from "../../../providers/ports/index.js";
import * as queries from "./queries.js";

interface InstallationDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/**
 * The name of this installation: made once, kept in the database, and the same for every process on it. Several installations
 * may share an account at a provider, and this is how they tell their objects apart.
 */
export function createInstallation(deps: InstallationDeps): Installation {
  let known: string | undefined;
  let asked: Promise<string> | undefined;
  return {
    get known() {
      return known;
    },
    get: async () => {
      asked ??= read(deps);
      try {
        known = await asked;
        return known;
      } catch (error) {
        // The database was away: who asks next, asks again.
        asked = undefined;
        throw error;
      }
    },
  };
}

async function read({ db, ids, clock }: InstallationDeps): Promise<string> {
  const found = await queries.findInstallation(db.read);
  if (found) return found;
  await db.transaction((tx) => queries.insertInstallation(tx, { id: newId(ids, "ins"), createdAt: clock.now() }));
  const made = await queries.findInstallation(db.read);
  if (!made) throw new Error("the installation has no name");
  return made;
}
