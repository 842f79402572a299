import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../core/clock.js";
import type { SubscriptionCheckout, SubscriptionItem, SubscriptionNews } from "../../../../providers/ports/index.js";
import type { Standing, Subscription } from "../types.js";
import { subscriptionChart } from "./chart.js";

/** It never begins again. */
export const isFinal = subscriptionChart.isFinal;
/** It has begun and not ended. */
export const isLive = (status: Standing): boolean =>
  !isFinal(status) && status !== "requested" && status !== "incomplete";

export type SubscriptionFacts = Pick<
  Subscription,
  | "status"
  | "planId"
  | "currency"
  | "quantity"
  | "priceReference"
  | "providerReference"
  | "itemReference"
  | "otherItems"
  | "clientSecret"
  | "currentPeriodStart"
  | "currentPeriodEnd"
  | "trialEnd"
  | "cancelAt"
  | "canceledAt"
  | "endedAt"
  | "collectionPaused"
  | "hasPendingUpdate"
  | "defaultMethodReference"
  | "latestInvoiceReference"
>;

export type SubscriptionDecision =
  | { readonly kind: "nothing" }
  /** Somebody settled something while the provider was asked: its answer may be the older of the two. */
  | { readonly kind: "refetch" }
  /** The news is of another subscription of the provider's than ours. */
  | { readonly kind: "foreign" }
  | { readonly kind: "update"; readonly change: Partial<SubscriptionFacts> };

/**
 * The one decision about a subscription. It goes back and forth at the provider (paid late, paused, canceled and resumed), so
 * the provider's present word counts: news that was asked for after the row was read, and the row has not changed since.
 * What has ended stays ended. `item` is the plan's, and `planId` that of its price, null when it is none of ours.
 */
export function settleSubscription(
  row: Subscription,
  news: SubscriptionNews,
  { planId, item = news.items[0], observedVersion }: Chosen & { readonly observedVersion: number },
): SubscriptionDecision {
  if (row.providerReference !== null && row.providerReference !== news.providerReference) return { kind: "foreign" };
  if (row.version !== observedVersion) return { kind: "refetch" };
  const facts = factsOf(row, news, { planId, item });
  const told = isFinal(row.status) && row.status !== "failed" ? { ...facts, status: row.status } : facts;
  const change = Object.fromEntries(
    Object.entries(told).filter(([name, value]) => !same(row[name as keyof SubscriptionFacts], value)),
  ) as Partial<SubscriptionFacts>;
  return Object.keys(change).length === 0 ? { kind: "nothing" } : { kind: "update", change };
}

/** The plan's item of a subscription, and its plan. */
interface Chosen {
  readonly planId: Subscription["planId"];
  readonly item?: SubscriptionItem | undefined;
}

/**
 * Which item is the plan's. Others may be put beside it at the provider, before it or after it: they are left alone. When none
 * is of a price of ours, it is the one that was the plan's, whatever its price is now.
 */
export function chooseItem(
  items: readonly { readonly item: SubscriptionItem; readonly plan: Subscription["planId"] }[],
  known: string | null,
): Chosen {
  const ours = items.filter(({ plan }) => plan !== null);
  const isKnown = ({ item }: { readonly item: SubscriptionItem }) => item.itemReference === known;
  const chosen = ours.find(isKnown) ?? ours[0] ?? items.find(isKnown) ?? items[0];
  return { planId: chosen?.plan ?? null, item: chosen?.item };
}

