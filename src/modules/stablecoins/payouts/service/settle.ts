import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { newId, type TransactionId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import type { WithdrawalNews } from "../../../../providers/ports/index.js";
import { type Posting, postTogether, takeBack } from "../../../books/ledger/index.js";
import { strayKey, type Told } from "../../treasury/index.js";
import * as queries from "../queries.js";
import { type Decision, settle } from "../rules/settle.js";
import type { Attempt, AttemptStatus, Payout, PayoutAccounts, PayoutNews } from "../types.js";
import { halt } from "./controls.js";
import type { PayoutDeps } from "./deps.js";
import { callPerson, moveAttempt, movePayout } from "./move.js";
import { type PreparedWithdrawal, prepareWithdrawal } from "./prepare.js";
import { giveBack } from "./request.js";

/** Settles news of a withdrawal in a transaction of its own. Undefined when it is no payout of ours. */
export async function settleWithdrawal(
  deps: PayoutDeps,
  news: Told<WithdrawalNews>,
): Promise<Decision["kind"] | undefined> {
  const prepared = await prepareWithdrawal(deps, news);
  return prepared && deps.db.transaction((tx) => settlePrepared(deps, tx, prepared));
}

/**
 * Settles news inside the caller's transaction: locks the payout, decides by `rules.settle`, writes status, transfers, audit
 * and outbox. Replies, webhooks and the sweeper all come through here.
 */
export async function settlePrepared(
  deps: PayoutDeps,
  tx: Tx,
  { payoutId, attemptId, news, accounts }: PreparedWithdrawal,
): Promise<Decision["kind"]> {
  const payout = await queries.lockPayout(tx, payoutId);
  const attempt = payout && (await queries.findAttempt(tx, attemptId));
  if (!payout || !attempt) throw new Error(`payout ${payoutId} disappeared`);
  const decision = settle(payout, attempt, news);
  const change = { deps, tx, payout, attempt, news, accounts };
  switch (decision.kind) {
    case "nothing":
      break;
    case "submitted":
      await moveAttemptBy(change, decision.attempt);
      if (decision.payout) await markSubmitted(change);
      break;
    case "confirm":
      await (decision.late ? confirmLate(change) : confirm(change, false));
      break;
    case "fail":
      await fail(change, decision.payout);
      break;
    case "attempt_ended":
      await moveAttemptBy(change, decision.attempt);
      break;
    case "quarantine":
      await quarantine(change, decision.reason);
      break;
    case "dispute":
      await review(change, decision.reason);
      break;
  }
  return decision.kind;
}

/**
 * A payout that we held to have failed arrived after all, and the payment has another one since: it is booked as what it is,
 * the customer owes what went twice, and nothing more is sent until a person has looked.
 */
async function confirmLate(change: Change): Promise<void> {
  const { deps, tx, payout } = change;
  const other = payout.paymentId ? await queries.findPayoutOfPayment(tx, payout.paymentId) : undefined;
  await confirm(change, true);
  if (!other) return;
  await review(change, "paid_out_again");
  await halt(deps, tx, SYSTEM_ACTOR, `paid_out_again: ${payout.id} and ${other.id}`);
}

interface Change {
  readonly deps: PayoutDeps;
  readonly tx: Tx;
  readonly payout: Payout;
  readonly attempt: Attempt;
  readonly news: PayoutNews;
  readonly accounts: PayoutAccounts;
}

const moveAttemptBy = ({ deps, tx, attempt, news: { news } }: Change, to: AttemptStatus) =>
  moveAttempt(deps, tx, attempt, to, {
    by: "provider",
    change: {
      providerReference: news.providerReference,
      transactionHash: news.transactionHash ?? attempt.transactionHash,
      networkFee: news.networkFee ? { ...news.networkFee } : attempt.networkFee,
      failure: to === "failed" ? failureOf(news) : null,
    },
  });

const failureOf = (news: WithdrawalNews) => ({
  code: news.status,
  message: (news.reason ?? `the provider says ${news.status}`).slice(0, 500),
});

const markSubmitted = ({ deps, tx, payout, attempt, news: { news } }: Change) =>
  movePayout(deps, tx, payout, "submitted", {
    by: "provider",
    action: "payout.submitted",
    change: {
      providerReference: news.providerReference,
      transactionHash: news.transactionHash ?? null,
      reviewReason: null,
    },
    details: { attempt: attempt.id },
  });

/** The coins left: what was set aside is used up. When it had been given back, it is taken back first, with debt. */
async function confirm(change: Change, late: boolean): Promise<void> {
  const { deps, tx, payout, attempt, news, accounts } = change;
  const transactionId = newId(deps.ids, "txn");
  const common = { transactionId, source: payout.id, actor: SYSTEM_ACTOR };
  const owed = late
    ? (
        await takeBack(deps, tx, {
          ...common,
          walletId: payout.walletId,
          account: accounts.wallet,
          asset: payout.asset,
          amount: payout.amount,
          to: accounts.inFlight,
          debtAccount: accounts.debt,
          key: `${attempt.id}:late`,
        })
      ).owed
    : 0n;
  const postings = bookOut(deps, payout, attempt, news, accounts, transactionId);
  await postTogether(tx, postings);
  await moveAttemptBy(change, "confirmed");
  await movePayout(deps, tx, payout, "confirmed", {
    by: "provider",
    action: "payout.confirmed",
    change: {
      failure: null,
      reviewReason: null,
      providerReference: news.news.providerReference,
      transactionHash: news.news.transactionHash ?? payout.transactionHash,
      transferIds: postings.map((posting) => posting.id),
      confirmedAt: deps.clock.now(),
    },
    details: { attempt: attempt.id, ...(late ? { late, owed: Number(owed) } : {}) },
  });
}

type AssetPosting = Posting & { readonly asset: string };

/** The transfers of a payout that arrived; docs/ledger.md shows them with figures. */
function bookOut(
  deps: PayoutDeps,
  payout: Payout,
  attempt: Attempt,
  { gas }: PayoutNews,
  accounts: PayoutAccounts,
  transactionId: TransactionId,
): AssetPosting[] {
  const net = payout.amount - payout.platformFee;
  const posting = (type: Posting["type"], from: Posting["from"], to: Posting["to"], amount: bigint, asset: string) => ({
    id: newId(deps.ids, "trf"),
    transactionId,
    from,
    to,
    amount,
    asset,
    type,
    key: `${attempt.id}:${type}`,
    source: payout.id,
    reference: payout.reference ?? undefined,
    actor: SYSTEM_ACTOR,
  });
  const { exchange } = accounts;
  return [
    posting("payout", accounts.inFlight, accounts.issued, net, payout.asset),
    posting("payout_fee", accounts.inFlight, accounts.platformFees, payout.platformFee, payout.asset),
    posting("payout_sent", accounts.custody, accounts.coinsFrom, payout.payoutAmount, payout.payoutAsset),
    ...(exchange ? [posting("payout_exchange", exchange.position, exchange.deferred, net, payout.asset)] : []),
    ...(gas && accounts.gas
      ? [posting("network_fee", accounts.gas.custody, accounts.gas.fees, gas.amount, gas.asset)]
      : []),
  ].filter(({ amount }) => amount > 0n);
}

async function fail(change: Change, status: "failed" | "canceled"): Promise<void> {
  const { deps, tx, payout, attempt, news, accounts } = change;
  await moveAttemptBy(change, "failed");
  await giveBack(deps, tx, payout, accounts);
  await movePayout(deps, tx, payout, status, {
    by: "provider",
    action: `payout.${status}`,
    change: {
      failure: failureOf(news.news),
      reviewReason: null,
      providerReference: news.news.providerReference,
    },
    details: { attempt: attempt.id },
  });
}

/** Coins left that the payout does not explain: book what left, stop everything, call a person. */
async function quarantine(change: Change, reason: string): Promise<void> {
  const { deps, tx, payout, attempt, news, accounts } = change;
  const { sent, news: facts } = news;
  if (sent > 0n) {
    const [result] = await postTogether(tx, [
      {
        id: newId(deps.ids, "trf"),
        transactionId: newId(deps.ids, "txn"),
        from: accounts.custody,
        to: accounts.unexplained,
        amount: sent,
        asset: payout.payoutAsset,
        type: "unexplained_withdrawal",
        key: strayKey(facts),
        source: payout.id,
        reference: facts.providerReference,
        actor: SYSTEM_ACTOR,
      },
    ]);
    // Said before: the same coins are not announced twice.
    if (result && "transferId" in result && result.outcome === "replayed") return;
  }
  await review(change, reason);
  await halt(deps, tx, SYSTEM_ACTOR, `${reason}: ${payout.id}, attempt ${attempt.id}`);
}

const review = ({ deps, tx, payout, attempt, news: { news } }: Change, reason: string) =>
  callPerson(deps, tx, payout, reason, "payout.needs_review", {
    attempt: attempt.id,
    providerReference: news.providerReference,
  });
