import { createHash } from "node:crypto";
import { Batcher } from "../../../../core/batcher.js";
import { mapLimited } from "../../../../core/concurrency.js";
import { errorMessage } from "../../../../core/errors.js";
import { newId } from "../../../../core/ids.js";
import { sqlState, type Tx } from "../../../../db/client.js";
import { databaseUnavailable } from "../../../../db/pg-errors.js";
import { isPlausibleTime } from "../../../../http/schemas.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import {
  type PaymentProviderName,
  type VerifiedWebhook,
  type WebhookDelivery,
  type WebhookMeaning,
  type WebhookProviderName,
  WebhookRejectedError,
} from "../../../../providers/ports/index.js";
import { type NewsItem, type PreparedNews, prepareNews, settleInTransaction } from "../../../sales/payments/index.js";
import { notConfigured, rejectedDelivery } from "../errors.js";
import type { NewWebhookEvent, WebhookEventRow } from "../queries.js";
import * as queries from "../queries.js";
import { retryAt } from "../rules.js";
import type { WebhookEventStatus } from "../tables.js";
import type { WebhookDeps } from "./deps.js";

/** An authentic delivery on its way into the inbox. */
interface Arrival {
  readonly id: WebhookEventRow["id"];
  readonly provider: WebhookProviderName;
  readonly event: VerifiedWebhook;
  readonly rawBody: Buffer;
  readonly meaning: WebhookMeaning | { readonly kind: "violation"; readonly reason: string };
  /** Found in the provider's own list. */
  readonly healed: boolean;
}

type Receipt = { readonly status: WebhookEventStatus; readonly duplicate: boolean };

/** The inbox's front door: one per process. */
export interface Inbox {
  /**
   * Verifies a delivery, keeps it and, when no provider need be asked, settles it, all in one transaction that deliveries
   * arriving together share. Resolves only when the event is durable. Throws 401 or 400 for what is not authentic, 503 for
   * our own trouble.
   */
  receive(provider: WebhookProviderName, delivery: WebhookDelivery): Promise<Receipt>;
  /** The same with an event that the provider lists and has not delivered, whose word is that of the list. */
  heal(provider: WebhookProviderName, event: VerifiedWebhook): Promise<Receipt>;
  drain(): Promise<void>;
}

const BATCH_EVENTS_MAX = 64;
// A batch costs its dozen statements whether it settles one event or thirty: a second only starts when it is well filled, or
// when the first hangs.
const BATCHES_IN_FLIGHT_MAX = 2;
const SECOND_BATCH_AT = 32;
const PATIENCE_MS = 50;

export function createInbox(deps: WebhookDeps): Inbox {
  const batcher = new Batcher<Arrival, Receipt>({
    maxItems: BATCH_EVENTS_MAX,
    maxInFlight: BATCHES_IN_FLIGHT_MAX,
    secondAt: SECOND_BATCH_AT,
    patienceMs: PATIENCE_MS,
    run: (arrivals) => keepAll(deps, arrivals),
  });
  const keep = async (arrival: Arrival, receivedAt: Date): Promise<Receipt> => {
    const receipt = await batcher.add(arrival);
    const { provider } = arrival;
    if (!receipt.duplicate)
      deps.onWebhookEvent?.(provider, receipt.status, deps.clock.now().getTime() - receivedAt.getTime());
    return receipt;
  };
  return {
    receive: async (provider, delivery) => keep(await verify(deps, provider, delivery), delivery.now),
    heal: async (provider, event) => {
      const port = deps.webhookPorts.get(provider);
      if (!port) throw notConfigured(provider);
      const rawBody = Buffer.from(JSON.stringify(event.payload));
      const id = newId(deps.ids, "whe");
      const arrival = { id, provider, event, rawBody, meaning: interpret(port, event), healed: true };
      return keep(arrival, deps.clock.now());
    },
    drain: () => batcher.drain(),
  };
}

async function verify(deps: WebhookDeps, provider: WebhookProviderName, delivery: WebhookDelivery): Promise<Arrival> {
  const port = deps.webhookPorts.get(provider);
  if (!port) throw notConfigured(provider);
  try {
    const event = await port.verifyWebhook(delivery);
    const { rawBody } = delivery;
    return { id: newId(deps.ids, "whe"), provider, event, rawBody, meaning: interpret(port, event), healed: false };
  } catch (error) {
    if (!(error instanceof WebhookRejectedError)) throw error;
    deps.onWebhookRefused?.(provider, error.reason);
    if (error.reason === "unreadable") await keepUnreadable(deps, provider, delivery);
    throw rejectedDelivery(error);
  }
}

