import { type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../../db/client.js";
import type { BalanceProviderName } from "../../../../providers/ports/index.js";
import type { OpenGroup } from "../rules/breaks.js";
import type { MatchKind } from "../types.js";

const timeOf = (date: Date): SQL => sql`${date.toISOString()}::timestamptz`;

/** What a movement is found by: its reference, else itself. */
const THEIR_NAME = sql`coalesce(p.expected_reference, p.reference)`;
const OUR_NAME = sql`coalesce(k.reference, k.transfer_id::text)`;

/** How many references are looked at in one statement. */
const PORTION = 5_000;

/**
 * Matches, of a portion of what is open after the name `after`, every object whose movements come to the same on both sides, or to
 * nothing on one. Returns the last name of the portion, undefined at the end, and how many objects were matched.
 */
export async function matchPortion(
  tx: Tx,
  provider: BalanceProviderName,
  after: string,
  now: Date,
): Promise<{ readonly last: string | undefined; readonly matched: number }> {
  // How many rows a name has is unknown to the planner, which then compares each name with each row.
  await tx.execute(sql`SET LOCAL enable_nestloop = off`);
  const { rows } = await tx.execute<{ last: string | null; matched: string }>(sql`
    WITH names AS (
      SELECT name FROM (
        SELECT ${THEIR_NAME} AS name FROM provider_transactions p
         WHERE p.provider = ${provider} AND p.matched_at IS NULL AND ${THEIR_NAME} > ${after}
        UNION
        SELECT ${OUR_NAME} FROM clearing_transfers k
         WHERE k.provider = ${provider} AND k.matched_at IS NULL AND ${OUR_NAME} > ${after}
      ) u ORDER BY name LIMIT ${PORTION}
    ), theirs AS (
      SELECT p.subject_kind AS kind, ${THEIR_NAME} AS name, p.expected_asset AS asset, sum(p.expected_amount) AS amount
        FROM provider_transactions p JOIN names n ON n.name = ${THEIR_NAME}
       WHERE p.provider = ${provider} AND p.matched_at IS NULL GROUP BY 1, 2, 3
    ), ours AS (
      SELECT k.kind, ${OUR_NAME} AS name, k.asset, sum(k.amount) AS amount
        FROM clearing_transfers k JOIN names n ON n.name = ${OUR_NAME}
       WHERE k.provider = ${provider} AND k.matched_at IS NULL GROUP BY 1, 2, 3
    ), even AS (
      SELECT coalesce(t.kind, o.kind) AS kind, coalesce(t.name, o.name) AS name, coalesce(t.asset, o.asset) AS asset,
             CASE WHEN t.name IS NULL OR o.name IS NULL THEN 'offset' ELSE 'reference' END AS rule, gen_random_uuid() AS match_id
        FROM theirs t FULL JOIN ours o ON o.kind = t.kind AND o.name = t.name AND o.asset = t.asset
       WHERE coalesce(t.amount, 0) = coalesce(o.amount, 0)
    ), their_rows AS (
      UPDATE provider_transactions p SET matched_at = ${timeOf(now)}, rule = e.rule, match_id = e.match_id, updated_at = ${timeOf(now)}
        FROM even e
       WHERE p.provider = ${provider} AND p.matched_at IS NULL
         AND p.subject_kind = e.kind AND ${THEIR_NAME} = e.name AND p.expected_asset = e.asset
    ), our_rows AS (
      UPDATE clearing_transfers k SET matched_at = ${timeOf(now)}, rule = e.rule, match_id = e.match_id
        FROM even e
       WHERE k.provider = ${provider} AND k.matched_at IS NULL AND k.kind = e.kind AND ${OUR_NAME} = e.name AND k.asset = e.asset
    )
    SELECT CASE WHEN (SELECT count(*) FROM names) = ${PORTION} THEN (SELECT max(name) FROM names) END AS last,
           (SELECT count(*) FROM even) AS matched`);
  const [row] = rows;
  return { last: row?.last ?? undefined, matched: Number(row?.matched ?? 0) };
}

/**
 * Matches what has no reference on one side at least: of one kind, asset and amount, on the same day, when each side has exactly one such.
 * It moves no money.
 */
export async function matchComposite(tx: Tx, provider: BalanceProviderName, now: Date): Promise<number> {
  const { rows } = await tx.execute<{ matched: string }>(sql`
    WITH theirs AS (
      SELECT p.subject_kind AS kind, p.expected_asset AS asset, p.expected_amount AS amount, date_trunc('day', p.occurred_at AT TIME ZONE 'UTC') AS day,
             min(p.id::text) AS id, count(*) AS n, bool_or(p.expected_reference IS NULL) AS bare
        FROM provider_transactions p WHERE p.provider = ${provider} AND p.matched_at IS NULL GROUP BY 1, 2, 3, 4
    ), ours AS (
      SELECT k.kind, k.asset, k.amount, date_trunc('day', k.effective_at AT TIME ZONE 'UTC') AS day,
             min(k.transfer_id::text) AS id, count(*) AS n, bool_or(k.reference IS NULL) AS bare
        FROM clearing_transfers k WHERE k.provider = ${provider} AND k.matched_at IS NULL GROUP BY 1, 2, 3, 4
    ), pairs AS (
      SELECT t.id::uuid AS their_id, o.id::uuid AS our_id, gen_random_uuid() AS match_id
        FROM theirs t JOIN ours o USING (kind, asset, amount, day)
       WHERE t.n = 1 AND o.n = 1 AND (t.bare OR o.bare)
    ), their_rows AS (
      UPDATE provider_transactions p SET matched_at = ${timeOf(now)}, rule = 'composite', match_id = x.match_id, updated_at = ${timeOf(now)}
        FROM pairs x WHERE p.id = x.their_id
    ), our_rows AS (
      UPDATE clearing_transfers k SET matched_at = ${timeOf(now)}, rule = 'composite', match_id = x.match_id
        FROM pairs x WHERE k.transfer_id = x.our_id
    )
    SELECT count(*) AS matched FROM pairs`);
  return Number(rows[0]?.matched ?? 0);
}

/**
 * Since when something of ours waits for the provider's list: of the last so many days of the books, whose time is the database's and not
 * the service's.
 */
export async function waitingSince(db: Db, provider: BalanceProviderName, days: number): Promise<Date | undefined> {
  const { rows } = await db.execute<{ since: string | null }>(sql`
    SELECT min(k.effective_at) AS since FROM clearing_transfers k
     WHERE k.provider = ${provider} AND k.matched_at IS NULL
       AND k.effective_at > (SELECT max(posted_at) FROM clearing_transfers WHERE provider = ${provider}) - make_interval(days => ${days})`);
  const since = rows[0]?.since;
  return since ? new Date(since) : undefined;
}

/** Everything of these objects is matched as a person has said. */
export async function matchResolved(
  tx: Tx,
  provider: BalanceProviderName,
  { kind, reference, asset }: Pick<OpenGroup, "kind" | "reference" | "asset">,
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    UPDATE provider_transactions p SET matched_at = ${timeOf(now)}, rule = 'resolved', updated_at = ${timeOf(now)}
     WHERE p.provider = ${provider} AND p.matched_at IS NULL AND p.subject_kind = ${kind}
       AND ${THEIR_NAME} = ${reference} AND p.expected_asset = ${asset}`);
  await tx.execute(sql`
    UPDATE clearing_transfers k SET matched_at = ${timeOf(now)}, rule = 'resolved'
     WHERE k.provider = ${provider} AND k.matched_at IS NULL AND k.kind = ${kind}
       AND ${OUR_NAME} = ${reference} AND k.asset = ${asset}`);
}

interface GroupRow extends Record<string, unknown> {
  readonly kind: MatchKind;
  readonly reference: string;
  readonly asset: string;
  readonly account: string;
  readonly ours: string;
  readonly ours_count: string;
  readonly theirs: string;
  readonly theirs_count: string;
  readonly fees: string;
  readonly assets: string;
  readonly since: string;
}

/** What a moment saw as open: what was unmatched then. Without a moment, what is open now. */
const openAt = (column: SQL, until: Date | undefined): SQL =>
  until === undefined ? sql`${column} IS NULL` : sql`(${column} IS NULL OR ${column} >= ${timeOf(until)})`;
const happenedBefore = (column: SQL, until: Date | undefined): SQL =>
  until === undefined ? sql`true` : sql`${column} < ${timeOf(until)}`;

/** What is open by objects, those of a window's end (what came later is not there yet), after the one with the name `after`. */
export async function openGroups(
  db: Db,
  provider: BalanceProviderName,
  { after = "", asset, until, limit }: { after?: string; asset?: string; until?: Date; limit: number },
): Promise<OpenGroup[]> {
  const { rows } = await db.execute<GroupRow>(sql`
    WITH open AS (
      SELECT p.subject_kind AS kind, CASE WHEN p.rule = 'composite' THEN p.match_id::text ELSE ${THEIR_NAME} END AS reference, p.expected_asset AS asset, p.account,
             0::bigint AS ours, 0 AS ours_count, p.expected_amount AS theirs, 1 AS theirs_count, abs(p.fee) AS fee, p.occurred_at AS at
        FROM provider_transactions p
       WHERE p.provider = ${provider} AND p.expected_asset IS NOT NULL AND ${happenedBefore(sql`p.occurred_at`, until)}
         AND ${openAt(sql`p.matched_at`, until)}
      UNION ALL
      SELECT k.kind, CASE WHEN k.rule = 'composite' THEN k.match_id::text ELSE ${OUR_NAME} END, k.asset, NULL, k.amount, 1, 0, 0, 0, k.effective_at
        FROM clearing_transfers k
       WHERE k.provider = ${provider} AND ${happenedBefore(sql`k.effective_at`, until)} AND k.rule IS DISTINCT FROM 'booked'
         AND ${openAt(sql`k.matched_at`, until)}
    )
    SELECT kind, reference, asset, coalesce(max(account), '') AS account, sum(ours)::text AS ours, sum(ours_count)::text AS ours_count,
           sum(theirs)::text AS theirs, sum(theirs_count)::text AS theirs_count, sum(fee)::text AS fees, min(at) AS since,
           count(*) OVER (PARTITION BY kind, reference)::text AS assets
      FROM open
     WHERE reference > ${after} AND (${asset ?? null}::text IS NULL OR asset = ${asset ?? null})
     GROUP BY kind, reference, asset
    HAVING sum(ours) <> sum(theirs)
     ORDER BY reference, kind, asset LIMIT ${limit}`);
  return rows.map((row) => ({
    kind: row.kind,
    reference: row.reference,
    asset: row.asset,
    account: row.account,
    ours: BigInt(row.ours),
    oursCount: Number(row.ours_count),
    theirs: BigInt(row.theirs),
    theirsCount: Number(row.theirs_count),
    fees: BigInt(row.fees),
    hasOtherAsset: Number(row.assets) > 1,
    since: new Date(row.since),
  }));
}

export interface LineSums {
  readonly category: string;
  readonly count: number;
  readonly theirs: bigint;
  readonly fees: bigint;
  readonly ours: bigint;
  readonly ourFees: bigint;
}

interface SumRow extends Record<string, unknown> {
  readonly category: string;
  readonly count: string;
  readonly theirs: string;
  readonly fees: string;
  readonly ours: string;
  readonly our_fees: string;
}

const CATEGORY_OF_OURS = sql`CASE
  WHEN b.category IS NOT NULL THEN b.category
  WHEN k.type = 'refund_returned' THEN 'refund_returned'
  WHEN k.type = 'dispute_reinstated' THEN 'dispute_reversal'
  WHEN k.kind = 'other' THEN 'not_listed'
  ELSE k.kind END`;

/** What moved one asset in a window, by category, on both sides; fees apart. */
export async function lineSums(
  db: Db,
  provider: BalanceProviderName,
  asset: string,
  { from, to }: { from: Date; to: Date },
): Promise<LineSums[]> {
  const { rows } = await db.execute<SumRow>(sql`
    WITH moved AS (
      SELECT p.category, 1 AS n, p.amount AS theirs, p.fee AS fees, 0::bigint AS ours, 0::bigint AS our_fees
        FROM provider_transactions p
       WHERE p.provider = ${provider} AND p.asset = ${asset} AND p.occurred_at >= ${timeOf(from)} AND p.occurred_at < ${timeOf(to)}
      UNION ALL
      SELECT ${CATEGORY_OF_OURS}, 0, 0, 0,
             CASE WHEN ${IS_FEE} THEN 0 ELSE k.amount END, CASE WHEN ${IS_FEE} THEN -k.amount ELSE 0 END
        FROM clearing_transfers k
        LEFT JOIN provider_transactions b ON k.rule = 'booked' AND b.provider = k.provider AND b.reference = k.reference
       WHERE k.provider = ${provider} AND k.asset = ${asset} AND k.effective_at >= ${timeOf(from)} AND k.effective_at < ${timeOf(to)}
      UNION ALL
      SELECT 'not_listed', 0, o.amount, 0, 0, 0 FROM provider_openings o
       WHERE o.provider = ${provider} AND o.asset = ${asset} AND o.created_at >= ${timeOf(from)} AND o.created_at < ${timeOf(to)}
    )
    SELECT category, sum(n)::text AS count, sum(theirs)::text AS theirs, sum(fees)::text AS fees, sum(ours)::text AS ours,
           sum(our_fees)::text AS our_fees
      FROM moved GROUP BY category ORDER BY category`);
  return rows.map((row) => ({
    category: row.category,
    count: Number(row.count),
    theirs: BigInt(row.theirs),
    fees: BigInt(row.fees),
    ours: BigInt(row.ours),
    ourFees: BigInt(row.our_fees),
  }));
}

// A fee of a movement; the provider's own fees are movements themselves.
const IS_FEE = sql`(k.type = 'provider_fee' AND (b.category IS NULL OR b.category NOT IN ('fee', 'tax')))`;

/** What both sides came to before a moment. */
export async function sumsBefore(
  db: Db,
  provider: BalanceProviderName,
  asset: string,
  before: Date,
): Promise<{ theirs: bigint; ours: bigint }> {
  const { rows } = await db.execute<{ theirs: string; ours: string }>(sql`
    SELECT (SELECT coalesce(sum(p.net), 0) FROM provider_transactions p
             WHERE p.provider = ${provider} AND p.asset = ${asset} AND p.occurred_at < ${timeOf(before)})
         + (SELECT coalesce(sum(o.amount), 0) FROM provider_openings o
             WHERE o.provider = ${provider} AND o.asset = ${asset} AND o.created_at < ${timeOf(before)}) AS theirs,
           (SELECT coalesce(sum(k.amount), 0) FROM clearing_transfers k
             WHERE k.provider = ${provider} AND k.asset = ${asset} AND k.effective_at < ${timeOf(before)})::text AS ours`);
  return { theirs: BigInt(rows[0]?.theirs ?? 0), ours: BigInt(rows[0]?.ours ?? 0) };
}

/** Every asset that a provider has moved. */
export async function assetsOf(db: Db, provider: BalanceProviderName): Promise<string[]> {
  const { rows } = await db.execute<{ asset: string }>(sql`
    SELECT DISTINCT asset FROM provider_transactions WHERE provider = ${provider}
    UNION SELECT DISTINCT asset FROM clearing_transfers WHERE provider = ${provider} ORDER BY asset`);
  return rows.map(({ asset }) => asset);
}
