import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { MINUTE_MS } from "../../../../core/clock.js";
import { deadlineIn } from "../../../../core/deadline.js";
import { AppError } from "../../../../core/errors.js";
import { newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { type Act, askPromised } from "../../../../kernel/asking.js";
import type { Network, ProviderResult, WithdrawalNews } from "../../../../providers/ports/index.js";
import { custodyOf } from "../../treasury/index.js";
import * as queries from "../queries.js";
import { refusalOf, refusedTo, SEND_WITHIN_MS } from "../rules/settle.js";
import type { Attempt, Payout, PayoutAccounts, PayoutId } from "../types.js";
import { openAccounts } from "./accounts.js";
import { checkAddress } from "./addresses.js";
import { halt } from "./controls.js";
import type { PayoutDeps } from "./deps.js";
import { lookForEarlier, lookUp } from "./look-up.js";
import { beginAttempt, moveAttempt, movePayout } from "./move.js";
import { giveBack, whyMoneyIsGone } from "./request.js";
import { settleWithdrawal } from "./settle.js";

// While payouts are halted, or the provider is out of funds or gas, an approved payout waits this long for its next try.
const WAIT_MS = MINUTE_MS;

/** What is written down of an attempt of which the process knows that it was not sent. */
export const NEVER_SENT = { code: "not_sent", message: "It was not sent in time, so nothing left." };

/**
 * Sends one approved payout: looks for what was sent before, writes the attempt down, asks the provider with no transaction
 * open, settles the answer. Run by the worker only. A payout that is not approved (any more) is left alone: a job that runs
 * twice sends once.
 */
export async function submitPayout(deps: PayoutDeps, id: PayoutId): Promise<void> {
  const approved = await queries.findPayout(deps.db.read, id);
  if (approved?.status !== "approved") return;
  const custody = custodyOf(deps, approved.provider);
  if (!(await mayBeSent(deps, approved))) return;
  const deadline = deadlineIn(SEND_WITHIN_MS);
  const started = await startAttempt(deps, approved);
  if (!started) return;
  if (!(await isOursToSend(deps, started.payout, started.attempt))) return;
  const sending: Act<Started, ProviderResult<WithdrawalNews>, void> = {
    name: "payouts.submit",
    id: started.attempt.id,
    ask: ({ payout, attempt }) =>
      custody.withdraw({
        walletReference: payout.walletReference,
        assetReference: payout.assetReference,
        address: payout.address,
        amount: payout.chainAmount,
        reference: attempt.id,
        deadline,
      }),
    settle: ({ payout, attempt }, answer) => settleAnswer(deps, payout, attempt, answer),
  };
  await askPromised(deps, sending, started);
}

/** False when an earlier attempt goes on, its address is refused by now, or the provider does not say: then later. */
async function mayBeSent(deps: PayoutDeps, payout: Payout): Promise<boolean> {
  try {
    return !(await lookForEarlier(deps, payout)) && !(await endAtRefusedAddress(deps, payout));
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 503) throw error;
    const failure = { code: "not_sent", message: error.message };
    await deps.db.transaction(async (tx) => {
      const current = await queries.lockPayout(tx, payout.id);
      if (current?.status !== "approved") return;
      const now = deps.clock.now();
      const nextCheckAt = new Date(now.getTime() + WAIT_MS);
      await queries.updatePayout(tx, payout.id, { failure, nextCheckAt, updatedAt: now });
    });
    return false;
  }
}

/**
 * Ends a payout whose address money may not go to any more: a list may have named it since the request, while the payout waited
 * for an approval or for us. Whether it was ended. Throws `provider.unavailable` (503) when the list cannot be asked.
 */
