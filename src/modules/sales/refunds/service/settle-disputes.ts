import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { currencyExponent } from "../../../../core/currencies.js";
import { type AccountId, newId, type TransactionId } from "../../../../core/ids.js";
import { parseDecimal, parseSignedDecimal } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import { isPlausibleTime } from "../../../../http/schemas.js";
import { CLEARING_ACCOUNTS, type DecimalAmount, type DisputeNews } from "../../../../providers/ports/index.js";
import { ensureAsset, getAsset, type Posting, postTogether, systemAccount } from "../../../books/ledger/index.js";
import { noteRefunded } from "../../../books/lots/index.js";
import { applyLoss, lockPaidPayment, type Payment } from "../../payments/index.js";
import * as queries from "../queries.js";
import {
  fundsOf,
  type Move,
  RATE_DIGITS,
  type Step,
  type Sums,
  stepsBetween,
  sumMoves,
  worthOf,
} from "../rules/dispute.js";
import type { Dispute } from "../types.js";
import { openAccounts, type ReversalAccounts } from "./accounts.js";
import type { RefundDeps } from "./deps.js";
import { beginDispute, moveDispute } from "./move.js";

/** The accounts that a dispute's money of one currency touches beyond the payment's own. */
interface MoneyAccounts {
  readonly clearing: AccountId;
  readonly fees: AccountId;
  readonly unexplained: AccountId;
}

/** News of a dispute with everything looked up that may not be looked up inside the transaction. */
export interface PreparedDispute {
  readonly payment: Payment;
  readonly news: DisputeNews;
  /** What the bank speaks of, in minor units of its own currency. */
  readonly amount: bigint;
  readonly moves: readonly Move[];
  readonly accounts: ReversalAccounts;
  readonly money: ReadonlyMap<string, MoneyAccounts>;
}

/** Reads the amounts of a dispute and opens the accounts. Throws when an amount cannot be read. */
export async function prepareDispute(deps: RefundDeps, payment: Payment, news: DisputeNews): Promise<PreparedDispute> {
  const { amount } = await readAmount(deps, news.amount);
  const money = new Map<string, MoneyAccounts>();
  // What an earlier process booked of the fee has no move of its own.
  for (const asset of new Set([payment.currency, ...news.moves.map((move) => move.amount.asset)])) {
    await readAmount(deps, { amount: "0", asset });
    money.set(asset, {
      clearing: await systemAccount(deps, CLEARING_ACCOUNTS[payment.provider], asset),
      fees: await systemAccount(deps, "provider_fees", asset),
      unexplained: await systemAccount(deps, "unexplained", asset),
    });
  }
  return {
    payment,
    news,
    amount,
    moves: await readMoves(deps, payment, news, amount),
    accounts: await openAccounts(deps, payment),
    money,
  };
}

async function readAmount(deps: RefundDeps, decimal: DecimalAmount) {
  const { scale } = await ensureAsset(deps, decimal.asset, currencyExponent(decimal.asset));
  return { amount: parseSignedDecimal(decimal.amount, scale), scale };
}

async function readMoves(deps: RefundDeps, payment: Payment, news: DisputeNews, disputed: bigint): Promise<Move[]> {
  const { scale: paid } = await getAsset(deps, payment.currency);
  const read = await Promise.all(
    news.moves.map(async (move) => {
      const { amount, scale } = await readAmount(deps, move.amount);
      const { amount: fee } = await readAmount(deps, move.fee);
      return { move, amount, fee, asset: move.amount.asset, scale };
    }),
  );
  return read.map(({ move, amount, fee, asset, scale }) => {
    const first = read.find((other) => other.asset === asset && other.amount < 0n);
    const common = {
      payment: { amount: payment.amount, asset: payment.currency },
      dispute: { amount: disputed, asset: news.amount.asset },
      firstTaken: first ? -first.amount : 0n,
    };
    const rate = move.exchangeRate ? parseDecimal(move.exchangeRate, RATE_DIGITS).amount : 0n;
    const exchange = rate > 0n ? { value: rate, scales: [paid, scale] as const } : undefined;
    return { reference: move.reference, amount, asset, fee, ...worthOf({ amount, asset }, common, exchange) };
  });
}

