import { MINUTE_MS } from "../../../../core/clock.js";
import { atEach } from "../../../../kernel/at-each.js";
import { keepFailure, type LookFailure } from "../../../../kernel/jobs.js";
import { readAvailable } from "../../../books/ledger/index.js";
import * as queries from "../queries.js";
import type { AutoTopUp } from "../types.js";
import type { TopUpDeps } from "./deps.js";
import { moveTopUp } from "./move.js";
import { checkTopUp, followTopUp, isLow } from "./run.js";

const PAGE = 500;
const OPEN_MAX = 200;

/**
 * What the hint of a spend missed: balances that are low, attempts whose news got lost, pauses that are over. Returns the
 * failures, which are tried again in a minute.
 */
export const sweepTopUps = (deps: TopUpDeps): Promise<LookFailure[]> =>
  atEach(deps.billingProviders.values(), ({ name }) => sweepAt(deps, name));

async function sweepAt(deps: TopUpDeps, provider: AutoTopUp["provider"]): Promise<LookFailure[]> {
  const failures: LookFailure[] = [];
  const guarded = (id: string, work: () => Promise<void>) => keepFailure(failures, id, work);
  const now = deps.clock.now();
  const before = new Date(now.getTime() - MINUTE_MS);
  for (const attempt of await queries.listOpenAttempts(deps.db.read, provider, before, OPEN_MAX)) {
    await guarded(attempt.paymentId, () => followTopUp(deps, attempt.paymentId));
  }
  for (const { id } of await queries.listPausesOver(deps.db.read, provider, now, PAGE))
    await guarded(id, () => goOn(deps, id));
  let after: AutoTopUp["id"] | undefined;
  do {
    const page = await queries.listDue(deps.db.read, provider, now, after, PAGE);
    const available = await readAvailable(
      deps.db.read,
      page.map(({ accountId }) => accountId),
    );
    for (const row of page) {
      if (isLow(available.get(row.accountId), row)) await guarded(row.id, () => checkTopUp(deps, row.id));
    }
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
  return failures;
}

/** Ends a pause whose time is over. */
async function goOn(deps: TopUpDeps, id: AutoTopUp["id"]): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const current = await queries.lockAutoTopUp(tx, id);
    const now = deps.clock.now();
    if (current?.status !== "paused" || current.pausedUntil === null || current.pausedUntil > now) return;
    const details = { after: current.pausedReason };
    const active = await moveTopUp(deps, tx, current, "active", { by: "sweeper", details });
    tx.afterCommit(() => deps.topUpWatch.update(active));
  });
}
