import type { Caller } from "../../../../core/access.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../core/clock.js";
import { MAX_AMOUNT } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import { type Act, askOnce, askPromised } from "../../../../kernel/asking.js";
import type {
  ChangeSubscriptionRequest,
  Proration,
  ProviderResult,
  SubscriptionCheckout,
  SubscriptionNews,
} from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { findPlanOfPrice, getPlan, type Plan, planPriceReference } from "../../catalog/index.js";
import {
  changePending,
  foreignPrice,
  noChange,
  notReady,
  pauseNotYours,
  prorationDateNotYours,
  prorationNeeded,
  providerRejected,
  providerUnavailable,
  stillUnpaid,
  subscriptionNotFound,
  tooManyCredits,
  wrongState,
} from "../errors.js";
import * as queries from "../queries.js";
import { canCancel, canChange, canPause, canResume, isFinal } from "../rules/subscription.js";
import type { Subscription, SubscriptionId } from "../types.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";
import { findVisible } from "./read.js";
import { lookUp, settlePage, settleReply } from "./settle-subscription.js";

export interface SubscriptionChange {
  /** Id or code. */
  readonly plan?: string | undefined;
  readonly quantity?: number | undefined;
  readonly proration: Proration;
  readonly prorationDate?: Date | undefined;
}

/** How an act is asked for: its key at the provider, and whether it was asked before and not answered. */
export interface Attempt {
  readonly attempt: string;
  readonly resumed: boolean;
}

/**
 * What is asked of the provider to make a change. Throws 409 `subscriptions.wrong_state`, `subscriptions.no_change`,
 * `subscriptions.change_pending`, `catalog.plan_retired`, 404 `catalog.plan_not_found`, 422 `catalog.no_price` for a plan that
 * is not sold in the subscription's currency, `subscriptions.too_many`, 403 `subscriptions.proration_date_not_allowed`, 409 `subscriptions.unpaid`,
 * 403 `subscriptions.proration_needed`. `again` is asked for a change that may have been made already.
 */
export async function agreeChange(
  deps: SubscriptionDeps,
  caller: Caller,
  row: Subscription,
  change: SubscriptionChange,
  again = false,
): Promise<ChangeSubscriptionRequest> {
  if (!again) checkProration(deps, caller, row, change);
  if (row.status === "requested") throw notReady();
  if (!canChange(row) && !again) throw wrongState("changed", row.status);
  if (row.hasPendingUpdate && !again) throw changePending();
  const { providerReference, itemReference } = row;
  if (providerReference === null || itemReference === null) throw notReady();
  const plan = change.plan === undefined ? undefined : await getPlan(deps, change.plan);
  if (!plan && row.planId === null) throw foreignPrice();
  const isSamePlan = !plan || plan.id === row.planId;
  const quantity = change.quantity ?? row.quantity;
  if (isSamePlan && quantity === row.quantity && !again) throw noChange();
  // Before anybody pays for it: what cannot be granted could not be booked.
  const { grantsAmount } = plan ?? (await getPlan(deps, row.planId ?? ""));
  if (grantsAmount * BigInt(quantity) > MAX_AMOUNT) throw tooManyCredits();
  if (caller.role === "customer" && change.proration === "none" && !again) await refuseMore(deps, row, plan, quantity);
  // Who has a plan keeps the price that it was bought at, also when it is no longer sold.
  const price = isSamePlan
    ? ({ outcome: "accepted", value: row.priceReference } as const)
    : await planPriceReference(deps, row.provider, plan, row.currency);
  if (price.outcome === "rejected") throw providerRejected(row.provider, price.failure);
  if (price.outcome !== "accepted") throw providerUnavailable(row.provider);
  const { proration, prorationDate } = change;
  return { providerReference, itemReference, priceReference: price.value, quantity, proration, prorationDate };
}

