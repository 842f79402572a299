import { lookAtEach, type Round } from "../../../../kernel/jobs.js";
import type { BillingProvider, BillingProviderName } from "../../../../providers/ports/index.js";
import * as queries from "../queries.js";
import { nextInvoiceLook } from "../rules/invoice.js";
import { nextLook } from "../rules/subscription.js";
import type { Invoice, Subscription } from "../types.js";
import { applyConsequence } from "./apply-consequence.js";
import { askForSubscription } from "./ask-provider.js";
import { clear, type SubscriptionDeps } from "./deps.js";
import { lookUpInvoice } from "./settle-invoice.js";
import { lookUp, settlePage } from "./settle-subscription.js";

const SWEEP_MAX = 100;

/** Asks a provider again for subscriptions that were promised and not answered, and looks at those that nobody spoke of. */
export const sweepSubscriptions = async (deps: SubscriptionDeps, billing: BillingProvider): Promise<Round> => {
  const due = await queries.listDueSubscriptions(deps.db.read, billing.name, deps.clock.now(), SWEEP_MAX);
  return lookAtEach(due, (row) => check(deps, billing, row));
};

async function check(deps: SubscriptionDeps, billing: BillingProvider, row: Subscription): Promise<void> {
  // First the next look, then the question: what always fails must not be asked about without end.
  const checks = row.checks + 1;
  const next = nextLook(deps.clock, row, checks);
  await deps.db.transaction((tx) => queries.postponeLook(tx, row.id, next, checks));
  if (row.status === "requested") {
    await askForSubscription(deps, row);
    return;
  }
  if (row.providerReference !== null) {
    await lookUp(deps, row, row.providerReference);
    return;
  }
  if (row.sessionReference === null) return;
  const page = clear(billing, await billing.getSubscriptionCheckout(row.sessionReference));
  const settled = await deps.db.transaction((tx) => settlePage(deps, tx, row.id, page));
  if (page.providerReference !== undefined) await lookUp(deps, settled, page.providerReference);
}

/** Looks at a provider's invoices that are not over and that nobody spoke of. */
export const sweepInvoices = async (deps: SubscriptionDeps, { name }: BillingProvider): Promise<Round> =>
  lookAtEach(await queries.listDueInvoices(deps.db.read, name, deps.clock.now(), SWEEP_MAX), (row) =>
    checkInvoice(deps, row),
  );

async function checkInvoice(deps: SubscriptionDeps, row: Invoice): Promise<void> {
  const checks = row.checks + 1;
  const next = nextInvoiceLook(deps.clock, row, checks);
  await deps.db.transaction((tx) => queries.postponeInvoiceLook(tx, row.id, next, checks));
  await lookUpInvoice(deps, row.provider, row.providerReference);
}

/** Does what plans say about a provider's invoices whose grace is over. */
export const sweepCases = async (deps: SubscriptionDeps, { name }: BillingProvider): Promise<Round> =>
  lookAtEach(await queries.listDueCases(deps.db.read, name, deps.clock.now(), SWEEP_MAX), (dunned) =>
    applyConsequence(deps, dunned),
  );

/** Looks at one invoice of a provider, unless it is settled already or the provider is not set up. */
export async function lookAtInvoice(
  deps: SubscriptionDeps,
  provider: BillingProviderName,
  reference: string,
): Promise<void> {
  const [known] = await queries.findInvoicesByReference(deps.db.read, provider, [reference]);
  if (known?.bookedAt || known?.status === "void" || !deps.billingProviders.has(provider)) return;
  await lookUpInvoice(deps, provider, reference);
}
