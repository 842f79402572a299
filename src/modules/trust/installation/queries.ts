import type { Id } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { installation } from "./tables.js";

export async function insertInstallation(tx: Tx, row: { id: Id<"ins">; createdAt: Date }): Promise<void> {
  await tx.insert(installation).values(row).onConflictDoNothing();
}

export async function findInstallation(db: Db): Promise<Id<"ins"> | undefined> {
  const [row] = await db.select({ id: installation.id }).from(installation);
  return row?.id;
}
