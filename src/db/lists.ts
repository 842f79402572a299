import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Whose } from "../core/access.js";
import type { Db } from "./client.js";

/** The condition of a list that shows these rows only; none when it shows everybody's. */
export const ofCustomer = (column: PgColumn, whose: Whose): SQL[] =>
  whose === "everybody" ? [] : [eq(column, whose.customerId)];

type Listed = PgTable & { readonly id: PgColumn };
type Row<Table extends Listed> = Table["$inferSelect"] & { readonly id: unknown };

/**
 * Rows with these values, newest first, after the one with the id `before`. For tables whose ids grow with time. What the
 * filter leaves undefined is not asked for.
 */
export async function listNewest<Table extends Listed>(
  db: Db,
  table: Table,
  filter: { readonly [Column in keyof Table["$inferSelect"]]?: Table["$inferSelect"][Column] | undefined },
  before: Row<Table>["id"] | undefined,
  limit: number,
): Promise<Table["$inferSelect"][]> {
  const conditions: SQL[] = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [eq(table[name as keyof Table] as PgColumn, value)],
  );
  if (before !== undefined) conditions.push(lt(table.id, before));
  return db
    .select()
    .from(table as PgTable)
    .where(and(...conditions))
    .orderBy(desc(table.id))
    .limit(limit);
}
