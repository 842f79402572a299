import { DAY_MS, MINUTE_MS } from "../../../../core/clock.js";
import { errorMessage } from "../../../../core/errors.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import { parseStorableJson } from "../../../../core/storable-json.js";
import type { Tx } from "../../../../db/client.js";
import type {
  BillingProviderName,
  CustodyProviderName,
  DepositNews,
  PaymentNews,
  PaymentProviderName,
  WebhookMeaning,
  WithdrawalNews,
} from "../../../../providers/ports/index.js";
import { isHidden } from "../../../../providers/ports/index.js";
import { followMethodEvent } from "../../../sales/payment-methods/index.js";
import { findPaymentFor, type NewsItem, prepareNews, settleInTransaction } from "../../../sales/payments/index.js";
import { prepareReversal } from "../../../sales/refunds/index.js";
import { prepareBilling } from "../../../sales/subscriptions/index.js";
import { prepareDeposit, settleDeposit } from "../../../stablecoins/deposits/index.js";
import { prepareWithdrawal, settlePrepared as settleWithdrawal } from "../../../stablecoins/payouts/index.js";
import {
  bookStrayWithdrawal,
  prepareStrayWithdrawal,
  type Told,
  whyForeign,
} from "../../../stablecoins/treasury/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { eventNotFound } from "../errors.js";
import type { EventFilter, WebhookEventRow } from "../queries.js";
import * as queries from "../queries.js";
import { retryAt } from "../rules.js";
import type { WebhookEventStatus } from "../tables.js";
import type { WebhookDeps } from "./deps.js";
import { schedule } from "./receive.js";

type EventId = WebhookEventRow["id"];

/** What to write about an event after a try. */
interface Verdict {
  readonly status: WebhookEventStatus;
  readonly note: string | null;
  readonly resource?: string;
}

/**
 * Works on one kept event that could not be settled when it came: asks the provider where that is needed, settles, and
 * marks it. A failure is written down with a later attempt, and after the last one the event is a dead letter.
 */
export async function processEvent(deps: WebhookDeps, id: EventId): Promise<void> {
  const event = await queries.findEvent(deps.db.read, id);
  if (event?.status !== "pending") return;
  try {
    await settleEvent(deps, event);
  } catch (error) {
    deps.onWebhookFailure?.(id, error);
    await postpone(deps, event, errorMessage(error));
  }
}

async function settleEvent(deps: WebhookDeps, event: WebhookEventRow): Promise<void> {
  const meaning = await completeMeaning(deps, event);
  if (meaning.kind === "ignored") return finish(deps, event, { status: "ignored", note: meaning.reason });
  if (meaning.kind === "deposit" || meaning.kind === "withdrawal") return settleCoins(deps, event, meaning);
  if (meaning.kind === "refunds" || meaning.kind === "dispute") return settleReversal(deps, event, meaning);
  if (meaning.kind !== "payment" && meaning.kind !== "refetch") return settleBilling(deps, event, meaning);
  const provider = event.provider as PaymentProviderName;
  if (meaning.kind === "payment") {
    const item: NewsItem = { provider, news: meaning.news, from: { kind: "webhook" } };
    if (await settleOne(deps, event, item, meaning.mayBeForeign)) return;
  }
  const item = await refetch(deps, provider, meaning);
  if (!item) return finish(deps, event, { status: "ignored", note: `foreign: not known to ${provider} under our key` });
  const done = await settleOne(deps, event, item, meaning.mayBeForeign);
  if (!done) throw new Error("the payment changed while the provider was asked");
}

/** What the event means, its object fetched first when it carries none. */
async function completeMeaning(
  deps: WebhookDeps,
  event: WebhookEventRow,
): Promise<Exclude<WebhookMeaning, { kind: "fetch" }>> {
  const port = deps.webhookPorts.get(event.provider);
  if (!port) throw new Error(`${event.provider} is not configured`);
  const told = { type: event.type, payload: parseStorableJson(event.body.toString("utf8")) };
  const meaning = port.interpretWebhook(told);
  if (meaning.kind !== "fetch") return meaning;
  const fetched = await port.fetchEvent?.(told);
  // Deleted meanwhile: its end has an event of its own.
  if (fetched?.outcome === "notFound") return { kind: "ignored", reason: "the object is gone" };
  if (fetched && isHidden(fetched))
    return { kind: "ignored", reason: `foreign: ${event.provider} does not show it to us` };
  if (fetched?.outcome !== "accepted")
    throw new Error(`${event.provider} answered ${fetched?.outcome} about its event`);
  const completed = port.interpretWebhook(fetched.value);
  if (completed.kind === "fetch") throw new Error("the completed event is not complete");
  return completed;
}

