import { and, asc, desc, eq, gte, inArray, lt, lte, sql } from "drizzle-orm";
import type { Whose } from "../../../core/access.js";
import { type PaymentId, uuidOf } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { listNewest, ofCustomer } from "../../../db/lists.js";
import { payments, statementLines, unexplainedReceipts } from "./tables.js";
import type { Payment, PaymentStatus, StatementLineRow, UnexplainedReceipt } from "./types.js";

export type NewPayment = typeof payments.$inferInsert;

/** For `service/move.ts` only. */
export async function insertPayment(tx: Tx, row: NewPayment): Promise<Payment | undefined> {
  const [inserted] = await tx.insert(payments).values(row).onConflictDoNothing({ target: payments.id }).returning();
  return inserted;
}

export async function findPayment(db: Db, id: PaymentId): Promise<Payment | undefined> {
  const [row] = await db.select().from(payments).where(eq(payments.id, id));
  return row;
}

/** Holds the row until the transaction ends. */
export async function lockPayment(tx: Tx, id: PaymentId): Promise<Payment | undefined> {
  const [row] = await tx.select().from(payments).where(eq(payments.id, id)).for("update");
  return row;
}

const isTogether = ({ id, invoiceId }: Pick<Payment, "id" | "invoiceId">) =>
  invoiceId === null ? eq(payments.id, id) : eq(payments.invoiceId, invoiceId);

/** The payments of the invoice that this one was collected for, itself among them; itself alone when it was for none. */
export const listTogether = (db: Db, payment: Pick<Payment, "id" | "invoiceId">): Promise<Payment[]> =>
  db.select().from(payments).where(isTogether(payment)).orderBy(asc(payments.id));

/** The same, held until the transaction ends. */
export const lockTogether = (tx: Tx, payment: Pick<Payment, "id" | "invoiceId">): Promise<Payment[]> =>
  tx.select().from(payments).where(isTogether(payment)).orderBy(asc(payments.id)).for("update");

/** Holds the rows, in id order, until the transaction ends: settlements of one payment queue up here. */
export const lockPayments = (tx: Tx, ids: readonly PaymentId[]): Promise<Payment[]> =>
  tx
    .select()
    .from(payments)
    .where(inArray(payments.id, [...ids]))
    .orderBy(asc(payments.id))
    .for("update");

/** Which payments these references belong to, by reference: what we address the provider with, or the money itself. */
export async function findByReferences(db: Db, provider: Payment["provider"], references: readonly string[]) {
  const wanted = [...references];
  return db
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.provider, provider),
        sql`(${inArray(payments.providerReference, wanted)} OR ${inArray(payments.moneyReference, wanted)})`,
      ),
    );
}

export const findByIds = (db: Db, ids: readonly PaymentId[]): Promise<Payment[]> =>
  db
    .select()
    .from(payments)
    .where(inArray(payments.id, [...ids]));

/** What may change of a payment beside its status. */
export type PaymentFacts = Partial<Omit<Payment, "id" | "status" | "version">> & { readonly status?: never };

/** For `service/move.ts` only: what a paid payment has lost. The caller holds the row. */
export async function writeLosses(
  tx: Tx,
  { id, status }: Pick<Payment, "id" | "status">,
  change: Partial<Payment> & Pick<Payment, "status">,
): Promise<void> {
  const { rowCount } = await tx
    .update(payments)
    .set({ ...change, version: sql`${payments.version} + 1` })
    .where(and(eq(payments.id, id), eq(payments.status, status)));
  if (rowCount !== 1) throw new Error(`payment ${id} is not ${status} any more`);
}

/** Writes facts and counts them; where it stands does not change. */
export async function updatePayment(tx: Tx, id: PaymentId, change: PaymentFacts): Promise<Payment> {
  const [row] = await tx
    .update(payments)
    .set({ ...change, version: sql`${payments.version} + 1` })
    .where(eq(payments.id, id))
    .returning();
  if (!row) throw new Error(`payment ${id} disappeared`);
  return row;
}

// Everything that settling may change. One statement for all the payments that one transaction settles.
const WRITE = `
  UPDATE payments p SET status = u.status, provider_reference = u.provider_reference, money_reference = u.money_reference,
         client_secret = u.client_secret, checkout_url = u.checkout_url, instructions = u.instructions, next_action = u.next_action, failure = u.failure,
         payment_method_id = u.payment_method_id, expires_at = u.expires_at, review_reason = u.review_reason, transaction_id = u.transaction_id,
         transfer_ids = u.transfer_ids, next_check_at = u.next_check_at, checks = u.checks, version = u.version,
         succeeded_at = u.succeeded_at, updated_at = u.updated_at
    FROM json_to_recordset($1::json) AS u(id uuid, status text, provider_reference text, money_reference text,
         client_secret text, checkout_url text, instructions json, next_action json, failure json, payment_method_id text, expires_at timestamptz, review_reason text,
         transaction_id uuid, transfer_ids json, next_check_at timestamptz, checks int, version int,
         succeeded_at timestamptz, updated_at timestamptz)
   WHERE p.id = u.id AND p.id = ANY ($2::uuid[])`;

