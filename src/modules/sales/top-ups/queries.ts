import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { PaymentId, WalletId } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { autoTopUpAttempts, autoTopUpBlocks, autoTopUpConsents, autoTopUps } from "./tables.js";
import type { Attempt, AutoTopUp, Consent } from "./types.js";

type Id = AutoTopUp["id"];

export async function findAutoTopUp(db: Db, id: Id): Promise<AutoTopUp | undefined> {
  const [row] = await db.select().from(autoTopUps).where(eq(autoTopUps.id, id));
  return row;
}

export async function findOfWallet(db: Db, walletId: WalletId): Promise<AutoTopUp | undefined> {
  const [row] = await db.select().from(autoTopUps).where(eq(autoTopUps.walletId, walletId));
  return row;
}

/** Holds the row until the transaction ends. */
export async function lockAutoTopUp(tx: Tx, id: Id): Promise<AutoTopUp | undefined> {
  const [row] = await tx.select().from(autoTopUps).where(eq(autoTopUps.id, id)).for("update");
  return row;
}

export type NewAutoTopUp = typeof autoTopUps.$inferInsert;
export type NewAttempt = typeof autoTopUpAttempts.$inferInsert;

/** For `service/move.ts` only. Sets a wallet's auto top-up, whose id stays the first one's. */
export async function upsertAutoTopUp(tx: Tx, row: NewAutoTopUp): Promise<AutoTopUp> {
  const { id: _, createdAt: __, ...change } = row;
  const [put] = await tx
    .insert(autoTopUps)
    .values(row)
    .onConflictDoUpdate({ target: autoTopUps.walletId, set: change })
    .returning();
  if (!put) throw new Error(`the auto top-up of ${row.walletId} disappeared`);
  return put;
}

/** What may change of an auto top-up beside its status. */
export type TopUpFacts = Partial<Omit<AutoTopUp, "id" | "status" | "pausedReason" | "pausedUntil">> & {
  readonly status?: never;
};

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writeTopUpStatus(
  tx: Tx,
  { id, status }: Pick<AutoTopUp, "id" | "status">,
  change: Partial<AutoTopUp> & Pick<AutoTopUp, "status">,
): Promise<AutoTopUp> {
  const [row] = await tx
    .update(autoTopUps)
    .set(change)
    .where(and(eq(autoTopUps.id, id), eq(autoTopUps.status, status)))
    .returning();
  if (!row) throw new Error(`auto top-up ${id} is not ${status} any more`);
  return row;
}

/** Writes facts; where it stands does not change. */
export async function updateAutoTopUp(tx: Tx, id: Id, change: TopUpFacts): Promise<AutoTopUp> {
  const [row] = await tx.update(autoTopUps).set(change).where(eq(autoTopUps.id, id)).returning();
  if (!row) throw new Error(`auto top-up ${id} disappeared`);
  return row;
}

/** Those that are not switched off and pay with this method. */
export const listByMethod = (db: Db, paymentMethodId: string): Promise<AutoTopUp[]> =>
  db
    .select()
    .from(autoTopUps)
    .where(and(eq(autoTopUps.paymentMethodId, paymentMethodId), sql`${autoTopUps.status} <> 'off'`));

/** Those that are not switched off and belong to the customer, or pay with the card. */
export function listAffected(db: Db, customerId: string, fingerprint: string | null): Promise<AutoTopUp[]> {
  const whose: SQL[] = [eq(autoTopUps.customerId, customerId)];
  if (fingerprint !== null) whose.push(eq(autoTopUps.cardFingerprint, fingerprint));
  return db
    .select()
    .from(autoTopUps)
    .where(and(or(...whose), sql`${autoTopUps.status} <> 'off'`))
    .orderBy(asc(autoTopUps.id));
}

/** Those of a customer that will charge with a provider, now or once their pause is over. */
export const listCharging = (db: Db, customerId: string, provider: string): Promise<AutoTopUp[]> =>
  db
    .select()
    .from(autoTopUps)
    .where(
      and(
        eq(autoTopUps.customerId, customerId),
        sql`${autoTopUps.provider} = ${provider}`,
        sql`(${autoTopUps.status} = 'active' OR ${autoTopUps.pausedUntil} IS NOT NULL)`,
      ),
    );

/** Active ones of a provider that may be tried, a page at a time. */
export const listDue = (
  db: Db,
  provider: AutoTopUp["provider"],
  now: Date,
  after: Id | undefined,
  limit: number,
): Promise<AutoTopUp[]> =>
  db
    .select()
    .from(autoTopUps)
    .where(
      and(
        eq(autoTopUps.status, "active"),
        eq(autoTopUps.provider, provider),
        or(isNull(autoTopUps.nextAttemptAt), lte(autoTopUps.nextAttemptAt, now)),
        after === undefined ? undefined : gt(autoTopUps.id, after),
      ),
    )
    .orderBy(asc(autoTopUps.id))
    .limit(limit);

/** Paused ones of a provider whose pause is over. */
export const listPausesOver = (
  db: Db,
  provider: AutoTopUp["provider"],
  now: Date,
  limit: number,
): Promise<AutoTopUp[]> =>
  db
    .select()
    .from(autoTopUps)
    .where(and(eq(autoTopUps.provider, provider), lte(autoTopUps.pausedUntil, now)))
    .orderBy(asc(autoTopUps.pausedUntil))
    .limit(limit);

/** What changed since then, for those who watch balances. */
export const listChanged = (db: Db, since: Date, limit: number) =>
  db
    .select({
      id: autoTopUps.id,
      accountId: autoTopUps.accountId,
      threshold: autoTopUps.threshold,
      status: autoTopUps.status,
      updatedAt: autoTopUps.updatedAt,
    })
    .from(autoTopUps)
    .where(gte(autoTopUps.updatedAt, since))
    .orderBy(asc(autoTopUps.updatedAt))
    .limit(limit);

