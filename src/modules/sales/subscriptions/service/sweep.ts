import { lookAtEach, type Round } from "../../../../kernel/jobs.js";
import * as queries from "../queries.js";
import { nextInvoiceLook } from "../rules/invoice.js";
import { nextLook } from "../rules/subscription.js";
import type { Invoice, Subscription } from "../types.js";
import { applyConsequence } from "./apply-consequence.js";
import { askForSubscription } from "./ask-provider.js";
import { billingOf, clear, type SubscriptionDeps } from "./deps.js";
import { lookUpInvoice } from "./settle-invoice.js";
import { lookUp, settlePage } from "./settle-subscription.js";

const SWEEP_MAX = 100;
/** Asks again for subscriptions that were promised and not answered, and looks at those that nobody spoke of. */
export const sweepSubscriptions = async (deps: SubscriptionDeps): Promise<Round> =>
  lookAtEach(await queries.listDueSubscriptions(deps.db.read, deps.clock.now(), SWEEP_MAX), (row) => check(deps, row));

async function check(deps: SubscriptionDeps, row: Subscription): Promise<void> {
  // First the next look, then the question: what always fails must not be asked about without end.
  const checks = row.checks + 1;
  const next = deps.billing ? nextLook(deps.clock, row, checks) : null;
  await deps.db.transaction((tx) => queries.postponeLook(tx, row.id, next, checks));
  if (!deps.billing) return;
  if (row.status === "requested") {
    await askForSubscription(deps, row);
    return;
  }
  if (row.providerReference !== null) {
    await lookUp(deps, row, row.providerReference);
    return;
  }
  if (row.sessionReference === null) return;
  const page = clear(await billingOf(deps).getSubscriptionCheckout(row.sessionReference));
  const settled = await deps.db.transaction((tx) => settlePage(deps, tx, row.id, page));
  if (page.providerReference !== undefined) await lookUp(deps, settled, page.providerReference);
}

/** Looks at invoices that are not over and that nobody spoke of. */
export const sweepInvoices = async (deps: SubscriptionDeps): Promise<Round> =>
  lookAtEach(await queries.listDueInvoices(deps.db.read, deps.clock.now(), SWEEP_MAX), (row) =>
    checkInvoice(deps, row),
  );

async function checkInvoice(deps: SubscriptionDeps, row: Invoice): Promise<void> {
  const checks = row.checks + 1;
  const next = deps.billing ? nextInvoiceLook(deps.clock, row, checks) : null;
  await deps.db.transaction((tx) => queries.postponeInvoiceLook(tx, row.id, next, checks));
  if (deps.billing) await lookUpInvoice(deps, row.providerReference);
}

/** Does what plans say about invoices whose grace is over. */
export const sweepCases = async (deps: SubscriptionDeps): Promise<Round> =>
  lookAtEach(await queries.listDueCases(deps.db.read, deps.clock.now(), SWEEP_MAX), (dunned) =>
    applyConsequence(deps, dunned),
  );

/** Looks at one invoice unless it is settled already. */
export async function lookAtInvoice(deps: SubscriptionDeps, reference: string): Promise<void> {
  const [known] = await queries.findInvoicesByReference(deps.db.read, "stripe", [reference]);
  if (known?.bookedAt || known?.status === "void" || !deps.billing) return;
  await lookUpInvoice(deps, reference);
}
