import type { Caller } from "../../../core/access.js";
import type { PaymentId } from "../../../core/ids.js";
import type { Tx } from "../../../db/client.js";
import type { PaymentProviderName, ProviderResult } from "../../../providers/port.js";
import { findPaymentFor, getPayment, providerOf } from "../../payments/index.js";
import type { RefundDeps } from "./deps.js";
import { prepareDispute, settleDisputeNews } from "./disputes.js";
import { lookAtRefunds } from "./request-refund.js";
import { prepareRefunds, settleRefunds } from "./settle-refunds.js";

/** A refund or dispute of a payment of ours as the provider has it now, ready to be settled. */
export interface PreparedReversal {
  readonly paymentId: PaymentId;
  settle(tx: Tx): Promise<void>;
}

/**
 * Looks up what a webhook says has changed about refunds or a dispute. Undefined when the payment is not ours. Throws when the
 * provider gives no clear answer, so that the event is tried later.
 */
export async function prepareReversal(
  deps: RefundDeps,
  name: PaymentProviderName,
  meaning:
    | { readonly kind: "refunds"; readonly paymentReference: string }
    | { readonly kind: "dispute"; readonly providerReference: string },
): Promise<PreparedReversal | undefined> {
  const provider = providerOf(deps, name);
  if (meaning.kind === "refunds") {
    const payment = await findPaymentFor(deps, name, { providerReference: meaning.paymentReference });
    if (!payment) return undefined;
    const prepared = await prepareRefunds(deps, payment, clear(await provider.listRefunds(meaning.paymentReference)));
    return { paymentId: payment.id, settle: (tx) => settleRefunds(deps, tx, prepared) };
  }
  if (!provider.disputes) return undefined;
  const news = clear(await provider.disputes.getDispute(meaning.providerReference));
  const payment = await findPaymentFor(deps, name, { providerReference: news.paymentReference });
  if (!payment) return undefined;
  const prepared = await prepareDispute(deps, payment, news);
  return {
    paymentId: payment.id,
    settle: async (tx) => {
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
