import { and, asc, desc, eq, lt, notInArray, sql } from "drizzle-orm";
import type { Db, Tx } from "../../db/client.js";
import type { CustodyWallet } from "../../providers/port.js";
import { custodyTokens, custodyWallets, gasThresholds, treasuryFundings, unreadableEntries } from "./tables.js";

export type CustodyWalletRow = typeof custodyWallets.$inferSelect;
export type CustodyTokenRow = typeof custodyTokens.$inferSelect;
export type FundingRow = typeof treasuryFundings.$inferSelect;

export const listWallets = (db: Db): Promise<CustodyWalletRow[]> =>
  db.select().from(custodyWallets).orderBy(asc(custodyWallets.network));

export const listTokens = (db: Db): Promise<CustodyTokenRow[]> =>
  db.select().from(custodyTokens).orderBy(asc(custodyTokens.network), asc(custodyTokens.asset));

/** Writes what the provider says of a wallet over what was known; tokens that it no longer names are gone. */
export async function writeWallet(tx: Tx, wallet: CustodyWallet, now: Date): Promise<void> {
  const { assets, ...row } = wallet;
  const values = { ...row, syncedAt: now };
  await tx
    .insert(custodyWallets)
    .values(values)
    .onConflictDoUpdate({ target: custodyWallets.walletReference, set: values });
  for (const token of assets) {
    const known = {
      network: token.network,
      asset: token.asset,
      decimals: token.decimals,
      contract: token.contract,
      enabled: token.enabled,
      syncedAt: now,
    };
    await tx
      .insert(custodyTokens)
      .values({ walletReference: row.walletReference, assetReference: token.assetReference, ...known })
      .onConflictDoUpdate({ target: [custodyTokens.walletReference, custodyTokens.assetReference], set: known });
  }
  await tx.delete(custodyTokens).where(
    and(
      eq(custodyTokens.walletReference, row.walletReference),
      assets.length > 0
        ? notInArray(
            custodyTokens.assetReference,
            assets.map((token) => token.assetReference),
          )
        : undefined,
    ),
  );
}

export const listGasThresholds = (db: Db) => db.select().from(gasThresholds);

export const setGasThreshold = (tx: Tx, walletReference: string, alertBelow: string) =>
  tx
    .insert(gasThresholds)
    .values({ walletReference, alertBelow })
    .onConflictDoUpdate({ target: gasThresholds.walletReference, set: { alertBelow, alertedAt: null } });

export const setTokenThreshold = (tx: Tx, walletReference: string, asset: string, alertBelow: string) =>
  tx
    .update(custodyTokens)
    .set({ alertBelow, alertedAt: null })
    .where(and(eq(custodyTokens.walletReference, walletReference), eq(custodyTokens.asset, asset)))
    .returning({ asset: custodyTokens.asset });

/** Marks an alert as raised or over; false when another process did so first. */
export async function markTokenAlert(tx: Tx, token: CustodyTokenRow, at: Date | null): Promise<boolean> {
  const rows = await tx
    .update(custodyTokens)
    .set({ alertedAt: at })
    .where(
      and(
        eq(custodyTokens.walletReference, token.walletReference),
        eq(custodyTokens.assetReference, token.assetReference),
        sql`(${custodyTokens.alertedAt} is null) = ${at !== null}`,
      ),
    )
    .returning({ asset: custodyTokens.asset });
  return rows.length > 0;
}

export async function markGasAlert(tx: Tx, walletReference: string, at: Date | null): Promise<boolean> {
  const rows = await tx
    .update(gasThresholds)
    .set({ alertedAt: at })
    .where(
      and(
        eq(gasThresholds.walletReference, walletReference),
        sql`(${gasThresholds.alertedAt} is null) = ${at !== null}`,
      ),
    )
    .returning({ walletReference: gasThresholds.walletReference });
  return rows.length > 0;
}

// --- what cannot be read

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
    .returning({ firstSeenAt: unreadableEntries.firstSeenAt });
  return kept?.firstSeenAt.getTime() === row.firstSeenAt.getTime();
}

export const listUnreadable = (db: Db, limit: number): Promise<UnreadableRow[]> =>
  db.select().from(unreadableEntries).orderBy(desc(unreadableEntries.lastSeenAt)).limit(limit);

// --- fundings

export async function insertFunding(
  tx: Tx,
  row: typeof treasuryFundings.$inferInsert,
): Promise<FundingRow | undefined> {
  const [inserted] = await tx.insert(treasuryFundings).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findFunding(db: Db, id: FundingRow["id"]): Promise<FundingRow | undefined> {
  const [row] = await db.select().from(treasuryFundings).where(eq(treasuryFundings.id, id));
  return row;
}

export async function findFundingByReference(db: Db, providerReference: string): Promise<FundingRow | undefined> {
  const [row] = await db
    .select()
    .from(treasuryFundings)
    .where(eq(treasuryFundings.providerReference, providerReference));
  return row;
}

/** The oldest funding that waits for exactly this, held until the transaction ends. */
export async function lockExpectedFunding(
  tx: Tx,
  expected: Pick<FundingRow, "walletReference" | "asset" | "amount">,
): Promise<FundingRow | undefined> {
  const [row] = await tx
    .select()
    .from(treasuryFundings)
    .where(
      and(
        eq(treasuryFundings.walletReference, expected.walletReference),
        eq(treasuryFundings.asset, expected.asset),
        eq(treasuryFundings.amount, expected.amount),
        eq(treasuryFundings.status, "expected"),
      ),
    )
    .orderBy(asc(treasuryFundings.id))
    .limit(1)
    .for("update");
  return row;
}

export async function updateFunding(
  tx: Tx,
  id: FundingRow["id"],
  change: Partial<FundingRow>,
): Promise<FundingRow | undefined> {
  const [row] = await tx
    .update(treasuryFundings)
    .set(change)
    .where(and(eq(treasuryFundings.id, id), eq(treasuryFundings.status, "expected")))
    .returning();
  return row;
}

/** Has a funding that came be expected again: its coins are not there after all. */
export const reopenFunding = (tx: Tx, id: FundingRow["id"]) =>
  tx
    .update(treasuryFundings)
    .set({
      status: "expected",
      receivedAmount: null,
      providerReference: null,
      transactionHash: null,
      transactionId: null,
      receivedAt: null,
    })
    .where(and(eq(treasuryFundings.id, id), eq(treasuryFundings.status, "received")));

/** From here to the end of the transaction nobody else books, or undoes, these coins. */
export const lockReceipt = (tx: Tx, name: string) =>
  tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`coffer funding ${name}`}, 0))`);

export const listFundings = (db: Db, before: FundingRow["id"] | undefined, limit: number): Promise<FundingRow[]> =>
  db
    .select()
    .from(treasuryFundings)
    .where(before ? lt(treasuryFundings.id, before) : undefined)
    .orderBy(desc(treasuryFundings.id))
    .limit(limit);
