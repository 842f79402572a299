import { and, asc, desc, eq, inArray, isNotNull, isNull, lte, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../../db/client.js";
import { listNewest } from "../../../../db/lists.js";
import { exportFiles } from "../tables.js";

export type ExportRow = typeof exportFiles.$inferSelect;
export type NewExport = typeof exportFiles.$inferInsert;

/** For `service/move.ts` only. Undefined when there is one with this id. */
export async function insertExport(tx: Tx, row: NewExport): Promise<ExportRow | undefined> {
  const [inserted] = await tx.insert(exportFiles).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findExport(db: Db, id: ExportRow["id"]): Promise<ExportRow | undefined> {
  const [row] = await db.select().from(exportFiles).where(eq(exportFiles.id, id));
  return row;
}

export async function lockExport(tx: Tx, id: ExportRow["id"]): Promise<ExportRow | undefined> {
  const [row] = await tx.select().from(exportFiles).where(eq(exportFiles.id, id)).for("update");
  return row;
}

/** The newest file, made or on its way, of this request, whose file is kept until `keptUntil` at least. */
export async function findSame(db: Db, fingerprint: Buffer, keptUntil: Date): Promise<ExportRow | undefined> {
  const [row] = await db
    .select()
    .from(exportFiles)
    .where(
      and(
        eq(exportFiles.fingerprint, fingerprint),
        inArray(exportFiles.status, ["queued", "running", "ready"]),
        sql`(${exportFiles.expiresAt} is null or ${exportFiles.expiresAt} > ${keptUntil.toISOString()}::timestamptz)`,
      ),
    )
    .orderBy(desc(exportFiles.id))
    .limit(1);
  return row;
}

export type ExportFilter = Partial<Pick<ExportRow, "status" | "kind" | "format">>;

export const listExports = (
  db: Db,
  filter: { readonly [Field in keyof ExportFilter]: ExportFilter[Field] | undefined },
  before: ExportRow["id"] | undefined,
  limit: number,
): Promise<ExportRow[]> => listNewest(db, exportFiles, filter, before, limit);

/** What is to be made, the oldest first. */
export const listOpen = (db: Db, limit: number): Promise<Pick<ExportRow, "id">[]> =>
  db
    .select({ id: exportFiles.id })
    .from(exportFiles)
    .where(inArray(exportFiles.status, ["queued", "running"]))
    .orderBy(asc(exportFiles.id))
    .limit(limit);

/** Files whose time is over, and of which the store may still have something. */
export const listOutdated = (db: Db, now: Date, limit: number): Promise<ExportRow[]> =>
  db
    .select()
    .from(exportFiles)
    .where(and(isNotNull(exportFiles.file), isNull(exportFiles.removedAt), lte(exportFiles.expiresAt, now)))
    .orderBy(asc(exportFiles.expiresAt))
    .limit(limit);

/** What may change of an export beside its status. */
export type ExportFacts = Partial<Omit<ExportRow, "id" | "status">> & { readonly status?: never };

export async function updateExport(tx: Tx, id: ExportRow["id"], change: ExportFacts): Promise<void> {
  await tx.update(exportFiles).set(change).where(eq(exportFiles.id, id));
}

/** For `service/move.ts` only, which knows what may follow what. Undefined when it does not stand there any more. */
export async function writeExportStatus(
  tx: Tx,
  { id, status }: Pick<ExportRow, "id" | "status">,
  change: Partial<ExportRow> & Pick<ExportRow, "status">,
): Promise<ExportRow | undefined> {
  const [row] = await tx
    .update(exportFiles)
    .set(change)
    .where(and(eq(exportFiles.id, id), eq(exportFiles.status, status)))
    .returning();
  return row;
}