/**
 * Settles a dispute inside the caller's transaction. Only what moved moves anything: whatever list of movements the provider
 * has, in whatever order we hear of them, the books equal its sum, and the payment's grants follow in proportion. An inquiry
 * moves nothing. Throws when the payment is not paid yet.
 */
export async function settleDisputeNews(deps: RefundDeps, tx: Tx, prepared: PreparedDispute): Promise<Dispute> {
  const { news, amount, payment: seen } = prepared;
  const payment = await lockPaidPayment(tx, seen.id);
  if (!payment) throw new Error("the payment is not paid yet");
  const before = await openDispute(deps, tx, payment, news, amount);
  const known = await queries.listMoves(tx, before.id);
  const references = new Set(known.map(({ providerReference }) => providerReference));
  const fresh = prepared.moves.filter(({ reference }) => !references.has(reference));
  await queries.insertMoves(
    tx,
    fresh.map((move) => rowOf(deps, before, move)),
  );
  const disputed = news.amount.asset === payment.currency ? amount : undefined;
  const stored = known.map(({ providerReference, ...move }) => ({ ...move, reference: providerReference }));
  const moves = [...stored, ...fresh];
  const was = stored.length > 0 ? caughtUp(before, sumMoves(stored, payment.currency, disputed)) : bookedBefore(before);
  const now = sumMoves(moves, payment.currency, disputed);
  const wasTaken = moves.some((move) => move.amount < 0n);
  const funds = fundsOf(before.funds, news.status, now.taken, wasTaken);
  const steps = stepsBetween({ funds: before.funds, booked: was.booked }, { funds, booked: now.booked });
  await postTogether(tx, postingsOf(deps, before, prepared, { steps, was, now }));
  await noteRefunded(deps, tx, {
    account: prepared.accounts.grants.wallet,
    source: payment.id,
    amount: steps.reduce((sum, step) => sum + owedLess(step), 0n),
  });
  await loseGrants(deps, tx, before, prepared, positive(now.taken) - positive(was.taken));
  const change = changeOf(deps, before, prepared, now);
  return moveDispute(deps, tx, before, funds, { change, payment, moved: now.taken - was.taken });
}

/** How much less is owed to the customer after a step: what is lost to a bank is money that went back. */
const owedLess = ({ kind, place, amount }: Step): bigint =>
  place !== "deferred" ? 0n : kind === "reinstate" ? -amount : amount;

const positive = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

const rowOf = (deps: RefundDeps, { id: disputeId }: Dispute, { reference, ...move }: Move) => ({
  ...move,
  disputeId,
  providerReference: reference,
  createdAt: deps.clock.now(),
});

/** What the books say of a dispute whose movements nobody kept: it was settled by an earlier version of this service. */
function bookedBefore({ funds, amount, feeAmount, feeAsset }: Dispute): Sums {
  const taken = funds === "withdrawn" || funds === "lost" ? amount : 0n;
  const fees = new Map(feeAmount !== null && feeAsset !== null && funds !== "none" ? [[feeAsset, feeAmount]] : []);
  return { taken, booked: taken, foreign: new Map(), fees };
}

// While versions overlap, the earlier one may have given back what is kept here as taken.
const caughtUp = ({ funds }: Dispute, sums: Sums): Sums =>
  funds === "reinstated" && sums.taken > 0n ? { ...sums, taken: 0n, booked: 0n } : sums;

function changeOf(deps: RefundDeps, before: Dispute, { news, amount }: PreparedDispute, now: Sums) {
  const [fee] = now.fees;
  const foreign = [...now.foreign].map(([asset, taken]) => ({ asset, amount: taken.toString() }));
  return {
    status: news.status,
    isInquiry: news.isInquiry,
    amount,
    currency: news.amount.asset,
    taken: now.taken,
    ...(foreign.length > 0 ? { foreignTaken: foreign } : {}),
    ...(fee ? { feeAsset: fee[0], feeAmount: fee[1] } : {}),
    evidenceDueBy: plausible(news.evidenceDueBy) ?? before.evidenceDueBy,
    evidenceSubmittedAt: before.evidenceSubmittedAt ?? (news.evidenceSubmitted ? deps.clock.now() : null),
  };
}

