import { DAY_MS } from "../../../../core/clock.js";
import { keepFailure, type LookFailure } from "../../../../kernel/jobs.js";
import { pagesSince, sinceLastOrDaily } from "../../../../kernel/lists.js";
import type { BillingProvider, ListingQuery } from "../../../../providers/ports/index.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import * as queries from "../queries.js";
import { clear, type SubscriptionDeps } from "./deps.js";
import { lookUpInvoice } from "./settle-invoice.js";

/** How far the first run looks back, and one run a day: a note may have been voided since. */
const LOOK_BACK_MS = 60 * DAY_MS;

/**
 * Looks up the invoices of ours that a provider has credit notes of: what was given back in its dashboard must not be lost with
 * a webhook. Returns the failures, which are tried at the next run.
 */
export async function catchUpCreditNotes(
  deps: SubscriptionDeps,
  billing: BillingProvider,
): Promise<{ failures: LookFailure[] }> {
  const cursor = `${billing.name}:credit_notes`;
  const startedAt = deps.clock.now();
  const failures: LookFailure[] = [];
  const last = await queries.readCursor(deps.db.read, cursor);
  for (const reference of await creditedSince(deps, billing, sinceLastOrDaily(last, startedAt, LOOK_BACK_MS))) {
    await keepFailure(failures, reference, () => lookUpInvoice(deps, billing.name, reference));
  }
  if (failures.length === 0) await deps.db.transaction((tx) => queries.writeCursor(tx, cursor, startedAt));
  return { failures };
}

/** The invoices that we know among those with notes made since; others are found by the list of invoices. */
async function creditedSince(deps: SubscriptionDeps, billing: BillingProvider, since: Date): Promise<string[]> {
  const references = new Set<string>();
  const listed = { provider: billing.name, list: "credit_notes", event: "invoice.unreadable_entry" } as const;
  const list = async (query: ListingQuery) => clear(billing, await billing.listCreditNotesSince(query));
  for await (const page of pagesSince(list, since)) {
    await keepUnreadable(deps, listed, page.unreadable ?? []);
    for (const { invoiceReference } of page.data) references.add(invoiceReference);
  }
  if (references.size === 0) return [];
  const known = await queries.findInvoicesByReference(deps.db.read, billing.name, [...references]);
  return known.map(({ providerReference }) => providerReference);
}
