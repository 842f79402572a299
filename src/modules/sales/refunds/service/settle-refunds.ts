import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { decodeId, newId, type PaymentId, type TransactionId } from "../../../../core/ids.js";
import { parseDecimal } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import type { RefundNews } from "../../../../providers/ports/index.js";
import { getAsset, type Posting, postTogether } from "../../../books/ledger/index.js";
import { noteRefunded } from "../../../books/lots/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { applyLoss, lockReceivedPayment, type Payment } from "../../payments/index.js";
import { refundEvents } from "../events.js";
import * as queries from "../queries.js";
import { settleRefund } from "../rules/refund.js";
import type { Refund, RefundId } from "../types.js";
import { openAccounts, type ReversalAccounts } from "./accounts.js";
import type { RefundDeps } from "./deps.js";
import { beginRefund, moveRefund, standing } from "./move.js";

/** News of refunds of one payment, with everything looked up that may not be looked up inside the transaction. */
export interface PreparedRefunds {
  readonly paymentId: PaymentId;
  readonly accounts: ReversalAccounts;
  readonly news: readonly { readonly news: RefundNews; readonly amount: bigint }[];
}

/** Reads the amounts of refund news and opens the accounts. Throws when an amount cannot be read. */
export async function prepareRefunds(
  deps: RefundDeps,
  payment: Payment,
  news: readonly RefundNews[],
): Promise<PreparedRefunds> {
  const { scale } = await getAsset(deps, payment.currency);
  return {
    paymentId: payment.id,
    accounts: await openAccounts(deps, payment),
    news: news.map((each) => {
      if (each.amount.asset !== payment.currency) {
        throw new RangeError(`refund ${each.providerReference} is in ${each.amount.asset}, not ${payment.currency}`);
      }
      return { news: each, amount: parseDecimal(each.amount.amount, scale).amount };
    }),
  };
}

/**
 * Settles refund news inside the caller's transaction. Reply, webhook and sweeper all come through here. Throws when the
 * payment is not in the books yet: the news is then tried later, since only what was credited can be taken back.
 */
export async function settleRefunds(deps: RefundDeps, tx: Tx, prepared: PreparedRefunds): Promise<void> {
  for (const { news, amount } of prepared.news) {
    // The payment first, always: whoever changes its losses holds it.
    const payment = await lockReceivedPayment(tx, prepared.paymentId);
    if (!payment) throw new Error("the payment is not paid yet");
    const refund = await findOrOpen(deps, tx, payment, news, amount, prepared.accounts);
    if (refund) await settleOne(deps, tx, payment.id, refund, news, prepared.accounts);
  }
}

async function findOrOpen(
  deps: RefundDeps,
  tx: Tx,
  payment: Payment,
  news: RefundNews,
  amount: bigint,
  accounts: ReversalAccounts,
): Promise<Refund | undefined> {
  const { refundId, providerReference } = news;
  const isOurs = refundId !== undefined && decodeId("ref", refundId) !== undefined;
  const named = isOurs ? await queries.lockRefund(tx, refundId as RefundId) : undefined;
  const isNamed = named?.paymentId === payment.id;
  if (isNamed && named.providerReference === providerReference) return named;
  const known = await queries.lockByReference(tx, payment.provider, providerReference);
  if (known) return known;
  // Refused, and done all the same: what we gave up on has given back what it took, so this is another refund to the books.
  const isGone = isNamed && isGivenUp(named);
  if (isNamed && !isGone && named.providerReference === null) return named;
  // Our id in the provider's own words, on another object than it said before: one of the two is not ours, and which one only
  // a person can tell. Booked twice it must not be.
  if (isNamed && !isGone && !news.isAssumed) return setAside(deps, tx, named, providerReference);
  // A provider that does not echo our id: a refund of ours whose reply is still on its way, the oldest of this amount. It may
  // have been another one's; then that one's reply names a refund that has its reference already, and the two change places.
  const isNameless = refundId === undefined || isNamed;
  const nameless = isNameless && !isGone ? await queries.lockNameless(tx, payment.id, amount) : undefined;
  if (nameless) return nameless;
  const isOver = news.status === "failed" || news.status === "canceled";
  return isOver || amount === 0n ? undefined : openForeign(deps, tx, payment, news, amount, accounts);
}

const isGivenUp = ({ status, providerReference }: Refund): boolean => status === "failed" && providerReference === null;

async function setAside(deps: RefundDeps, tx: Tx, refund: Refund, secondReference: string): Promise<undefined> {
  if (refund.secondReference === secondReference) return;
  await queries.updateRefund(tx, refund.id, { secondReference, updatedAt: deps.clock.now() });
  const { id: resource, customerId, providerReference } = refund;
  const data = { ...standing(refund), providerReference, secondReference };
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: "refund.needs_review", resource, details: data }]);
  await emitEvents(deps, tx, [refundEvents.of("refund.needs_review", { resource, customerId }, data)]);
}

/**
 * A refund that was made in the provider's dashboard. What exceeds the payment is capped and quarantined; of a payment whose
 * money is itself kept aside that is all of it, and the money goes from where it was put.
 */
