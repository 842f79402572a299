/** What the readers of Stripe's billing objects share. Shapes: API 2026-10-28.endive. */
import { z } from "zod";

export const currency = z.string().regex(/^[A-Za-z]{3}$/);
/** Seconds since 1970. */
export const unixTime = z.int().nonnegative();
/** An object's id, the object expanded or not. */
export const idOf = z
  .union([z.string().min(1), z.looseObject({ id: z.string().min(1) })])
  .transform((value) => (typeof value === "string" ? value : value.id));

export const toDate = (seconds: number): Date => new Date(seconds * 1_000);

/** The field with this name when there is a value for it: absent fields stay absent. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined | "",
): { readonly [Key in Name]?: Value } {
  return value === null || value === undefined || value === "" ? {} : ({ [name]: value } as { [Key in Name]: Value });
}

/** A reply about another object is no answer to our question. Throws a RangeError, which is read as malformed. */
export function same<Value>(value: Value, actual: string, asked: string): Value {
  if (actual !== asked) throw new RangeError("a reply about another object");
  return value;
}
