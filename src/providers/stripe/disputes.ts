/** Stripe's disputes (docs.stripe.com/api/disputes, API 2026-10-28.endive). */
import type Stripe from "stripe";
import { z } from "zod";
import type { DisputeMove, DisputeNews, DisputePort } from "../ports/disputes.js";
import { fromSignedStripeAmount, fromStripeAmount } from "./amounts.js";
import { askStripe, type StripeClient } from "./client.js";
import { listSince } from "./listing.js";

// Any number of them: one when money was taken, more when an amount is corrected or comes back in parts, each with its fee,
// which is negative when it is given back. An inquiry has none.
const moveSchema = z.looseObject({
  id: z.string().min(1),
  amount: z.int(),
  fee: z.int(),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  exchange_rate: z.number().positive().nullish(),
});

const disputeSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  amount: z.int().nonnegative(),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  reason: z.string(),
  payment_intent: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  balance_transactions: z.array(moveSchema).nullish(),
  evidence_details: z.looseObject({ due_by: z.int().nullish(), submission_count: z.int().nullish() }).nullish(),
});

function disputeNews(value: unknown): DisputeNews {
  const dispute = disputeSchema.parse(value);
  const intent = typeof dispute.payment_intent === "object" ? dispute.payment_intent?.id : dispute.payment_intent;
  const dueBy = dispute.evidence_details?.due_by;
  return {
    providerReference: dispute.id,
    ...(intent ? { paymentReference: intent } : {}),
    status: dispute.status,
    isInquiry: dispute.status.startsWith("warning_"),
    amount: fromStripeAmount(dispute.amount, dispute.currency),
    reason: dispute.reason,
    moves: (dispute.balance_transactions ?? []).map(moveOf),
    ...(dueBy ? { evidenceDueBy: new Date(dueBy * 1_000) } : {}),
    evidenceSubmitted: (dispute.evidence_details?.submission_count ?? 0) > 0,
  };
}

const moveOf = (move: z.infer<typeof moveSchema>): DisputeMove => ({
  reference: move.id,
  amount: fromSignedStripeAmount(move.amount, move.currency),
  fee: fromSignedStripeAmount(move.fee, move.currency),
  // A double, as Stripe sends it; twelve digits are more than any amount of money needs.
  ...(move.exchange_rate ? { exchangeRate: move.exchange_rate.toFixed(12) } : {}),
});

/** Disputes of Stripe payments. */
export function stripeDisputes(stripe: StripeClient): DisputePort {
  return {
    getDispute: (reference) => askStripe(stripe, (client) => client.disputes.retrieve(reference), disputeNews),
    listDisputes: (paymentReference) =>
      askStripe(
        stripe,
        (client) =>
          client.disputes.list({ payment_intent: paymentReference, limit: 100 }).autoPagingToArray({ limit: 100 }),
        (disputes) => disputes.map(disputeNews),
      ),
    listDisputesSince: (query) =>
      listSince(
        stripe,
        query,
        (client, params) => client.disputes.list(params),
        (value) => [disputeNews(value)],
      ),
    submitEvidence: ({ providerReference, evidence, submit, idempotencyKey }) =>
      askStripe(
        stripe,
        (client) =>
          client.disputes.update(
            providerReference,
            { evidence: evidence as Stripe.DisputeUpdateParams.Evidence, submit },
            { idempotencyKey },
          ),
        disputeNews,
      ),
  };
}
