import { type Caller, SYSTEM_ACTOR } from "../../../../core/access.js";
import { DAY_MS } from "../../../../core/clock.js";
import { newId } from "../../../../core/ids.js";
import type { Db, Tx } from "../../../../db/client.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import { getAsset, type Posting, postTogether, repayDebts, requireAvailable } from "../../../books/ledger/index.js";
import { lockPaidPayment, notePayoutRefusal } from "../../../sales/payments/index.js";
import { type Party, partyOf } from "../../../trust/access/index.js";
import { alreadyPaidOut, limitExceeded, paymentNotPayable } from "../errors.js";
import * as queries from "../queries.js";
import { whyNotPayable } from "../rules/settle.js";
import type { Payout, PayoutAccounts, PayoutId, Terms } from "../types.js";
import { openAccounts } from "./accounts.js";
import type { PayoutDeps } from "./deps.js";
import { beginPayout } from "./move.js";
import { agreeTerms, type Funds, fundsOf, type PayoutInput, termsHash } from "./terms.js";

/** What a payout would be: what `dryRun` and the quote answer. Writes nothing. */
export async function quotePayout(
  deps: PayoutDeps,
  caller: Caller,
  input: PayoutInput,
): Promise<Terms & Pick<Funds, "customerId" | "walletId" | "paymentId">> {
  const { customerId, walletId, paymentId, ...funds } = await fundsOf(deps, caller, input);
  const terms = await agreeTerms(deps, { ...funds, customerId, walletId, paymentId }, input);
  return { ...terms, customerId, walletId, paymentId };
}

/** What a payout asked for now would be: what `dryRun` answers. Writes nothing. Throws all that `requestPayout` does. */
export async function previewPayout(
  deps: PayoutDeps,
  caller: Caller,
  id: PayoutId,
  input: PayoutInput,
): ReturnType<typeof quotePayout> {
  const quote = await quotePayout(deps, caller, input);
  await deps.db.transaction(async (tx) => {
    await requireWithinLimits(deps, tx, quote, quote.customerId);
    await requireUnpaid(tx, quote.paymentId, id);
    await requirePaid(tx, quote.paymentId);
  });
  await requireAvailable(deps, quote.walletId, quote);
  return quote;
}

/**
 * Asks for a payout: one transaction checks the limits, sets the money aside and writes the payout down. `id` comes from the
 * idempotency key, so asking again finds it. Below the policy's threshold it goes to the provider by itself, through the
 * worker; above, a second person must approve it. Throws 402, 409 and 422 with nothing written.
 */
export async function requestPayout(
  deps: PayoutDeps,
  caller: Caller,
  id: PayoutId,
  input: PayoutInput,
  askedBy: Party = partyOf(caller),
): Promise<Payout> {
  const known = await queries.findPayout(deps.db.read, id);
  if (known) return known;
  const funds = await fundsOf(deps, caller, input);
  await requireUnpaid(deps.db.read, funds.paymentId, id);
  const terms = await agreeTerms(deps, funds, input);
  const accounts = await openAccounts(deps, { ...terms, walletId: funds.walletId });
  return deps.db.transaction(async (tx) => {
    await requireWithinLimits(deps, tx, terms, funds.customerId);
    await requireUnpaid(tx, funds.paymentId, id);
    await requirePaid(tx, funds.paymentId);
    const row = newPayout(deps, id, funds, terms, input, askedBy);
    const inserted = await beginPayout(deps, tx, row, {
      by: caller.id === SYSTEM_ACTOR ? "worker" : "caller",
      actor: askedBy.actor,
      action: "requestPayout",
      moving: async (payout) => {
        await reserve(deps, tx, payout, accounts, askedBy.actor);
        if (funds.paymentId !== null) await notePayoutRefusal(tx, funds.paymentId, undefined);
      },
    });
    if (!inserted) {
      const existing = await queries.lockPayout(tx, id);
      if (existing) return existing;
      // Another payout of this payment was written at the same moment.
      throw alreadyPaidOut();
    }
    if (inserted.status === "approved") await enqueueSubmission(tx, id);
    return inserted;
  });
}

/** Refuses a second payout of one payment. Throws `payouts.already_paid_out` (409). */
export async function requireUnpaid(db: Db, paymentId: Payout["paymentId"], except: PayoutId): Promise<void> {
  if (paymentId === null) return;
  const other = await queries.findPayoutOfPayment(db, paymentId);
  if (other && other.id !== except) throw alreadyPaidOut();
}

/** Refuses a payment whose money has gone back, in part or whole. Throws `payouts.payment_not_payable` (422). */
export async function requirePaid(tx: Tx, paymentId: Payout["paymentId"]): Promise<void> {
  const reason = await whyMoneyIsGone(tx, paymentId);
  if (reason !== undefined) throw paymentNotPayable(reason);
}

/**
 * Why the money of a payout's payment is not there (any more); undefined when it is, or when a balance is paid out. Holds the
 * payment until the transaction ends: a refund is either seen here, or comes after what is decided by this.
 */
export async function whyMoneyIsGone(tx: Tx, paymentId: Payout["paymentId"]): Promise<string | undefined> {
  if (paymentId === null) return undefined;
  const payment = await lockPaidPayment(tx, paymentId);
  return whyNotPayable(payment?.status);
}