/** Without proration a customer may have less from now on, and not more for the rest of a period that is paid for already. */
async function refuseMore(
  deps: SubscriptionDeps,
  { provider, priceReference, currency, quantity: before }: Subscription,
  plan: Plan | undefined,
  quantity: number,
): Promise<void> {
  const old = await findPlanOfPrice(deps, provider, priceReference);
  const next = plan ?? old?.plan;
  if (!old || !next) return;
  // Another rhythm begins a period of its own, and only with proration it waits for its payment.
  const isOther = next.interval !== old.plan.interval || next.intervalCount !== old.plan.intervalCount;
  const isSame = next.id === old.plan.id;
  const price = isSame ? old.price : next.prices.find((each) => each.currency === currency);
  if (isOther || (price && price.amount * quantity > old.price.amount * before)) throw prorationNeeded();
}

/**
 * A customer may have what a preview of the last hour showed, and not choose since when it has wanted another plan: who goes up
 * as of later and down as of earlier is given back more than was paid. So no change is as of a moment before the last one.
 * Nor is anything given back of what is not paid for.
 */
function checkProration(
  deps: SubscriptionDeps,
  caller: Caller,
  { status, collectionPaused, updatedAt }: Subscription,
  { proration, prorationDate: date }: SubscriptionChange,
): void {
  if (caller.role !== "customer") return;
  // What is invoiced in a pause is voided, so more would be free, and less be given back.
  if (collectionPaused) throw wrongState("changed", "paused");
  if (proration === "none") return;
  // The provider gives back what is left of a period whether it was paid or not.
  if (status === "past_due") throw stillUnpaid();
  if (date === undefined) return;
  const now = deps.clock.now().getTime();
  // The provider counts in seconds.
  const since = Math.max(now - HOUR_MS, Math.floor(updatedAt.getTime() / SECOND_MS) * SECOND_MS);
  if (date.getTime() < since || date.getTime() > now) throw prorationDateNotYours();
}

/** Changes plan or quantity. Throws as agreeChange does, 422 `subscriptions.rejected`, 503 `provider.unavailable`. */
export async function changeSubscription(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  change: SubscriptionChange,
  { attempt, resumed }: Attempt,
): Promise<Subscription> {
  const seen = await findVisible(deps, caller, id);
  const billing = billingOf(deps, seen.provider);
  const request = await agreeChange(deps, caller, seen, change, resumed);
  const details = { priceReference: request.priceReference, quantity: request.quantity, proration: request.proration };
  return askOnce(deps, {
    name: "subscriptions.change",
    id,
    promise: (tx) =>
      promise(deps, tx, caller, id, "changeSubscription", details, (row) => {
        if (!resumed && !canChange(row)) throw wrongState("changed", row.status);
        if (!resumed) checkProration(deps, caller, row, change);
      }),
    ask: () => billing.changeSubscription({ ...request, idempotencyKey: `${id}:change:${attempt}` }),
    settle: async (promised, asked) => {
      if (asked.outcome === "rejected") await settleOvertaken(deps, promised, "changed");
      return settle(deps, promised, asked);
    },
  });
}

/**
 * Ends a subscription, now or when its period does. Ending what has ended is the same as once. A hosted page on which nobody
 * subscribed yet is closed. Throws 409 `subscriptions.wrong_state`, 422 `subscriptions.rejected`, 503 `provider.unavailable`.
 */
export async function cancelSubscription(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  { at, attempt, resumed }: Attempt & { readonly at: "now" | "period_end" },
): Promise<Subscription> {
  const seen = await findVisible(deps, caller, id);
  const billing = billingOf(deps, seen.provider);
  if (seen.status === "canceled") return seen;
  const promised = await deps.db.transaction((tx) =>
    promise(deps, tx, caller, id, "cancelSubscription", { at }, (row) => {
      if (row.status === "requested") throw notReady();
      if (!resumed) refuseAct(caller, row, "canceled");
    }),
  );
  // What is there to be ended, the subscription or the page for it, is known under the lock only.
  const { ask: row } = promised;
  const { providerReference } = row;
  if (providerReference === null) return closePage(deps, row, attempt);
  const canceling: Act<Subscription, ProviderResult<SubscriptionNews>, Subscription> = {
    name: "subscriptions.cancel",
    id,
    ask: () => billing.cancelSubscription({ providerReference, at, idempotencyKey: `${id}:cancel:${attempt}` }),
    settle: (current, asked) => concludeCanceling(deps, current, asked),
  };
  return askPromised(deps, canceling, row);
}

