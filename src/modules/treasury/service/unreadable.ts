import { createHash } from "node:crypto";
import { SYSTEM_ACTOR } from "../../../core/access.js";
import type { UnreadableEntry } from "../../../providers/port.js";
import { recordAudit } from "../../audit/index.js";
import { emitEvents } from "../../outbox/index.js";
import * as queries from "../queries.js";
import type { TreasuryDeps } from "./deps.js";

const SHOWN_MAX = 8_000;
const LISTED_MAX = 100;

/** Keeps what the provider lists of a wallet and we cannot read, and says so once for each. */
export async function keepUnreadable(
  deps: TreasuryDeps,
  walletReference: string,
  entries: readonly UnreadableEntry[],
): Promise<void> {
  for (const { entry, reason, providerReference } of entries) {
    const text = JSON.stringify(entry) ?? "null";
    const entryKey = providerReference ?? createHash("sha256").update(text).digest("hex");
    const now = deps.clock.now();
    await deps.db.transaction(async (tx) => {
      const isNew = await queries.keepUnreadable(tx, {
        provider: "blockradar",
        walletReference,
        entryKey,
        reason,
        entry: { said: text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : entry },
        firstSeenAt: now,
        lastSeenAt: now,
      });
      if (!isNew) return;
      const data = { walletReference, reason };
      const type = "treasury.unreadable_entry";
      await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource: entryKey, details: data }]);
      await emitEvents(deps, tx, [{ type, resource: entryKey, data }]);
    });
  }
}

/** What could not be read, the last seen first. */
export const listUnreadable = (deps: Pick<TreasuryDeps, "db">) => queries.listUnreadable(deps.db.read, LISTED_MAX);
