import { type Caller, maySeeCustomer, whoseRows } from "../../../../core/access.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Db, Tx } from "../../../../db/client.js";
import { type Act, askPromised } from "../../../../kernel/asking.js";
import type { ProviderResult, WithdrawalNews } from "../../../../providers/ports/index.js";
import { areIndependent, type Party, partyOf } from "../../../trust/access/index.js";
import { custodyOf } from "../../treasury/index.js";
import {
  attemptedMeanwhile,
  fourEyes,
  loosened,
  paymentNotPayable,
  payoutNotFound,
  quoteExpired,
  sameSubmission,
  secondPerson,
  termsChanged,
  tooEarly,
  unclearRetry,
  wrongStatus,
} from "../errors.js";
import type { PayoutFilter } from "../queries.js";
import * as queries from "../queries.js";
import { isPriceOld, isUnsent, mayDecideFrom } from "../rules/settle.js";
import type { Attempt, Payout, PayoutId, PayoutStatus } from "../types.js";
import { openAccounts } from "./accounts.js";
import { checkAddress, requireListed } from "./addresses.js";
import type { PayoutDeps } from "./deps.js";
import { currentAttempt, lookForEarlier, lookUp } from "./look-up.js";
import { type Move, moveAttempt, movePayout } from "./move.js";
import {
  enqueueSubmission,
  giveBack,
  release,
  repayFrom,
  requirePaid,
  requireUnpaid,
  requireWithinLimits,
  reserve,
} from "./request.js";
import { changesNeededBy } from "./setting-changes.js";
import { settleWithdrawal } from "./settle.js";
import { agreeTerms, type PayoutInput, termsHash } from "./terms.js";

/** A payout that this caller may see. Throws `payouts.not_found` (404), also for somebody else's. */
export async function getPayout(
  deps: PayoutDeps,
  caller: Caller,
  id: PayoutId,
): Promise<{ payout: Payout; attempts: Attempt[] }> {
  const payout = await queries.findPayout(deps.db.read, id);
  if (!payout || !maySeeCustomer(caller, payout.customerId)) throw payoutNotFound(id);
  return { payout, attempts: await queries.listAttempts(deps.db.read, id) };
}

/** Payouts, newest first, with their attempts; a customer sees its own. */
export async function listPayouts(
  deps: PayoutDeps,
  caller: Caller,
  filter: PayoutFilter,
  page: PageQuery,
): Promise<Page<{ payout: Payout; attempts: Attempt[] }>> {
  const whose = whoseRows(caller, filter.customerId);
  if (!whose) return { data: [], nextCursor: null };
  const found = await pageById("po", page, (before, limit) =>
    queries.listPayouts(deps.db.read, whose, filter, before, limit),
  );
  const attempts = await queries.listAttemptsOf(
    deps.db.read,
    found.data.map((payout) => payout.id),
  );
  const data = found.data.map((payout) => ({
    payout,
    attempts: attempts.filter((attempt) => attempt.payoutId === payout.id),
  }));
  return { ...found, data };
}

/** Who decides; `dryRun` to see what would come of it. */
export interface Decider {
  readonly caller: Caller;
  readonly dryRun: boolean;
  /** The same request was asked before and not answered: it may have been done. */
  readonly resumed?: boolean;
}

/** What a decision would come to; thrown so that the transaction in which it was tried is undone. */
class Preview extends Error {
  readonly payout: Payout;

  constructor(payout: Payout) {
    super("a preview");
    this.payout = payout;
  }
}

/** Runs a person's decision on a payout that is in one of these states, under its lock. */
async function decide(
  deps: PayoutDeps,
  { caller, dryRun, resumed = false }: Decider,
  id: PayoutId,
  deed: "approved" | "rejected" | "canceled" | "changed" | "tried again",
  from: readonly PayoutStatus[],
  work: (tx: Tx, payout: Payout) => Promise<Payout>,
): Promise<Payout> {
  await getPayout(deps, caller, id);
  try {
    return await deps.db.transaction(async (tx) => {
      const payout = await queries.lockPayout(tx, id);
      if (!payout) throw payoutNotFound(id);
      if (!from.includes(payout.status)) {
        if (resumed && wasDone(payout, deed, caller)) return payout;
        throw wrongStatus(deed, payout.status);
      }
      const decided = await work(tx, payout);
      if (dryRun) throw new Preview(decided);
      return decided;
    });
  } catch (error) {
    if (error instanceof Preview) return error.payout;
    throw error;
  }
}

/** Whether what is asked again has been done by this caller already. */
function wasDone(payout: Payout, deed: string, caller: Caller): boolean {
  if (deed === "approved") return payout.approvedBy === caller.id;
  return (deed === "rejected" || deed === "canceled") && payout.status === "canceled";
}

/**
 * A second person's yes, for exactly the terms that this person has seen: `hash` is the payout's `termsHash`. Throws 403
 * `payouts.four_eyes` for who asked for it, 409 `payouts.terms_changed` after an edit.
 */
