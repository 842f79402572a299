/** Stripe's own list of what it told webhooks about (docs.stripe.com/api/events/list): 30 days back. */
import { z } from "zod";
import type { Listing, ProviderResult } from "../ports/common.js";
import type { EventQuery, VerifiedWebhook } from "../ports/webhooks.js";
import { rejected } from "../shared.js";
import { toDate, unixTime } from "./billing/read.js";
import { askStripe, type StripeClient } from "./client.js";
import { PAGE_SIZE, readListed } from "./listing.js";

/** What an endpoint of ours is subscribed to; docs/webhooks.md has the same list. */
export const STRIPE_EVENT_TYPES: readonly string[] = [
  "payment_intent.succeeded",
  "payment_intent.processing",
  "payment_intent.requires_action",
  "payment_intent.payment_failed",
  "payment_intent.canceled",
  "payment_intent.created",
  "checkout.session.completed",
  "checkout.session.expired",
  "checkout.session.async_payment_succeeded",
  "checkout.session.async_payment_failed",
  "refund.created",
  "refund.updated",
  "refund.failed",
  "charge.refunded",
  "charge.dispute.created",
  "charge.dispute.updated",
  "charge.dispute.funds_withdrawn",
  "charge.dispute.funds_reinstated",
  "charge.dispute.closed",
  "customer.subscription.created",
  "customer.subscription.updated",
  "customer.subscription.deleted",
  "customer.subscription.paused",
  "customer.subscription.resumed",
  "customer.updated",
  "invoice.created",
  "invoice.finalized",
  "invoice.paid",
  "invoice.payment_failed",
  "invoice.payment_action_required",
  "invoice.finalization_failed",
  "invoice.voided",
  "invoice.marked_uncollectible",
  "invoice.updated",
  "credit_note.created",
  "credit_note.updated",
  "credit_note.voided",
  "payment_method.attached",
  "payment_method.detached",
  "payment_method.updated",
  "payment_method.automatically_updated",
];

/** The most types that one request may name. */
const TYPES_MAX = 20;
const GROUPS = Array.from({ length: Math.ceil(STRIPE_EVENT_TYPES.length / TYPES_MAX) }, (_, index) =>
  STRIPE_EVENT_TYPES.slice(index * TYPES_MAX, (index + 1) * TYPES_MAX),
);

const CURSOR = /^(\d{1,2})(?::(\w+))?$/;

const eventSchema = z.looseObject({ id: z.string().min(1), type: z.string().min(1), created: unixTime });

/** GET /v1/events, one group of types after the other. Objects are in the shape of when the event was made, as in a webhook. */
export async function listStripeEvents(
  stripe: StripeClient,
  { since, until, cursor = "0" }: EventQuery,
): Promise<ProviderResult<Listing<VerifiedWebhook>>> {
  const [, group = "", after] = CURSOR.exec(cursor) ?? [];
  const types = GROUPS[Number(group || GROUPS.length)];
  if (!types) return rejected("invalid_cursor", "not a cursor of this listing");
  const created = { gte: Math.floor(since.getTime() / 1_000), lte: Math.floor(until.getTime() / 1_000) };
  const params = { created, types: [...types], limit: PAGE_SIZE, ...(after ? { starting_after: after } : {}) };
  const following = Number(group) + 1 < GROUPS.length ? String(Number(group) + 1) : null;
  return askStripe(
    stripe,
    (client) => client.events.list(params),
    (reply) => {
      const { last, ...page } = readListed(reply, (entry) => [eventOf(entry)]);
      return { ...page, nextCursor: last === undefined ? following : `${group}:${last}` };
    },
  );
}

function eventOf(entry: unknown): VerifiedWebhook {
  const { id, type, created } = eventSchema.parse(entry);
  return { eventId: id, type, occurredAt: toDate(created), payload: entry };
}