/** For `service/move.ts` only: what settling made of payments. The caller holds their rows, so nothing changed since it read them. */
export async function writePayments(tx: Tx, rows: readonly Payment[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map((row) => ({
    id: uuidOf("pay", row.id),
    status: row.status,
    provider_reference: row.providerReference,
    money_reference: row.moneyReference,
    client_secret: row.clientSecret,
    checkout_url: row.checkoutUrl,
    instructions: row.instructions,
    next_action: row.nextAction,
    failure: row.failure,
    payment_method_id: row.paymentMethodId,
    expires_at: row.expiresAt,
    review_reason: row.reviewReason,
    transaction_id: row.transactionId && uuidOf("txn", row.transactionId),
    transfer_ids: row.transferIds,
    next_check_at: row.nextCheckAt,
    checks: row.checks,
    version: row.version,
    succeeded_at: row.succeededAt,
    updated_at: row.updatedAt,
  }));
  // Not prepared: a plan kept from when the table was small would read all of it for ever after.
  const { rowCount } = await tx.$client.query(WRITE, [JSON.stringify(values), values.map(({ id }) => id)]);
  if (rowCount !== rows.length) throw new Error(`${rows.length} payments were settled and ${rowCount} written`);
}

/** Writes down whom the provider is asked for. That is not news: what was observed before is no older for it. */
export const setProviderCustomer = (tx: Tx, id: PaymentId, providerCustomer: string) =>
  tx.update(payments).set({ providerCustomer }).where(eq(payments.id, id));

/** Postpones the next look without counting as a change: the standing of the payment stays the same. */
export const postponeCheck = (tx: Tx, id: PaymentId, nextCheckAt: Date | null, checks: number) =>
  tx.update(payments).set({ nextCheckAt, checks }).where(eq(payments.id, id));

/** Inserts the receipt unless this money was quarantined before; returns whether it is new. */
export async function insertReceipt(tx: Tx, row: typeof unexplainedReceipts.$inferInsert): Promise<boolean> {
  const inserted = await tx
    .insert(unexplainedReceipts)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: unexplainedReceipts.id });
  return inserted.length > 0;
}

export const listDuePayments = (db: Db, now: Date, limit: number): Promise<Payment[]> =>
  db.select().from(payments).where(lte(payments.nextCheckAt, now)).orderBy(asc(payments.nextCheckAt)).limit(limit);

/** From here to the end of the transaction nobody else counts, or adds to, what this customer has open. */
export const lockOpenPayments = (tx: Tx, customerId: string) =>
  tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`coffer open payments ${customerId}`}, 0))`);

/** How many payments of a customer wait to be paid. */
export async function countOpen(db: Db, customerId: string): Promise<number> {
  const [row] = await db
    .select({ open: sql<number>`count(*)::int` })
    .from(payments)
    .where(and(eq(payments.customerId, customerId), inArray(payments.status, ["pending", "requires_action"])));
  return row?.open ?? 0;
}

export interface PaymentFilter {
  readonly customerId?: string | undefined;
  readonly status?: PaymentStatus | undefined;
  readonly provider?: Payment["provider"] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export function listPayments(
  db: Db,
  whose: Whose,
  filter: PaymentFilter,
  before: PaymentId | undefined,
  limit: number,
): Promise<Payment[]> {
  const conditions = ofCustomer(payments.customerId, whose);
  if (filter.status) conditions.push(eq(payments.status, filter.status));
  if (filter.provider) conditions.push(eq(payments.provider, filter.provider));
  if (filter.from) conditions.push(gte(payments.createdAt, filter.from));
  if (filter.to) conditions.push(lt(payments.createdAt, filter.to));
  if (before) conditions.push(lt(payments.id, before));
  return db
    .select()
    .from(payments)
    .where(and(...conditions))
    .orderBy(desc(payments.id))
    .limit(limit);
}

export function listReceipts(
  db: Db,
  before: UnexplainedReceipt["id"] | undefined,
  limit: number,
): Promise<UnexplainedReceipt[]> {
  return db
    .select()
    .from(unexplainedReceipts)
    .where(before ? lt(unexplainedReceipts.id, before) : undefined)
    .orderBy(desc(unexplainedReceipts.id))
    .limit(limit);
}

/** Writes down, or takes back, why the payout that a payment was made with did not start. */
export const setPayout = (tx: Tx, id: Payment["id"], payout: NonNullable<Payment["payout"]>) =>
  tx.update(payments).set({ payout }).where(eq(payments.id, id));

/** Inserts a line of a statement unless it was told before; returns whether it is new. */
export async function insertLine(tx: Tx, row: typeof statementLines.$inferInsert): Promise<boolean> {
  const inserted = await tx
    .insert(statementLines)
    .values(row)
    .onConflictDoNothing({ target: [statementLines.provider, statementLines.lineId] })
    .returning({ id: statementLines.id });
  return inserted.length > 0;
}

const isLine = (provider: Payment["provider"], lineId: string) =>
  and(eq(statementLines.provider, provider), eq(statementLines.lineId, lineId));

export async function findLine(
  db: Db,
  provider: Payment["provider"],
  lineId: string,
): Promise<StatementLineRow | undefined> {
  const [row] = await db.select().from(statementLines).where(isLine(provider, lineId));
  return row;
}

/** Holds the row until the transaction ends. */
export async function lockLine(
  tx: Tx,
  provider: Payment["provider"],
  lineId: string,
): Promise<StatementLineRow | undefined> {
  const [row] = await tx.select().from(statementLines).where(isLine(provider, lineId)).for("update");
  return row;
}

/** Writes down whose money a line is that nobody knew. */
export const bookLine = (tx: Tx, id: StatementLineRow["id"], paymentId: PaymentId, now: Date) =>
  tx
    .update(statementLines)
    .set({ status: "booked", reason: null, paymentId, updatedAt: now })
    .where(eq(statementLines.id, id));

export interface LineFilter {
  readonly provider?: StatementLineRow["provider"] | undefined;
  readonly status?: StatementLineRow["status"] | undefined;
}

export const listLines = (db: Db, filter: LineFilter, before: StatementLineRow["id"] | undefined, limit: number) =>
  listNewest(db, statementLines, filter, before, limit);
