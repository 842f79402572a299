import { desc, inArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client.js";
import { unreadableEntries } from "./tables.js";

export type UnreadableRow = typeof unreadableEntries.$inferSelect;

/** Keeps an entry, or notes that it is still there. True when it is new. */
export async function keepUnreadable(tx: Tx, row: UnreadableRow): Promise<boolean> {
  const [kept] = await tx
    .insert(unreadableEntries)
    .values(row)
    .onConflictDoUpdate({
      target: [unreadableEntries.provider, unreadableEntries.walletReference, unreadableEntries.entryKey],
      set: { lastSeenAt: row.lastSeenAt },
    })
    // A row that was there has been locked by this transaction.
    .returning({ isNew: sql<boolean>`xmax = 0` });
  return kept?.isNew ?? false;
}

export const listUnreadable = (
  db: Db,
  providers: readonly string[] | undefined,
  limit: number,
): Promise<UnreadableRow[]> =>
  db
    .select()
    .from(unreadableEntries)
    .where(providers === undefined ? undefined : inArray(unreadableEntries.provider, [...providers]))
    .orderBy(desc(unreadableEntries.lastSeenAt))
    .limit(limit);