async function openForeign(
  deps: RefundDeps,
  tx: Tx,
  payment: Payment,
  news: RefundNews,
  amount: bigint,
  accounts: ReversalAccounts,
): Promise<Refund> {
  // What was credited is no money that left: it becomes another payment's loss, or nobody's.
  const left = payment.transactionId ? payment.amount - (payment.amountRefunded - payment.amountCredited) : 0n;
  const excess = amount > left ? amount - left : 0n;
  const row = {
    id: newId(deps.ids, "ref"),
    paymentId: payment.id,
    customerId: payment.customerId,
    provider: payment.provider,
    providerReference: news.providerReference,
    amount,
    currency: payment.currency,
    excess,
    origin: "provider" as const,
    reason: news.reason ?? null,
    requestedBy: SYSTEM_ACTOR,
  };
  const inserted = await beginRefund(deps, tx, row, "provider", (refund) =>
    takeGrants(deps, tx, payment, refund, accounts),
  );
  if (!inserted) throw new Error(`refund ${news.providerReference} appeared meanwhile`);
  return inserted;
}

/** Takes back what the refunded part of the payment had granted. */
export const takeGrants = (deps: RefundDeps, tx: Tx, payment: Payment, refund: Refund, accounts: ReversalAccounts) =>
  loseGrants(deps, tx, payment, refund, accounts, "there");

async function loseGrants(
  deps: RefundDeps,
  tx: Tx,
  payment: Payment,
  refund: Refund,
  accounts: ReversalAccounts,
  way: "there" | "back",
): Promise<void> {
  const refunded = refund.amount - refund.excess;
  // What is all excess is no part of what was paid for.
  if (refunded === 0n) return;
  await applyLoss(deps, tx, {
    payment,
    refunded: way === "there" ? refunded : -refunded,
    key: way === "there" ? refund.id : `${refund.id}:undone`,
    by: way === "there" && refund.origin === "api" ? "caller" : "provider",
    source: refund.id,
    transactionId: newId(deps.ids, "txn"),
    accounts: accounts.grants,
  });
}

async function settleOne(
  deps: RefundDeps,
  tx: Tx,
  paymentId: PaymentId,
  refund: Refund,
  news: RefundNews,
  accounts: ReversalAccounts,
): Promise<void> {
  const decision = settleRefund(refund.status, news.status);
  const named = refund.providerReference === null ? { providerReference: news.providerReference } : {};
  if (decision.kind === "nothing") {
    if (refund.providerReference === null) await queries.updateRefund(tx, refund.id, named);
    return;
  }
  if (decision.kind === "undo") {
    const failure = news.failure ?? { code: news.status, message: `The provider says ${news.status}.` };
    await undoRefund(deps, tx, paymentId, { ...refund, ...named }, accounts, decision.status, failure);
    return;
  }
  if (decision.kind === "book") await bookMoney(deps, tx, { ...refund, ...named }, accounts, "refund");
  await moveRefund(deps, tx, refund, decision.status, "provider", named);
}

/** Ends a refund that will not happen: what was taken from the wallet, and the money if it had left, comes back. */
export async function undoRefund(
  deps: RefundDeps,
  tx: Tx,
  paymentId: PaymentId,
  refund: Refund,
  accounts: ReversalAccounts,
  status: "failed" | "canceled",
  failure: { readonly code: string; readonly message: string },
): Promise<Refund> {
  const payment = await lockReceivedPayment(tx, paymentId);
  if (!payment) throw new Error("the payment is not paid");
  if (refund.booked) await bookMoney(deps, tx, refund, accounts, "refund_returned");
  await loseGrants(deps, tx, payment, refund, accounts, "back");
  return moveRefund(deps, tx, refund, status, "provider", {
    providerReference: refund.providerReference,
    failure: { code: failure.code, message: failure.message.slice(0, 500) },
  });
}

/** Books a refund's money, there or back, and tells the lot that it had paid for: what was earned of it is not. */
async function bookMoney(
  deps: RefundDeps,
  tx: Tx,
  refund: Refund,
  accounts: ReversalAccounts,
  type: "refund" | "refund_returned",
): Promise<void> {
  const results = await postTogether(tx, moneyOf(deps, refund, accounts, type));
  if (results.every(({ outcome }) => outcome !== "posted")) return;
  const amount = refund.amount - refund.excess;
  await noteRefunded(deps, tx, {
    account: accounts.grants.wallet,
    source: refund.paymentId,
    amount: type === "refund" ? amount : -amount,
  });
}

/** The transfers of a refund's money, there or back. */
function moneyOf(
  deps: RefundDeps,
  refund: Refund,
  accounts: ReversalAccounts,
  type: "refund" | "refund_returned",
): (Posting & { asset: string })[] {
  const transactionId: TransactionId = newId(deps.ids, "txn");
  const goes = type === "refund";
  const move = (other: Posting["to"], amount: bigint, name: string) => ({
    id: newId(deps.ids, "trf"),
    transactionId,
    from: goes ? accounts.clearing : other,
    to: goes ? other : accounts.clearing,
    amount,
    asset: refund.currency,
    type,
    key: `${refund.id}:${type}:${name}`,
    source: refund.id,
    reference: refund.providerReference ?? undefined,
    actor: SYSTEM_ACTOR,
  });
  return [
    move(accounts.deferred, refund.amount - refund.excess, "owed"),
    move(accounts.unexplained, refund.excess, "excess"),
  ].filter(({ amount }) => amount > 0n);
}
