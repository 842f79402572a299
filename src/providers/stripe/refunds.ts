/** Stripe's refunds (docs.stripe.com/api/refunds, API 2026-10-28.endive). */
import type Stripe from "stripe";
import { z } from "zod";
import type { Installation, ListingQuery, ProviderResult } from "../ports/common.js";
import type { CreateRefundRequest, RefundList, RefundNews, RefundNewsStatus } from "../ports/refunds.js";
import { accepted, installationMetadata, metadataSchema, REFUND_ID_KEY, rejected } from "../shared.js";
import { fromStripeAmount, toStripeAmount } from "./amounts.js";
import { askStripe, type StripeClient } from "./client.js";
import { listSince, readEntries } from "./listing.js";

const refundSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string().nullish(),
  amount: z.int().nonnegative(),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  payment_intent: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  metadata: metadataSchema,
  reason: z.string().nullish(),
  failure_reason: z.string().nullish(),
});

/** An open enum: a status that we do not know is never an end. */
const STATUS: Readonly<Record<string, RefundNewsStatus>> = {
  pending: "pending",
  requires_action: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "canceled",
};

function refundNews(value: unknown): RefundNews {
  const refund = refundSchema.parse(value);
  const intent = typeof refund.payment_intent === "object" ? refund.payment_intent?.id : refund.payment_intent;
  if (!intent) throw new RangeError(`refund ${refund.id} names no payment intent`);
  const refundId = refund.metadata[REFUND_ID_KEY];
  return {
    ...(typeof refundId === "string" ? { refundId } : {}),
    providerReference: refund.id,
    paymentReference: intent,
    status: STATUS[refund.status ?? ""] ?? "pending",
    amount: fromStripeAmount(refund.amount, refund.currency),
    ...(refund.reason ? { reason: refund.reason } : {}),
    ...(refund.failure_reason
      ? { failure: { code: refund.failure_reason, message: `The refund failed: ${refund.failure_reason}.` } }
      : {}),
  };
}

/** POST /v1/refunds. */
export async function createStripeRefund(
  stripe: StripeClient,
  request: CreateRefundRequest,
  installation: Installation | undefined,
): Promise<ProviderResult<RefundNews>> {
  const amount = amountOf(request);
  // Refused as Stripe would: what was promised must end, whatever the amount is.
  if (amount === undefined) return rejected("invalid_amount", "Stripe pays no such amount back");
  const params: Stripe.RefundCreateParams = {
    payment_intent: request.paymentReference,
    amount,
    metadata: { [REFUND_ID_KEY]: request.refundId, ...(await installationMetadata(installation)) },
    ...(request.reason ? { reason: request.reason } : {}),
  };
  return askStripe(
    stripe,
    (client) => client.refunds.create(params, { idempotencyKey: request.idempotencyKey }),
    (reply) => {
      const news = refundNews(reply);
      if (news.refundId !== request.refundId) throw new RangeError("a reply about another refund");
      return news;
    },
  );
}

function amountOf({ amount }: Pick<CreateRefundRequest, "amount">): number | undefined {
  try {
    return toStripeAmount(amount);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const chargeSchema = z.looseObject({
  id: z.string(),
  amount: z.int().nonnegative(),
  amount_refunded: z.int().nonnegative(),
  disputed: z.boolean(),
});

/** What POST /v1/refunds would be refused for, in Stripe's own codes, told by the charge as it is now. */
export async function checkStripeRefund(
  stripe: StripeClient,
  request: Pick<CreateRefundRequest, "paymentReference" | "amount">,
): Promise<ProviderResult<undefined>> {
  const amount = amountOf(request);
  if (amount === undefined) return rejected("invalid_amount", "Stripe pays no such amount back");
  const found = await askStripe(
    stripe,
    (client) => client.paymentIntents.retrieve(request.paymentReference, { expand: ["latest_charge"] }),
    ({ latest_charge: charge }) => (charge ? chargeSchema.parse(charge) : undefined),
  );
  if (found.outcome !== "accepted") return found;
  const charge = found.value;
  if (!charge) return rejected("charge_not_refundable", "This payment has no charge.");
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) return rejected("charge_already_refunded", `Charge ${charge.id} has already been refunded.`);
  if (charge.disputed) return rejected("charge_disputed", `Charge ${charge.id} has been charged back.`);
  if (amount <= left) return accepted(undefined);
  const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`;
  return rejected("invalid_request_error", message);
}

/** GET /v1/refunds of the whole account. A refund of a charge without an intent is another application's. */
export const listStripeRefundsSince = (stripe: StripeClient, query: ListingQuery) =>
  listSince(stripe, query, (client, params) => client.refunds.list(params), refundsWithIntent);

const refundsWithIntent = (value: unknown): RefundNews[] =>
  refundSchema.parse(value).payment_intent ? [refundNews(value)] : [];

const REFUNDS_MAX = 1_000;

/** GET /v1/refunds of one PaymentIntent, all pages. */
export const listStripeRefunds = (stripe: StripeClient, intent: string): Promise<ProviderResult<RefundList>> =>
  askStripe(
    stripe,
    (client) => client.refunds.list({ payment_intent: intent, limit: 100 }).autoPagingToArray({ limit: REFUNDS_MAX }),
    (refunds) => {
      const { data, unreadable } = readEntries(refunds, (refund) => [refundNews(refund)]);
      return { data, unreadable };
    },
  );
