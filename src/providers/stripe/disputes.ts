/** Stripe's disputes (docs.stripe.com/api/disputes, API 2026-10-28.endive). */
import type Stripe from "stripe";
import { z } from "zod";
import type { DisputeFunds, DisputeNews, DisputePort } from "../port.js";
import { fromStripeAmount } from "./amounts.js";
import { askStripe, type StripeClient } from "./client.js";

const disputeSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  amount: z.int().nonnegative(),
  currency: z.string().regex(/^[A-Za-z]{3}$/),
  reason: z.string(),
  payment_intent: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  // None for an inquiry, one when money was taken, two when it was given back.
  balance_transactions: z.array(z.looseObject({ amount: z.int(), fee: z.int(), currency: z.string() })).nullish(),
  evidence_details: z.looseObject({ due_by: z.int().nullish(), submission_count: z.int().nullish() }).nullish(),
});
type StripeDispute = z.infer<typeof disputeSchema>;

function disputeNews(value: unknown): DisputeNews {
  const dispute = disputeSchema.parse(value);
  const intent = typeof dispute.payment_intent === "object" ? dispute.payment_intent?.id : dispute.payment_intent;
  if (!intent) throw new RangeError(`dispute ${dispute.id} names no payment intent`);
  const dueBy = dispute.evidence_details?.due_by;
  const taken = (dispute.balance_transactions ?? []).find(({ amount }) => amount < 0);
  return {
    providerReference: dispute.id,
    paymentReference: intent,
    status: dispute.status,
    isInquiry: dispute.status.startsWith("warning_"),
    amount: fromStripeAmount(dispute.amount, dispute.currency),
    reason: dispute.reason,
    funds: fundsOf(dispute),
    ...(taken && taken.fee > 0 ? { fee: fromStripeAmount(taken.fee, taken.currency) } : {}),
    ...(dueBy ? { evidenceDueBy: new Date(dueBy * 1_000) } : {}),
    evidenceSubmitted: (dispute.evidence_details?.submission_count ?? 0) > 0,
  };
}

/** What became of the money is told by the balance transactions; the status alone may be ahead of them. */
function fundsOf({ status, balance_transactions }: StripeDispute): DisputeFunds {
  const moves = balance_transactions ?? [];
  const wasTaken = moves.some(({ amount }) => amount < 0);
  const cameBack = moves.some(({ amount }) => amount > 0);
  if (!wasTaken) return "none";
  if (cameBack || status === "won") return "reinstated";
  return status === "lost" ? "lost" : "withdrawn";
}

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
