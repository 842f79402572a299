import { and, eq } from "drizzle-orm";
import type { Db } from "../../db/client.js";
import { depositAddresses } from "./tables.js";

export type DepositAddressRow = typeof depositAddresses.$inferSelect;

/** The deposit address with this spelling, whosoever it is. */
export async function findByAddress(
  db: Db,
  family: DepositAddressRow["family"],
  address: string,
): Promise<DepositAddressRow | undefined> {
  const [row] = await db
    .select()
    .from(depositAddresses)
    .where(and(eq(depositAddresses.family, family), eq(depositAddresses.address, address)));
  return row;
}
