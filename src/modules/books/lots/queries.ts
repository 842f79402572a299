import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { bucketOf } from "../../../core/buckets.js";
import { type AccountId, type TransferId, uuidOf } from "../../../core/ids.js";
import { arrayOfPlain } from "../../../db/arrays.js";
import type { Db, Tx } from "../../../db/client.js";
import type { LotStanding } from "./rules/terms.js";
import { lotClaims, lotCursors, lotSlices, lots, revenueSchedules } from "./tables.js";
import type { Lot, LotId, LotSlice, RevenueSchedule } from "./types.js";

export type NewLot = typeof lots.$inferInsert;
export type NewSchedule = typeof revenueSchedules.$inferInsert;

/** The bucket of a lot, an account or a transfer, by its id. */
export const bucketOfId = (prefix: "lot" | "acc" | "trf", id: string): number => bucketOf(uuidOf(prefix, id));

/** Writes lots down; one for the same transfer is there once. */
export async function insertLots(tx: Tx, rows: readonly NewLot[]): Promise<void> {
  if (rows.length > 0)
    await tx
      .insert(lots)
      .values([...rows])
      .onConflictDoNothing();
}

export const insertClaim = (tx: Tx, transferId: TransferId, source: string) =>
  tx
    .insert(lotClaims)
    .values({ transferId, bucket: bucketOfId("trf", transferId), source })
    .onConflictDoNothing();

export async function listClaims(tx: Tx, ids: readonly TransferId[]): Promise<Map<TransferId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(lotClaims)
    .where(inArray(lotClaims.transferId, [...ids]));
  return new Map(rows.map(({ transferId, source }) => [transferId, source]));
}

export interface Cursor {
  readonly version: bigint;
  readonly at: Date;
}

/** Up to where an account is settled, held until the transaction ends: one settles at a time. */
export async function lockCursor(tx: Tx, accountId: AccountId): Promise<Cursor> {
  const bucket = bucketOfId("acc", accountId);
  const found = async () => {
    const [row] = await tx
      .select()
      .from(lotCursors)
      .where(and(eq(lotCursors.accountId, accountId), eq(lotCursors.bucket, bucket)))
      .for("update");
    return row && { version: row.version, at: row.versionAt };
  };
  const known = await found();
  if (known) return known;
  await tx
    .insert(lotCursors)
    .values({ accountId, bucket, version: 0n, versionAt: new Date(0) })
    .onConflictDoNothing();
  const opened = await found();
  if (!opened) throw new Error(`the cursor of ${accountId} was not opened`);
  return opened;
}

export const moveCursor = (tx: Tx, accountId: AccountId, { version, at }: Cursor) =>
  tx
    .update(lotCursors)
    .set({ version, versionAt: at })
    .where(and(eq(lotCursors.accountId, accountId), eq(lotCursors.bucket, bucketOfId("acc", accountId))));

/** Up to which version each of these accounts is settled; those that never were are left out. */
export async function listCursors(db: Db, ids: readonly AccountId[]): Promise<Map<AccountId, bigint>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: lotCursors.accountId, version: lotCursors.version })
    .from(lotCursors)
    .where(inArray(lotCursors.accountId, [...ids]));
  return new Map(rows.map(({ id, version }) => [id, version]));
}

const ofAccount = (accountId: AccountId): SQL | undefined =>
  and(eq(lots.accountId, accountId), eq(lots.bucket, bucketOfId("acc", accountId)));

const IS_LIVE = sql`(remaining > 0 or unbooked)`;

/** An account's lots that a settlement may change, held: those that have something left, and those that are spoken of. */
export const lockLots = (
  tx: Tx,
  accountId: AccountId,
  named: { readonly sources: readonly string[]; readonly ids: readonly LotId[] },
): Promise<Lot[]> =>
  tx
    .select()
    .from(lots)
    .where(
      and(
        ofAccount(accountId),
        or(
          IS_LIVE,
          ...(named.sources.length > 0 ? [inArray(lots.source, [...named.sources])] : []),
          ...(named.ids.length > 0 ? [inArray(lots.id, [...named.ids])] : []),
        ),
      ),
    )
    .orderBy(asc(lots.id))
    .for("update");

