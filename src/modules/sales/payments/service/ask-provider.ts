import { HOUR_MS } from "../../../../core/clock.js";
import { formatDecimal } from "../../../../core/money.js";
import type { Act } from "../../../../kernel/asking.js";
import type { PaymentNews, PaymentProvider, ProviderResult } from "../../../../providers/ports/index.js";
import { getAsset } from "../../../books/ledger/index.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import { linkedReference, unlink } from "../../customers/index.js";
import { providerUnavailable } from "../errors.js";
import * as queries from "../queries.js";
import type { Payment } from "../types.js";
import type { PaymentDeps } from "./deps.js";
import { movePayment, noMoves, writeMoves } from "./move.js";
import { settleReply } from "./settle-payments.js";

/** A payment that was written down before the provider is asked for it. */
export interface PromisedPayment {
  readonly payment: Payment;
  /** It was written down just now, so nobody can have asked for it. */
  readonly isNew: boolean;
}

/** Creating a payment at its provider: the same for the request that promised it and for the sweep. */
export const creating = (
  deps: PaymentDeps,
  provider: PaymentProvider,
  id: Payment["id"],
): Act<PromisedPayment, ProviderResult<PaymentNews>, Payment> => ({
  name: "payments.create",
  id,
  ask: ({ payment, isNew }) => (isNew ? askProvider : askAgain)(deps, provider, payment),
  settle: ({ payment }, answer) => settleAnswer(deps, payment, answer),
});

/**
 * Asks the provider for a promised payment. Asking again is the same request: what is sent, and its key, follow from the
 * row alone. A customer that is gone at the provider is replaced, once, and makes a new request under a new key: the old
 * key would be answered with the old refusal as long as it is remembered.
 */
async function askProvider(
  deps: PaymentDeps,
  provider: PaymentProvider,
  payment: Payment,
): Promise<ProviderResult<PaymentNews>> {
  const asked = await settleCustomer(deps, provider, payment);
  if (asked === "unknown") return { outcome: "unknown", reason: "customer" };
  const result = await send(deps, provider, asked);
  if (result.outcome !== "rejected" || !result.customerMissing || !asked.providerCustomer) return result;
  await unlink(deps, provider, asked.customerId, asked.providerCustomer);
  const replaced = await settleCustomer(deps, provider, asked, asked.providerCustomer);
  return replaced === "unknown" ? { outcome: "unknown", reason: "customer" } : send(deps, provider, replaced);
}

async function send(
  deps: PaymentDeps,
  provider: PaymentProvider,
  payment: Payment,
): Promise<ProviderResult<PaymentNews>> {
  const { scale } = await getAsset(deps, payment.currency);
  const { providerCustomer, flow } = payment;
  if (flow === "invoice")
    throw new Error(`payment ${payment.id} was collected by the provider, nothing is asked for it`);
  return provider.createPayment({
    paymentId: payment.id,
    idempotencyKey: providerCustomer ? `${payment.id}:${providerCustomer}` : payment.id,
    flow,
    price: { amount: formatDecimal(payment.amount, scale), asset: payment.currency },
    description: payment.description,
    metadata: payment.metadata,
    ...(providerCustomer ? { customerReference: providerCustomer } : {}),
    ...(payment.paymentMethodId === null ? {} : { paymentMethodId: payment.paymentMethodId }),
    ...(payment.offSession ? { offSession: true } : {}),
    ...(payment.successUrl === null ? {} : { successUrl: payment.successUrl }),
    ...(payment.cancelUrl === null ? {} : { cancelUrl: payment.cancelUrl }),
  });
}

/**
 * The payment with the provider's customer that it is to be asked with, which is written down first. `insteadOf` is the
 * one that it was asked with and that is gone. "unknown" while the provider does not say which customer it is.
 */
