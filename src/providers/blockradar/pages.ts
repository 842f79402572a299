import { z } from "zod";
import type { UnreadableEntry } from "../ports/common.js";

/** The largest page that its documentation shows (docs.blockradar.co/introduction/api-tour). */
export const PAGE_SIZE = 100;

const metaSchema = z.looseObject({
  meta: z.looseObject({
    totalPages: z.number().int().nonnegative(),
    currentPage: z.number().int().nonnegative(),
  }),
});

/** The page after this one, or null. Without a `meta` the list ends with the first page that is not full. */
export function nextPage(page: number, count: number, envelope: unknown): number | null {
  const parsed = metaSchema.safeParse(envelope);
  if (!parsed.success) return count >= PAGE_SIZE ? page + 1 : null;
  if (parsed.data.meta.currentPage !== page) throw new RangeError("a reply with another page");
  return count > 0 && page < parsed.data.meta.totalPages ? page + 1 : null;
}

const optionalText = z.string().min(1).optional().catch(undefined);
const traitsSchema = z
  .looseObject({ id: optionalText, reference: optionalText, type: optionalText, createdAt: optionalText })
  .catch({ id: undefined, reference: undefined, type: undefined, createdAt: undefined });

/** What can be told of an entry that cannot be read. */
export function traitsOf(entry: unknown): Omit<UnreadableEntry, "entry" | "reason"> {
  const { id, reference, type, createdAt } = traitsSchema.parse(entry);
  const occurredAt = createdAt === undefined ? undefined : new Date(createdAt);
  return {
    ...(id === undefined ? {} : { providerReference: id }),
    ...(reference === undefined ? {} : { reference }),
    ...(type === "DEPOSIT" ? { isIncoming: true } : {}),
    ...(occurredAt === undefined || Number.isNaN(occurredAt.getTime()) ? {} : { occurredAt }),
  };
}