async function concludeCanceling(
  deps: SubscriptionDeps,
  promised: Subscription,
  asked: ProviderResult<SubscriptionNews>,
): Promise<Subscription> {
  if (isRefused(asked)) {
    // There may be nothing left to cancel because an earlier request did it, whose answer was lost or is on its way.
    const found = await settleOvertaken(deps, promised, "canceled");
    if (found && isFinal(found.status)) return found;
  }
  return settle(deps, promised, asked);
}

async function closePage(deps: SubscriptionDeps, row: Subscription, attempt: string): Promise<Subscription> {
  const { sessionReference } = row;
  if (sessionReference === null) throw notReady();
  const closing: Act<Subscription, ProviderResult<SubscriptionCheckout>, Subscription> = {
    name: "subscriptions.close_page",
    id: row.id,
    ask: () =>
      billingOf(deps, row.provider).expireSubscriptionCheckout({
        sessionReference,
        idempotencyKey: `${row.id}:cancel:${attempt}`,
      }),
    settle: (current, asked) => concludeClosing(deps, current, sessionReference, asked),
  };
  return askPromised(deps, closing, row);
}

async function concludeClosing(
  deps: SubscriptionDeps,
  row: Subscription,
  sessionReference: string,
  asked: ProviderResult<SubscriptionCheckout>,
): Promise<Subscription> {
  const billing = billingOf(deps, row.provider);
  // Refused when somebody has just subscribed there, or it ran out by itself.
  const told = asked.outcome === "rejected" ? await billing.getSubscriptionCheckout(sessionReference) : asked;
  const page = answerOf(row, told);
  const settled = await deps.db.transaction((tx) => settlePage(deps, tx, row.id, page));
  if (page.providerReference === undefined) return settled;
  await lookUp(deps, settled, page.providerReference).catch(() => undefined);
  throw wrongState("canceled", JUST_BEGUN);
}

/** Stops collecting: nothing is charged and nothing granted until it is resumed. Throws as cancelSubscription does. */
export async function pauseSubscription(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  { attempt, resumed }: Attempt,
): Promise<Subscription> {
  const seen = await findVisible(deps, caller, id);
  const billing = billingOf(deps, seen.provider);
  if (seen.collectionPaused && !isFinal(seen.status)) return seen;
  return askOnce(deps, {
    name: "subscriptions.pause",
    id,
    promise: (tx) =>
      promise(deps, tx, caller, id, "pauseSubscription", {}, (row) => {
        if (!resumed) refuseAct(caller, row, "paused");
      }),
    ask: (promised) =>
      billing.pauseSubscription({
        providerReference: referenceOf(promised),
        idempotencyKey: `${id}:pause:${attempt}`,
      }),
    settle: async (promised, asked) => {
      if (isRefused(asked)) await settleOvertaken(deps, promised, "paused");
      return settle(deps, promised, asked);
    },
  });
}

/** Takes back a cancellation at the period's end, or a pause; a customer only its own. Throws as cancelSubscription does. */
export async function resumeSubscription(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  { attempt, resumed }: Attempt,
): Promise<Subscription> {
  const { provider } = await findVisible(deps, caller, id);
  const billing = billingOf(deps, provider);
  return askOnce(deps, {
    name: "subscriptions.resume",
    id,
    promise: (tx) =>
      promise(deps, tx, caller, id, "resumeSubscription", {}, (row) => {
        if (caller.role === "customer" && row.collectionPaused) throw pauseNotYours();
        if (!resumed) refuseAct(caller, row, "resumed");
      }),
    ask: (promised) =>
      billing.resumeSubscription({
        providerReference: referenceOf(promised),
        idempotencyKey: `${id}:resume:${attempt}`,
      }),
    settle: async (promised, asked) => {
      if (isRefused(asked)) await settleOvertaken(deps, promised, "resumed");
      const settled = await settle(deps, promised, asked);
      // It ended at the provider, where nothing is left to be taken back.
      if (isFinal(settled.status)) throw wrongState("resumed", settled.status);
      return settled;
    },
  });
}

function referenceOf({ providerReference }: Subscription): string {
  if (providerReference === null) throw notReady();
  return providerReference;
}

