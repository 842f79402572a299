import { DAY_MS, HOUR_MS } from "../../../../core/clock.js";
import { errorMessage } from "../../../../core/errors.js";
import type { CreditNoteFacts } from "../../../../providers/billing-port.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import * as queries from "../queries.js";
import { billingOf, clear, PROVIDER, type SubscriptionDeps } from "./deps.js";
import { lookUpInvoice } from "./settle-invoice.js";

const CURSOR = "stripe:credit_notes";
const LISTED = { provider: PROVIDER, list: "credit_notes", event: "invoice.unreadable_entry" } as const;
/** The provider's clock is not ours, and what it made last may not be in its list yet. */
const OVERLAP_MS = 2 * HOUR_MS;
/** How far the first run looks back, and one run a day: a note may have been voided since. */
const LOOK_BACK_MS = 60 * DAY_MS;
const PAGES_MAX = 100;

/**
 * Looks up the invoices of ours that the provider has credit notes of: what was given back in its dashboard must not be lost with
 * a webhook. Returns the failures, which are tried at the next run.
 */
export async function catchUpCreditNotes(deps: SubscriptionDeps): Promise<{ failures: string[] }> {
  const startedAt = deps.clock.now();
  const failures: string[] = [];
  for (const reference of await creditedSince(deps, await sinceWhen(deps, startedAt))) {
    await lookUpInvoice(deps, reference).catch((error: unknown) => {
      failures.push(`${reference}: ${errorMessage(error)}`);
    });
  }
  if (failures.length === 0) await deps.db.transaction((tx) => queries.writeCursor(tx, CURSOR, startedAt));
  return { failures };
}

async function sinceWhen(deps: SubscriptionDeps, now: Date): Promise<Date> {
  const last = await queries.readCursor(deps.db.read, CURSOR);
  const isNewDay = !last || Math.floor(last.getTime() / DAY_MS) !== Math.floor(now.getTime() / DAY_MS);
  const since = isNewDay ? now.getTime() - LOOK_BACK_MS : last.getTime();
  return new Date(Math.min(since, last?.getTime() ?? since) - OVERLAP_MS);
}

/** The invoices that we know among those with notes made since; others are found by the list of invoices. */
async function creditedSince(deps: SubscriptionDeps, since: Date): Promise<string[]> {
  const references = new Set<string>();
  for await (const page of pagesSince(deps, since)) {
    for (const { invoiceReference } of page) references.add(invoiceReference);
  }
  if (references.size === 0) return [];
  const known = await queries.findInvoicesByReference(deps.db.read, PROVIDER, [...references]);
  return known.map(({ providerReference }) => providerReference);
}

async function* pagesSince(deps: SubscriptionDeps, since: Date): AsyncGenerator<readonly CreditNoteFacts[]> {
  let cursor: string | undefined;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const page = clear(
      await billingOf(deps).listCreditNotesSince({ since, ...(cursor === undefined ? {} : { cursor }) }),
    );
    await keepUnreadable(deps, LISTED, page.unreadable ?? []);
    yield page.data;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
  throw new Error(`the list of credit notes since ${since.toISOString()} has more than ${PAGES_MAX} pages`);
}
