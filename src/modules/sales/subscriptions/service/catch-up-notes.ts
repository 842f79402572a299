import { DAY_MS } from "../../../../core/clock.js";
import { keepFailure, type LookFailure } from "../../../../kernel/jobs.js";
import { pagesSince, sinceLastOrDaily } from "../../../../kernel/lists.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import * as queries from "../queries.js";
import { billingOf, clear, PROVIDER, type SubscriptionDeps } from "./deps.js";
import { lookUpInvoice } from "./settle-invoice.js";

const CURSOR = "stripe:credit_notes";
const LISTED = { provider: PROVIDER, list: "credit_notes", event: "invoice.unreadable_entry" } as const;
/** How far the first run looks back, and one run a day: a note may have been voided since. */
const LOOK_BACK_MS = 60 * DAY_MS;

/**
 * Looks up the invoices of ours that the provider has credit notes of: what was given back in its dashboard must not be lost with
 * a webhook. Returns the failures, which are tried at the next run.
 */
export async function catchUpCreditNotes(deps: SubscriptionDeps): Promise<{ failures: LookFailure[] }> {
  const startedAt = deps.clock.now();
  const failures: LookFailure[] = [];
  const last = await queries.readCursor(deps.db.read, CURSOR);
  for (const reference of await creditedSince(deps, sinceLastOrDaily(last, startedAt, LOOK_BACK_MS))) {
    await keepFailure(failures, reference, () => lookUpInvoice(deps, reference));
  }
  if (failures.length === 0) await deps.db.transaction((tx) => queries.writeCursor(tx, CURSOR, startedAt));
  return { failures };
}

/** The invoices that we know among those with notes made since; others are found by the list of invoices. */
async function creditedSince(deps: SubscriptionDeps, since: Date): Promise<string[]> {
  const references = new Set<string>();
  const billing = billingOf(deps);
  for await (const page of pagesSince(async (query) => clear(await billing.listCreditNotesSince(query)), since)) {
    await keepUnreadable(deps, LISTED, page.unreadable ?? []);
    for (const { invoiceReference } of page.data) references.add(invoiceReference);
  }
  if (references.size === 0) return [];
  const known = await queries.findInvoicesByReference(deps.db.read, PROVIDER, [...references]);
  return known.map(({ providerReference }) => providerReference);
}
