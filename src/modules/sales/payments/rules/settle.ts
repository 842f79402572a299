import type { Clock } from "../../../../core/clock.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../core/clock.js";
import type { Money } from "../../../../core/money.js";
import type { Payment, PaymentStatus, SettleNews } from "../types.js";
import { paymentChart } from "./chart.js";

/** How far along its life a payment is. Money that came outranks everything: it is never taken back by late news. */
const RANK: Readonly<Record<PaymentStatus, number>> = {
  pending: 0,
  requires_action: 1,
  processing: 2,
  failed: 3,
  canceled: 3,
  expired: 3,
  succeeded: 4,
  partially_refunded: 4,
  refunded: 4,
  disputed: 4,
};

export const isPaid = (status: PaymentStatus): boolean => RANK[status] === 4;
/** Nothing more is expected, though money that comes after all is still credited. */
export const isFinal = paymentChart.isFinal;

/** What news does to a payment. */
export type Decision =
  /** Old or repeated: nothing changes. */
  | { readonly kind: "nothing" }
  /** It cannot be told from the news alone whether it is late: ask the provider how things stand. */
  | { readonly kind: "refetch" }
  /** Facts or status change; no money moved. */
  | { readonly kind: "update"; readonly change: Change }
  /** The money came, exactly as asked: credit it. */
  | { readonly kind: "credit"; readonly change: Change; readonly received: Money; readonly fee: Money | undefined }
  /** Money came that is not what was asked for: book it, credit nobody. */
  | {
      readonly kind: "quarantine";
      readonly change: Change;
      readonly received: Money;
      readonly fee: Money | undefined;
      readonly reason: string;
    };

export type Change = Partial<
  Pick<
    Payment,
    | "status"
    | "providerReference"
    | "moneyReference"
    | "clientSecret"
    | "checkoutUrl"
    | "instructions"
    | "nextAction"
    | "failure"
    | "paymentMethodId"
    | "expiresAt"
    | "reviewReason"
  >
>;

/**
 * The one decision about payment news, whoever brings it: reply, webhook, sweeper or reconciler. It looks at the payment's
 * rank and at facts already booked, never at timestamps, so late, repeated and out-of-order news need no code of their own.
 */
export function settle(payment: Payment, { news: told, received, fee, from }: SettleNews): Decision {
  const news = inOurWords(payment, told);
  if (news.status === "succeeded") return settleMoney(payment, { news, received, fee, from });
  const facts = newFacts(payment, { news, received, fee, from });
  const facing = Object.keys(facts).length > 0;
  const onlyFacts: Decision = facing ? { kind: "update", change: facts } : { kind: "nothing" };
  if (isFinal(payment.status) || payment.reviewReason !== null) return onlyFacts;
  // Something changed while the provider was answering: its answer may be the older of the two.
  if (from.kind === "reply" && from.observedVersion !== payment.version) return onlyFacts;

  const change: Change = { ...facts, ...statusChange(payment, news) };
  if (Object.keys(change).length === 0) return { kind: "nothing" };
  if (from.kind === "webhook" && isFinal(news.status) && isPartOf(payment, news)) return { kind: "refetch" };
  if (from.kind === "reply" || isFinal(news.status)) return { kind: "update", change };

  const climbs = RANK[news.status] > RANK[payment.status] && payment.failure === null;
  const failsHere =
    RANK[news.status] === RANK[payment.status] && payment.failure === null && news.failure !== undefined;
  if (climbs || failsHere) return { kind: "update", change };
  return sameStanding(payment, news) ? onlyFacts : { kind: "refetch" };
}

/**
 * A page that is canceled expires at the provider, which does not say whether anybody asked for it. We know. And a bank that
 * wants the customer, who was not there, declines; but it is the customer who is to act now, on the very same payment.
 */
function inOurWords(payment: Payment, news: SettleNews["news"]): SettleNews["news"] {
  if (news.status === "expired" && payment.cancelRequestedAt !== null) return { ...news, status: "canceled" };
  const isAsked = payment.offSession && news.status === "pending" && news.failure?.code === AUTHENTICATION_REQUIRED;
  return isAsked ? { ...news, status: "requires_action", nextAction: { type: "use_provider_sdk" } } : news;
}

