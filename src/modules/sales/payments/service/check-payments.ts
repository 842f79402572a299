import { askPromised } from "../../../../kernel/asking.js";
import { lookAtEach, type Round } from "../../../../kernel/jobs.js";
import * as queries from "../queries.js";
import { isFinal, nextCheck } from "../rules/settle.js";
import type { Payment } from "../types.js";
import { creating } from "./ask-provider.js";
import type { PaymentDeps } from "./deps.js";
import { settleReply } from "./settle-payments.js";

const SWEEP_MAX = 100;

/**
 * The sweeper: looks at payments that are due and that nobody told us about. Returns how many it looked at and the
 * failures, which are tried again at the next due time.
 */
export async function sweepPayments(deps: PaymentDeps): Promise<Round> {
  const due = await queries.listDuePayments(deps.db.read, deps.clock.now(), SWEEP_MAX);
  return lookAtEach(due, (payment) => checkPayment(deps, payment));
}

/** Asks the provider how one payment stands and settles the answer. Throws `provider.unavailable` when nobody knows. */
export async function checkPayment(deps: PaymentDeps, payment: Payment): Promise<Payment> {
  const provider = deps.paymentProviders.get(payment.provider);
  // First the next look, then the question: a payment that always fails must not be asked about without end.
  const checks = payment.checks + 1;
  await deps.db.transaction((tx) =>
    queries.postponeCheck(tx, payment.id, provider ? nextCheck(deps.clock, payment.status, checks) : null, checks),
  );
  if (!provider || isFinal(payment.status)) return payment;
  if (payment.providerReference === null) {
    return askPromised(deps, creating(deps, provider, payment.id), { payment, isNew: false });
  }
  const result = await provider.getPayment(payment.providerReference);
  return result.outcome === "accepted" ? settleReply(deps, payment, result.value, payment.version) : payment;
}
