import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { type LogFailure, lookAtEach } from "../../../../kernel/jobs.js";
import { listVersions, postTogether } from "../../ledger/index.js";
import * as queries from "../queries.js";
import { daysOf, earnedBy, nextDue } from "../rules/schedule.js";
import type { RevenueSchedule } from "../types.js";
import type { LotDeps } from "./deps.js";
import { lookAtAll, PAGE } from "./pages.js";
import { earningAccounts, settleAccount } from "./settle.js";

const ACCOUNTS_AT_ONCE = 1_000;

/** Settles every account that has transfers which are not settled, so that what was spent is earned. */
export async function settleEveryAccount(deps: LotDeps, log: LogFailure): Promise<void> {
  let after: AccountId | undefined;
  for (;;) {
    const accounts = await listVersions(deps.db.read, after, ACCOUNTS_AT_ONCE);
    const settled = await queries.listCursors(
      deps.db.read,
      accounts.map(({ id }) => id),
    );
    const behind = accounts.filter(({ id, version }) => version > (settled.get(id) ?? 0n));
    const { failures } = await lookAtEach(behind, ({ id }) => settleAccount(deps, id));
    for (const failure of failures) log(failure);
    after = accounts.at(-1)?.id;
    if (accounts.length < ACCOUNTS_AT_ONCE) return;
  }
}

/** A price that is earned day by day. */
export interface StraightLine {
  /** The payment. */
  readonly source: string;
  readonly price: { readonly amount: bigint; readonly currency: string };
  readonly start: Date;
  readonly end: Date;
}

/** Writes down that a price is earned over a period, in the transaction that books its payment. */
export async function recordSchedule(
  deps: LotDeps,
  tx: Tx,
  { source, price, start, end }: StraightLine,
): Promise<void> {
  const now = deps.clock.now();
  const days = daysOf(start, end);
  const row = { source, ...price, ...days, dueAt: nextDue(days, now) ?? now, createdAt: now };
  await queries.insertSchedule(tx, row);
}

/** Books what is earned by now of prices that are earned day by day. */
export const earnByDays = (deps: LotDeps, log: LogFailure): Promise<void> =>
  lookAtAll(
    (after: string | undefined) => queries.listDueSchedules(deps.db.read, deps.clock.now(), after, PAGE),
    async ({ id, currency }) => {
      const accounts = await earningAccounts(deps, currency);
      await deps.db.transaction(async (tx) => {
        const schedule = await queries.lockSchedule(tx, id);
        if (schedule) await earn(deps, tx, schedule, accounts);
      });
    },
    log,
  );

async function earn(
  deps: LotDeps,
  tx: Tx,
  schedule: RevenueSchedule,
  accounts: Awaited<ReturnType<typeof earningAccounts>>,
): Promise<void> {
  const now = deps.clock.now();
  const revenue = earnedBy(schedule, now);
  const change = revenue - schedule.revenue;
  const { source, currency, bookings } = schedule;
  const dueAt = nextDue(schedule, now);
  if (change === 0n) {
    await queries.updateSchedule(tx, source, { dueAt });
    return;
  }
  const more = change > 0n;
  await postTogether(tx, [
    {
      id: newId(deps.ids, "trf"),
      from: more ? accounts.revenue : accounts.deferred,
      to: more ? accounts.deferred : accounts.revenue,
      amount: more ? change : -change,
      asset: currency,
      type: more ? "revenue_recognized" : "revenue_reversed",
      key: `${source}:straight-line:${bookings}`,
      source,
      actor: SYSTEM_ACTOR,
    },
  ]);
  await queries.updateSchedule(tx, source, { revenue, dueAt, bookings: bookings + 1 });
}
