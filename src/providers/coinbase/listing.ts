import { z } from "zod";
import type { UnreadableEntry } from "../ports/common.js";
import { metadataSchema, paymentIdOf } from "../shared.js";

/** The largest page of checkouts that there is. */
export const PAGE_SIZE = "100";

export const pageSchema = z.looseObject({ checkouts: z.array(z.unknown()), nextPageToken: z.string().nullish() });

const traitsSchema = z
  .looseObject({ id: z.string().optional().catch(undefined), metadata: metadataSchema.catch({}) })
  .catch({ id: undefined, metadata: {} });

/** What can be told of a checkout that cannot be read. */
export function traitsOf(entry: unknown): Omit<UnreadableEntry, "entry" | "reason"> {
  const { id, metadata } = traitsSchema.parse(entry);
  const paymentId = paymentIdOf(metadata);
  return {
    ...(id === undefined ? {} : { providerReference: id }),
    ...(paymentId === undefined ? {} : { reference: paymentId }),
  };
}
