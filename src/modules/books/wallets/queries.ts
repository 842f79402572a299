import { eq } from "drizzle-orm";
import { encodeId, type WalletId } from "../../../core/ids.js";
import type { Database, Db, Tx } from "../../../db/client.js";
import { wallets } from "./tables.js";

export type WalletRow = typeof wallets.$inferSelect;

export async function findWallet(db: Db, id: WalletId): Promise<WalletRow | undefined> {
  const [row] = await db.select().from(wallets).where(eq(wallets.id, id));
  return row;
}

const FIND_OF_CUSTOMER = "SELECT id, created_at FROM wallets WHERE customer_id = $1";

export async function findWalletOf(db: Database, customerId: string): Promise<WalletRow | undefined> {
  const [row] = await db.prepared<{ id: string; created_at: Date }>("wallet_of_customer", FIND_OF_CUSTOMER, [
    customerId,
  ]);
  return row && { id: encodeId("wal", row.id), customerId, createdAt: row.created_at };
}

export const insertWallet = (tx: Tx, row: WalletRow) => tx.insert(wallets).values(row).onConflictDoNothing();
