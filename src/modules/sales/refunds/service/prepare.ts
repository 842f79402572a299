import type { Caller } from "../../../../core/access.js";
import type { PaymentId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import {
  isHidden,
  type PaymentProviderName,
  type ProviderResult,
  type WebhookMeaning,
} from "../../../../providers/ports/index.js";
import { findPaymentFor, getPayment, providerOf } from "../../payments/index.js";
import type { RefundDeps } from "./deps.js";
import { listAll, lookAtRefunds } from "./request-refund.js";
import { prepareDispute, settleDisputeNews } from "./settle-disputes.js";
import { prepareRefunds, settleRefunds } from "./settle-refunds.js";

/** A refund or dispute of a payment of ours as the provider has it now, ready to be settled. */
export interface PreparedReversal {
  readonly paymentId: PaymentId;
  settle(tx: Tx): Promise<void>;
}

/** News that is none of ours, with the reason: there is nothing to be tried again. */
export interface ForeignReversal {
  readonly foreign: string;
}

type ReversalMeaning = Extract<WebhookMeaning, { kind: "refunds" | "dispute" }>;

/**
 * Looks up what a webhook says has changed about refunds or a dispute. Throws when the provider gives no clear answer, so that
 * the event is tried later.
 */
export async function prepareReversal(
  deps: RefundDeps,
  name: PaymentProviderName,
  meaning: ReversalMeaning,
): Promise<PreparedReversal | ForeignReversal> {
  return meaning.kind === "refunds"
    ? prepareRefundNews(deps, name, meaning.paymentReference)
    : prepareDisputeNews(deps, name, meaning.providerReference);
}

const NOT_OURS: ForeignReversal = { foreign: "foreign: no payment of ours" };

async function prepareRefundNews(deps: RefundDeps, name: PaymentProviderName, paymentReference: string) {
  const payment = await findPaymentFor(deps, name, { providerReference: paymentReference });
  if (!payment) return NOT_OURS;
  const { data } = clear(await listAll(deps, providerOf(deps, name), paymentReference));
  const prepared = await prepareRefunds(deps, payment, data);
  return { paymentId: payment.id, settle: (tx: Tx) => settleRefunds(deps, tx, prepared) };
}

async function prepareDisputeNews(deps: RefundDeps, name: PaymentProviderName, reference: string) {
  const { disputes } = providerOf(deps, name);
  if (!disputes) return NOT_OURS;
  const answer = await disputes.getDispute(reference);
  // An event that our key does not see the object of is of somebody else's: of a connected account, or of another mode.
  if (isHidden(answer)) return { foreign: `foreign: ${name} has no such dispute for us` };
  const news = clear(answer);
  if (news.paymentReference === undefined) return { foreign: "foreign: the dispute is of no payment intent" };
  const payment = await findPaymentFor(deps, name, { providerReference: news.paymentReference });
  if (!payment) return NOT_OURS;
  const prepared = await prepareDispute(deps, payment, news);
  return {
    paymentId: payment.id,
    settle: async (tx: Tx) => {
      await settleDisputeNews(deps, tx, prepared);
    },
  };
}

/**
 * Looks up what went back of a payment and settles it: all refunds, and of a payment that was collected for an invoice all
 * disputes too, since nobody knew whose they were before it was booked. Throws when the provider gives no clear answer.
 */
export async function lookAtReversals(deps: RefundDeps, paymentId: PaymentId): Promise<void> {
  await lookAtRefunds(deps, paymentId);
  const payment = await getPayment(deps, SYSTEM, paymentId);
  const { disputes } = providerOf(deps, payment.provider);
  if (payment.flow !== "invoice" || !disputes) return;
  for (const news of clear(await disputes.listDisputes(payment.moneyReference ?? ""))) {
    const prepared = await prepareDispute(deps, payment, news);
    await deps.db.transaction((tx) => settleDisputeNews(deps, tx, prepared));
  }
}

const SYSTEM: Caller = { id: "system", role: "service" };

function clear<T>(result: ProviderResult<T>): T {
  if (result.outcome === "accepted") return result.value;
  throw new Error(`the provider answered ${result.outcome}`);
}
