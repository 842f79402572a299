import { type Caller, maySeeCustomer, SYSTEM_ACTOR } from "../../../core/access.js";
import { fingerprint } from "../../../core/canonical.js";
import { type Clock, MINUTE_MS } from "../../../core/clock.js";
import { CUSTOMER_ID } from "../../../core/customer-ids.js";
import { AppError } from "../../../core/errors.js";
import type { IdSource } from "../../../core/ids.js";
import { decodeCursor, type Page, type PageQuery, toPage } from "../../../core/pagination.js";
import type { Database, Tx } from "../../../db/client.js";
import { enqueueJob } from "../../../kernel/jobs.js";
import type { PaymentProvider } from "../../../providers/ports/index.js";
import { type AuditDeps, recordAudit } from "../../trust/audit/index.js";
import type { CustomerRow } from "./queries.js";
import * as queries from "./queries.js";

export interface CustomerDeps extends AuditDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
}

export type Customer = CustomerRow;

/** What may be said of a customer. An absent field stays as it is; null clears it. */
export interface CustomerChange {
  readonly email?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly country?: string | null | undefined;
  readonly metadata?: Record<string, string> | undefined;
}

export const customerNotFound = (id: string) => new AppError("customers.not_found", `No customer ${id}.`);

/** Creates the customer or changes it. Returns whether it is new. */
export async function putCustomer(
  deps: CustomerDeps,
  actor: string,
  id: string,
  change: CustomerChange,
): Promise<{ customer: Customer; created: boolean }> {
  return deps.db.transaction(async (tx) => {
    const created = await ensureCustomer(deps, tx, actor, id, change);
    if (created) return { customer: created, created: true };
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const customer = await queries.updateCustomer(tx, id, { ...given, updatedAt: deps.clock.now() });
    if (!customer) throw customerNotFound(id);
    // Receipts, invoices and hosted pages show what the provider has.
    if ("email" in given || "name" in given) {
      await enqueueJob(tx, "customers:tell", { customerId: id }, { key: `customers:tell:${id}` });
    }
    // Which fields, not what they hold: the audit trail outlives the right to personal data.
    await recordAudit(deps, tx, [
      { actor, action: "putCustomer", resource: id, details: { fields: Object.keys(given) } },
    ]);
    return { customer, created: false };
  });
}

/** Inserts the customer on first use; returns it only when it is new. */
export async function ensureCustomer(
  deps: CustomerDeps,
  tx: Tx,
  actor: string,
  id: string,
  facts: CustomerChange = {},
): Promise<Customer | undefined> {
  const now = deps.clock.now();
  const inserted = await queries.insertCustomer(tx, {
    id,
    email: facts.email ?? null,
    name: facts.name ?? null,
    country: facts.country ?? null,
    metadata: facts.metadata ?? {},
    createdAt: now,
    updatedAt: now,
  });
  if (inserted) await recordAudit(deps, tx, [{ actor, action: "createCustomer", resource: id }]);
  return inserted;
}

