import { and, asc, desc, eq, gt, inArray, isNotNull, lte, notInArray, sql } from "drizzle-orm";
import type { Whose } from "../../../core/access.js";
import type { WalletId } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { listNewest } from "../../../db/lists.js";
import { billingCursors, dunningCases, invoiceCredits, invoices, subscriptions } from "./tables.js";
import type {
  DunningCase,
  DunningCaseId,
  Invoice,
  InvoiceCredit,
  InvoiceId,
  Standing,
  Subscription,
  SubscriptionId,
} from "./types.js";

// --- subscriptions

export type NewSubscription = typeof subscriptions.$inferInsert;

/** For `service/move.ts` only. */
export async function insertSubscription(tx: Tx, row: NewSubscription): Promise<Subscription | undefined> {
  const [inserted] = await tx.insert(subscriptions).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findSubscription(db: Db, id: SubscriptionId): Promise<Subscription | undefined> {
  const [row] = await db.select().from(subscriptions).where(eq(subscriptions.id, id));
  return row;
}

export async function findSubscriptionByReference(
  db: Db,
  provider: Subscription["provider"],
  reference: string,
): Promise<Subscription | undefined> {
  const [row] = await db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.provider, provider), eq(subscriptions.providerReference, reference)));
  return row;
}

/** Holds the row until the transaction ends: whatever happens to a subscription and its invoices queues up here. */
export async function lockSubscription(tx: Tx, id: SubscriptionId): Promise<Subscription | undefined> {
  const [row] = await tx.select().from(subscriptions).where(eq(subscriptions.id, id)).for("update");
  return row;
}

/** What may change of a subscription beside its status. */
export type SubscriptionFacts = Partial<Omit<Subscription, "id" | "status" | "version">> & { readonly status?: never };

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writeSubscriptionStatus(
  tx: Tx,
  { id, status }: Pick<Subscription, "id" | "status">,
  change: Partial<Subscription> & Pick<Subscription, "status">,
): Promise<Subscription> {
  const [row] = await tx
    .update(subscriptions)
    .set({ ...change, version: sql`${subscriptions.version} + 1` })
    .where(and(eq(subscriptions.id, id), eq(subscriptions.status, status)))
    .returning();
  if (!row) throw new Error(`subscription ${id} is not ${status} any more`);
  return row;
}

/** Writes facts; where it stands does not change. */
export async function updateSubscription(tx: Tx, id: SubscriptionId, change: SubscriptionFacts): Promise<Subscription> {
  const [row] = await tx
    .update(subscriptions)
    .set({ ...change, version: sql`${subscriptions.version} + 1` })
    .where(eq(subscriptions.id, id))
    .returning();
  if (!row) throw new Error(`subscription ${id} disappeared`);
  return row;
}

/** Writes down whom the provider is asked for. That is not news: what was observed before is no older for it. */
export const setProviderCustomer = (tx: Tx, id: SubscriptionId, providerCustomer: string) =>
  tx.update(subscriptions).set({ providerCustomer }).where(eq(subscriptions.id, id));

/** Moves the next look without counting as a change. */
export const postponeLook = (tx: Tx, id: SubscriptionId, nextCheckAt: Date | null, checks: number) =>
  tx.update(subscriptions).set({ nextCheckAt, checks }).where(eq(subscriptions.id, id));

/** Something is about to be asked about it: when that was, and when to look at what came of it. */
export const promiseAct = (tx: Tx, id: SubscriptionId, nextCheckAt: Date, updatedAt: Date) =>
  tx.update(subscriptions).set({ nextCheckAt, checks: 0, updatedAt }).where(eq(subscriptions.id, id));

export const listDueSubscriptions = (
  db: Db,
  provider: Subscription["provider"],
  now: Date,
  limit: number,
): Promise<Subscription[]> =>
  db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.provider, provider), lte(subscriptions.nextCheckAt, now)))
    .orderBy(asc(subscriptions.nextCheckAt))
    .limit(limit);

export interface SubscriptionFilter {
  readonly customerId?: string | undefined;
  readonly status?: Standing | undefined;
}

export const listSubscriptions = (
  db: Db,
  whose: Whose,
  { status }: SubscriptionFilter,
  before: SubscriptionId | undefined,
  limit: number,
): Promise<Subscription[]> =>
  listNewest(db, subscriptions, { status, ...(whose === "everybody" ? {} : whose) }, before, limit);

