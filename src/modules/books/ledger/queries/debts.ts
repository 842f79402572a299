import { and, eq, sql } from "drizzle-orm";
import { type AccountId, encodeId, uuidOf, type WalletId } from "../../../../core/ids.js";
import type { Db, Tx } from "../../../../db/client.js";
import { ledgerAccounts, walletDebts } from "../tables.js";
import { bucketOfWallet } from "./accounts.js";

/** What an account has available, held until the transaction ends. */
export async function lockAvailable(tx: Tx, id: AccountId): Promise<bigint> {
  const [row] = await tx
    .select({ balance: ledgerAccounts.balance, held: ledgerAccounts.held })
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.id, id))
    .for("no key update");
  return row ? row.balance - row.held : 0n;
}

/** Debts of these wallets in these assets, by `wallet:asset`, held until the transaction ends. */
export async function lockDebts(
  tx: Tx,
  wanted: readonly { readonly walletId: WalletId; readonly asset: string }[],
): Promise<Map<string, bigint>> {
  const { rows } = await tx.$client.query<{ wallet_id: string; asset: string; amount: bigint }>({
    name: "wallet_debts_lock",
    text: `SELECT d.wallet_id, d.asset, d.amount FROM wallet_debts d
            WHERE (d.wallet_id, d.asset) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) AND d.amount > 0
            ORDER BY d.wallet_id, d.asset FOR UPDATE`,
    values: [wanted.map(({ walletId }) => uuidOf("wal", walletId)), wanted.map(({ asset }) => asset)],
  });
  return new Map(rows.map((row) => [`${encodeId("wal", row.wallet_id)}:${row.asset}`, row.amount]));
}

/** Adds to a debt; a negative amount repays. */
export async function addDebt(tx: Tx, walletId: WalletId, asset: string, amount: bigint, now: Date): Promise<void> {
  if (amount < 0n) {
    await tx
      .update(walletDebts)
      .set({ amount: sql`${walletDebts.amount} + ${amount}`, updatedAt: now })
      .where(and(eq(walletDebts.walletId, walletId), eq(walletDebts.asset, asset)));
    return;
  }
  await tx
    .insert(walletDebts)
    .values({ walletId, asset, bucket: bucketOfWallet(walletId), amount, updatedAt: now })
    .onConflictDoUpdate({
      target: [walletDebts.walletId, walletDebts.asset, walletDebts.bucket],
      set: { amount: sql`${walletDebts.amount} + ${amount}`, updatedAt: now },
    });
}

export async function readDebt(db: Db, walletId: WalletId, asset: string): Promise<bigint> {
  const [row] = await db
    .select({ amount: walletDebts.amount })
    .from(walletDebts)
    .where(and(eq(walletDebts.walletId, walletId), eq(walletDebts.asset, asset)));
  return row?.amount ?? 0n;
}
