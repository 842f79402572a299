import { DAY_MS } from "../../../../core/clock.js";
import { lookAtEach, type Round } from "../../../../kernel/jobs.js";
import type { CustodyProviderName } from "../../../../providers/ports/index.js";
import * as queries from "../queries.js";
import { nextCheck, STUCK_AFTER_MS, wasNeverSent } from "../rules/settle.js";
import type { Attempt, Payout } from "../types.js";
import type { PayoutDeps } from "./deps.js";
import { currentAttempt, lookUp } from "./look-up.js";
import { callPerson } from "./move.js";
import { enqueueSubmission } from "./request.js";
import { markUnknown, NEVER_SENT, settleRefusal } from "./submit.js";

const SWEEP_MAX = 100;

/** Looks at payouts of a provider that are due. Returns how many, and the failures, which are tried again at the next due time. */
export async function sweepPayouts(deps: PayoutDeps, provider: CustodyProviderName): Promise<Round> {
  const due = await queries.listDuePayouts(deps.db.read, provider, deps.clock.now(), SWEEP_MAX);
  return lookAtEach(due, (payout) => checkPayout(deps, payout));
}

/** Finds out how one payout stands. It never sends anything: an unknown payout is only looked for. */
export async function checkPayout(deps: PayoutDeps, payout: Payout): Promise<void> {
  // First the next look, then the question: a payout that always fails must not be asked about without end.
  const checks = payout.checks + 1;
  const next = nextCheck(deps.clock, payout.status, checks);
  await deps.db.transaction((tx) => queries.postponeCheck(tx, payout.id, next, checks));
  const attempts = await queries.listAttempts(deps.db.read, payout.id);
  const latest = currentAttempt(payout, attempts);
  if (payout.status === "approved") return deps.db.transaction((tx) => enqueueSubmission(tx, payout.id));
  if (!latest) return;
  if (payout.status === "submitting") {
    if (wasNeverSent(latest, deps.clock.now())) {
      return settleRefusal(deps, payout, latest, NEVER_SENT, "sweeper");
    }
    const reason = "the process that asked the provider did not write down its answer";
    await markUnknown(deps, payout.id, latest, reason, "sweeper");
  }
  let isFound = false;
  try {
    isFound = await lookUp(deps, payout, latest);
  } catch (error) {
    // A look that got no answer was none: the same wait again.
    const again = nextCheck(deps.clock, payout.status, payout.checks);
    if (payout.status !== "submitting") {
      await deps.db.transaction((tx) => queries.postponeCheck(tx, payout.id, again, payout.checks));
    }
    throw error;
  } finally {
    if (!isFound && payout.status === "unknown") await callAfterADay(deps, payout, latest);
    if (payout.status === "submitted") await alarmWhenStuck(deps, payout, latest);
  }
}

/** A day has gone by and the provider knows nothing of it, or says nothing: from here only a person decides. */
function callAfterADay(deps: PayoutDeps, payout: Payout, attempt: Attempt): Promise<void> {
  const age = deps.clock.now().getTime() - attempt.createdAt.getTime();
  return age < DAY_MS ? Promise.resolve() : review(deps, payout, "unknown_for_a_day", "payout.needs_decision");
}

function alarmWhenStuck(deps: PayoutDeps, payout: Payout, attempt: Attempt): Promise<void> {
  const age = deps.clock.now().getTime() - attempt.createdAt.getTime();
  return age < STUCK_AFTER_MS ? Promise.resolve() : review(deps, payout, "stuck", "payout.stuck");
}

async function review(
  deps: PayoutDeps,
  { id }: Payout,
  reason: string,
  type: Parameters<typeof callPerson>[4],
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const payout = await queries.lockPayout(tx, id);
    if (!payout || payout.reviewReason !== null || !["unknown", "submitted"].includes(payout.status)) return;
    await callPerson(deps, tx, payout, reason, type);
  });
}