type Participle = "canceled" | "paused" | "resumed";

/** What is refused of a subscription that stands so here. Throws 409 and 403. */
function refuseAct(caller: Caller, row: Subscription, act: Participle): void {
  if (act === "resumed" && caller.role === "customer" && row.collectionPaused) throw pauseNotYours();
  if (row.status === "requested") throw notReady();
  const can = { canceled: canCancel, paused: canPause, resumed: canResume }[act];
  if (!can(row)) throw wrongState(act, row.status);
}

/**
 * What an act would find: the subscription as it is, or the refusal; told by how it stands at the provider. Writes nothing. Throws
 * as the acts do.
 */
export async function previewAct(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  act: Participle,
): Promise<Subscription> {
  const row = await findVisible(deps, caller, id);
  const billing = billingOf(deps, row.provider);
  // Done already: asking for it again is the same as once.
  if (act === "canceled" && row.status === "canceled") return row;
  if (act === "paused" && row.collectionPaused && !isFinal(row.status)) return row;
  refuseAct(caller, row, act);
  if (row.providerReference === null) {
    if (row.sessionReference === null) throw notReady();
    const page = answerOf(row, await billing.getSubscriptionCheckout(row.sessionReference));
    if (page.providerReference !== undefined) throw wrongState(act, JUST_BEGUN);
    return row;
  }
  const { status } = answerOf(row, await billing.getSubscription(row.providerReference));
  if (isFinal(status) && act !== "canceled") throw wrongState(act, status);
  return row;
}

const JUST_BEGUN = "complete, just now";

/** Refuses a change of a subscription that has ended at the provider. Throws 409 and 503. */
export async function refuseEnded(deps: SubscriptionDeps, row: Subscription): Promise<void> {
  const { provider, providerReference } = row;
  if (providerReference === null) throw notReady();
  const { status } = answerOf(row, await billingOf(deps, provider).getSubscription(providerReference));
  if (isFinal(status)) throw wrongState("changed", status);
}

/** What a subscription's provider answered. Throws 422 `subscriptions.rejected`, 503 `provider.unavailable`. */
export function answerOf<T>({ provider }: Pick<Subscription, "provider">, result: ProviderResult<T>): T {
  if (result.outcome === "accepted") return result.value;
  throw result.outcome === "rejected" ? providerRejected(provider, result.failure) : providerUnavailable(provider);
}

/** One that has ended is unknown to some of the provider's calls. */
const isRefused = (asked: ProviderResult<unknown>): boolean =>
  asked.outcome === "rejected" || asked.outcome === "notFound";

/**
 * Settles how a subscription stands of which the provider has refused an act. Throws `subscriptions.wrong_state` (409) when it has
 * ended, unless that is what was asked for; undefined when nobody can tell.
 */
async function settleOvertaken(
  deps: SubscriptionDeps,
  promised: Subscription,
  act: Participle | "changed",
): Promise<Subscription | undefined> {
  const { providerReference } = promised;
  if (providerReference === null) return undefined;
  const found = await lookUp(deps, promised, providerReference).catch(() => undefined);
  if (found && isFinal(found.status) && act !== "canceled") throw wrongState(act, found.status);
  return found;
}

// Writes down that the provider is about to be asked, and makes sure that somebody looks if we die before the answer.
async function promise(
  deps: SubscriptionDeps,
  tx: Tx,
  caller: Caller,
  id: SubscriptionId,
  action: string,
  details: Record<string, unknown>,
  check: (row: Subscription) => void,
): Promise<{ readonly ask: Subscription }> {
  const row = await queries.lockSubscription(tx, id);
  if (!row) throw subscriptionNotFound(id);
  check(row);
  await recordAudit(deps, tx, [{ actor: caller.id, action, resource: id, details }]);
  if (isFinal(row.status)) return { ask: row };
  const now = deps.clock.now();
  await queries.promiseAct(tx, id, new Date(now.getTime() + MINUTE_MS), now);
  return { ask: row };
}

async function settle(
  deps: SubscriptionDeps,
  promised: Subscription,
  asked: ProviderResult<SubscriptionNews>,
): Promise<Subscription> {
  return settleReply(deps, promised, answerOf(promised, asked));
}
