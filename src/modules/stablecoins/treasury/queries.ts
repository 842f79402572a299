import { and, asc, desc, eq, inArray, isNull, lt, ne, notInArray, or, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client.js";
import type { CustodyProviderName, CustodyWallet } from "../../../providers/ports/index.js";
import { custodyTokens, custodyWallets, gasThresholds, treasuryFundings, treasuryReceipts } from "./tables.js";

export type CustodyWalletRow = typeof custodyWallets.$inferSelect;
export type CustodyTokenRow = typeof custodyTokens.$inferSelect;
export type FundingRow = typeof treasuryFundings.$inferSelect;

export const listWallets = (db: Db): Promise<CustodyWalletRow[]> =>
  db.select().from(custodyWallets).orderBy(asc(custodyWallets.network));

export const listTokens = (db: Db): Promise<CustodyTokenRow[]> =>
  db.select().from(custodyTokens).orderBy(asc(custodyTokens.network), asc(custodyTokens.asset));

/** A master wallet, by its provider's name of it. */
type WalletName = Pick<CustodyWalletRow, "provider" | "walletReference">;

/** Writes what the provider says of a wallet over what was known; tokens that it no longer names are gone. */
export async function writeWallet(
  tx: Tx,
  provider: CustodyProviderName,
  wallet: CustodyWallet,
  now: Date,
): Promise<void> {
  const { assets, ...row } = wallet;
  const values = { ...row, provider, syncedAt: now };
  await tx
    .insert(custodyWallets)
    .values(values)
    .onConflictDoUpdate({ target: [custodyWallets.provider, custodyWallets.walletReference], set: values });
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
      .values({ provider, walletReference: row.walletReference, assetReference: token.assetReference, ...known })
      .onConflictDoUpdate({
        target: [custodyTokens.provider, custodyTokens.walletReference, custodyTokens.assetReference],
        set: known,
      });
  }
  await tx.delete(custodyTokens).where(
    and(
      eq(custodyTokens.provider, provider),
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

export const setGasThreshold = (tx: Tx, { provider, walletReference }: WalletName, alertBelow: string) =>
  tx
    .insert(gasThresholds)
    .values({ provider, walletReference, alertBelow })
    .onConflictDoUpdate({
      target: [gasThresholds.provider, gasThresholds.walletReference],
      set: { alertBelow, alertedAt: null },
    });

export const setTokenThreshold = (
  tx: Tx,
  { provider, walletReference }: WalletName,
  asset: string,
  alertBelow: string,
) =>
  tx
    .update(custodyTokens)
    .set({ alertBelow, alertedAt: null })
    .where(
      and(
        eq(custodyTokens.provider, provider),
        eq(custodyTokens.walletReference, walletReference),
        eq(custodyTokens.asset, asset),
      ),
    )
    .returning({ asset: custodyTokens.asset });

/** Marks an alert as raised or over; false when another process did so first. */
export async function markTokenAlert(tx: Tx, token: CustodyTokenRow, at: Date | null): Promise<boolean> {
  const rows = await tx
    .update(custodyTokens)
    .set({ alertedAt: at })
    .where(
      and(
        eq(custodyTokens.provider, token.provider),
        eq(custodyTokens.walletReference, token.walletReference),
        eq(custodyTokens.assetReference, token.assetReference),
        sql`(${custodyTokens.alertedAt} is null) = ${at !== null}`,
      ),
    )
    .returning({ asset: custodyTokens.asset });
  return rows.length > 0;
}

export async function markGasAlert(
  tx: Tx,
  { provider, walletReference }: WalletName,
  at: Date | null,
): Promise<boolean> {
  const rows = await tx
    .update(gasThresholds)
    .set({ alertedAt: at })
    .where(
      and(
        eq(gasThresholds.provider, provider),
        eq(gasThresholds.walletReference, walletReference),
        sql`(${gasThresholds.alertedAt} is null) = ${at !== null}`,
      ),
    )
    .returning({ walletReference: gasThresholds.walletReference });
  return rows.length > 0;
}

// --- fundings

export type NewFunding = typeof treasuryFundings.$inferInsert;

/** For `service/move.ts` only. Undefined when there is one with this id. */
export async function insertFunding(tx: Tx, row: NewFunding): Promise<FundingRow | undefined> {
  const [inserted] = await tx.insert(treasuryFundings).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findFunding(db: Db, id: FundingRow["id"]): Promise<FundingRow | undefined> {
  const [row] = await db.select().from(treasuryFundings).where(eq(treasuryFundings.id, id));
  return row;
}

/** The oldest funding that waits for exactly this, held until the transaction ends. */
export async function lockExpectedFunding(
  tx: Tx,
  expected: Pick<FundingRow, "provider" | "walletReference" | "asset" | "amount">,
): Promise<FundingRow | undefined> {
  const [row] = await tx
    .select()
    .from(treasuryFundings)
    .where(
      and(
        eq(treasuryFundings.provider, expected.provider),
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

/** What may change of a funding beside its status. */
export type FundingFacts = Partial<Omit<FundingRow, "id" | "status">> & { readonly status?: never };

/** For `service/move.ts` only, which knows what may follow what. Undefined when it does not stand there any more. */
export async function writeFundingStatus(
  tx: Tx,
  { id, status }: Pick<FundingRow, "id" | "status">,
  change: Partial<FundingRow> & Pick<FundingRow, "status">,
): Promise<FundingRow | undefined> {
  const [row] = await tx
    .update(treasuryFundings)
    .set(change)
    .where(and(eq(treasuryFundings.id, id), eq(treasuryFundings.status, status)))
    .returning();
  return row;
}

export const listFundings = (db: Db, before: FundingRow["id"] | undefined, limit: number): Promise<FundingRow[]> =>
  db
    .select()
    .from(treasuryFundings)
    .where(before ? lt(treasuryFundings.id, before) : undefined)
    .orderBy(desc(treasuryFundings.id))
    .limit(limit);

// --- receipts

export type ReceiptRow = typeof treasuryReceipts.$inferSelect;
export type NewReceipt = typeof treasuryReceipts.$inferInsert;

/** Everything that coins may be known by, of what one provider tells. */
export interface ReceiptIdentity {
  readonly provider: CustodyProviderName;
  readonly chainKey: string;
  readonly providerReference: string;
  readonly network: string | undefined;
  readonly transactionHash: string | undefined;
  readonly asset: string;
  readonly amount: bigint;
}

/** From here to the end of the transaction nobody else books, or undoes, these coins. */
export const lockReceiptName = (tx: Tx, name: string) =>
  tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`coffer funding ${name}`}, 0))`);

const receiptQuery = (
  db: Db,
  { provider, chainKey, providerReference, network, transactionHash, asset, amount }: ReceiptIdentity,
) => {
  const isNamed = or(
    eq(treasuryReceipts.chainKey, chainKey),
    eq(treasuryReceipts.providerReference, providerReference),
  );
  // What was booked before receipts were kept is known by its transaction and amount alone.
  const isOld =
    network === undefined || transactionHash === undefined
      ? undefined
      : and(
          isNull(treasuryReceipts.providerReference),
          eq(treasuryReceipts.transactionHash, transactionHash),
          or(isNull(treasuryReceipts.network), eq(treasuryReceipts.network, network)),
          eq(treasuryReceipts.asset, asset),
          eq(treasuryReceipts.amount, amount),
        );
  return (
    db
      .select()
      .from(treasuryReceipts)
      .where(and(eq(treasuryReceipts.provider, provider), or(isNamed, isOld)))
      // The chain decides; but what may be another told again gives way to the one that the provider names by its id.
      .orderBy(
        sql`${treasuryReceipts.chainKey} = ${chainKey} AND ${treasuryReceipts.duplicateOf} IS NULL DESC`,
        sql`${treasuryReceipts.providerReference} = ${providerReference} DESC NULLS LAST`,
        asc(treasuryReceipts.id),
      )
      .limit(1)
  );
};

/** The receipt that news is about, unlocked: what is decided by it must be decided again under the lock. */
export async function findReceipt(db: Db, identity: ReceiptIdentity): Promise<ReceiptRow | undefined> {
  const [row] = await receiptQuery(db, identity);
  return row;
}

export async function lockReceipt(tx: Tx, identity: ReceiptIdentity): Promise<ReceiptRow | undefined> {
  const [row] = await receiptQuery(tx, identity).for("update");
  return row;
}

export async function findReceiptById(db: Db, id: ReceiptRow["id"]): Promise<ReceiptRow | undefined> {
  const [row] = await db.select().from(treasuryReceipts).where(eq(treasuryReceipts.id, id));
  return row;
}

export async function lockReceiptById(tx: Tx, id: ReceiptRow["id"]): Promise<ReceiptRow | undefined> {
  const [row] = await tx.select().from(treasuryReceipts).where(eq(treasuryReceipts.id, id)).for("update");
  return row;
}

/**
 * A receipt of the same transaction that may be the same coins under another id, of this provider or of another one, whatever its
 * amount: what is told again may have been corrected. `isExact`: which log of the transaction it is, is known; then only one that
 * does not tell it, or tells the same, can be the same.
 */
export async function findReceiptTwin(
  tx: Tx,
  { id, chainKey, network, transactionHash, asset }: ReceiptRow,
  isExact: boolean,
): Promise<ReceiptRow | undefined> {
  if (network === null || transactionHash === null) return undefined;
  const [row] = await tx
    .select()
    .from(treasuryReceipts)
    .where(
      and(
        eq(treasuryReceipts.transactionHash, transactionHash),
        or(isNull(treasuryReceipts.network), eq(treasuryReceipts.network, network)),
        eq(treasuryReceipts.asset, asset),
        inArray(treasuryReceipts.status, ["booked", "held", "rejected"]),
        isNull(treasuryReceipts.duplicateOf),
        isExact ? or(keyIsTheProviders, eq(treasuryReceipts.chainKey, chainKey)) : undefined,
        ne(treasuryReceipts.id, id),
      ),
    )
    .orderBy(asc(treasuryReceipts.id))
    .limit(1);
  return row;
}

const keyIsTheProviders = sql`starts_with(${treasuryReceipts.chainKey}, ${treasuryReceipts.provider} || ':')`;

/** Other receipts of its provider under a key or an id that one receipt is about to bear. */
export const othersUnder = (
  tx: Tx,
  { id, provider }: Pick<ReceiptRow, "id" | "provider">,
  chainKey: string,
  providerReference: string,
) =>
  tx
    .select({ chainKey: treasuryReceipts.chainKey, providerReference: treasuryReceipts.providerReference })
    .from(treasuryReceipts)
    .where(
      and(
        eq(treasuryReceipts.provider, provider),
        ne(treasuryReceipts.id, id),
        or(eq(treasuryReceipts.chainKey, chainKey), eq(treasuryReceipts.providerReference, providerReference)),
      ),
    );

/** For `service/move.ts` only. */
export async function insertReceipt(tx: Tx, row: NewReceipt): Promise<ReceiptRow> {
  const [inserted] = await tx.insert(treasuryReceipts).values(row).returning();
  if (!inserted) throw new Error(`receipt ${row.id} was not written`);
  return inserted;
}

/** What may change of a receipt beside its status. */
export type ReceiptFacts = Partial<Omit<ReceiptRow, "id" | "status" | "version">> & { readonly status?: never };

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writeReceiptStatus(
  tx: Tx,
  { id, status }: Pick<ReceiptRow, "id" | "status">,
  change: Partial<ReceiptRow> & Pick<ReceiptRow, "status">,
): Promise<ReceiptRow> {
  const [row] = await tx
    .update(treasuryReceipts)
    .set({ ...change, version: sql`${treasuryReceipts.version} + 1` })
    .where(and(eq(treasuryReceipts.id, id), eq(treasuryReceipts.status, status)))
    .returning();
  if (!row) throw new Error(`receipt ${id} is not ${status} any more`);
  return row;
}

/** Writes facts; where it stands does not change. */
export async function updateReceipt(tx: Tx, id: ReceiptRow["id"], change: ReceiptFacts): Promise<ReceiptRow> {
  const [row] = await tx
    .update(treasuryReceipts)
    .set({ ...change, version: sql`${treasuryReceipts.version} + 1` })
    .where(eq(treasuryReceipts.id, id))
    .returning();
  if (!row) throw new Error(`receipt ${id} disappeared`);
  return row;
}

export const listReceipts = (
  db: Db,
  status: ReceiptRow["status"] | undefined,
  before: ReceiptRow["id"] | undefined,
  limit: number,
): Promise<ReceiptRow[]> =>
  db
    .select()
    .from(treasuryReceipts)
    .where(
      and(
        status ? eq(treasuryReceipts.status, status) : undefined,
        before ? lt(treasuryReceipts.id, before) : undefined,
      ),
    )
    .orderBy(desc(treasuryReceipts.id))
    .limit(limit);