/** What was taken for these things from an account's lots. */
export async function listSlices(tx: Tx, accountId: AccountId, sources: readonly string[]): Promise<LotSlice[]> {
  if (sources.length === 0) return [];
  return tx
    .select({ lotId: lotSlices.lotId, source: lotSlices.source, units: lotSlices.units })
    .from(lotSlices)
    .where(and(eq(lotSlices.bucket, bucketOfId("acc", accountId)), inArray(lotSlices.source, [...sources])))
    .orderBy(asc(lotSlices.lotId));
}

export async function writeSlices(tx: Tx, slices: readonly LotSlice[]): Promise<void> {
  if (slices.length === 0) return;
  await tx
    .insert(lotSlices)
    .values(slices.map((slice) => ({ ...slice, bucket: bucketOfId("lot", slice.lotId) })))
    .onConflictDoUpdate({
      target: [lotSlices.lotId, lotSlices.source, lotSlices.bucket],
      set: { units: sql`excluded.units` },
    });
}

const UPDATE_LOTS = `
  UPDATE lots l SET remaining = u.remaining, expired = u.expired, spent_basis = u.spent, expired_basis = u.lapsed, paid_out_basis = u.paid_out,
         revenue = u.revenue, breakage = u.breakage, bookings = u.bookings, came_version = u.came, unbooked = false,
         next_notice_at = CASE WHEN u.remaining > 0 THEN l.next_notice_at END
    FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::int[], $11::bigint[])
           AS u(id, remaining, expired, spent, lapsed, paid_out, revenue, breakage, bookings, came)
   WHERE l.id = u.id AND l.bucket = $1`;

/** Writes down what a settlement made of lots of one account. */
export async function updateLots(tx: Tx, bucket: number, rows: readonly Lot[]): Promise<void> {
  if (rows.length === 0) return;
  const column = (pick: (lot: Lot) => string | bigint | null) => arrayOfPlain(rows.map(pick));
  await tx.$client.query({
    name: "lots_update",
    text: UPDATE_LOTS,
    values: [
      bucket,
      column((lot) => uuidOf("lot", lot.id)),
      column((lot) => lot.remaining),
      column((lot) => lot.expired),
      column((lot) => lot.spentBasis),
      column((lot) => lot.expiredBasis),
      column((lot) => lot.paidOutBasis),
      column((lot) => lot.revenue),
      column((lot) => lot.breakage),
      column((lot) => String(lot.bookings)),
      column((lot) => lot.cameVersion),
    ],
  });
}

/** The currencies that an account's lots were paid for in. */
export async function listCurrencies(db: Db, accountId: AccountId): Promise<string[]> {
  const rows = await db
    .selectDistinct({ currency: lots.priceCurrency })
    .from(lots)
    .where(and(ofAccount(accountId), isNotNull(lots.priceCurrency)));
  return rows.flatMap(({ currency }) => currency ?? []);
}

/** Adds to what of a source's price went back; negative when it came again. Returns how many lots have that price. */
export async function addRefunded(tx: Tx, accountId: AccountId, source: string, amount: bigint): Promise<number> {
  const rows = await tx
    .update(lots)
    .set({ refunded: sql`${lots.refunded} + ${amount}`, unbooked: true })
    .where(and(ofAccount(accountId), eq(lots.source, source), gt(lots.priceAmount, 0n)))
    .returning({ id: lots.id });
  return rows.length;
}

/** Accounts with lots that are over, by id. */
export async function listExpiredAccounts(
  db: Db,
  now: Date,
  after: AccountId | undefined,
  limit: number,
): Promise<{ id: AccountId }[]> {
  return db
    .selectDistinct({ id: lots.accountId })
    .from(lots)
    .where(
      and(
        lte(lots.expiresAt, now),
        isNotNull(lots.expiresAt),
        gt(lots.remaining, 0n),
        after && gt(lots.accountId, after),
      ),
    )
    .orderBy(asc(lots.accountId))
    .limit(limit);
}