const AUTHENTICATION_REQUIRED = "authentication_required";

/** The end of a checkout page's intent ends an attempt; how the payment stands, only the page tells. */
const isPartOf = (payment: Payment, news: SettleNews["news"]): boolean =>
  payment.providerReference !== null && news.providerReference !== payment.providerReference;

function settleMoney(payment: Payment, { news, received, fee, from }: SettleNews): Decision {
  if (!received || news.moneyReference === undefined) return { kind: "refetch" };
  const isSecond = payment.moneyReference !== null && payment.moneyReference !== news.moneyReference;
  if (isPaid(payment.status) && !isSecond) return { kind: "nothing" };
  if (isSecond) return { kind: "quarantine", change: {}, received, fee, reason: "second_payment" };
  if (payment.reviewReason !== null) return { kind: "nothing" };

  const facts = newFacts(payment, { news, received, fee, from });
  const reason = mismatch(payment, received);
  if (reason !== undefined) {
    const change: Change = { ...facts, status: "processing", reviewReason: reason, failure: null, nextAction: null };
    return { kind: "quarantine", change, received, fee, reason };
  }
  const paidWith = news.methodReference === undefined ? {} : { paymentMethodId: news.methodReference };
  const change: Change = { ...facts, ...paidWith, status: "succeeded", failure: null, nextAction: null };
  return { kind: "credit", change, received, fee };
}

/** Why what came is not what was asked for, or undefined when it is, to the unit. */
function mismatch(payment: Payment, received: Money): string | undefined {
  if (received.asset !== payment.currency) return "wrong_currency";
  if (received.amount < payment.amount) return "underpaid";
  if (received.amount > payment.amount) return "overpaid";
  return undefined;
}

/** References and addresses that the news knows and the payment does not. They never change once known. */
function newFacts(payment: Payment, { news }: SettleNews): Change {
  return {
    ...(payment.providerReference === null ? { providerReference: news.providerReference } : {}),
    ...(payment.moneyReference === null && news.moneyReference !== undefined
      ? { moneyReference: news.moneyReference }
      : {}),
    ...(payment.clientSecret === null && news.clientSecret !== undefined ? { clientSecret: news.clientSecret } : {}),
    ...(payment.checkoutUrl === null && news.checkoutUrl !== undefined ? { checkoutUrl: news.checkoutUrl } : {}),
    ...(payment.instructions === null && news.instructions !== undefined ? { instructions: news.instructions } : {}),
    ...(payment.expiresAt === null && news.expiresAt !== undefined ? { expiresAt: news.expiresAt } : {}),
  };
}

function statusChange(payment: Payment, news: SettleNews["news"]): Change {
  if (sameStanding(payment, news)) return {};
  return { status: news.status, failure: news.failure ?? null, nextAction: news.nextAction ?? null };
}

function sameStanding(payment: Payment, news: SettleNews["news"]): boolean {
  return (
    payment.status === news.status &&
    payment.failure?.code === news.failure?.code &&
    payment.nextAction?.url === news.nextAction?.url
  );
}

/** What a customer may still do about a payment. */
export const canConfirm = (payment: Payment): boolean =>
  (payment.status === "pending" || payment.status === "requires_action") && payment.reviewReason === null;
export const canCancel = (payment: Payment): boolean => !isFinal(payment.status) && payment.reviewReason === null;

const CHECK_AFTER_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS];
const CHECKS_MAX = 35;

/**
 * When to ask the provider about an open payment again: densely at first, then daily for a month. Null when there is
 * nothing left to ask.
 */
export function nextCheck(clock: Clock, status: PaymentStatus, checks: number): Date | null {
  if (isFinal(status) || checks >= CHECKS_MAX) return null;
  return new Date(clock.now().getTime() + (CHECK_AFTER_MS[checks] ?? DAY_MS));
}
