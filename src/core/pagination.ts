import { AppError } from "./errors.js";
import { decodeId, type Id } from "./ids.js";

export interface PageQuery {
  /** 1 to 100. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

/** Packs the sort key of a page's last row. Opaque to callers, so the key may change without breaking them. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts), "utf8").toString("base64url");
}

/** The refusal of a cursor that no list returned. */
export const invalidCursor = () =>
  new AppError("request.invalid_cursor", "The cursor is not one that a list returned.");

/** Unpacks a cursor of `length` parts. Throws `request.invalid_cursor` (400) on anything we did not write. */
export function decodeCursor(cursor: string, length: number): string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(parts) && parts.length === length && parts.every((part) => typeof part === "string"))
      return parts;
  } catch {
    // Falls through to the refusal below.
  }
  throw invalidCursor();
}

/**
 * Cuts a result that was read with `limit + 1` rows into a page: the extra row only says that there is a next page.
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
  render: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    data: kept.map(render),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}

/**
 * One page of a list that is sorted by id. `read` gets the id of the page before's last row and how many rows to read.
 * Throws `request.invalid_cursor` (400).
 */
export async function pageById<P extends string, Row extends { readonly id: Id<P> }>(
  prefix: P,
  page: PageQuery,
  read: (after: Id<P> | undefined, limit: number) => Promise<Row[]>,
): Promise<Page<Row>> {
  const [after] = page.cursor === undefined ? [] : decodeCursor(page.cursor, 1);
  if (after !== undefined && decodeId(prefix, after) === undefined) throw invalidCursor();
  const rows = await read(after as Id<P> | undefined, page.limit + 1);
  return toPage(
    rows,
    page.limit,
    (row) => [row.id],
    (row) => row,
  );
}