async function endAtRefusedAddress(deps: PayoutDeps, payout: Payout): Promise<boolean> {
  try {
    await checkAddress(deps, payout.provider, payout.network as Network, payout.address);
    return false;
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 422) throw error;
    const failure = { code: "address_refused", message: error.message };
    const accounts = await openAccounts(deps, payout);
    await deps.db.transaction((tx) => endUnsent(deps, tx, payout.id, accounts, "failed", { failure }));
    return true;
  }
}

/** Ends an approved payout with nothing sent: what is set aside comes back, and repays what is owed meanwhile. */
async function endUnsent(
  deps: PayoutDeps,
  tx: Tx,
  id: PayoutId,
  accounts: PayoutAccounts,
  status: "failed" | "canceled",
  why: Pick<Partial<Payout>, "failure" | "reason">,
): Promise<void> {
  const payout = await queries.lockPayout(tx, id);
  if (payout?.status !== "approved") return;
  await giveBack(deps, tx, payout, accounts);
  const reason = why.reason ?? why.failure?.message;
  await movePayout(deps, tx, payout, status, {
    by: "worker",
    action: `payout.${status}`,
    change: why,
    details: { reason, paymentId: payout.paymentId },
  });
}

interface Started {
  readonly payout: Payout;
  readonly attempt: Attempt;
}

/**
 * Writes the attempt down. When the reply to its COMMIT is lost, it is read back by its id: it is there and nobody but this
 * process may send it, or it is not there and the job is tried again. Undefined when it must not be sent, or not yet.
 */
async function startAttempt(deps: PayoutDeps, approved: Payout): Promise<Started | undefined> {
  const attemptId = newId(deps.ids, "poa");
  const accounts = await openAccounts(deps, approved);
  try {
    return await deps.db.transaction((tx) => promiseAttempt(deps, tx, approved.id, attemptId, accounts));
  } catch (error) {
    const attempt = await queries.findAttempt(deps.db.read, attemptId);
    const payout = attempt && (await queries.findPayout(deps.db.read, approved.id));
    if (!attempt || payout?.status !== "submitting") throw error;
    return { payout, attempt };
  }
}

async function promiseAttempt(
  deps: PayoutDeps,
  tx: Tx,
  id: PayoutId,
  attemptId: Attempt["id"],
  accounts: PayoutAccounts,
): Promise<Started | undefined> {
  const payout = await queries.lockPayout(tx, id);
  if (payout?.status !== "approved") return undefined;
  const { halted } = await queries.shareControls(tx);
  const now = deps.clock.now();
  if (halted) {
    await queries.postponeCheck(tx, id, new Date(now.getTime() + WAIT_MS), payout.checks);
    return undefined;
  }
  // The refund or the bank had its money already, while it waited for an approval or for us.
  const reason = await whyMoneyIsGone(tx, payout.paymentId);
  if (reason !== undefined) {
    await endUnsent(deps, tx, id, accounts, "canceled", { reason });
    return undefined;
  }
  const attempt = await beginAttempt(deps, tx, {
    id: attemptId,
    payoutId: id,
    provider: payout.provider,
    number: payout.attempts + 1,
    askBy: new Date(now.getTime() + SEND_WITHIN_MS),
  });
  const updated = await movePayout(deps, tx, payout, "submitting", {
    by: "worker",
    action: "payout.submitting",
    // The limits count what leaves in a day: what has waited for an approval for days leaves now.
    change: { attempts: attempt.number, failure: null, reservedAt: now, submittedAt: now },
    details: { attempt: attempt.id },
  });
  return { payout: updated, attempt };
}

/**
 * Writes down that the attempt may be sent from here on, which is what tells one that died before its call from one that died
 * in it. False when a process that waited too long finds the attempt taken from it.
 */
async function isOursToSend(deps: PayoutDeps, payout: Payout, attempt: Attempt): Promise<boolean> {
  try {
    return await deps.db.transaction((tx) => queries.markAsked(tx, attempt.id, deps.clock.now()));
  } catch (error) {
    // Whether that was written or not, this process did not send it.
    await settleRefusal(deps, payout, attempt, NEVER_SENT, "worker");
    throw error;
  }
}

