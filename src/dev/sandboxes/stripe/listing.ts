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

const EXPANDABLE = new Set([
  "data",
  "charge",
  "customer",
  "latest_charge",
  "line_items",
  "payment_intent",
  "payment_method",
]);

/** Refuses unknown paths of `expand`; to be called before the call has any effect. */
export function checkExpand(paths: readonly string[]): void {
  for (const path of paths) {
    if (path.split(".").every((part) => EXPANDABLE.has(part))) continue;
    throw invalidParameter("expand", `This property cannot be expanded (${path}).`);
  }
}

/** Puts objects in the place of their ids, for every path of `expand`. */
export function expand(world: StripeWorld, body: unknown, paths: readonly string[]): unknown {
  return paths.reduce((expanded, path) => expandPath(world, expanded, path.split(".")), body);
}

function expandPath(world: StripeWorld, value: unknown, parts: readonly string[]): unknown {
  const [name, ...rest] = parts;
  if (name === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => expandPath(world, item, parts));
  const member = lookUp(world, name, value as Record<string, unknown>);
  return member === undefined ? value : { ...value, [name]: expandPath(world, member, rest) };
}

function lookUp(world: StripeWorld, name: string, owner: Record<string, unknown>): unknown {
  const id = owner[name];
  if (name === "line_items" && owner.object === "checkout.session") return lineItems(world, String(owner.id));
  if (typeof id !== "string") return id;
  if (name === "customer") return world.customers.get(id);
  if (name === "payment_method") return world.methods.get(id)?.wire;
  if (name === "payment_intent") return world.intents.get(id)?.wire;
  return world.charges.get(id);
}

/** The line items of a Checkout Session as a list. */
export function lineItems(world: StripeWorld, sessionId: string) {
  const data = world.session(sessionId).lineItems;
  return { object: "list", url: `/v1/checkout/sessions/${sessionId}/line_items`, has_more: false, data };
}
