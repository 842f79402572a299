import { eq } from "drizzle-orm";
import type { WalletId } from "../../core/ids.js";
import type { Db, Tx } from "../../db/client.js";
import { wallets } from "./tables.js";

export type WalletRow = typeof wallets.$inferSelect;

export async function findWallet(db: Db, id: WalletId): Promise<WalletRow | undefined> {
  const [row] = await db.select().from(wallets).where(eq(wallets.id, id));
  return row;
}

export async function findWalletOf(db: Db, customerId: string): Promise<WalletRow | undefined> {
  const [row] = await db.select().from(wallets).where(eq(wallets.customerId, customerId));
  return row;
}

export const insertWallet = (tx: Tx, row: WalletRow) => tx.insert(wallets).values(row).onConflictDoNothing();
