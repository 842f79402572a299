import type { Caller } from "../../../../core/access.js";
import { decodeCursor, type Page, type PageQuery, toPage } from "../../../../core/pagination.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { periodClosed, periodHasBreaks, periodNotFound, periodNotOver } from "../errors.js";
import { periodEvents } from "../events.js";
import * as queries from "../queries/index.js";
import { endOfMonth } from "../rules/window.js";
import type { PeriodRow } from "../types.js";
import type { ReconciliationDeps } from "./deps.js";

/**
 * Closes a month: every account as it stood at its end is written down for good. What is heard of it later is booked in the open month,
 * with its own date in `effectiveAt`; the balances by the time of booking stay as they are. Throws 409 `periods.closed`,
 * `periods.has_breaks`, 422 `periods.not_over`.
 */
export async function closePeriod(
  deps: ReconciliationDeps,
  caller: Caller,
  month: string,
  input: { readonly acceptOpenBreaks: boolean; readonly note?: string | undefined; readonly resumed: boolean },
): Promise<PeriodRow> {
  const endsAt = endOfMonth(month);
  const now = deps.clock.now();
  // A posting may be under way that began within the month.
  if (now.getTime() < endsAt.getTime() + SETTLE_MS) throw periodNotOver(month);
  const known = await queries.findPeriod(deps.db.read, month);
  if (known && input.resumed && known.closedBy === caller.id) return known;
  if (known) throw periodClosed(month);
  const openBreaks = await queries.countOpenBreaks(deps.db.read, endsAt);
  if (openBreaks > 0 && !input.acceptOpenBreaks) throw periodHasBreaks(openBreaks);
  return deps.db.transaction(async (tx) => {
    const balances = await queries.trialBalance(tx, endsAt);
    const row = { month, endsAt, closedAt: now, closedBy: caller.id, note: input.note ?? null, openBreaks, balances };
    const inserted = await queries.insertPeriod(tx, row);
    if (!inserted) throw periodClosed(month);
    const data = { month, openBreaks };
    await recordAudit(deps, tx, [{ actor: caller.id, action: "closePeriod", resource: month, details: data }]);
    await emitEvents(deps, tx, [periodEvents.of("accounting_period.closed", { resource: month }, data)]);
    return inserted;
  });
}

const SETTLE_MS = 60_000;

/** A closed month. Throws 404 `periods.not_found`. */
export async function getPeriod(deps: ReconciliationDeps, month: string): Promise<PeriodRow> {
  const row = await queries.findPeriod(deps.db.read, month);
  if (!row) throw periodNotFound(month);
  return row;
}

/** Closed months, the newest first. */
export async function listPeriods(deps: ReconciliationDeps, { limit, cursor }: PageQuery): Promise<Page<PeriodRow>> {
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, 1);
  const rows = await queries.listPeriods(deps.db.read, before, limit + 1);
  return toPage(
    rows,
    limit,
    ({ month }) => [month],
    (row) => row,
  );
}
