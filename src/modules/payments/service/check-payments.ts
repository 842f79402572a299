import { mapLimited } from "../../../core/concurrency.js";
import { errorMessage } from "../../../core/errors.js";
import type { PaymentProvider } from "../../../providers/port.js";
import * as queries from "../queries.js";
import { isFinal, nextCheck } from "../rules.js";
import type { Payment } from "../types.js";
import { askProvider, failUnasked } from "./create-payment.js";
import type { PaymentDeps } from "./deps.js";
import { settleReply } from "./settle-payments.js";

const SWEEP_MAX = 100;
const SWEEP_CONCURRENCY = 4;
// A key is not used in the last part of its life: the provider's clock is not ours.
const KEY_MARGIN_MS = 60 * 60 * 1_000;

/**
 * The sweeper: looks at payments that are due and that nobody told us about. Returns how many it looked at and the
 * failures, which are tried again at the next due time.
 */
export async function sweepPayments(deps: PaymentDeps): Promise<{ checked: number; failures: string[] }> {
  const due = await queries.listDuePayments(deps.db.read, deps.clock.now(), SWEEP_MAX);
  const failures: string[] = [];
  await mapLimited(due, SWEEP_CONCURRENCY, async (payment) => {
    try {
      await checkPayment(deps, payment);
    } catch (error) {
      failures.push(`${payment.id}: ${errorMessage(error)}`);
    }
  });
  return { checked: due.length, failures };
}

/** Asks the provider how one payment stands and settles the answer. An unknown answer changes nothing. */
export async function checkPayment(deps: PaymentDeps, payment: Payment): Promise<Payment> {
  const provider = deps.paymentProviders.get(payment.provider);
  // First the next look, then the question: a payment that always fails must not be asked about without end.
  const checks = payment.checks + 1;
  await deps.db.transaction((tx) =>
    queries.postponeCheck(tx, payment.id, provider ? nextCheck(deps.clock, payment.status, checks) : null, checks),
  );
  if (!provider || isFinal(payment.status)) return payment;
  if (payment.providerReference === null) return askAgain(deps, provider, payment);
  const result = await provider.getPayment(payment.providerReference);
  return result.outcome === "accepted" ? settleReply(deps, payment, result.value, payment.version) : payment;
}

// Promised, never answered. While the provider remembers the key, asking again is the same request; after that it would
// make a second payment, so the provider's own list must say whether there is one.
async function askAgain(deps: PaymentDeps, provider: PaymentProvider, payment: Payment): Promise<Payment> {
  const ageMs = deps.clock.now().getTime() - payment.createdAt.getTime();
  if (ageMs < provider.capabilities.idempotencyWindowMs - KEY_MARGIN_MS) {
    const result = await askProvider(deps, provider, payment);
    if (result.outcome === "accepted") return settleReply(deps, payment, result.value, payment.version);
    return result.outcome === "rejected" ? failUnasked(deps, payment, result.failure) : payment;
  }
  return findInList(deps, provider, payment);
}

async function findInList(deps: PaymentDeps, provider: PaymentProvider, payment: Payment): Promise<Payment> {
  let cursor: string | undefined;
  do {
    const since = new Date(payment.createdAt.getTime() - KEY_MARGIN_MS);
    const page = await provider.listPayments({ since, ...(cursor === undefined ? {} : { cursor }) });
    if (page.outcome !== "accepted") return payment;
    const news = page.value.data.find((each) => each.paymentId === payment.id);
    if (news) return settleReply(deps, payment, news, payment.version);
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return failUnasked(deps, payment, {
    code: "never_reached_provider",
    message: "The provider never received this payment.",
  });
}