export function approvePayout(deps: PayoutDeps, decider: Decider, id: PayoutId, hash: string): Promise<Payout> {
  const { caller } = decider;
  return decide(deps, decider, id, "approved", ["awaiting_approval"], async (tx, payout) => {
    await requireSecondPerson(tx, payout, caller, fourEyes);
    const loosenings = await changesNeededBy(deps, tx, payout);
    for (const { askedBy } of loosenings) {
      if (!(await areIndependent(tx, askedBy, partyOf(caller)))) throw loosened();
    }
    if (payout.termsHash.toString("hex") !== hash) throw termsChanged();
    const updated = await movePayout(deps, tx, payout, "approved", {
      by: "approver",
      actor: caller.id,
      action: "approvePayout",
      change: { approvedBy: caller.id, approvedAt: deps.clock.now() },
      details: { termsHash: hash },
    });
    await enqueueSubmission(tx, id);
    return updated;
  });
}

/** Throws unless the caller is somebody else than everybody who asked for the payout or edited it. */
async function requireSecondPerson(db: Db, payout: Payout, caller: Caller, refusal: () => Error): Promise<void> {
  for (const asked of askersOf(payout)) {
    if (!(await areIndependent(db, asked, partyOf(caller)))) throw refusal();
  }
}

const askersOf = (payout: Payout): readonly Party[] => payout.askedBy ?? [{ actor: payout.requestedBy }];

/** A second person's no: the money comes back. */
export const rejectPayout = (deps: PayoutDeps, decider: Decider, id: PayoutId, reason: string): Promise<Payout> =>
  end(deps, decider, id, "rejected", ["awaiting_approval"], reason);

/**
 * Calls a payout off. Before it is sent that is ours to do; once the provider has it, the provider is asked, which can only
 * as long as nothing is broadcast. Throws 409 `payouts.wrong_status` when it is too late or nobody knows.
 */
export async function cancelPayout(deps: PayoutDeps, decider: Decider, id: PayoutId, reason: string): Promise<Payout> {
  const { caller } = decider;
  const { payout, attempts } = await getPayout(deps, caller, id);
  if (payout.status === "canceled") return payout;
  if (isUnsent(payout.status)) {
    // Its money comes back on the strength of nothing having left, so what was refused or given up is looked for first.
    if (!decider.dryRun && (await lookForEarlier(deps, payout))) throw sameSubmission();
    return end(deps, decider, id, "canceled", ["requested", "awaiting_approval", "approved"], reason);
  }
  const attempt = currentAttempt(payout, attempts);
  if (payout.status !== "submitted" || payout.providerReference === null || !attempt) {
    throw wrongStatus("canceled", payout.status);
  }
  // What the provider would answer, only the provider knows.
  if (decider.dryRun) return payout;
  const { provider, walletReference, providerReference } = payout;
  const canceling: Act<Payout, ProviderResult<WithdrawalNews | undefined>, void> = {
    name: "payouts.cancel",
    id,
    ask: () => custodyOf(deps, provider).cancelWithdrawal({ walletReference, providerReference }),
    settle: async (asked, answer) => {
      if (answer.outcome === "accepted" && answer.value) {
        await settleWithdrawal(deps, { ...answer.value, provider, reference: attempt.id });
        return;
      }
      // Whatever it answered: how the transaction stands now is what counts.
      await lookUp(deps, asked, attempt);
    },
  };
  await askPromised(deps, canceling, payout);
  const { payout: after } = await getPayout(deps, caller, id);
  if (after.status !== "canceled" && after.status !== "failed") throw wrongStatus("canceled", after.status);
  return after;
}

const REJECTED = { by: "approver", action: "rejectPayout" } as const;
const CANCELED = { by: "caller", action: "cancelPayout" } as const;

async function end(
  deps: PayoutDeps,
  decider: Decider,
  id: PayoutId,
  deed: "rejected" | "canceled",
  from: readonly PayoutStatus[],
  reason: string,
): Promise<Payout> {
  const { caller } = decider;
  const { payout: before } = await getPayout(deps, caller, id);
  const accounts = await openAccounts(deps, before);
  return decide(deps, decider, id, deed, from, async (tx, payout) => {
    await giveBack(deps, tx, payout, accounts, caller.id);
    return movePayout(deps, tx, payout, "canceled", {
      ...(deed === "rejected" ? REJECTED : CANCELED),
      actor: caller.id,
      change: { reason },
      details: { reason },
    });
  });
}

/**
 * Changes a payout that nobody has approved yet: the old amount comes back, the new one is set aside, and whatever approval
 * was being thought about is void, since the terms' hash is another.
 */
