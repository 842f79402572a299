import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { invoiceEvents } from "../events.js";
import * as queries from "../queries.js";
import { nextInvoiceLook, settleInvoice } from "../rules/invoice.js";
import type { Invoice, InvoiceId, Subscription } from "../types.js";
import { type Booked, bookInvoice } from "./book-invoice.js";
import type { SubscriptionDeps } from "./deps.js";
import { dun } from "./dunning.js";
import { fetchInvoice, type PreparedInvoice, prepareInvoice } from "./prepare-invoice.js";
import { settleNews } from "./settle-subscription.js";
import { takeCredited } from "./take-credited.js";

/**
 * Settles news of an invoice inside the caller's transaction. Reply, webhook, sweeper and catch-up all come through here: the
 * mirror, what a paid one grants, its payment, and what is done about one that cannot be collected. Undefined, and nothing
 * written, when somebody else settled something since the row was read: ask the provider again.
 */
export async function settleInvoiceNews(
  deps: SubscriptionDeps,
  tx: Tx,
  prepared: PreparedInvoice,
): Promise<Invoice | undefined> {
  // The subscription first, always: what is granted and what is frozen depend on all of its invoices.
  const owner = await holdOwner(deps, tx, prepared);
  if (!owner) return undefined;
  const { news, facts } = prepared;
  const row = await queries.lockInvoice(tx, owner.provider, news.providerReference);
  const decision = settleInvoice(row, facts, prepared.observedVersion);
  if (decision.kind === "refetch") return undefined;
  const id = row?.id ?? newId(deps.ids, "inv");
  const booked = decision.kind === "book" ? await bookInvoice(deps, tx, owner, id, prepared) : undefined;
  const settled = await write(deps, tx, owner, { row, id, prepared, decision, booked });
  if (!settled) return undefined;
  // Credits are of an invoice, so its row comes first.
  if (booked) await queries.insertCredits(tx, booked.lines);
  await takeCredited(deps, tx, { before: row, settled, given: prepared.given });
  await dun(deps, tx, owner, settled, prepared.plan);
  await announce(deps, tx, settled, row);
  return settled;
}

/** The subscription, held. Undefined when what is known about it was overtaken. */
async function holdOwner(
  deps: SubscriptionDeps,
  tx: Tx,
  { subscription, subscriptionId }: PreparedInvoice,
): Promise<Subscription | undefined> {
  if (subscription) return settleNews(deps, tx, subscription);
  const owner = await queries.lockSubscription(tx, subscriptionId);
  if (!owner) throw new Error(`subscription ${subscriptionId} disappeared`);
  return owner;
}

interface Writing {
  readonly row: Invoice | undefined;
  readonly id: InvoiceId;
  readonly prepared: PreparedInvoice;
  readonly decision: Exclude<ReturnType<typeof settleInvoice>, { kind: "refetch" }>;
  readonly booked: Booked | undefined;
}

async function write(
  deps: SubscriptionDeps,
  tx: Tx,
  owner: Subscription,
  { row, id, prepared, decision, booked }: Writing,
): Promise<Invoice | undefined> {
  const now = deps.clock.now();
  if (row && decision.kind === "nothing") {
    await queries.touchInvoice(tx, id, now);
    return row;
  }
  const { facts, news } = prepared;
  const written = {
    ...(booked ? { ...paymentsOf(booked), bookedAt: now, grants: booked.grants } : {}),
    nextCheckAt: nextInvoiceLook(deps.clock, facts, 0),
    checks: 0,
    lookedUpAt: now,
    updatedAt: now,
  };
  if (row) {
    const change = decision.kind === "nothing" ? {} : decision.change;
    return queries.updateInvoice(tx, id, { ...change, ...written });
  }
  return queries.insertInvoice(tx, {
    grants: [],
    ...facts,
    ...written,
    id,
    subscriptionId: owner.id,
    customerId: owner.customerId,
    walletId: owner.walletId,
    provider: owner.provider,
    providerReference: news.providerReference,
    createdAt: now,
  });
}

const paymentsOf = ({ payments }: Booked) => ({
  paymentId: payments[0]?.id ?? null,
  paymentIds: payments.map(({ id }) => id),
});

/** Tells auditors and listeners what became of an invoice. */
async function announce(deps: SubscriptionDeps, tx: Tx, row: Invoice, before: Invoice | undefined): Promise<void> {
  const moved = row.status !== before?.status;
  const failed = row.status === "open" && row.attempts > (before?.attempts ?? 0);
  const asks = row.status === "open" && row.requiresAction && !before?.requiresAction;
  const types = [
    ...(moved ? [`invoice.${row.status}` as const] : []),
    ...(failed ? ["invoice.payment_failed" as const] : []),
    ...(asks ? ["invoice.payment_action_required" as const] : []),
    ...(row.credited === (before?.credited ?? 0n) ? [] : ["invoice.credited" as const]),
  ];
  if (types.length === 0) return;
  const data = {
    subscriptionId: row.subscriptionId,
    status: row.status,
    number: row.number,
    billingReason: row.billingReason,
    total: Number(row.total),
    amountPaid: Number(row.amountPaid),
    credited: Number(row.credited),
    currency: row.currency,
    paymentId: row.paymentId,
    grants: row.grants.map(({ asset, amount, expired }) => ({
      asset,
      amount: Number(amount),
      expired: Number(expired),
    })),
    attempts: row.attempts,
    failureCode: row.failure?.code ?? null,
  };
  const { id: resource, customerId } = row;
  await recordAudit(
    deps,
    tx,
    types.map((action) => ({ actor: SYSTEM_ACTOR, action, resource, details: data })),
  );
  await emitEvents(
    deps,
    tx,
    types.map((type) => invoiceEvents.of(type, { resource, customerId }, data)),
  );
  if (moved) tx.afterCommit(() => deps.onInvoiceStatus?.(row.status));
}

const ROUNDS_MAX = 4;

/**
 * Looks a provider's invoice up and settles it, in a transaction of its own. Undefined when it is of no subscription of ours. Throws when
 * the provider gives no clear answer.
 */
export async function lookUpInvoice(
  deps: SubscriptionDeps,
  provider: Invoice["provider"],
  reference: string,
): Promise<Invoice | undefined> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const prepared = await prepareInvoice(deps, await fetchInvoice(deps, provider, reference));
    if (!prepared) return undefined;
    const settled = await deps.db.transaction((tx) => settleInvoiceNews(deps, tx, prepared));
    if (settled) return settled;
  }
  throw new Error(`invoice ${reference} keeps changing`);
}