/** All of a customer's that have not ended, newest first. */
export const listOngoing = (db: Db, customerId: string, ended: readonly Standing[]): Promise<Subscription[]> =>
  db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.customerId, customerId), notInArray(subscriptions.status, [...ended])))
    .orderBy(desc(subscriptions.id));

/** Whether a subscription of this customer began with a trial, or may yet. */
export async function hadTrial(db: Db, customerId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.customerId, customerId),
        gt(subscriptions.trialDays, 0),
        notInArray(subscriptions.status, ["failed", "incomplete_expired"]),
      ),
    )
    .limit(1);
  return row !== undefined;
}

// --- invoices

export type NewInvoice = typeof invoices.$inferInsert;

/** For `service/move.ts` only. Undefined when somebody else wrote it down first. */
export async function insertInvoice(tx: Tx, row: NewInvoice): Promise<Invoice | undefined> {
  const [inserted] = await tx.insert(invoices).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findInvoice(db: Db, id: InvoiceId): Promise<Invoice | undefined> {
  const [row] = await db.select().from(invoices).where(eq(invoices.id, id));
  return row;
}

const isInvoice = (provider: Invoice["provider"], reference: string) =>
  and(eq(invoices.provider, provider), eq(invoices.providerReference, reference));

export async function findInvoiceByReference(
  db: Db,
  provider: Invoice["provider"],
  reference: string,
): Promise<Invoice | undefined> {
  const [row] = await db.select().from(invoices).where(isInvoice(provider, reference));
  return row;
}

export async function lockInvoice(
  tx: Tx,
  provider: Invoice["provider"],
  reference: string,
): Promise<Invoice | undefined> {
  const [row] = await tx.select().from(invoices).where(isInvoice(provider, reference)).for("update");
  return row;
}

/** What may change of an invoice beside its status. */
export type InvoiceFacts = Partial<Omit<Invoice, "id" | "status" | "version">> & { readonly status?: never };

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writeInvoiceStatus(
  tx: Tx,
  { id, status }: Pick<Invoice, "id" | "status">,
  change: Partial<Invoice> & Pick<Invoice, "status">,
): Promise<Invoice> {
  const [row] = await tx
    .update(invoices)
    .set({ ...change, version: sql`${invoices.version} + 1` })
    .where(and(eq(invoices.id, id), eq(invoices.status, status)))
    .returning();
  if (!row) throw new Error(`invoice ${id} is not ${status} any more`);
  return row;
}

export const postponeInvoiceLook = (tx: Tx, id: InvoiceId, nextCheckAt: Date | null, checks: number) =>
  tx.update(invoices).set({ nextCheckAt, checks }).where(eq(invoices.id, id));

/** The provider was asked and said nothing new. */
export const touchInvoice = (tx: Tx, id: InvoiceId, lookedUpAt: Date) =>
  tx.update(invoices).set({ lookedUpAt }).where(eq(invoices.id, id));

export const listDueInvoices = (db: Db, provider: Invoice["provider"], now: Date, limit: number): Promise<Invoice[]> =>
  db
    .select()
    .from(invoices)
    .where(and(eq(invoices.provider, provider), lte(invoices.nextCheckAt, now)))
    .orderBy(asc(invoices.nextCheckAt))
    .limit(limit);

export interface InvoiceFilter {
  readonly customerId?: string | undefined;
  readonly subscriptionId?: SubscriptionId | undefined;
  readonly status?: Invoice["status"] | undefined;
}

export const listInvoices = (
  db: Db,
  filter: InvoiceFilter,
  before: InvoiceId | undefined,
  limit: number,
): Promise<Invoice[]> => listNewest(db, invoices, filter, before, limit);

/** Those of a provider's invoices that we know, by reference. */
export const findInvoicesByReference = (
  db: Db,
  provider: Invoice["provider"],
  references: readonly string[],
): Promise<Invoice[]> =>
  db
    .select()
    .from(invoices)
    .where(and(eq(invoices.provider, provider), inArray(invoices.providerReference, [...references])));

/** What is open of a customer's invoices, by currency. */
export const sumOpen = (db: Db, customerId: string) =>
  db
    .select({
      currency: invoices.currency,
      amount: sql<string>`sum(${invoices.amountRemaining})`,
      count: sql<number>`count(*)::int`,
    })
    .from(invoices)
    .where(and(eq(invoices.customerId, customerId), eq(invoices.status, "open")))
    .groupBy(invoices.currency)
    .orderBy(invoices.currency);

/** Fails on a line that was granted before: the transaction then comes to nothing. */
export async function insertCredits(tx: Tx, rows: readonly (typeof invoiceCredits.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await tx.insert(invoiceCredits).values([...rows]);
}

export const listCredits = (db: Db, ids: readonly InvoiceId[]): Promise<InvoiceCredit[]> =>
  db
    .select()
    .from(invoiceCredits)
    .where(inArray(invoiceCredits.invoiceId, [...ids]));

// --- dunning

export type NewCase = typeof dunningCases.$inferInsert;

/** For `service/move.ts` only. */
export async function insertCase(tx: Tx, row: NewCase): Promise<DunningCase> {
  const [inserted] = await tx.insert(dunningCases).values(row).returning();
  if (!inserted) throw new Error("a dunning case was not inserted");
  return inserted;
}

/** The case about an invoice. The caller holds the subscription, which is what orders changes of cases. */
export async function findCase(tx: Tx, invoiceId: InvoiceId): Promise<DunningCase | undefined> {
  const [row] = await tx.select().from(dunningCases).where(eq(dunningCases.invoiceId, invoiceId));
  return row;
}

export async function findCaseById(db: Db, id: DunningCaseId): Promise<DunningCase | undefined> {
  const [row] = await db.select().from(dunningCases).where(eq(dunningCases.id, id));
  return row;
}

/** What may change of a case beside its status. */
export type CaseFacts = Partial<Omit<DunningCase, "id" | "status">> & { readonly status?: never };

/** For `service/move.ts` only, which knows what may follow what. The caller holds the subscription. */
export async function writeCaseStatus(
  tx: Tx,
  { id, status }: Pick<DunningCase, "id" | "status">,
  change: Partial<DunningCase> & Pick<DunningCase, "status">,
): Promise<DunningCase> {
  const [row] = await tx
    .update(dunningCases)
    .set(change)
    .where(and(eq(dunningCases.id, id), eq(dunningCases.status, status)))
    .returning();
  if (!row) throw new Error(`dunning case ${id} is not ${status} any more`);
  return row;
}

/** Writes facts; where it stands does not change. */
export async function updateCase(tx: Tx, id: DunningCaseId, change: CaseFacts): Promise<DunningCase> {
  const [row] = await tx.update(dunningCases).set(change).where(eq(dunningCases.id, id)).returning();
  if (!row) throw new Error(`dunning case ${id} disappeared`);
  return row;
}

const isOpen = eq(dunningCases.status, "open");

/** Whose invoices a case is about is the invoice's to say. */
const isAbout = (db: Db, provider: Invoice["provider"]) =>
  inArray(dunningCases.invoiceId, db.select({ id: invoices.id }).from(invoices).where(eq(invoices.provider, provider)));

export const listOpenCases = (db: Db, ids: readonly SubscriptionId[]): Promise<DunningCase[]> =>
  db
    .select()
    .from(dunningCases)
    .where(and(isOpen, inArray(dunningCases.subscriptionId, [...ids])))
    .orderBy(asc(dunningCases.id));

export const listDueCases = (db: Db, provider: Invoice["provider"], now: Date, limit: number): Promise<DunningCase[]> =>
  db
    .select()
    .from(dunningCases)
    .where(and(isOpen, lte(dunningCases.actAt, now), isAbout(db, provider)))
    .orderBy(asc(dunningCases.actAt))
    .limit(limit);

/** Whether some open case has frozen this balance. */
export async function hasFreeze(tx: Tx, walletId: WalletId, asset: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: dunningCases.id })
    .from(dunningCases)
    .where(
      and(
        isOpen,
        eq(dunningCases.walletId, walletId),
        eq(dunningCases.asset, asset),
        eq(dunningCases.consequence, "freeze"),
        isNotNull(dunningCases.consequenceAt),
      ),
    )
    .limit(1);
  return row !== undefined;
}

// --- cursors

export async function readCursor(db: Db, name: string): Promise<Date | undefined> {
  const [row] = await db.select().from(billingCursors).where(eq(billingCursors.name, name));
  return row?.readUpTo;
}

export const writeCursor = (tx: Tx, name: string, readUpTo: Date) =>
  tx
    .insert(billingCursors)
    .values({ name, readUpTo })
    .onConflictDoUpdate({ target: billingCursors.name, set: { readUpTo } });