function interpret(
  port: { interpretWebhook(event: VerifiedWebhook): WebhookMeaning },
  event: VerifiedWebhook,
): Arrival["meaning"] {
  try {
    return port.interpretWebhook(event);
  } catch (error) {
    // Authentic, but not what its type promises: nothing is guessed from it, and a person must look.
    return { kind: "violation", reason: errorMessage(error).slice(0, 500) };
  }
}

// Signed by the provider and yet not readable: kept for a person, since the sender will not repeat a 400 for ever.
async function keepUnreadable(
  deps: WebhookDeps,
  provider: WebhookProviderName,
  delivery: WebhookDelivery,
): Promise<void> {
  const digest = createHash("sha256").update(delivery.rawBody).digest("hex");
  await deps.db.transaction((tx) =>
    queries.insertEvents(tx, [
      {
        id: newId(deps.ids, "whe"),
        provider,
        eventId: `unreadable:${digest}`,
        type: "unreadable",
        status: "dead",
        body: delivery.rawBody,
        note: "the signed body is not readable JSON",
        receivedAt: delivery.now,
      },
    ]),
  );
}

async function keepAll(deps: WebhookDeps, arrivals: readonly Arrival[]): Promise<PromiseSettledResult<Receipt>[]> {
  try {
    const receipts = await keepTogether(deps, arrivals);
    return receipts.map((value) => ({ status: "fulfilled", value }));
  } catch (error) {
    if (databaseUnavailable(error) && !isLockTimeout(error)) throw error;
    // One of them is poison. Alone, each shows what it is; the others must not suffer.
    return mapLimited(arrivals, 4, (arrival) => keepAlone(deps, arrival));
  }
}

// Somebody holds the one row that this event needs: that is about the event, not about the database.
const isLockTimeout = (error: unknown): boolean => ["55P03", "57014"].includes(sqlState(error) ?? "");

async function keepAlone(deps: WebhookDeps, arrival: Arrival): Promise<PromiseSettledResult<Receipt>> {
  try {
    const [receipt] = await keepTogether(deps, [arrival]);
    if (!receipt) throw new Error("inbox answered with no receipt");
    return { status: "fulfilled", value: receipt };
  } catch (error) {
    if (databaseUnavailable(error) && !isLockTimeout(error)) return { status: "rejected", reason: error };
    return keepForLater(deps, arrival, errorMessage(error)).then(
      (value) => ({ status: "fulfilled" as const, value }),
      (reason: unknown) => ({ status: "rejected" as const, reason }),
    );
  }
}

async function keepForLater(deps: WebhookDeps, arrival: Arrival, note: string): Promise<Receipt> {
  const inserted = await deps.db.transaction(async (tx) => {
    const nextAttemptAt = retryAt(deps.clock.now(), 1) ?? null;
    const row = {
      ...toRow(deps, arrival),
      status: "pending" as const,
      attempts: 1,
      nextAttemptAt,
      note: note.slice(0, 500),
    };
    const ids = await queries.insertEvents(tx, [row]);
    if (ids.size > 0) await schedule(tx, arrival.id, nextAttemptAt ?? undefined);
    return ids.size > 0;
  });
  return { status: "pending", duplicate: !inserted };
}

/** Hands an event to the worker. */
export const schedule = (tx: Tx, id: WebhookEventRow["id"], runAt: Date | undefined) =>
  enqueueJob(tx, "webhooks:process", { eventId: id }, { key: `webhook:${id}`, ...(runAt ? { runAt } : {}) });

async function keepTogether(deps: WebhookDeps, arrivals: readonly Arrival[]): Promise<Receipt[]> {
  const prepared = await prepareArrivals(deps, arrivals);
  return deps.db.transaction(async (tx) => {
    const rows = arrivals.map((arrival) => toRow(deps, arrival, prepared.get(arrival)));
    const inserted = await queries.insertEvents(tx, rows);
    const fresh = arrivals.filter((arrival) => inserted.has(arrival.id));
    const later = await settleFresh(deps, tx, fresh, prepared);
    for (const arrival of later) {
      await queries.updateEvent(tx, arrival.id, {
        status: "pending",
        nextAttemptAt: deps.clock.now(),
        processedAt: null,
      });
    }
    for (const [index, row] of rows.entries()) {
      const arrival = arrivals[index];
      if (arrival && inserted.has(row.id) && (row.status === "pending" || later.has(arrival)))
        await schedule(tx, row.id, undefined);
    }
    return rows.map((row, index) => {
      const arrival = arrivals[index];
      const status = arrival && later.has(arrival) ? "pending" : row.status;
      return { status, duplicate: !inserted.has(row.id) };
    });
  });
}

