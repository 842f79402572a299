import { DAY_MS } from "../../../../core/clock.js";
import { uuidOf, type WalletId } from "../../../../core/ids.js";
import type { Snapshot } from "../../../../db/own-session.js";
import type { SourceRow } from "../rules/columns.js";
import type { DayFlow } from "../rules/summary.js";
import type { ExportFilters, ExportKind, ExportSpec } from "../types.js";

/** The view of each kind, the order of its rows, and the columns that its filters are about. */
interface Source {
  readonly view: string;
  readonly order: string;
  readonly filters: Readonly<Partial<Record<keyof ExportFilters, string>>>;
}
const SOURCES: Readonly<Record<Exclude<ExportKind, "customer_statement" | "journal">, Source>> = {
  transfers: { view: "export_transfers", order: "created_at, id", filters: { asset: "asset", type: "type" } },
  entries: {
    view: "export_entries",
    order: "created_at, transfer_id, amount",
    filters: { asset: "asset", type: "type" },
  },
  payments: {
    view: "export_payments",
    order: "created_at, id",
    filters: { asset: "currency", status: "status", provider: "provider", customerId: "customer_id" },
  },
  payouts: {
    view: "export_payouts",
    order: "created_at, id",
    filters: { asset: "asset", status: "status", provider: "provider", customerId: "customer_id" },
  },
  audit: { view: "export_audit_events", order: "created_at, id", filters: { actor: "actor", action: "action" } },
};

type Window = Pick<ExportSpec, "from" | "to">;

const SLICES_MAX = 8;

/** A window in slices of whole days: no more than a slice's rows are sorted at a time, and a wide window is not asked for in thousands. */
function* slicesOf({ from, to }: Window): Generator<[from: string, to: string]> {
  const days = Math.ceil((to.getTime() - from.getTime()) / DAY_MS / SLICES_MAX);
  for (let start = from.getTime(); start < to.getTime(); ) {
    const end = Math.min(to.getTime(), (Math.floor(start / DAY_MS) + days) * DAY_MS);
    yield [new Date(start).toISOString(), new Date(end).toISOString()];
    start = end;
  }
}

/** Where a filter's values go: after the window's two. */
function conditionsOf(filters: ExportFilters, columns: Source["filters"]): { where: string; values: string[] } {
  const given = Object.entries(columns).flatMap(([name, column]) => {
    const value = filters[name as keyof ExportFilters];
    return value === undefined ? [] : [{ column, value }];
  });
  return {
    where: given.map(({ column }, index) => ` AND ${column} = $${index + 3}`).join(""),
    values: given.map(({ value }) => value),
  };
}

/** The rows of a table, oldest first. */
export async function* readTable<Row extends SourceRow = SourceRow>(
  snapshot: Snapshot,
  kind: keyof typeof SOURCES,
  window: Window,
  filters: ExportFilters,
): AsyncGenerator<Row[]> {
  const { view, order, filters: columns } = SOURCES[kind];
  const { where, values } = conditionsOf(filters, columns);
  const text = `SELECT * FROM ${view} WHERE created_at >= $1 AND created_at < $2${where} ORDER BY ${order}`;
  for (const [from, to] of slicesOf(window)) yield* snapshot.portions<Row>(text, [from, to, ...values]);
}

export interface StatementRow extends SourceRow {
  readonly transfer_id: string;
  readonly type: string;
  readonly asset: string;
  readonly scale: number;
  readonly amount: bigint;
  readonly balance_after: bigint;
  readonly reference: string | null;
  readonly description: string | null;
  readonly effective_at: Date;
  readonly created_at: Date;
}

/** A wallet's account of an asset; undefined when nothing was ever posted to it. */
export async function findStatementAccount(
  snapshot: Snapshot,
  walletId: WalletId,
  asset: string,
): Promise<string | undefined> {
  const [row] = await snapshot.query<{ id: string }>(
    "SELECT id FROM export_accounts WHERE wallet_id = $1 AND asset = $2",
    [uuidOf("wal", walletId), asset],
  );
  return row?.id;
}

