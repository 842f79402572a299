import { z } from "zod";

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
