import { invalidParameter, missingResource } from "./errors.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

export const LIST_PARAMETERS = ["limit", "starting_after", "ending_before", "created"];

interface Listed {
  id: string;
  created: number;
}

/** A page in Stripe's manner: newest first; `ending_before` gives the page just before (newer than) that object. */
export function listPage<T extends Listed>(oldestFirst: T[], params: Params, url: string) {
  const limit = params.integer("limit") ?? 10;
  if (limit < 1 || limit > 100) throw invalidParameter("limit", "limit must be between 1 and 100");
  const inTime = createdFilter(params);
  const all = oldestFirst.filter(inTime).reverse();
  const after = cursor(all, params, "starting_after");
  const before = cursor(all, params, "ending_before");
  if (before !== undefined) {
    const start = Math.max(0, before - limit);
    return { object: "list", url, has_more: start > 0, data: all.slice(start, before) };
  }
  const start = after === undefined ? 0 : after + 1;
  return { object: "list", url, has_more: all.length > start + limit, data: all.slice(start, start + limit) };
}

function cursor(all: readonly Listed[], params: Params, name: string): number | undefined {
  const id = params.text(name);
  if (id === undefined) return undefined;
  const index = all.findIndex((item) => item.id === id);
  if (index < 0) throw missingResource("object", id, name);
  return index;
}

function createdFilter(params: Params): (item: Listed) => boolean {
  if (!params.has("created")) return () => true;
  const range = params.requiredObject("created").onlyKnown("gt", "gte", "lt", "lte");
  const [gt, gte, lt, lte] = [range.integer("gt"), range.integer("gte"), range.integer("lt"), range.integer("lte")];
  return ({ created }) =>
    (gt === undefined || created > gt) &&
    (gte === undefined || created >= gte) &&
    (lt === undefined || created < lt) &&
    (lte === undefined || created <= lte);
}

/** The line items of a Checkout Session as a list. */
export function lineItems(world: StripeWorld, sessionId: string) {
  const data = world.session(sessionId).lineItems;
  return { object: "list", url: `/v1/checkout/sessions/${sessionId}/line_items`, has_more: false, data };
}