// The condition on the version leaves out the side that has no balance, and lets the index of the other one be used.
const OF_ACCOUNT = "account_id = $1 AND account_version IS NOT NULL";

/** What an account held before a moment. */
export async function balanceBefore(snapshot: Snapshot, account: string, moment: Date): Promise<bigint> {
  const [row] = await snapshot.query<{ balance_after: bigint }>(
    `SELECT balance_after FROM export_entries WHERE ${OF_ACCOUNT} AND created_at < $2 ORDER BY created_at DESC, account_version DESC LIMIT 1`,
    [account, moment.toISOString()],
  );
  return row?.balance_after ?? 0n;
}

/** An account's entries of a window, in the order in which they were posted. */
export const readStatement = (
  snapshot: Snapshot,
  account: string,
  { from, to }: Window,
): AsyncGenerator<StatementRow[]> =>
  snapshot.portions<StatementRow>(
    `SELECT * FROM export_entries WHERE ${OF_ACCOUNT} AND created_at >= $2 AND created_at < $3 ORDER BY created_at, account_version`,
    [account, from.toISOString(), to.toISOString()],
  );

export interface TransferRow extends SourceRow {
  readonly id: string;
  readonly transaction_id: string;
  readonly type: string;
  readonly asset: string;
  readonly scale: number;
  readonly amount: bigint;
  readonly from_account: string;
  readonly from_wallet_id: string | null;
  readonly to_account: string;
  readonly to_wallet_id: string | null;
  readonly reference: string | null;
  readonly description: string | null;
  readonly created_at: Date;
}

export interface BookBalance {
  readonly account: string;
  readonly asset: string;
  readonly scale: number;
  /** Before the window, and at its end. */
  readonly opening: bigint;
  readonly closing: bigint;
}

/** What every account held when a window began and ended, the customers' together. All that was ever posted is added up. */
export async function readBalances(
  snapshot: Snapshot,
  { from, to }: Window,
  asset: string | undefined,
): Promise<BookBalance[]> {
  const rows = await snapshot.query<{
    account: string;
    asset: string;
    scale: number;
    opening: string | null;
    closing: string;
  }>(
    `SELECT y.code AS account, m.asset, y.scale, sum(m.opening)::text AS opening, sum(m.closing)::text AS closing
       FROM (SELECT account_id, asset, sum(amount) FILTER (WHERE created_at < $1) AS opening, sum(amount) AS closing
               FROM ledger_entries WHERE created_at < $2 AND ($3::text IS NULL OR asset = $3) GROUP BY account_id, asset) m
       JOIN export_accounts y ON y.id = m.account_id
      GROUP BY 1, 2, 3 ORDER BY 2, 1`,
    [from.toISOString(), to.toISOString(), asset ?? null],
  );
  return rows.map((row) => ({ ...row, opening: BigInt(row.opening ?? 0), closing: BigInt(row.closing) }));
}

/** What moved between each two accounts, day by day, of fiat currencies; in the order of days, then currencies. */
export async function* readDayFlows(
  snapshot: Snapshot,
  { from, to }: Window,
  asset: string | undefined,
): AsyncGenerator<DayFlow[]> {
  const text = `
    SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, asset, scale, from_account AS "from", to_account AS "to",
           sum(amount)::text AS amount
      FROM export_transfers
     WHERE created_at >= $1 AND created_at < $2 AND asset_kind = 'fiat' AND ($3::text IS NULL OR asset = $3)
     GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 4, 5`;
  const values = [from.toISOString(), to.toISOString(), asset ?? null];
  for await (const rows of snapshot.portions<Omit<DayFlow, "amount"> & { readonly amount: string }>(text, values))
    yield rows.map((row) => ({ ...row, amount: BigInt(row.amount) }));
}