/** A customer that this caller may see. Throws `customers.not_found` (404), also for somebody else's. */
export async function getCustomer(deps: CustomerDeps, caller: Caller, id: string): Promise<Customer> {
  const customer = maySeeCustomer(caller, id) ? await queries.findCustomer(deps.db.read, id) : undefined;
  if (!customer) throw customerNotFound(id);
  return customer;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Customers, newest first. */
export async function listCustomers(
  deps: CustomerDeps,
  filter: { email?: string | undefined },
  page: PageQuery,
): Promise<Page<Customer>> {
  const [createdAt, id] = page.cursor === undefined ? [] : decodeCursor(page.cursor, 2);
  const isOurs =
    ISO_TIME.test(createdAt ?? "") && !Number.isNaN(Date.parse(createdAt ?? "")) && CUSTOMER_ID.test(id ?? "");
  if (page.cursor !== undefined && !isOurs) decodeCursor("", 2);
  const after = createdAt !== undefined && id !== undefined ? { createdAt, id } : undefined;
  const rows = await queries.listCustomers(deps.db.read, filter, after, page.limit + 1);
  return toPage(
    rows,
    page.limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => row,
  );
}

/** Ids of the customers with these e-mail addresses, by lower-case address. */
export async function findCustomerIdsByEmail(
  deps: CustomerDeps,
  emails: readonly string[],
): Promise<Map<string, string[]>> {
  const wanted = [...new Set(emails.map((email) => email.toLowerCase()))];
  const found = new Map<string, string[]>();
  if (wanted.length === 0) return found;
  for (const row of await queries.listCustomersByEmail(deps.db.read, wanted)) {
    const email = (row.email ?? "").toLowerCase();
    found.set(email, [...(found.get(email) ?? []), row.id]);
  }
  return found;
}

/** The provider's customer of ours: its reference, or none; `unknown` when it may exist but cannot be named now. */
export type LinkResult =
  | { readonly outcome: "linked"; readonly reference: string | undefined }
  | { readonly outcome: "unknown"; readonly reason: string };

// A key is never sent with two bodies, so the facts are part of it. And a provider may repeat a stored failure for its key
// all day: after a while the question is a new one. The worst that can come of it is a customer there that nobody uses.
const attemptWindow = (clock: Clock): number => Math.floor(clock.now().getTime() / (10 * MINUTE_MS));

/** The provider's own customer for ours, if there is one already. */
export const knownReference = (
  deps: CustomerDeps,
  provider: PaymentProvider,
  customerId: string,
): Promise<string | undefined> => queries.findLink(deps.db.read, customerId, provider.name);

/** Our customer whose the provider's customer is, if it is anybody's. */
export const customerOfReference = (
  deps: CustomerDeps,
  provider: PaymentProvider,
  reference: string,
): Promise<string | undefined> => queries.findLinked(deps.db.read, provider.name, reference);

/** Forgets that the provider's customer `reference` is ours, because the provider has it no more. */
export async function unlink(
  deps: CustomerDeps,
  provider: PaymentProvider,
  customerId: string,
  reference: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const link = { customerId, provider: provider.name, reference };
    // Somebody else may have noticed first, and linked its successor.
    if (!(await queries.deleteLink(tx, link))) return;
    const details = { provider: provider.name, reference };
    await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: "unlinkCustomer", resource: customerId, details }]);
  });
}

/**
 * The provider's own customer for ours, made once. Requests that race send the same idempotency key, so the provider
 * answers all of them with the same customer. `insteadOf` names one that is gone, and which the provider would give again
 * for the key that made it. A provider that refuses to make one is paid without it.
 */
export async function linkedReference(
  deps: CustomerDeps,
  provider: PaymentProvider,
  customerId: string,
  insteadOf?: string,
): Promise<LinkResult> {
  if (!provider.customers) return { outcome: "linked", reference: undefined };
  const known = await knownReference(deps, provider, customerId);
  if (known) return { outcome: "linked", reference: known };
  const customer = await queries.findCustomer(deps.db.read, customerId);
  const facts = {
    ...(customer?.email ? { email: customer.email } : {}),
    ...(customer?.name ? { name: customer.name } : {}),
  };
  const gone = insteadOf === undefined ? {} : { insteadOf };
  const result = await provider.customers.createCustomer({
    customerId,
    idempotencyKey: `customer:${customerId}:${fingerprint({ ...facts, ...gone }, attemptWindow(deps.clock)).toString("hex")}`,
    ...facts,
  });
  if (result.outcome === "rejected") return { outcome: "linked", reference: undefined };
  if (result.outcome !== "accepted") return { outcome: "unknown", reason: "customer" };
  const reference = result.value.customerReference;
  await deps.db.transaction((tx) =>
    queries.insertLink(tx, { customerId, provider: provider.name, reference, createdAt: deps.clock.now() }),
  );
  return {
    outcome: "linked",
    reference: (await queries.findLink(deps.db.read, customerId, provider.name)) ?? reference,
  };
}

/** Tells a provider that knows the customer what it is called now. Throws when it gives no clear answer: it is told again. */
export async function tellProvider(deps: CustomerDeps, provider: PaymentProvider, customerId: string): Promise<void> {
  if (!provider.customers) return;
  const reference = await knownReference(deps, provider, customerId);
  const customer = await queries.findCustomer(deps.db.read, customerId);
  if (!reference || !customer) return;
  const result = await provider.customers.updateCustomer({
    customerReference: reference,
    ...(customer.email ? { email: customer.email } : {}),
    ...(customer.name ? { name: customer.name } : {}),
  });
  if (result.outcome === "notFound") await unlink(deps, provider, customerId, reference);
  if (result.outcome === "unknown") throw new Error(`${provider.name} answered ${result.reason}`);
}
