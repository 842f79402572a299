import { type Caller, maySeeCustomer, whoseRows } from "../../../../core/access.js";
import { MINUTE_MS } from "../../../../core/clock.js";
import type { PaymentId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { askOnce } from "../../../../kernel/asking.js";
import type { PaymentNews, PaymentProvider, ProviderResult } from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import {
  confirmNotSupported,
  paymentNotFound,
  providerRejected,
  providerUnavailable,
  stillUnknown,
  tooManyConfirmations,
  wrongState,
} from "../errors.js";
import type { PaymentFilter } from "../queries.js";
import * as queries from "../queries.js";
import { canCancel, canConfirm, isFinal } from "../rules/settle.js";
import type { Payment, UnexplainedReceipt } from "../types.js";
import { providerOf } from "./create-payment.js";
import type { PaymentDeps } from "./deps.js";
import { requireMethod } from "./require-method.js";
import { settleReply } from "./settle-payments.js";

/** A payment that this caller may see. Throws `payments.not_found` (404), also for somebody else's. */
export async function getPayment(deps: PaymentDeps, caller: Caller, id: PaymentId): Promise<Payment> {
  const payment = await queries.findPayment(deps.db.read, id);
  if (!payment || !maySeeCustomer(caller, payment.customerId)) throw paymentNotFound(id);
  return payment;
}

/** A payment, whoever's; undefined when there is none. */
export const findPayment = (deps: PaymentDeps, id: PaymentId): Promise<Payment | undefined> =>
  queries.findPayment(deps.db.read, id);

/** Payments, newest first; a customer sees its own. */
export async function listPayments(
  deps: PaymentDeps,
  caller: Caller,
  filter: PaymentFilter,
  page: PageQuery,
): Promise<Page<Payment>> {
  const whose = whoseRows(caller, filter.customerId);
  if (!whose) return { data: [], nextCursor: null };
  return pageById("pay", page, (before, limit) => queries.listPayments(deps.db.read, whose, filter, before, limit));
}

/** Money that arrived and that no payment explains, newest first. */
export function listUnexplained(deps: PaymentDeps, page: PageQuery): Promise<Page<UnexplainedReceipt>> {
  return pageById("rcp", page, (before, limit) => queries.listReceipts(deps.db.read, before, limit));
}

/**
 * Confirms a payment with a payment method. A decline is not an error: the payment comes back open, with its `failure`.
 * Throws 409 `payments.wrong_state`, 422 `payments.rejected`, 503 `provider.unavailable`. `attempt` keys the request;
 * `resumed` says that it was asked before and not answered.
 */
export async function confirmPayment(
  deps: PaymentDeps,
  caller: Caller,
  id: PaymentId,
  input: { readonly paymentMethodId: string; readonly attempt: string; readonly resumed: boolean },
): Promise<Payment> {
  const payment = await getPayment(deps, caller, id);
  const provider: PaymentProvider = providerOf(deps, payment.provider);
  requireConfirmable(provider, payment);
  return askOnce(deps, {
    name: "payments.confirm",
    id,
    promise: (tx) =>
      promiseAct(deps, tx, caller, payment, {
        action: "confirmPayment",
        participle: "confirmed",
        allowed: (current) => canConfirm(current) || input.resumed,
        change: (current) => ({ confirmations: nextConfirmation(deps, current, input.resumed) }),
      }),
    ask: ({ reference }) =>
      provider.confirmPayment({
        paymentId: id,
        providerReference: reference,
        paymentMethodId: input.paymentMethodId,
        idempotencyKey: `${id}:confirm:${input.attempt}`,
        ...(payment.successUrl === null ? {} : { returnUrl: payment.successUrl }),
      }),
    settle: async ({ reference, promised }, result) => {
      if (result.outcome === "rejected") await settleOvertaken(deps, promised, "confirm", reference);
      return settleAct(deps, promised, result);
    },
  });
}

/** How often the payment was confirmed with this time. Throws `payments.too_many_confirmations` (409). */
function nextConfirmation({ paymentLimits }: PaymentDeps, payment: Payment, isResumed: boolean): number {
  // Asked before and not answered: it was counted then.
  if (isResumed && payment.confirmations > 0) return payment.confirmations;
  const max = paymentLimits.confirmationsPerPayment;
  if (max > 0 && payment.confirmations >= max) throw tooManyConfirmations(max);
  return payment.confirmations + 1;
}

/**
 * What confirming or canceling would find: the payment as it is, or the refusal; told by how it stands at the provider. Writes
 * nothing. Throws as the acts do.
 */
export async function previewAct(
  deps: PaymentDeps,
  caller: Caller,
  id: PaymentId,
  act: "confirm" | "cancel",
  paymentMethodId?: string,
): Promise<Payment> {
  const payment = await getPayment(deps, caller, id);
  const provider: PaymentProvider = providerOf(deps, payment.provider);
  if (act === "confirm") requireConfirmable(provider, payment);
  else if (payment.status === "canceled") return payment;
  const allowed = act === "confirm" ? canConfirm(payment) : canCancel(payment);
  if (!allowed) throw wrongState(PARTICIPLES[act], payment.status);
  if (payment.providerReference === null) throw stillUnknown();
  if (act === "confirm") nextConfirmation(deps, payment, false);
  const found = await provider.getPayment(payment.providerReference);
  if (found.outcome !== "accepted") throw providerUnavailable(provider.name);
  if (act === "cancel" && found.value.status === "canceled") return payment;
  refuseOvertaken(act, found.value.status);
  if (paymentMethodId !== undefined)
    await requireMethod(provider, paymentMethodId, payment.providerCustomer ?? undefined);
  return payment;
}

const PARTICIPLES = { confirm: "confirmed", cancel: "canceled" } as const;

type Confirming = PaymentProvider & Required<Pick<PaymentProvider, "confirmPayment">>;

function requireConfirmable(provider: PaymentProvider, { flow }: Payment): asserts provider is Confirming {
  if (!provider.confirmPayment || flow !== "payment_intent") throw confirmNotSupported(provider.name);
}

/** What is refused of a payment that stands so at the provider. Throws `payments.wrong_state` (409). */
function refuseOvertaken(act: "confirm" | "cancel", status: Payment["status"]): void {
  if (status !== "pending" && status !== "requires_action") throw wrongState(PARTICIPLES[act], status);
}

/** Cancels a payment that is not final. Canceling twice is the same as once. Throws as confirmPayment does. */
export async function cancelPayment(
  deps: PaymentDeps,
  caller: Caller,
  id: PaymentId,
  input: { readonly attempt: string; readonly resumed: boolean },
): Promise<Payment> {
  const payment = await getPayment(deps, caller, id);
  if (payment.status === "canceled") return payment;
  const provider = providerOf(deps, payment.provider);
  return askOnce(deps, {
    name: "payments.cancel",
    id,
    promise: (tx) =>
      promiseAct(deps, tx, caller, payment, {
        action: "cancelPayment",
        participle: "canceled",
        allowed: (current) => canCancel(current) || input.resumed,
        change: (current) => ({ cancelRequestedAt: current.cancelRequestedAt ?? deps.clock.now() }),
      }),
    ask: ({ reference }) =>
      provider.cancelPayment({ providerReference: reference, idempotencyKey: `${id}:cancel:${input.attempt}` }),
    settle: (promise, result) => concludeCancel(deps, promise, result),
  });
}

async function concludeCancel(
  deps: PaymentDeps,
  { reference, promised }: PromisedAct,
  result: ProviderResult<PaymentNews>,
): Promise<Payment> {
  if (result.outcome === "rejected") {
    // There may be nothing left to cancel because an earlier request did it, whose answer was lost or is on its way.
    const settled = await settleOvertaken(deps, promised, "cancel", reference);
    if (settled?.status === "canceled") return settled;
  }
  return settleAct(deps, promised, result);
}

/**
 * Settles how a payment stands of which the provider has refused an act. Throws `payments.wrong_state` (409) when that is why;
 * undefined when nobody can tell.
 */
async function settleOvertaken(
  deps: PaymentDeps,
  promised: Payment,
  act: "confirm" | "cancel",
  reference: string,
): Promise<Payment | undefined> {
  const found = await providerOf(deps, promised.provider).getPayment(reference);
  if (found.outcome !== "accepted") return undefined;
  const settled = await settleAct(deps, promised, found);
  if (act === "confirm" || settled.status !== "canceled") refuseOvertaken(act, found.value.status);
  return settled;
}

interface PromisedAct {
  /** The provider's of the payment. */
  readonly reference: string;
  readonly promised: Payment;
}

// Writes down that the provider is about to be asked, and makes sure that somebody looks if we die before the answer.
async function promiseAct(
  deps: PaymentDeps,
  tx: Tx,
  caller: Caller,
  payment: Payment,
  act: {
    readonly action: string;
    readonly participle: string;
    readonly allowed: (payment: Payment) => boolean;
    readonly change?: (payment: Payment) => Partial<Pick<Payment, "cancelRequestedAt" | "confirmations">>;
  },
): Promise<{ readonly ask: PromisedAct }> {
  const current = await queries.lockPayment(tx, payment.id);
  if (!current) throw paymentNotFound(payment.id);
  if (!act.allowed(current)) throw wrongState(act.participle, current.status);
  if (current.providerReference === null) throw stillUnknown();
  const now = deps.clock.now();
  await recordAudit(deps, tx, [{ actor: caller.id, action: act.action, resource: payment.id }]);
  const reference = current.providerReference;
  // Asked before and settled meanwhile: the provider answers the same key alike, and there is nothing left to look after.
  if (isFinal(current.status)) return { ask: { reference, promised: current } };
  const promised = await queries.updatePayment(tx, payment.id, {
    ...act.change?.(current),
    nextCheckAt: new Date(now.getTime() + MINUTE_MS),
    checks: 0,
    updatedAt: now,
  });
  return { ask: { reference, promised } };
}

const ROUNDS_MAX = 3;

/**
 * Settles the answer. When something else was settled while the provider was asked, its answer may be the older of the two, and
 * how the payment stands is asked once more: who canceled it is not told that it is open.
 */
async function settleAct(deps: PaymentDeps, promised: Payment, result: ProviderResult<PaymentNews>): Promise<Payment> {
  switch (result.outcome) {
    case "accepted": {
      let told = result.value;
      let settled = await settleReply(deps, promised, told, promised.version);
      for (
        let round = 0;
        round < ROUNDS_MAX && settled.status !== told.status && !isFinal(settled.status);
        round += 1
      ) {
        const found = await providerOf(deps, promised.provider).getPayment(told.providerReference);
        if (found.outcome !== "accepted") return settled;
        told = found.value;
        settled = await settleReply(deps, settled, told, settled.version);
      }
      return settled;
    }
    case "rejected":
      throw providerRejected(promised.provider, result.failure);
    default:
      throw providerUnavailable(promised.provider);
  }
}