/** Settles and marks the event in one transaction. False when the news alone does not tell; the event stays pending. */
async function settleOne(
  deps: WebhookDeps,
  event: WebhookEventRow,
  item: NewsItem,
  mayBeForeign = false,
): Promise<boolean> {
  const [prepared] = await prepareNews(deps, [item]);
  if (!prepared) throw new Error("news was not prepared");
  if (!("settle" in prepared)) {
    if (prepared.unknown && !mayBeForeign) throw new Error("the payment is not known yet");
    await finish(deps, event, { status: "ignored", note: "foreign: no payment of ours" });
    return true;
  }
  return deps.db.transaction(async (tx) => {
    const current = await queries.lockEvent(tx, event.id);
    if (current?.status !== "pending") return true;
    const { outcomes } = await settleInTransaction(deps, tx, [prepared]);
    if (outcomes[0] === "refetch") return false;
    await queries.updateEvent(
      tx,
      event.id,
      markOf(deps, event, { status: "processed", note: null, resource: prepared.paymentId }),
    );
    tx.afterCommit(() => {
      deps.onWebhookEvent?.(event.provider, "processed", deps.clock.now().getTime() - event.receivedAt.getTime());
    });
    return true;
  });
}

/** Settles news of coins and marks the event in one transaction. */
async function settleCoins(
  deps: WebhookDeps,
  event: WebhookEventRow,
  meaning: Extract<WebhookMeaning, { kind: "deposit" | "withdrawal" }>,
): Promise<void> {
  const provider = event.provider as CustodyProviderName;
  const foreign = await whyForeign(deps, { ...meaning.news, provider });
  if (foreign !== undefined) return finish(deps, event, { status: "ignored", note: foreign });
  const settlement =
    meaning.kind === "deposit"
      ? await prepareArrival(deps, { ...meaning.news, provider })
      : await prepareDeparture(deps, { ...meaning.news, provider });
  await settlePrepared(deps, event, settlement);
}

/** Settles refunds or a dispute, looked up as they are now, and marks the event in one transaction. */
async function settleReversal(
  deps: WebhookDeps,
  event: WebhookEventRow,
  meaning: Extract<WebhookMeaning, { kind: "refunds" | "dispute" }>,
): Promise<void> {
  const reversal = await prepareReversal(deps, event.provider as PaymentProviderName, meaning);
  if ("foreign" in reversal) return finish(deps, event, { status: "ignored", note: reversal.foreign });
  await settlePrepared(deps, event, {
    settle: async (tx) => {
      await reversal.settle(tx);
      return { resource: reversal.paymentId };
    },
  });
}

/** Settles what happened to subscriptions, invoices and payment methods, looked up as they are now. */
async function settleBilling(
  deps: WebhookDeps,
  event: WebhookEventRow,
  meaning: Extract<WebhookMeaning, { kind: "subscription" | "subscription_checkout" | "invoice" | "payment_method" }>,
): Promise<void> {
  const provider = event.provider as BillingProviderName;
  if (meaning.kind === "payment_method") {
    const customerId = await followMethodEvent(deps, provider, meaning);
    if (customerId !== undefined) return finish(deps, event, { status: "processed", note: null, resource: customerId });
    return finish(deps, event, { status: "ignored", note: "foreign: no customer of ours" });
  }
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const billing = await prepareBilling(deps, provider, meaning);
    if (!billing) return finish(deps, event, { status: "ignored", note: "foreign: no subscription of ours" });
    if (await settlePrepared(deps, event, billing)) return;
  }
  throw new Error("it keeps changing while the provider is asked");
}

// Events about one thing come in swarms, and each makes what another has just looked up old.
const ROUNDS_MAX = 5;

/** False, and nothing written, when what was prepared was overtaken. */
async function settlePrepared(deps: WebhookDeps, event: WebhookEventRow, settlement: Settlement): Promise<boolean> {
  const done = await deps.db.transaction(async (tx) => {
    const current = await queries.lockEvent(tx, event.id);
    if (current?.status !== "pending") return true;
    const settled = await settlement.settle(tx);
    if (!settled) return false;
    const { resource, note } = settled;
    const verdict: Verdict = {
      status: "processed",
      note: note ?? null,
      ...(resource === undefined ? {} : { resource }),
    };
    await queries.updateEvent(tx, event.id, markOf(deps, event, verdict));
    return true;
  });
  if (done) deps.onWebhookEvent?.(event.provider, "processed", deps.clock.now().getTime() - event.receivedAt.getTime());
  return done;
}

interface Settlement {
  settle(tx: Tx): Promise<{ resource?: string; note?: string } | undefined>;
}

async function prepareArrival(deps: WebhookDeps, news: Told<DepositNews>): Promise<Settlement> {
  const prepared = await prepareDeposit(deps, news);
  return { settle: async (tx) => ({ resource: await settleDeposit(deps, tx, prepared) }) };
}

async function prepareDeparture(deps: WebhookDeps, news: Told<WithdrawalNews>): Promise<Settlement> {
  const withdrawal = await prepareWithdrawal(deps, news);
  if (withdrawal) {
    return {
      settle: async (tx) => {
        await settleWithdrawal(deps, tx, withdrawal);
        return { resource: withdrawal.payoutId };
      },
    };
  }
  const stray = await prepareStrayWithdrawal(deps, news);
  return {
    settle: async (tx) => {
      await bookStrayWithdrawal(deps, tx, stray);
      return { note: "no payout of ours" };
    },
  };
}