function newPayout(
  deps: PayoutDeps,
  id: PayoutId,
  funds: Funds,
  terms: Terms,
  input: PayoutInput,
  askedBy: Party,
): Parameters<typeof beginPayout>[2] {
  const now = deps.clock.now();
  return {
    ...terms,
    id,
    customerId: funds.customerId,
    walletId: funds.walletId,
    paymentId: funds.paymentId,
    status: terms.needsApproval ? "awaiting_approval" : "approved",
    termsHash: termsHash(terms),
    requestedBy: askedBy.actor,
    askedBy: [askedBy],
    approvedBy: null,
    approvedAt: null,
    reservedAt: now,
    failure: null,
    reason: null,
    reviewReason: null,
    attempts: 0,
    providerReference: null,
    transactionHash: null,
    reference: input.reference ?? null,
    description: input.description ?? null,
    metadata: input.metadata ?? {},
    transferIds: [],
    submittedAt: null,
    confirmedAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Refuses what would exceed a limit. Whoever asks for the same stablecoin waits here until this transaction has ended, so
 * that a hundred requests at once cannot exceed a limit by a unit.
 */
export async function requireWithinLimits(
  deps: PayoutDeps,
  tx: Tx,
  terms: Pick<Terms, "payoutAsset" | "payoutAmount">,
  customerId: string,
  except?: PayoutId,
): Promise<void> {
  const { payoutAsset: asset, payoutAmount: amount } = terms;
  await queries.lockLimits(tx, asset);
  const policy = await queries.findPolicy(tx, asset);
  if (!policy) throw new Error(`no payout policy for ${asset}`);
  const { scale } = await getAsset(deps, asset);
  if (policy.perPayoutMax !== null && amount > policy.perPayoutMax) {
    throw limitExceeded("payout", { max: policy.perPayoutMax, left: policy.perPayoutMax, asset }, scale);
  }
  const since = new Date(deps.clock.now().getTime() - DAY_MS);
  const used = await queries.sumSince(tx, asset, customerId, since, except);
  if (policy.customerDayMax !== null && used.customer + amount > policy.customerDayMax) {
    const left = policy.customerDayMax - used.customer;
    throw limitExceeded("customer_day", { max: policy.customerDayMax, left, asset }, scale);
  }
  if (policy.globalDayMax !== null && used.all + amount > policy.globalDayMax) {
    throw limitExceeded("global_day", { max: policy.globalDayMax, left: policy.globalDayMax - used.all, asset }, scale);
  }
}

/** Sets the money aside. Throws `wallets.insufficient_balance` (402), and takes the transaction with it. */
export const reserve = (deps: PayoutDeps, tx: Tx, payout: Payout, accounts: PayoutAccounts, actor: string) =>
  postTogether(tx, [movement(deps, payout, actor, "payout_reserved", accounts.wallet, accounts.inFlight)]);

/** Gives the money back, for an edit that sets it aside again: else `giveBack`. */
export const release = (deps: PayoutDeps, tx: Tx, payout: Payout, accounts: PayoutAccounts, actor: string) =>
  postTogether(tx, [movement(deps, payout, actor, "payout_released", accounts.inFlight, accounts.wallet)]);

/** Gives the money back for good. */
export async function giveBack(
  deps: PayoutDeps,
  tx: Tx,
  payout: Payout,
  accounts: PayoutAccounts,
  actor: string = SYSTEM_ACTOR,
): Promise<void> {
  await release(deps, tx, payout, accounts, actor);
  await repayFrom(deps, tx, payout, accounts, actor);
}

/**
 * Has money that came back repay what the customer ran up while it was set aside. Else whoever sees a dispute coming would
 * ask for a payout, call it off afterwards, and have the balance beside the debt.
 */
export const repayFrom = (
  deps: PayoutDeps,
  tx: Tx,
  payout: Payout,
  accounts: PayoutAccounts,
  actor: string,
  amount = payout.amount,
) =>
  repayDebts(deps, tx, [
    {
      walletId: payout.walletId,
      account: accounts.wallet,
      asset: payout.asset,
      amount,
      transactionId: newId(deps.ids, "txn"),
      key: `${payout.id}:${payout.version}`,
      source: payout.id,
      actor,
    },
  ]);

function movement(
  deps: PayoutDeps,
  payout: Payout,
  actor: string,
  type: "payout_reserved" | "payout_released",
  from: Posting["from"],
  to: Posting["to"],
): Posting & { asset: string } {
  return {
    id: newId(deps.ids, "trf"),
    transactionId: newId(deps.ids, "txn"),
    from,
    to,
    amount: payout.amount,
    asset: payout.asset,
    type,
    // A payout can be set aside again (an edit, a retry); its version tells those apart.
    key: `${payout.id}:${type}:${payout.version}`,
    source: payout.id,
    reference: payout.reference ?? undefined,
    description: payout.description ?? undefined,
    actor,
  };
}

/** Hands a payout to the worker, which is the only one that sends. */
export const enqueueSubmission = (tx: Tx, id: PayoutId) =>
  enqueueJob(tx, "payouts:submit", { payoutId: id }, { key: `payout:${id}` });