const plausible = (time: Date | undefined): Date | undefined => (time && isPlausibleTime(time) ? time : undefined);

async function openDispute(
  deps: RefundDeps,
  tx: Tx,
  payment: Payment,
  news: DisputeNews,
  amount: bigint,
): Promise<Dispute> {
  const known = await queries.lockDispute(tx, payment.provider, news.providerReference);
  if (known) return known;
  await beginDispute(deps, tx, {
    id: newId(deps.ids, "dsp"),
    paymentId: payment.id,
    customerId: payment.customerId,
    provider: payment.provider,
    providerReference: news.providerReference,
    status: news.status,
    isInquiry: news.isInquiry,
    amount,
    currency: news.amount.asset,
    reviewReason: news.amount.asset === payment.currency ? null : "other_currency",
    reason: news.reason.slice(0, 200),
  });
  const opened = await queries.lockDispute(tx, payment.provider, news.providerReference);
  if (!opened) throw new Error(`dispute ${news.providerReference} disappeared`);
  return opened;
}

async function loseGrants(
  deps: RefundDeps,
  tx: Tx,
  dispute: Dispute,
  { payment: { id }, accounts }: PreparedDispute,
  disputed: bigint,
): Promise<void> {
  if (disputed === 0n) return;
  const payment = await lockPaidPayment(tx, id);
  if (!payment) throw new Error("the payment is not paid");
  await applyLoss(deps, tx, {
    payment,
    disputed,
    key: keyOf(dispute, disputed > 0n ? "withdrawn" : "reinstated"),
    source: dispute.id,
    transactionId: newId(deps.ids, "txn"),
    accounts: accounts.grants,
  });
}

/** Each change of a dispute is booked once: the row's version counts them, and the caller holds the row. */
const keyOf = ({ id, version }: Dispute, what: string): string => `${id}:${version}:${what}`;

const TYPES = { withdraw: "dispute_withdrawn", reinstate: "dispute_reinstated", lose: "dispute_lost" } as const;

/** The transfers of a change; docs/ledger.md shows them with figures. */
function postingsOf(
  deps: RefundDeps,
  dispute: Dispute,
  { accounts, money, payment }: PreparedDispute,
  { steps, was, now }: { steps: readonly Step[]; was: Sums; now: Sums },
): (Posting & { asset: string })[] {
  const transactionId: TransactionId = newId(deps.ids, "txn");
  const move = (
    type: Posting["type"],
    asset: string,
    amount: bigint,
    what: string,
    from: AccountId,
    to: AccountId,
  ) => ({
    transactionId,
    source: dispute.id,
    reference: dispute.providerReference,
    actor: SYSTEM_ACTOR,
    id: newId(deps.ids, "trf"),
    type,
    asset,
    key: keyOf(dispute, what),
    // Below zero it goes the other way.
    ...(amount > 0n ? { amount, from, to } : { amount: -amount, from: to, to: from }),
  });
  const own = steps.map(({ kind, place, amount }) => {
    const from = kind === "withdraw" ? accounts.clearing : kind === "lose" ? accounts.disputed : accounts[place];
    const to = kind === "reinstate" ? accounts.clearing : accounts[place];
    return move(TYPES[kind], payment.currency, amount, kind, from, to);
  });
  const changes = (after: ReadonlyMap<string, bigint>, before: ReadonlyMap<string, bigint>) =>
    [...after].flatMap(([asset, amount]) => {
      const at = money.get(asset);
      const change = amount - (before.get(asset) ?? 0n);
      return at && change !== 0n ? [{ asset, at, change }] : [];
    });
  const fees = changes(now.fees, was.fees).map(({ asset, at, change }) =>
    move("provider_fee", asset, change, "fee", at.clearing, at.fees),
  );
  const foreign = changes(now.foreign, was.foreign).map(({ asset, at, change }) =>
    move(change > 0n ? TYPES.withdraw : TYPES.reinstate, asset, change, "foreign", at.clearing, at.unexplained),
  );
  return [...own, ...fees, ...foreign];
}