/** Asks the provider how the payment stands; undefined when neither we nor it know it. Throws when it gives no clear answer, so that the event is tried later. */
async function refetch(
  deps: WebhookDeps,
  name: PaymentProviderName,
  meaning: Extract<WebhookMeaning, { kind: "payment" | "refetch" }>,
): Promise<NewsItem | undefined> {
  const provider = deps.paymentProviders.get(name);
  if (!provider) throw new Error(`${name} is not configured`);
  const named: Pick<PaymentNews, "paymentId" | "providerReference"> =
    meaning.kind === "payment" ? meaning.news : { ...meaning, providerReference: meaning.providerReference };
  const payment = await findPaymentFor(deps, name, named);
  const reference = payment?.providerReference ?? named.providerReference;
  const result = await provider.getPayment(reference);
  if (isHidden(result) && !payment) return undefined;
  if (result.outcome !== "accepted") throw new Error(`${name} answered ${result.outcome} about ${reference}`);
  return { provider: name, news: result.value, from: { kind: "reply", observedVersion: payment?.version ?? 0 } };
}

const markOf = (deps: WebhookDeps, event: WebhookEventRow, verdict: Verdict) => ({
  status: verdict.status,
  note: verdict.note,
  attempts: event.attempts + 1,
  nextAttemptAt: null,
  processedAt: deps.clock.now(),
  ...(verdict.resource === undefined ? {} : { resource: verdict.resource }),
});

async function finish(deps: WebhookDeps, event: WebhookEventRow, verdict: Verdict): Promise<void> {
  await deps.db.transaction((tx) => queries.updateEvent(tx, event.id, markOf(deps, event, verdict)));
  deps.onWebhookEvent?.(event.provider, verdict.status, deps.clock.now().getTime() - event.receivedAt.getTime());
}

async function postpone(deps: WebhookDeps, event: WebhookEventRow, note: string): Promise<void> {
  const attempts = event.attempts + 1;
  const next = retryAt(deps.clock.now(), attempts);
  await deps.db.transaction(async (tx) => {
    await queries.updateEvent(tx, event.id, {
      status: next ? "pending" : "dead",
      attempts,
      note: note.slice(0, 500),
      nextAttemptAt: next ?? null,
    });
    if (next) await schedule(tx, event.id, next);
    else
      await recordAudit(deps, tx, [
        { actor: "system", action: "webhook.dead", resource: event.id, details: { type: event.type } },
      ]);
  });
  if (!next) deps.onWebhookEvent?.(event.provider, "dead", deps.clock.now().getTime() - event.receivedAt.getTime());
}

/** Hands overdue events to the worker again: a job may have been lost with a restored backup. Run every minute. */
export async function rescheduleOverdue(deps: WebhookDeps): Promise<void> {
  const overdue = await queries.listDueEvents(deps.db.read, new Date(deps.clock.now().getTime() - MINUTE_MS), 500);
  if (overdue.length === 0) return;
  await deps.db.transaction(async (tx) => {
    for (const { id } of overdue) await schedule(tx, id, undefined);
  });
}

/** Works on an event again, whatever became of it before. Effects are keyed by the business, so nothing doubles. */
export async function replayEvent(deps: WebhookDeps, actor: string, id: EventId): Promise<WebhookEventRow> {
  await deps.db.transaction(async (tx) => {
    const event = await queries.lockEvent(tx, id);
    if (!event) throw eventNotFound(id);
    await queries.updateEvent(tx, id, {
      status: "pending",
      attempts: 0,
      nextAttemptAt: deps.clock.now(),
      processedAt: null,
    });
    await recordAudit(deps, tx, [{ actor, action: "replayWebhookEvent", resource: id }]);
    await schedule(tx, id, undefined);
  });
  await processEvent(deps, id);
  return getEvent(deps, id);
}

/** A kept event. Throws `webhooks.not_found` (404). */
export async function getEvent(deps: Pick<WebhookDeps, "db">, id: EventId): Promise<WebhookEventRow> {
  const event = await queries.findEvent(deps.db.read, id);
  if (!event) throw eventNotFound(id);
  return event;
}

/** Kept events, newest first. */
export function listEvents(
  deps: Pick<WebhookDeps, "db">,
  filter: EventFilter,
  page: PageQuery,
): Promise<Page<WebhookEventRow>> {
  return pageById("whe", page, (before, limit) => queries.listEvents(deps.db.read, filter, before, limit));
}

const KEPT_FOR_MS = 366 * DAY_MS;

/** Forgets events a year old that are done with. Run daily. */
export async function purgeEvents(deps: Pick<WebhookDeps, "db" | "clock">): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - KEPT_FOR_MS);
  await deps.db.transaction((tx) => queries.deleteSettledBefore(tx, before));
}