async function settleCustomer(
  deps: PaymentDeps,
  provider: PaymentProvider,
  payment: Payment,
  insteadOf?: string,
): Promise<Payment | "unknown"> {
  if (!provider.customers) return payment;
  if (payment.providerCustomer !== null && insteadOf === undefined) return payment;
  const link = await linkedReference(deps, provider, payment.customerId, insteadOf);
  if (link.outcome === "unknown") return "unknown";
  return deps.db.transaction(async (tx) => {
    const current = await queries.lockPayment(tx, payment.id);
    if (!current) throw new Error(`payment ${payment.id} disappeared`);
    // Somebody else asks for this payment too; all must ask alike.
    if (current.providerCustomer !== payment.providerCustomer) return current;
    const providerCustomer = link.reference ?? "";
    await queries.setProviderCustomer(tx, payment.id, providerCustomer);
    return { ...current, providerCustomer };
  });
}

// A key is not used in the last part of its life: the provider's clock is not ours.
const KEY_MARGIN_MS = HOUR_MS;

/**
 * Asks again for a payment that was promised and never answered. While the provider remembers the key that is the same
 * request; after that it would make a second payment. Where asking settles nothing (a provider repeats a stored 500 for
 * its key), the provider's own list says whether the payment exists; only once the key is forgotten does its absence
 * from the list prove anything.
 */
async function askAgain(
  deps: PaymentDeps,
  provider: PaymentProvider,
  payment: Payment,
): Promise<ProviderResult<PaymentNews>> {
  const ageMs = deps.clock.now().getTime() - payment.createdAt.getTime();
  const isRemembered = ageMs < provider.capabilities.idempotencyWindowMs - KEY_MARGIN_MS;
  const result = isRemembered ? await askProvider(deps, provider, payment) : undefined;
  if (result?.outcome === "accepted" || result?.outcome === "rejected") return result;
  const listed = await findInList(deps, provider, payment);
  if (listed.outcome !== "notFound" || isRemembered) return listed;
  const message = "The provider never received this payment.";
  return { outcome: "rejected", failure: { code: "never_reached_provider", message } };
}

async function findInList(
  deps: PaymentDeps,
  provider: PaymentProvider,
  payment: Payment,
): Promise<ProviderResult<PaymentNews>> {
  const since = new Date(payment.createdAt.getTime() - KEY_MARGIN_MS);
  let cursor: string | undefined;
  do {
    const page = await provider.listPayments({ since, ...(cursor === undefined ? {} : { cursor }) });
    if (page.outcome !== "accepted") return page;
    const { data, unreadable = [] } = page.value;
    await keepUnreadable(
      deps,
      { provider: provider.name, list: "payments", event: "payment.unreadable_entry" },
      unreadable,
    );
    const news = data.find((each) => each.paymentId === payment.id);
    if (news) return { outcome: "accepted", value: news };
    const mayBeIt = unreadable.some(({ reference }) => reference === undefined || reference === payment.id);
    if (mayBeIt) return { outcome: "unknown", reason: "unreadable_entry" };
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { outcome: "notFound" };
}

/** Settles what became of asking for a promised payment. Throws `provider.unavailable` (503) when nobody knows. */
async function settleAnswer(
  deps: PaymentDeps,
  payment: Payment,
  result: ProviderResult<PaymentNews>,
): Promise<Payment> {
  switch (result.outcome) {
    case "accepted":
      return settleReply(deps, payment, result.value, payment.version);
    case "rejected":
      return failUnasked(deps, payment, result.failure);
    default:
      throw providerUnavailable(payment.provider);
  }
}

/** Ends a payment that does not exist at the provider. */
async function failUnasked(
  deps: PaymentDeps,
  payment: Payment,
  failure: NonNullable<Payment["failure"]>,
): Promise<Payment> {
  return deps.db.transaction(async (tx) => {
    const current = await queries.lockPayment(tx, payment.id);
    if (current?.status !== "pending" || current.providerReference !== null) return current ?? payment;
    const moves = noMoves();
    const updated = movePayment(deps, moves, current, "failed", {
      by: "provider",
      change: { failure },
      details: ({ amount, currency }) => ({ amount: Number(amount), currency, failureCode: failure.code }),
    });
    await writeMoves(deps, tx, moves);
    return updated;
  });
}
