import { createHash } from "node:crypto";
import { SYSTEM_ACTOR } from "../../../core/access.js";
import type { Database } from "../../../db/client.js";
import type { UnreadableEntry } from "../../../providers/ports/index.js";
import { recordAudit } from "../../trust/audit/index.js";
import { emitEvents, type OutboxDeps } from "../outbox/index.js";
import { unreadableEvents } from "./events.js";
import * as queries from "./queries.js";

export interface UnreadableDeps extends OutboxDeps {
  readonly db: Database;
}

/** Whose list it is, and which: a master wallet's transactions, or a list of payments. */
export interface ProviderList {
  readonly provider: string;
  readonly list: string;
  /** The event that tells of a new entry. */
  readonly event: keyof typeof unreadableEvents.types;
}

const SHOWN_MAX = 8_000;
const LISTED_MAX = 100;

/** Keeps what a provider lists and we cannot read, and says so once for each. */
export async function keepUnreadable(
  deps: UnreadableDeps,
  { provider, list, event }: ProviderList,
  entries: readonly UnreadableEntry[],
): Promise<void> {
  for (const { entry, reason, providerReference } of entries) {
    const text = JSON.stringify(entry) ?? "null";
    const entryKey = providerReference ?? createHash("sha256").update(text).digest("hex");
    const now = deps.clock.now();
    await deps.db.transaction(async (tx) => {
      const isNew = await queries.keepUnreadable(tx, {
        provider,
        walletReference: list,
        entryKey,
        reason,
        entry: { said: text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : entry },
        firstSeenAt: now,
        lastSeenAt: now,
      });
      if (!isNew) return;
      const data = { provider, list, reason };
      await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: event, resource: entryKey, details: data }]);
      await emitEvents(deps, tx, [unreadableEvents.of(event, { resource: entryKey }, data)]);
    });
  }
}

/** What could not be read of these providers' lists, or of all, the last seen first. */
export const listUnreadable = (deps: Pick<UnreadableDeps, "db">, providers?: readonly string[]) =>
  queries.listUnreadable(deps.db.read, providers, LISTED_MAX);