type Prepared = ReadonlyMap<Arrival, PreparedNews | { unknown: boolean }>;

async function prepareArrivals(deps: WebhookDeps, arrivals: readonly Arrival[]): Promise<Prepared> {
  const withNews = arrivals.flatMap((arrival) => {
    const item = newsOf(arrival);
    return item ? [{ arrival, item }] : [];
  });
  const prepared = await prepareNews(
    deps,
    withNews.map(({ item }) => item),
  );
  return new Map(
    withNews.flatMap(({ arrival }, index) => {
      const entry = prepared[index];
      return entry ? [[arrival, entry] as const] : [];
    }),
  );
}

function newsOf(arrival: Arrival): NewsItem | undefined {
  if (arrival.meaning.kind !== "payment") return undefined;
  return { provider: arrival.provider as PaymentProviderName, news: arrival.meaning.news, from: { kind: "webhook" } };
}

/** Settles what is new. Returns the events that must be looked at again by the worker. */
async function settleFresh(
  deps: WebhookDeps,
  tx: Tx,
  fresh: readonly Arrival[],
  prepared: Prepared,
): Promise<Set<Arrival>> {
  const known = fresh.flatMap((arrival) => {
    const entry = prepared.get(arrival);
    return entry && "settle" in entry ? [{ arrival, entry }] : [];
  });
  const { outcomes } = await settleInTransaction(
    deps,
    tx,
    known.map(({ entry }) => entry),
  );
  return new Set(known.flatMap(({ arrival }, index) => (outcomes[index] === "refetch" ? [arrival] : [])));
}

// PostgreSQL keeps no NUL in a text.
const storable = (text: string): string => text.replaceAll("\0", "");

const plausible = (time: Date | undefined): Date | null => (time && isPlausibleTime(time) ? time : null);

function toRow(
  deps: WebhookDeps,
  arrival: Arrival,
  prepared?: PreparedNews | { unknown: boolean },
): NewWebhookEvent & { status: WebhookEventStatus } {
  const now = deps.clock.now();
  const { status, note, resource } = standing(arrival, prepared);
  return {
    id: arrival.id,
    provider: arrival.provider,
    eventId: storable(arrival.event.eventId),
    type: storable(arrival.event.type),
    status,
    body: arrival.rawBody,
    // It may quote the type, or what was wrong with a field.
    note: note === undefined ? null : storable(note),
    resource: resource === undefined ? null : storable(resource),
    occurredAt: plausible(arrival.event.occurredAt),
    receivedAt: now,
    processedAt: status === "processed" || status === "ignored" ? now : null,
    nextAttemptAt: status === "pending" ? now : null,
    healed: arrival.healed,
  };
}

function standing(
  { meaning }: Arrival,
  prepared: PreparedNews | { unknown: boolean } | undefined,
): { status: WebhookEventStatus; note?: string; resource?: string } {
  switch (meaning.kind) {
    case "violation":
      return { status: "dead", note: meaning.reason };
    case "ignored":
      return { status: "ignored", note: meaning.reason };
    case "refetch":
      return { status: "pending", ...(meaning.paymentId === undefined ? {} : { resource: meaning.paymentId }) };
    case "payment":
      if (prepared && "settle" in prepared) return { status: "processed", resource: prepared.paymentId };
      // Named as ours but not in our books (yet): the webhook may have overtaken the row.
      if (prepared?.unknown && !meaning.mayBeForeign)
        return { status: "pending", note: "the payment is not known yet" };
      return { status: "ignored", note: "foreign: no payment of ours" };
    case "refunds":
    case "dispute":
    case "subscription":
    case "subscription_checkout":
    case "invoice":
    case "payment_method":
    case "fetch":
    case "deposit":
    case "withdrawal":
      return { status: "pending" };
  }
}