/** An account's settled lots that are over and have something left. */
export const listOver = (tx: Tx, accountId: AccountId, now: Date): Promise<Lot[]> =>
  tx
    .select()
    .from(lots)
    .where(
      and(ofAccount(accountId), IS_LIVE, gt(lots.remaining, 0n), lte(lots.expiresAt, now), isNotNull(lots.cameVersion)),
    )
    .orderBy(asc(lots.expiresAt), asc(lots.id));

/** Lots whose owner is to be told of their end, by id. */
export const listNotices = (db: Db, now: Date, after: LotId | undefined, limit: number): Promise<Lot[]> =>
  db
    .select()
    .from(lots)
    .where(and(lte(lots.nextNoticeAt, now), isNotNull(lots.nextNoticeAt), after && gt(lots.id, after)))
    .orderBy(asc(lots.id))
    .limit(limit);

/** A lot that is still to be announced, held. */
export async function lockNotice(tx: Tx, id: LotId, now: Date): Promise<Lot | undefined> {
  const [row] = await tx
    .select()
    .from(lots)
    .where(and(eq(lots.id, id), eq(lots.bucket, bucketOfId("lot", id)), lte(lots.nextNoticeAt, now)))
    .for("update");
  return row;
}

export const setNextNotice = (tx: Tx, id: LotId, nextNoticeAt: Date | null) =>
  tx
    .update(lots)
    .set({ nextNoticeAt })
    .where(and(eq(lots.id, id), eq(lots.bucket, bucketOfId("lot", id))));

const standing = (status: LotStanding, now: Date): SQL | undefined => {
  const isOver = and(isNotNull(lots.expiresAt), lte(lots.expiresAt, now));
  switch (status) {
    case "active":
      return and(gt(lots.remaining, 0n), or(isNull(lots.expiresAt), gt(lots.expiresAt, now)));
    case "expired":
      return or(and(gt(lots.remaining, 0n), isOver), and(eq(lots.remaining, 0n), gt(lots.expired, 0n)));
    case "used":
      return and(eq(lots.remaining, 0n), eq(lots.expired, 0n));
  }
};

/** The settled lots of some accounts, newest first. */
export async function listLots(
  db: Db,
  accountIds: readonly AccountId[],
  filter: { readonly status?: LotStanding | undefined; readonly now: Date },
  before: LotId | undefined,
  limit: number,
): Promise<Lot[]> {
  if (accountIds.length === 0) return [];
  return db
    .select()
    .from(lots)
    .where(
      and(
        inArray(lots.accountId, [...accountIds]),
        isNotNull(lots.cameVersion),
        filter.status ? standing(filter.status, filter.now) : undefined,
        before ? lt(lots.id, before) : undefined,
      ),
    )
    .orderBy(desc(lots.id))
    .limit(limit);
}

export const insertSchedule = (tx: Tx, row: NewSchedule) =>
  tx.insert(revenueSchedules).values(row).onConflictDoNothing();

/** Schedules of which more is earned by now, by source. */
export const listDueSchedules = (
  db: Db,
  now: Date,
  after: string | undefined,
  limit: number,
): Promise<{ id: string; currency: string }[]> =>
  db
    .select({ id: revenueSchedules.source, currency: revenueSchedules.currency })
    .from(revenueSchedules)
    .where(and(lte(revenueSchedules.dueAt, now), after === undefined ? undefined : gt(revenueSchedules.source, after)))
    .orderBy(asc(revenueSchedules.source))
    .limit(limit);

export async function lockSchedule(tx: Tx, source: string): Promise<RevenueSchedule | undefined> {
  const [row] = await tx.select().from(revenueSchedules).where(eq(revenueSchedules.source, source)).for("update");
  return row;
}

export const updateSchedule = (
  tx: Tx,
  source: string,
  change: Partial<Pick<RevenueSchedule, "revenue" | "refunded" | "bookings" | "dueAt">>,
) => tx.update(revenueSchedules).set(change).where(eq(revenueSchedules.source, source));
