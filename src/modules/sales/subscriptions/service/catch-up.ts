import { DAY_MS } from "../../../../core/clock.js";
import { keepFailure, type LookFailure } from "../../../../kernel/jobs.js";
import { pagesSince, sinceLast } from "../../../../kernel/lists.js";
import type { BillingProvider, InvoiceNews, ListingQuery } from "../../../../providers/ports/index.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import * as queries from "../queries.js";
import { clear, type SubscriptionDeps } from "./deps.js";
import { lookUpInvoice } from "./settle-invoice.js";

/** How far the first run looks back. */
const FIRST_LOOK_BACK_MS = 7 * DAY_MS;
const PAGE_SIZE = 100;

/**
 * Settles invoices that are in a provider's list and that no webhook told us about: a cycle must not be lost with one. The
 * list is read from where the last run that read all of it had begun. Returns the failures, which are tried at the next run.
 */
export async function catchUpInvoices(
  deps: SubscriptionDeps,
  billing: BillingProvider,
): Promise<{ failures: LookFailure[] }> {
  const { name: provider } = billing;
  const cursor = `${provider}:invoices`;
  const listed = { provider, list: "invoices", event: "invoice.unreadable_entry" } as const;
  const startedAt = deps.clock.now();
  const last = await queries.readCursor(deps.db.read, cursor);
  const since = sinceLast(last, startedAt, FIRST_LOOK_BACK_MS);
  const list = async (query: ListingQuery) =>
    clear(billing, await billing.listInvoices({ ...query, limit: PAGE_SIZE }));
  const failures: LookFailure[] = [];
  for await (const page of pagesSince(list, since)) {
    await keepUnreadable(deps, listed, page.unreadable ?? []);
    for (const reference of await unheard(deps, billing, page.data)) {
      await keepFailure(failures, reference, () => lookUpInvoice(deps, provider, reference));
    }
  }
  if (failures.length === 0) await deps.db.transaction((tx) => queries.writeCursor(tx, cursor, startedAt));
  return { failures };
}

/** Those of our subscriptions that stand otherwise than we have them. */
async function unheard(
  deps: SubscriptionDeps,
  { name }: BillingProvider,
  page: readonly InvoiceNews[],
): Promise<string[]> {
  const ours = page.filter(({ subscriptionId }) => subscriptionId !== undefined);
  if (ours.length === 0) return [];
  const references = ours.map(({ providerReference }) => providerReference);
  const known = await queries.findInvoicesByReference(deps.db.read, name, references);
  const statuses = new Map(known.map((row) => [row.providerReference, row.status]));
  return ours
    .filter((news) => statuses.get(news.providerReference) !== news.status)
    .map((news) => news.providerReference);
}