async function settleAnswer(
  deps: PayoutDeps,
  payout: Payout,
  attempt: Attempt,
  answer: ProviderResult<WithdrawalNews>,
): Promise<void> {
  switch (answer.outcome) {
    case "accepted":
      await settleWithdrawal(deps, { ...answer.value, provider: attempt.provider, reference: attempt.id });
      return;
    case "rejected":
      if (await isThere(deps, payout, attempt, answer.failure.code)) return;
      return settleRefusal(deps, payout, attempt, answer.failure, "provider");
    // Not found: the wallet or the asset. Whether something was done is not said, so nothing is taken for granted.
    case "notFound":
      return markUnknown(deps, payout.id, attempt, "the provider did not find what was named");
    case "unknown":
      return markUnknown(deps, payout.id, attempt, answer.reason);
  }
}

/**
 * Whether the provider has what it has just refused for good: something in between may have asked twice and been refused once.
 * A list that cannot be read takes nothing from a refusal in the provider's own words.
 */
async function isThere(deps: PayoutDeps, payout: Payout, attempt: Attempt, code: string): Promise<boolean> {
  if (refusalOf(code) !== "fails") return false;
  try {
    return await lookUp(deps, payout, attempt);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** Writes down that nobody knows whether the coins left. Only the provider's word or a person ends it. */
export async function markUnknown(
  deps: PayoutDeps,
  id: PayoutId,
  attempt: Pick<Attempt, "id" | "number">,
  reason: string,
  by: "worker" | "sweeper" = "worker",
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const payout = await queries.lockPayout(tx, id);
    if (payout?.status !== "submitting" || payout.attempts !== attempt.number) return;
    const current = await queries.lockAttempt(tx, attempt.id);
    if (!current) throw new Error(`attempt ${attempt.id} disappeared`);
    const failure = { code: "unknown", message: reason.slice(0, 500) };
    await moveAttempt(deps, tx, current, "unknown", { by, change: { failure } });
    const details = { attempt: attempt.id, reason: failure.message };
    await movePayout(deps, tx, payout, "unknown", { by, action: "payout.unknown", details });
  });
}

/**
 * A definite no: nothing was sent. What follows depends on whose trouble it is. `by` says who knows: the provider has refused
 * it, the worker did not send it, or the sweeper finds that nobody did.
 */
export async function settleRefusal(
  deps: PayoutDeps,
  { id, ...before }: Payout,
  attempt: Attempt,
  failure: { readonly code: string; readonly message: string },
  by: "provider" | "worker" | "sweeper",
): Promise<void> {
  const refusal = refusalOf(failure.code);
  const accounts = await openAccounts(deps, before);
  await deps.db.transaction(async (tx) => {
    const payout = await queries.lockPayout(tx, id);
    // The webhook may have overtaken the reply; what it said stands. A slow reply finds the attempt taken for unknown.
    const waits = payout?.status === "submitting" || payout?.status === "unknown";
    const current = await queries.lockAttempt(tx, attempt.id);
    if (!payout || !current || !waits || payout.attempts !== attempt.number) return;
    // The process that was held up has woken: now it is that process that knows.
    if (by === "sweeper" && current.askedAt !== null) return;
    const reason = { code: failure.code, message: failure.message.slice(0, 500) };
    await moveAttempt(deps, tx, current, "failed", { by, change: { failure: reason } });
    if (refusal === "fails") await giveBack(deps, tx, payout, accounts);
    await movePayout(deps, tx, payout, refusedTo(refusal), {
      by,
      action: `payout.${refusal === "fails" ? "failed" : "postponed"}`,
      change: { failure: reason },
      details: { attempt: attempt.id },
    });
    if (refusal === "halts") await halt(deps, tx, SYSTEM_ACTOR, `the provider refuses our key (${failure.code})`);
  });
}
