import { SYSTEM_ACTOR } from "../../../core/access.js";
import { MINUTE_MS } from "../../../core/clock.js";
import { newId } from "../../../core/ids.js";
import type { Tx } from "../../../db/client.js";
import type { ProviderResult, WithdrawalNews } from "../../../providers/port.js";
import { custodyOf } from "../../treasury/index.js";
import * as queries from "../queries.js";
import { nextCheck, refusalOf } from "../rules.js";
import type { Attempt, Payout, PayoutAccounts, PayoutId } from "../types.js";
import { openAccounts } from "./accounts.js";
import { halt } from "./controls.js";
import type { PayoutDeps } from "./deps.js";
import { lookForAbandoned } from "./look-up.js";
import { announce, giveBack, whyMoneyIsGone } from "./request.js";
import { settleWithdrawal } from "./settle.js";

// While payouts are halted, or the provider is out of funds or gas, an approved payout waits this long for its next try.
const WAIT_MS = MINUTE_MS;

/**
 * Sends one approved payout: writes the attempt down, asks the provider with no transaction open, settles the answer. Run by
 * the worker only. A payout that is not approved (any more) is left alone: a job that runs twice sends once.
 */
export async function submitPayout(deps: PayoutDeps, id: PayoutId): Promise<void> {
  const custody = custodyOf(deps);
  await lookForAbandoned(deps, id);
  const started = await startAttempt(deps, id);
  if (!started) return;
  const { payout, attempt } = started;
  const answer = await custody.withdraw({
    walletReference: payout.walletReference,
    assetReference: payout.assetReference,
    address: payout.address,
    amount: payout.chainAmount,
    reference: attempt.id,
  });
  await settleAnswer(deps, payout, attempt, answer);
}

/** From here on the payout may have been sent. Undefined when it must not be, or not yet. */
async function startAttempt(deps: PayoutDeps, id: PayoutId): Promise<{ payout: Payout; attempt: Attempt } | undefined> {
  const seen = await queries.findPayout(deps.db.read, id);
  const accounts = seen && (await openAccounts(deps, seen));
  return deps.db.transaction(async (tx) => {
    const payout = await queries.lockPayout(tx, id);
    if (payout?.status !== "approved") return undefined;
    const { halted } = await queries.shareControls(tx);
    const now = deps.clock.now();
    if (halted) {
      await queries.postponeCheck(tx, id, new Date(now.getTime() + WAIT_MS), payout.checks);
      return undefined;
    }
    if (accounts && (await endWithoutMoney(deps, tx, payout, accounts))) return undefined;
    const attempt = await queries.insertAttempt(tx, {
      id: newId(deps.ids, "poa"),
      payoutId: id,
      number: payout.attempts + 1,
      status: "submitting",
      createdAt: now,
      updatedAt: now,
    });
    const updated = await queries.updatePayout(tx, id, {
      status: "submitting",
      attempts: attempt.number,
      failure: null,
      // The limits count what leaves in a day: what has waited for an approval for days leaves now.
      reservedAt: now,
      submittedAt: now,
      checks: 0,
      nextCheckAt: nextCheck(deps.clock, "submitting", 0),
      updatedAt: now,
    });
    await announce(deps, tx, updated, SYSTEM_ACTOR, "payout.submitting", { attempt: attempt.id });
    return { payout: updated, attempt };
  });
}

/**
 * Calls a payout off whose payment lost its money while it waited, for an approval or for us: the refund or the bank had it
 * already. What is set aside comes back, and repays what the loss left owed. Whether it was called off.
 */
async function endWithoutMoney(deps: PayoutDeps, tx: Tx, payout: Payout, accounts: PayoutAccounts): Promise<boolean> {
  const reason = await whyMoneyIsGone(tx, payout.paymentId);
  if (reason === undefined) return false;
  await giveBack(deps, tx, payout, accounts);
  const updated = await queries.updatePayout(tx, payout.id, {
    status: "canceled",
    reserved: false,
    reason,
    nextCheckAt: null,
    updatedAt: deps.clock.now(),
  });
  await announce(deps, tx, updated, SYSTEM_ACTOR, "payout.canceled", { reason, paymentId: payout.paymentId });
  return true;
}

async function settleAnswer(
  deps: PayoutDeps,
  payout: Payout,
  attempt: Attempt,
  answer: ProviderResult<WithdrawalNews>,
): Promise<void> {
  switch (answer.outcome) {
    case "accepted":
      await settleWithdrawal(deps, { ...answer.value, reference: attempt.id });
      return;
    case "rejected":
      return settleRefusal(deps, payout, attempt, answer.failure);
    // Not found: the wallet or the asset. Whether something was done is not said, so nothing is taken for granted.
    case "notFound":
      return markUnknown(deps, payout.id, attempt, "the provider did not find what was named");
    case "unknown":
      return markUnknown(deps, payout.id, attempt, answer.reason);
  }
}

/** Writes down that nobody knows whether the coins left. Only the provider's word or a person ends it. */
export async function markUnknown(
  deps: PayoutDeps,
  id: PayoutId,
  attempt: Pick<Attempt, "id" | "number">,
  reason: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const payout = await queries.lockPayout(tx, id);
    if (payout?.status !== "submitting" || payout.attempts !== attempt.number) return;
    const now = deps.clock.now();
    const failure = { code: "unknown", message: reason.slice(0, 500) };
    await queries.updateAttempt(tx, attempt.id, { status: "unknown", failure, updatedAt: now });
    const updated = await queries.updatePayout(tx, id, {
      status: "unknown",
      checks: 0,
      nextCheckAt: nextCheck(deps.clock, "unknown", 0),
      updatedAt: now,
    });
    await announce(deps, tx, updated, SYSTEM_ACTOR, "payout.unknown", { attempt: attempt.id, reason: failure.message });
  });
}

/** A definite no: nothing was sent. What follows depends on whose trouble it is. */
async function settleRefusal(
  deps: PayoutDeps,
  { id, ...before }: Payout,
  attempt: Attempt,
  failure: { readonly code: string; readonly message: string },
): Promise<void> {
  const refusal = refusalOf(failure.code);
  const accounts = await openAccounts(deps, before);
  await deps.db.transaction(async (tx) => {
    const payout = await queries.lockPayout(tx, id);
    // The webhook may have overtaken the reply; what it said stands. A slow reply finds the attempt taken for unknown.
    const waits = payout?.status === "submitting" || payout?.status === "unknown";
    if (!payout || !waits || payout.attempts !== attempt.number) return;
    const now = deps.clock.now();
    const reason = { code: failure.code, message: failure.message.slice(0, 500) };
    await queries.updateAttempt(tx, attempt.id, { status: "failed", failure: reason, updatedAt: now });
    if (refusal === "fails") await giveBack(deps, tx, payout, accounts);
    const updated = await queries.updatePayout(tx, id, {
      ...(refusal === "fails"
        ? { status: "failed", reserved: false, nextCheckAt: null }
        : { status: "approved", nextCheckAt: new Date(now.getTime() + WAIT_MS) }),
      failure: reason,
      updatedAt: now,
    });
    await announce(deps, tx, updated, SYSTEM_ACTOR, `payout.${refusal === "fails" ? "failed" : "postponed"}`, {
      attempt: attempt.id,
    });
    if (refusal === "halts") await halt(deps, tx, SYSTEM_ACTOR, `the provider refuses our key (${failure.code})`);
  });
}