export const insertConsent = (tx: Tx, row: typeof autoTopUpConsents.$inferInsert) =>
  tx.insert(autoTopUpConsents).values(row);

export async function findConsent(db: Db, id: Consent["id"]): Promise<Consent | undefined> {
  const [row] = await db.select().from(autoTopUpConsents).where(eq(autoTopUpConsents.id, id));
  return row;
}

export const listConsents = (db: Db, id: Id, before: Consent["id"] | undefined, limit: number): Promise<Consent[]> =>
  db
    .select()
    .from(autoTopUpConsents)
    .where(and(eq(autoTopUpConsents.autoTopUpId, id), before ? lt(autoTopUpConsents.id, before) : undefined))
    .orderBy(desc(autoTopUpConsents.id))
    .limit(limit);

const OPEN: Attempt["status"][] = ["in_flight", "action_required"];

/** Inserts an attempt unless the wallet has one open. */
/** For `service/move.ts` only. Undefined when the wallet has one open. */
export async function insertAttempt(tx: Tx, row: NewAttempt): Promise<Attempt | undefined> {
  const [inserted] = await tx.insert(autoTopUpAttempts).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findOpenAttempt(db: Db, walletId: WalletId): Promise<Attempt | undefined> {
  const [row] = await db
    .select()
    .from(autoTopUpAttempts)
    .where(and(eq(autoTopUpAttempts.walletId, walletId), inArray(autoTopUpAttempts.status, OPEN)));
  return row;
}

export async function findAttemptOf(db: Db, paymentId: PaymentId): Promise<Attempt | undefined> {
  const [row] = await db.select().from(autoTopUpAttempts).where(eq(autoTopUpAttempts.paymentId, paymentId));
  return row;
}

/** For `service/move.ts` only, likewise. */
export async function writeAttemptStatus(
  tx: Tx,
  { id, status }: Pick<Attempt, "id" | "status">,
  change: Pick<Attempt, "status" | "failureCode" | "endedAt">,
): Promise<void> {
  const { rowCount } = await tx
    .update(autoTopUpAttempts)
    .set(change)
    .where(and(eq(autoTopUpAttempts.id, id), eq(autoTopUpAttempts.status, status)));
  if (rowCount !== 1) throw new Error(`attempt ${id} is not ${status} any more`);
}

/** Open attempts with a provider that were begun before then. */
export const listOpenAttempts = (
  db: Db,
  provider: Attempt["provider"],
  before: Date,
  limit: number,
): Promise<Attempt[]> =>
  db
    .select()
    .from(autoTopUpAttempts)
    .where(
      and(
        eq(autoTopUpAttempts.provider, provider),
        inArray(autoTopUpAttempts.status, OPEN),
        lt(autoTopUpAttempts.createdAt, before),
      ),
    )
    .orderBy(asc(autoTopUpAttempts.createdAt))
    .limit(limit);

export const listAttempts = (db: Db, id: Id, before: Attempt["id"] | undefined, limit: number): Promise<Attempt[]> =>
  db
    .select()
    .from(autoTopUpAttempts)
    .where(and(eq(autoTopUpAttempts.autoTopUpId, id), before ? lt(autoTopUpAttempts.id, before) : undefined))
    .orderBy(desc(autoTopUpAttempts.id))
    .limit(limit);

/** What was charged since then, or is being charged, in one currency. */
export async function spentSince(db: Db, id: Id, currency: string, since: Date): Promise<bigint> {
  const [row] = await db
    .select({ spent: sql<string>`coalesce(sum(${autoTopUpAttempts.amount}), 0)` })
    .from(autoTopUpAttempts)
    .where(
      and(
        eq(autoTopUpAttempts.autoTopUpId, id),
        eq(autoTopUpAttempts.currency, currency),
        gte(autoTopUpAttempts.createdAt, since),
        sql`${autoTopUpAttempts.status} <> 'failed'`,
      ),
    );
  return BigInt(row?.spent ?? 0);
}

/** Whether a dispute that did not end well stands against the customer or the card. */
export async function isBlocked(db: Db, customerId: string, fingerprint: string | null): Promise<boolean> {
  const [row] = await db
    .select({ disputeId: autoTopUpBlocks.disputeId })
    .from(autoTopUpBlocks)
    .where(and(blocking(customerId, fingerprint), isNull(autoTopUpBlocks.liftedAt)))
    .limit(1);
  return row !== undefined;
}

const blocking = (customerId: string, fingerprint: string | null) =>
  fingerprint === null
    ? eq(autoTopUpBlocks.customerId, customerId)
    : or(eq(autoTopUpBlocks.customerId, customerId), eq(autoTopUpBlocks.fingerprint, fingerprint));

/** Writes a block down, or lifts it. News of its end may come first, and stays. Returns whether it stands. */
export async function putBlock(tx: Tx, row: typeof autoTopUpBlocks.$inferInsert): Promise<boolean> {
  const [put] = await tx
    .insert(autoTopUpBlocks)
    .values(row)
    .onConflictDoUpdate({
      target: autoTopUpBlocks.disputeId,
      set: { liftedAt: sql`coalesce(${autoTopUpBlocks.liftedAt}, excluded.lifted_at)` },
    })
    .returning();
  return put?.liftedAt === null;
}

/** Lifts what stands against a customer or a card. */
export const liftBlocks = (tx: Tx, customerId: string, fingerprint: string | null, now: Date) =>
  tx
    .update(autoTopUpBlocks)
    .set({ liftedAt: now })
    .where(and(blocking(customerId, fingerprint), isNull(autoTopUpBlocks.liftedAt)));