function factsOf(row: Subscription, news: SubscriptionNews, { planId, item }: Chosen): SubscriptionFacts {
  // The period is the item's: a subscription has none of its own.
  const others = news.items.filter((each) => each.itemReference !== item?.itemReference);
  return {
    status: news.status,
    planId: item ? planId : row.planId,
    currency: news.currency,
    quantity: item?.quantity ?? row.quantity,
    priceReference: item?.priceReference ?? row.priceReference,
    providerReference: news.providerReference,
    itemReference: item?.itemReference ?? row.itemReference,
    otherItems:
      others.length > 0 || row.otherItems
        ? others.map(({ itemReference, priceReference, quantity }) => ({ itemReference, priceReference, quantity }))
        : null,
    clientSecret: news.clientSecret ?? null,
    currentPeriodStart: item?.periodStart ?? row.currentPeriodStart,
    currentPeriodEnd: item?.periodEnd ?? row.currentPeriodEnd,
    trialEnd: news.trialEnd ?? null,
    cancelAt: news.cancelAt ?? null,
    canceledAt: news.canceledAt ?? null,
    endedAt: news.endedAt ?? null,
    collectionPaused: news.collectionPaused,
    hasPendingUpdate: news.hasPendingUpdate,
    defaultMethodReference: news.defaultMethodReference ?? null,
    latestInvoiceReference: news.latestInvoiceReference ?? row.latestInvoiceReference,
  };
}

const same = (a: unknown, b: unknown): boolean => {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return Array.isArray(a) ? JSON.stringify(a) === JSON.stringify(b) : a === b;
};

/**
 * What news of the hosted page does to a subscription: where it is, and its end when nobody subscribed. It never grants
 * anything: that is the invoice's.
 */
export function settleCheckout(
  row: Subscription,
  page: SubscriptionCheckout,
): Partial<Pick<Subscription, "status" | "sessionReference" | "checkoutUrl" | "expiresAt">> {
  const facts = {
    ...(row.sessionReference === null ? { sessionReference: page.sessionReference } : {}),
    ...(row.checkoutUrl === null && page.checkoutUrl !== undefined ? { checkoutUrl: page.checkoutUrl } : {}),
    ...(row.expiresAt === null && page.expiresAt !== undefined ? { expiresAt: page.expiresAt } : {}),
  };
  if (row.sessionReference !== null && row.sessionReference !== page.sessionReference) return {};
  if (row.providerReference !== null || isFinal(row.status)) return facts;
  const status: Standing = page.status === "expired" ? "incomplete_expired" : "incomplete";
  return status === row.status ? facts : { ...facts, status };
}

const OPENING_LOOKS_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS] as const;
const LATE_MS = HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * When to look at a subscription again that nobody speaks of. Densely while it begins; then an hour after something should
 * have happened to it, and once a week at least. Null once it has ended.
 */
export function nextLook(
  clock: Clock,
  row: Pick<Subscription, "status" | "currentPeriodEnd" | "trialEnd" | "cancelAt">,
  checks: number,
): Date | null {
  if (isFinal(row.status)) return null;
  const now = clock.now().getTime();
  if (!isLive(row.status)) return new Date(now + (OPENING_LOOKS_MS[checks] ?? DAY_MS));
  const dates = [row.currentPeriodEnd, row.trialEnd, row.cancelAt].flatMap((date) => (date ? [date.getTime()] : []));
  const ahead = dates.filter((date) => date > now - LATE_MS).map((date) => date + LATE_MS);
  return new Date(Math.min(now + (ahead.length > 0 ? WEEK_MS : DAY_MS), ...ahead));
}

/** Whether its secret still opens something: a payment that is due, or a card to be saved. */
export const isSecretOfUse = (row: Pick<Subscription, "status" | "hasPendingUpdate" | "defaultMethodReference">) =>
  !isFinal(row.status) && (row.status !== "active" || row.hasPendingUpdate || row.defaultMethodReference === null);
/** Whether the customer can still subscribe on the hosted page. */
export const isPageOfUse = ({ status }: Pick<Subscription, "status">): boolean => !isFinal(status) && !isLive(status);

/** What may be asked of a subscription. */
export const canChange = (row: Subscription): boolean =>
  (row.status === "active" || row.status === "trialing" || row.status === "past_due") && row.providerReference !== null;
export const canPause = (row: Subscription): boolean => canChange(row) && !row.collectionPaused;
export const canResume = (row: Subscription): boolean =>
  isLive(row.status) && (row.cancelAt !== null || row.collectionPaused || row.status === "paused");
export const canCancel = (row: Subscription): boolean => !isFinal(row.status) && row.status !== "requested";
