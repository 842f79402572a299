import { newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import * as queries from "../queries.js";
import { settleInvoice } from "../rules/invoice.js";
import type { Invoice, InvoiceId, Subscription } from "../types.js";
import { type Booked, bookInvoice } from "./book-invoice.js";
import type { SubscriptionDeps } from "./deps.js";
import { dun } from "./dunning.js";
import { beginInvoice, moveInvoice } from "./move.js";
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
  return write(deps, tx, owner, { row, id, prepared, decision, booked }, async (settled) => {
    // Credits are of an invoice, so its row comes first.
    if (booked) await queries.insertCredits(tx, booked.lines);
    await takeCredited(deps, tx, { before: row, settled, given: prepared.given });
    await dun(deps, tx, owner, settled, prepared.plan);
  });
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
  alongside: (settled: Invoice) => Promise<void>,
): Promise<Invoice | undefined> {
  const now = deps.clock.now();
  if (row && decision.kind === "nothing") {
    await queries.touchInvoice(tx, id, now);
    await alongside(row);
    return row;
  }
  const { facts, news } = prepared;
  const granted = booked ? { ...paymentsOf(booked), bookedAt: now, grants: booked.grants } : {};
  if (row) {
    const { status = row.status, ...change } = decision.kind === "nothing" ? {} : decision.change;
    return moveInvoice(deps, tx, row, status, { ...change, ...granted, lookedUpAt: now }, alongside);
  }
  const fresh = {
    ...facts,
    ...granted,
    grants: booked?.grants ?? [],
    id,
    subscriptionId: owner.id,
    customerId: owner.customerId,
    walletId: owner.walletId,
    provider: owner.provider,
    providerReference: news.providerReference,
    lookedUpAt: now,
  } as const;
  return beginInvoice(deps, tx, fresh, alongside);
}

const paymentsOf = ({ payments }: Booked) => ({
  paymentId: payments[0]?.id ?? null,
  paymentIds: payments.map(({ id }) => id),
});

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
