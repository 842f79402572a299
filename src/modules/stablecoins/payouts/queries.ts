import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, ne, notInArray, or, sql } from "drizzle-orm";
import type { Whose } from "../../../core/access.js";
import type { WalletId } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { ofCustomer } from "../../../db/lists.js";
import type { CustodyProviderName } from "../../../providers/ports/index.js";
import {
  payoutAddresses,
  payoutAttempts,
  payoutControls,
  payoutPolicies,
  payoutSettingChanges,
  payouts,
} from "./tables.js";
import type {
  Attempt,
  Payout,
  PayoutAddress,
  PayoutControls,
  PayoutId,
  PayoutPolicy,
  PayoutStatus,
  SettingChange,
} from "./types.js";

// --- payouts

/** For `service/move.ts` only. Undefined when there is a payout with this id, or another one of its payment. */
export async function insertPayout(tx: Tx, row: typeof payouts.$inferInsert): Promise<Payout | undefined> {
  const [inserted] = await tx.insert(payouts).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findPayout(db: Db, id: PayoutId): Promise<Payout | undefined> {
  const [row] = await db.select().from(payouts).where(eq(payouts.id, id));
  return row;
}

/** Holds the row until the transaction ends: two settlements of one payout queue up here. */
export async function lockPayout(tx: Tx, id: PayoutId): Promise<Payout | undefined> {
  const [row] = await tx.select().from(payouts).where(eq(payouts.id, id)).for("update");
  return row;
}

/** What may change of a payout beside its status. */
export type PayoutFacts = Partial<Omit<Payout, "id" | "status" | "reserved" | "version">> & {
  readonly status?: never;
  readonly reserved?: never;
};

/** Writes facts; where it stands does not change. */
export async function updatePayout(tx: Tx, id: PayoutId, change: PayoutFacts): Promise<Payout> {
  const [row] = await tx
    .update(payouts)
    .set({ ...change, version: sql`${payouts.version} + 1` })
    .where(eq(payouts.id, id))
    .returning();
  if (!row) throw new Error(`payout ${id} disappeared`);
  return row;
}

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writePayoutStatus(
  tx: Tx,
  { id, status }: Pick<Payout, "id" | "status">,
  change: Partial<Payout> & Pick<Payout, "status" | "reserved">,
): Promise<Payout> {
  const [row] = await tx
    .update(payouts)
    .set({ ...change, version: sql`${payouts.version} + 1` })
    .where(and(eq(payouts.id, id), eq(payouts.status, status)))
    .returning();
  if (!row) throw new Error(`payout ${id} is not ${status} any more`);
  return row;
}

/** Puts the next look off; not a change that anybody else needs to know of. */
export const postponeCheck = (tx: Tx, id: PayoutId, nextCheckAt: Date | null, checks: number) =>
  tx.update(payouts).set({ nextCheckAt, checks }).where(eq(payouts.id, id));

export const listDuePayouts = (db: Db, provider: CustodyProviderName, now: Date, limit: number): Promise<Payout[]> =>
  db
    .select()
    .from(payouts)
    .where(and(eq(payouts.provider, provider), lte(payouts.nextCheckAt, now)))
    .orderBy(asc(payouts.nextCheckAt))
    .limit(limit);

export interface PayoutFilter {
  readonly customerId?: string | undefined;
  readonly walletId?: WalletId | undefined;
  readonly paymentId?: NonNullable<Payout["paymentId"]> | undefined;
  readonly status?: PayoutStatus | undefined;
}

export function listPayouts(
  db: Db,
  whose: Whose,
  filter: PayoutFilter,
  before: PayoutId | undefined,
  limit: number,
): Promise<Payout[]> {
  const conditions = ofCustomer(payouts.customerId, whose);
  if (filter.walletId) conditions.push(eq(payouts.walletId, filter.walletId));
  if (filter.paymentId) conditions.push(eq(payouts.paymentId, filter.paymentId));
  if (filter.status) conditions.push(eq(payouts.status, filter.status));
  if (before) conditions.push(lt(payouts.id, before));
  return db
    .select()
    .from(payouts)
    .where(and(...conditions))
    .orderBy(desc(payouts.id))
    .limit(limit);
}

/** The payout of a payment that is under way or done. */
export async function findPayoutOfPayment(
  db: Db,
  paymentId: NonNullable<Payout["paymentId"]>,
): Promise<Payout | undefined> {
  const [row] = await db
    .select()
    .from(payouts)
    .where(and(eq(payouts.paymentId, paymentId), notInArray(payouts.status, ["failed", "canceled"])));
  return row;
}

// --- limits

/** From here to the end of the transaction nobody else counts, or adds to, payouts of this asset. */
export const lockLimits = (tx: Tx, asset: string) =>
  tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`coffer payout limits ${asset}`}, 0))`);

/**
 * What was sent, or set aside for it, since a moment, and what still waits to be sent, however long: in all, and by one
 * customer.
 */
export async function sumSince(
  tx: Tx,
  asset: string,
  customerId: string,
  since: Date,
  except: PayoutId | undefined,
): Promise<{ all: bigint; customer: bigint }> {
  const [row] = await tx
    .select({
      all: sql<string>`coalesce(sum(${payouts.payoutAmount}), 0)`,
      customer: sql<string>`coalesce(sum(${payouts.payoutAmount}) filter (where ${payouts.customerId} = ${customerId}), 0)`,
    })
    .from(payouts)
    .where(
      and(
        eq(payouts.payoutAsset, asset),
        or(gt(payouts.reservedAt, since), inArray(payouts.status, ["requested", "awaiting_approval", "approved"])),
        notInArray(payouts.status, ["failed", "canceled"]),
        except ? ne(payouts.id, except) : undefined,
      ),
    );
  return { all: BigInt(row?.all ?? 0), customer: BigInt(row?.customer ?? 0) };
}

// --- attempts

/** For `service/move.ts` only. */
export async function insertAttempt(tx: Tx, row: typeof payoutAttempts.$inferInsert): Promise<Attempt> {
  const [inserted] = await tx.insert(payoutAttempts).values(row).returning();
  if (!inserted) throw new Error("attempt was not inserted");
  return inserted;
}

/** For `service/move.ts` only, likewise. */
export async function writeAttemptStatus(
  tx: Tx,
  { id, status }: Pick<Attempt, "id" | "status">,
  change: Partial<Attempt> & Pick<Attempt, "status">,
): Promise<void> {
  const { rowCount } = await tx
    .update(payoutAttempts)
    .set(change)
    .where(and(eq(payoutAttempts.id, id), eq(payoutAttempts.status, status)));
  if (rowCount !== 1) throw new Error(`attempt ${id} is not ${status} any more`);
}

/** Writes down that an attempt may be sent from here on. False when it must not be (any more). */
export async function markAsked(tx: Tx, id: Attempt["id"], now: Date): Promise<boolean> {
  const rows = await tx
    .update(payoutAttempts)
    .set({ askedAt: now })
    .where(and(eq(payoutAttempts.id, id), eq(payoutAttempts.status, "submitting"), isNull(payoutAttempts.askedAt)))
    .returning({ id: payoutAttempts.id });
  return rows.length > 0;
}

/** An attempt, held until the transaction ends: it is not about to be sent meanwhile. */
export async function lockAttempt(tx: Tx, id: Attempt["id"]): Promise<Attempt | undefined> {
  const [row] = await tx.select().from(payoutAttempts).where(eq(payoutAttempts.id, id)).for("update");
  return row;
}

export const listAttempts = (db: Db, payoutId: PayoutId): Promise<Attempt[]> =>
  db.select().from(payoutAttempts).where(eq(payoutAttempts.payoutId, payoutId)).orderBy(asc(payoutAttempts.number));

export const listAttemptsOf = (db: Db, payoutIds: readonly PayoutId[]): Promise<Attempt[]> =>
  payoutIds.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(payoutAttempts)
        .where(inArray(payoutAttempts.payoutId, [...payoutIds]))
        .orderBy(asc(payoutAttempts.number));

export async function findAttempt(db: Db, id: Attempt["id"]): Promise<Attempt | undefined> {
  const [row] = await db.select().from(payoutAttempts).where(eq(payoutAttempts.id, id));
  return row;
}

export async function findAttemptByReference(
  db: Db,
  { provider, providerReference }: { readonly provider: CustodyProviderName; readonly providerReference: string },
): Promise<Attempt | undefined> {
  const [row] = await db
    .select()
    .from(payoutAttempts)
    .where(and(eq(payoutAttempts.provider, provider), eq(payoutAttempts.providerReference, providerReference)));
  return row;
}

// --- addresses

export async function insertAddress(
  tx: Tx,
  row: typeof payoutAddresses.$inferInsert,
): Promise<PayoutAddress | undefined> {
  const [inserted] = await tx.insert(payoutAddresses).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findListedAddress(
  db: Db,
  customerId: string,
  network: string,
  address: string,
): Promise<PayoutAddress | undefined> {
  const [row] = await db
    .select()
    .from(payoutAddresses)
    .where(
      and(
        eq(payoutAddresses.customerId, customerId),
        eq(payoutAddresses.network, network),
        eq(payoutAddresses.address, address),
        eq(payoutAddresses.status, "active"),
      ),
    );
  return row;
}

export async function findAddress(db: Db, id: PayoutAddress["id"]): Promise<PayoutAddress | undefined> {
  const [row] = await db.select().from(payoutAddresses).where(eq(payoutAddresses.id, id));
  return row;
}

export async function removeAddress(tx: Tx, id: PayoutAddress["id"], now: Date): Promise<PayoutAddress | undefined> {
  const [row] = await tx
    .update(payoutAddresses)
    .set({ status: "removed", removedAt: now })
    .where(and(eq(payoutAddresses.id, id), eq(payoutAddresses.status, "active")))
    .returning();
  return row;
}

export const listAddresses = (
  db: Db,
  customerId: string,
  before: PayoutAddress["id"] | undefined,
  limit: number,
): Promise<PayoutAddress[]> =>
  db
    .select()
    .from(payoutAddresses)
    .where(and(eq(payoutAddresses.customerId, customerId), before ? lt(payoutAddresses.id, before) : undefined))
    .orderBy(desc(payoutAddresses.id))
    .limit(limit);

// --- policy

export async function findPolicy(db: Db, asset: string): Promise<PayoutPolicy | undefined> {
  const [row] = await db.select().from(payoutPolicies).where(eq(payoutPolicies.asset, asset));
  return row;
}

export const listPolicies = (db: Db): Promise<PayoutPolicy[]> =>
  db.select().from(payoutPolicies).orderBy(asc(payoutPolicies.asset));

export const putPolicy = (tx: Tx, row: PayoutPolicy) =>
  tx.insert(payoutPolicies).values(row).onConflictDoUpdate({ target: payoutPolicies.asset, set: row });

export async function getControls(db: Db): Promise<PayoutControls> {
  const [row] = await db.select().from(payoutControls);
  if (!row) throw new Error("payout_controls has no row");
  return row;
}

/** The kill switch as it stands, held so that nobody throws it before this transaction has ended. */
export async function shareControls(tx: Tx): Promise<PayoutControls> {
  const [row] = await tx.select().from(payoutControls).for("share");
  if (!row) throw new Error("payout_controls has no row");
  return row;
}

/** The controls, held for a change of them. */
export async function lockControls(tx: Tx): Promise<PayoutControls> {
  const [row] = await tx.select().from(payoutControls).for("update");
  if (!row) throw new Error("payout_controls has no row");
  return row;
}

export const setControls = (tx: Tx, change: Partial<PayoutControls>) => tx.update(payoutControls).set(change);

/** Payouts that wait to be sent. */
export const listApproved = (db: Db, limit: number): Promise<{ id: PayoutId }[]> =>
  db
    .select({ id: payouts.id })
    .from(payouts)
    .where(eq(payouts.status, "approved"))
    .orderBy(asc(payouts.id))
    .limit(limit);

// --- changes of settings that wait

/** For `service/move.ts` only. */
export async function insertChange(tx: Tx, row: typeof payoutSettingChanges.$inferInsert): Promise<SettingChange> {
  const [inserted] = await tx.insert(payoutSettingChanges).values(row).returning();
  if (!inserted) throw new Error("the change of settings was not inserted");
  return inserted;
}

export async function lockChange(tx: Tx, id: SettingChange["id"]): Promise<SettingChange | undefined> {
  const [row] = await tx.select().from(payoutSettingChanges).where(eq(payoutSettingChanges.id, id)).for("update");
  return row;
}

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writeChangeStatus(
  tx: Tx,
  { id, status }: Pick<SettingChange, "id" | "status">,
  change: Pick<SettingChange, "status" | "decidedBy" | "updatedAt">,
): Promise<SettingChange> {
  const [row] = await tx
    .update(payoutSettingChanges)
    .set(change)
    .where(and(eq(payoutSettingChanges.id, id), eq(payoutSettingChanges.status, status)))
    .returning();
  if (!row) throw new Error(`change ${id} is not ${status} any more`);
  return row;
}

/** The change of a subject that waits, held until the transaction ends. There is one at most. */
export async function lockPending(tx: Tx, subject: string): Promise<SettingChange | undefined> {
  const [row] = await tx
    .select()
    .from(payoutSettingChanges)
    .where(and(eq(payoutSettingChanges.subject, subject), eq(payoutSettingChanges.status, "pending")))
    .for("update");
  return row;
}

export const listDueChanges = (db: Db, now: Date): Promise<SettingChange[]> =>
  db
    .select()
    .from(payoutSettingChanges)
    .where(and(eq(payoutSettingChanges.status, "pending"), lte(payoutSettingChanges.effectiveAt, now)))
    .orderBy(asc(payoutSettingChanges.id));

export const listChanges = (db: Db, before: SettingChange["id"] | undefined, limit: number): Promise<SettingChange[]> =>
  db
    .select()
    .from(payoutSettingChanges)
    .where(before ? lt(payoutSettingChanges.id, before) : undefined)
    .orderBy(desc(payoutSettingChanges.id))
    .limit(limit);

/** What was loosened about these subjects since a moment. */
export const listAppliedSince = (db: Db, subjects: readonly string[], since: Date): Promise<SettingChange[]> =>
  db
    .select()
    .from(payoutSettingChanges)
    .where(
      and(
        inArray(payoutSettingChanges.subject, [...subjects]),
        eq(payoutSettingChanges.status, "applied"),
        gt(payoutSettingChanges.updatedAt, since),
      ),
    );