export async function editPayout(
  deps: PayoutDeps,
  caller: Caller,
  id: PayoutId,
  change: { readonly amount?: bigint | undefined; readonly address?: string | undefined },
): Promise<Payout> {
  const { payout: before } = await getPayout(deps, caller, id);
  if (before.status !== "awaiting_approval") throw wrongStatus("changed", before.status);
  const { walletId, customerId, paymentId, asset, payoutAsset } = before;
  if (paymentId !== null && change.amount !== undefined) throw paymentNotPayable("its amount is the payment's");
  const funds = { walletId, customerId, paymentId, asset, amount: change.amount ?? before.amount };
  const network = before.network as PayoutInput["network"];
  const terms = await agreeTerms(deps, funds, { network, payoutAsset, address: change.address ?? before.address });
  const accounts = await openAccounts(deps, before);
  return decide(deps, { caller, dryRun: false }, id, "changed", ["awaiting_approval"], async (tx, payout) => {
    if (payout.version !== before.version) throw termsChanged();
    await requireWithinLimits(deps, tx, terms, customerId, id);
    await release(deps, tx, payout, accounts, caller.id);
    return movePayout(deps, tx, payout, "awaiting_approval", {
      by: "caller",
      actor: caller.id,
      action: "editPayout",
      change: {
        ...terms,
        // Once it needed two people it always does: an edit must not be a way around the second.
        needsApproval: true,
        termsHash: termsHash(terms),
        requestedBy: caller.id,
        askedBy: [...askersOf(payout), partyOf(caller)],
        reservedAt: deps.clock.now(),
      },
      moving: async (updated) => {
        await reserve(deps, tx, updated, accounts, caller.id);
        const less = payout.amount - updated.amount;
        if (less > 0n) await repayFrom(deps, tx, payout, accounts, caller.id, less);
      },
    });
  });
}

/**
 * Makes another attempt. After a definite failure the money is set aside again. An `unknown` one is looked for once more, and
 * then it takes a person who may approve, who did not ask for the payout, and who says why: nobody can promise that the coins
 * of the first attempt will not leave as well.
 */
export async function retryPayout(deps: PayoutDeps, decider: Decider, id: PayoutId, reason: string): Promise<Payout> {
  const { caller } = decider;
  // One decision is one attempt. What the unanswered request came to, only a look at the payout tells.
  if (decider.resumed) throw unclearRetry();
  const { payout, attempts } = await getPayout(deps, caller, id);
  if (payout.status === "failed") return retryFailed(deps, decider, payout, reason);
  if (payout.status !== "unknown") throw wrongStatus("tried again", payout.status);
  const mayDecide = caller.role === "approver" || caller.role === "admin";
  if (!mayDecide) throw secondPerson();
  await requireSecondPerson(deps.db.read, payout, caller, secondPerson);
  const latest = attempts.at(-1);
  if (!latest) throw wrongStatus("tried again", payout.status);
  const from = mayDecideFrom(latest, custodyOf(deps, payout.provider).callTimeoutMs);
  if (from > deps.clock.now()) throw tooEarly(from);
  if (!decider.dryRun && (await lookUp(deps, payout, latest))) throw sameSubmission();
  return decide(deps, decider, id, "tried again", ["unknown"], async (tx, current) => {
    // Somebody else decided so while the provider was asked, and it is the new attempt that nobody has looked for.
    if (current.attempts !== latest.number) throw attemptedMeanwhile();
    const attempt = await queries.lockAttempt(tx, latest.id);
    if (!attempt) throw new Error(`attempt ${latest.id} disappeared`);
    await moveAttempt(deps, tx, attempt, "abandoned", {
      by: "approver",
      change: { decidedBy: caller.id, decision: reason },
    });
    return sendAgain(deps, tx, current, { by: "approver", actor: caller.id }, reason);
  });
}

async function retryFailed(deps: PayoutDeps, decider: Decider, before: Payout, reason: string): Promise<Payout> {
  const { caller } = decider;
  if (before.rate !== null && isPriceOld(deps.clock, before)) throw quoteExpired(before.rate);
  // It ended, and begins again: the address may have been taken off the list, or put on another one, since.
  const network = before.network as PayoutInput["network"];
  await requireListed(deps, before.customerId, network, before.address);
  await checkAddress(deps, before.provider, network, before.address);
  const accounts = await openAccounts(deps, before);
  return decide(deps, decider, before.id, "tried again", ["failed"], async (tx, payout) => {
    await requireWithinLimits(deps, tx, payout, payout.customerId, payout.id);
    await requireUnpaid(tx, payout.paymentId, payout.id);
    await requirePaid(tx, payout.paymentId);
    await reserve(deps, tx, payout, accounts, caller.id);
    return sendAgain(deps, tx, payout, { by: "caller", actor: caller.id }, reason);
  });
}

async function sendAgain(
  deps: PayoutDeps,
  tx: Tx,
  payout: Payout,
  who: Pick<Move, "by" | "actor">,
  reason: string,
): Promise<Payout> {
  const updated = await movePayout(deps, tx, payout, "approved", {
    ...who,
    action: "retryPayout",
    change: {
      reservedAt: payout.reserved ? payout.reservedAt : deps.clock.now(),
      failure: null,
      reviewReason: null,
      providerReference: null,
      transactionHash: null,
    },
    details: { reason, attempt: payout.attempts + 1 },
  });
  await enqueueSubmission(tx, payout.id);
  return updated;
}
