import type { Caller } from "../../../../core/access.js";
import { HOUR_MS } from "../../../../core/clock.js";
import type { PaymentId } from "../../../../core/ids.js";
import { formatDecimal } from "../../../../core/money.js";
import type { Db } from "../../../../db/client.js";
import { type Act, askPromised } from "../../../../kernel/asking.js";
import { lookAtEach, type Round } from "../../../../kernel/jobs.js";
import type {
  CreateRefundRequest,
  PaymentProvider,
  PaymentProviderName,
  ProviderResult,
  RefundList,
  RefundPort,
} from "../../../../providers/ports/index.js";
import { getAsset } from "../../../books/ledger/index.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import { findLeft, getPayment, lockPaidPayment, type Payment, previewLoss, providerOf } from "../../payments/index.js";
import {
  exceedsRemainder,
  noRefunds,
  nothingToRefund,
  notLookedUp,
  notPaid,
  providerSilent,
  refundRejected,
  tooFine,
} from "../errors.js";
import * as queries from "../queries.js";
import { moneyFor, nextCheck } from "../rules/refund.js";
import type { Refund, RefundId } from "../types.js";
import { openAccounts } from "./accounts.js";
import type { RefundDeps } from "./deps.js";
import { beginRefund } from "./move.js";
import { prepareRefunds, settleRefunds, takeGrants, undoRefund } from "./settle-refunds.js";

export interface RefundInput {
  /** All that is left, an amount of the payment's currency, or what so many of its grants cost. */
  readonly of: { readonly amount?: bigint | undefined; readonly grants?: bigint | undefined };
  readonly reason?: CreateRefundRequest["reason"];
  readonly note?: string | undefined;
}

const PAID = ["succeeded", "partially_refunded", "refunded", "disputed"];

/** What is left of a payment to refund: not refunded yet, and not with a bank. */
const leftOf = async (db: Db, payment: Payment): Promise<bigint> =>
  (await findLeft(db, payment)) - payment.amountDisputed;

/**
 * What a refund would be: what `dryRun` answers. Throws as `agreeRefund` does, and what the provider would refuse as it is now: 422
 * `refunds.rejected`, 503 `provider.unavailable`.
 */
export async function previewRefund(deps: RefundDeps, caller: Caller, paymentId: PaymentId, input: RefundInput) {
  const agreed = await agreeRefund(deps, caller, paymentId, input);
  const { payment, amount } = agreed;
  const { scale } = await getAsset(deps, payment.currency);
  const found = await refundsOf(deps, payment.provider).checkRefund?.({
    paymentReference: payment.moneyReference ?? "",
    amount: { amount: formatDecimal(amount, scale), asset: payment.currency },
  });
  if (found?.outcome === "rejected") throw refundRejected(found.failure);
  if (found && found.outcome !== "accepted") throw notLookedUp(payment.provider);
  return agreed;
}

/** Throws 404, 409 `refunds.not_paid`, 422 `refunds.not_supported`, `refunds.exceeds_remainder`, `refunds.too_small`, `refunds.too_fine`. */
async function agreeRefund(
  deps: RefundDeps,
  caller: Caller,
  paymentId: PaymentId,
  input: RefundInput,
): Promise<{ payment: Payment; amount: bigint; takesBack: bigint }> {
  const payment = await getPayment(deps, caller, paymentId);
  if (!PAID.includes(payment.status)) throw notPaid(payment.status);
  const { read } = deps.db;
  const amount = amountOf(payment, input, await finestUnit(deps, payment), await leftOf(read, payment));
  return { payment, amount, takesBack: await previewLoss(read, payment, amount) };
}

/** How a provider sends money back. Throws `refunds.not_supported` (422) when it is not to be asked for that. */
function refundsOf(deps: RefundDeps, name: PaymentProviderName): RefundPort {
  const { refunds } = providerOf(deps, name);
  if (!refunds) throw noRefunds(name);
  return refunds;
}

/** The finest amount that the payment's provider sends back, in minor units: Coinbase counts cents of a USDC. */
async function finestUnit(deps: RefundDeps, payment: Payment): Promise<Finest> {
  const decimals = refundsOf(deps, payment.provider).refundDecimals?.(payment.currency);
  const { scale } = await getAsset(deps, payment.currency);
  return { unit: decimals === undefined || decimals >= scale ? 1n : 10n ** BigInt(scale - decimals), scale };
}

interface Finest {
  readonly unit: bigint;
  /** The currency's. */
  readonly scale: number;
}

function amountOf(payment: Payment, { of }: RefundInput, { unit, scale }: Finest, left: bigint): bigint {
  if (of.grants !== undefined && payment.grantsAmount === 0n) throw nothingToRefund();
  // All that is left is as much of it as can be sent.
  const asked = of.grants === undefined ? (of.amount ?? left - (left % unit)) : moneyFor(payment, of.grants, unit);
  if (of.grants !== undefined && asked === 0n) throw nothingToRefund();
  if (asked > left || left <= 0n) throw exceedsRemainder(left > 0n ? left : 0n, payment.currency, scale);
  if (asked % unit !== 0n || asked === 0n) throw tooFine(unit, payment.currency, scale);
  return asked;
}

/**
 * Sends money of a payment back: promise, ask, settle. What it granted is taken back with the promise, so that it cannot be
 * spent while the provider is asked, and is given again should the refund fail. `id` comes from the idempotency key.
 */
export async function requestRefund(
  deps: RefundDeps,
  caller: Caller,
  id: RefundId,
  paymentId: PaymentId,
  input: RefundInput,
): Promise<Refund> {
  const known = await queries.findRefund(deps.db.read, id);
  const refund = known ?? (await promise(deps, caller, id, paymentId, input));
  return refund.status === "requested" ? askFor(deps, refund, "tell") : refund;
}

async function promise(
  deps: RefundDeps,
  caller: Caller,
  id: RefundId,
  paymentId: PaymentId,
  input: RefundInput,
): Promise<Refund> {
  const { payment: seen } = await agreeRefund(deps, caller, paymentId, input);
  const finest = await finestUnit(deps, seen);
  const accounts = await openAccounts(deps, seen);
  return deps.db.transaction(async (tx) => {
    const payment = await lockPaidPayment(tx, paymentId);
    if (!payment) throw notPaid(seen.status);
    const row = {
      id,
      paymentId,
      customerId: payment.customerId,
      provider: payment.provider,
      // Under the lock: two refunds at once cannot both have the remainder.
      amount: amountOf(payment, input, finest, await leftOf(tx, payment)),
      currency: payment.currency,
      excess: 0n,
      origin: "api" as const,
      reason: input.reason ?? null,
      note: input.note ?? null,
      requestedBy: caller.id,
    };
    const inserted = await beginRefund(deps, tx, row, "caller", (refund) =>
      takeGrants(deps, tx, payment, refund, accounts),
    );
    if (!inserted) {
      const existing = await queries.lockRefund(tx, id);
      if (existing) return existing;
      throw new Error(`refund ${id} disappeared`);
    }
    return inserted;
  });
}

/** Asks the provider for a promised refund and settles its answer. Asking again is the same request. */
async function askFor(deps: RefundDeps, refund: Refund, refusals: "tell" | "keep"): Promise<Refund> {
  const payment = await getPayment(deps, SYSTEM, refund.paymentId);
  const provider = providerOf(deps, payment.provider);
  const remembered = isRemembered(deps, provider, refund);
  const act: Act<Refund, ProviderResult<RefundList>, Refund> = {
    name: "refunds.create",
    id: refund.id,
    ask: (promised) => ask(deps, provider, payment, promised, remembered),
    settle: (promised, answer) => concludeAsking(deps, payment, promised, answer, { remembered, refusals }),
  };
  return askPromised(deps, act, refund);
}

async function concludeAsking(
  deps: RefundDeps,
  payment: Payment,
  refund: Refund,
  answer: ProviderResult<RefundList>,
  { remembered, refusals }: { readonly remembered: boolean; readonly refusals: "tell" | "keep" },
): Promise<Refund> {
  if (answer.outcome === "accepted") {
    const { data, unreadable = [] } = answer.value;
    const prepared = await prepareRefunds(deps, payment, data);
    await deps.db.transaction((tx) => settleRefunds(deps, tx, prepared));
    const settled = (await queries.findRefund(deps.db.read, refund.id)) ?? refund;
    if (settled.status !== "requested" || remembered) return settled;
    // It may be the one that cannot be read.
    if (unreadable.length > 0) throw providerSilent(payment.provider);
  } else if (answer.outcome !== "rejected") throw providerSilent(payment.provider);
  const failure = answer.outcome === "rejected" ? answer.failure : NEVER_RECEIVED;
  const failed = await fail(deps, payment, refund.id, failure);
  if (refusals === "tell") throw refundRejected(failure);
  return failed;
}

const SYSTEM: Caller = { id: "system", role: "service" };
// A key is not used in the last part of its life: the provider's clock is not ours.
const KEY_MARGIN_MS = HOUR_MS;

const isRemembered = (deps: RefundDeps, { capabilities }: PaymentProvider, refund: Refund): boolean =>
  deps.clock.now().getTime() - refund.createdAt.getTime() < capabilities.idempotencyWindowMs - KEY_MARGIN_MS;

const NEVER_RECEIVED = { code: "never_reached_provider", message: "The provider never received this refund." };

/**
 * What the provider says of a refund of ours: its answer to the request, or all refunds of the payment once the key is
 * forgotten, when asking would be another refund. A provider that does not echo our id tells which is ours only by what
 * nobody else's is, and that is found out by settling them all.
 */
async function ask(
  deps: RefundDeps,
  provider: PaymentProvider,
  payment: Payment,
  refund: Refund,
  remembered: boolean,
): Promise<ProviderResult<RefundList>> {
  const paymentReference = payment.moneyReference ?? "";
  if (!remembered) return listAll(deps, provider, paymentReference);
  const { scale } = await getAsset(deps, refund.currency);
  const answer = await refundsOf(deps, provider.name).createRefund({
    refundId: refund.id,
    idempotencyKey: refund.id,
    paymentReference,
    amount: { amount: formatDecimal(refund.amount, scale), asset: refund.currency },
    reason: refund.reason as RefundInput["reason"],
  });
  return answer.outcome === "accepted"
    ? { ...answer, value: { data: [{ ...answer.value, refundId: refund.id }] } }
    : answer;
}

/** The refunds that the provider has of a payment. What cannot be read of them is kept and told, and hides none of the others. */
export async function listAll(
  deps: RefundDeps,
  provider: PaymentProvider,
  paymentReference: string,
): Promise<ProviderResult<RefundList>> {
  if (!provider.refunds) return { outcome: "accepted", value: { data: [] } };
  const listed = await provider.refunds.listRefunds(paymentReference);
  if (listed.outcome !== "accepted") return listed;
  const list = {
    provider: provider.name,
    list: `refunds of ${paymentReference}`,
    event: "refund.unreadable_entry",
  } as const;
  await keepUnreadable(deps, list, listed.value.unreadable ?? []);
  return listed;
}

async function fail(
  deps: RefundDeps,
  payment: Payment,
  id: RefundId,
  failure: { readonly code: string; readonly message: string },
): Promise<Refund> {
  const accounts = await openAccounts(deps, payment);
  return deps.db.transaction(async (tx) => {
    await lockPaidPayment(tx, payment.id);
    const refund = await queries.lockRefund(tx, id);
    if (!refund) throw new Error(`refund ${id} disappeared`);
    // News may have overtaken the answer; what it said stands.
    if (refund.status !== "requested") return refund;
    return undoRefund(deps, tx, payment.id, refund, accounts, "failed", failure);
  });
}

const SWEEP_MAX = 100;

/** Asks again for refunds that were promised and not answered, and looks at those that are pending. */
export async function sweepRefunds(deps: RefundDeps): Promise<Round> {
  const due = await queries.listDueRefunds(deps.db.read, deps.clock.now(), SWEEP_MAX);
  return lookAtEach(due, (refund) => checkRefund(deps, refund));
}

async function checkRefund(deps: RefundDeps, refund: Refund): Promise<void> {
  const checks = refund.checks + 1;
  const next = nextCheck(deps.clock, refund.status, checks);
  await deps.db.transaction((tx) => queries.postponeCheck(tx, refund.id, next, checks));
  if (refund.status === "requested") {
    await askFor(deps, refund, "keep");
    return;
  }
  await lookAtRefunds(deps, refund.paymentId);
}

/** Looks up all refunds of a payment and settles them. Throws when the provider gives no clear answer. */
export const lookAtRefunds = async (deps: RefundDeps, paymentId: PaymentId): Promise<void> =>
  settleRefundsOf(deps, await getPayment(deps, SYSTEM, paymentId));

async function settleRefundsOf(deps: RefundDeps, payment: Payment): Promise<void> {
  const listed = await listAll(deps, providerOf(deps, payment.provider), payment.moneyReference ?? "");
  if (listed.outcome !== "accepted") throw new Error(`${payment.provider} answered ${listed.outcome}`);
  const prepared = await prepareRefunds(deps, payment, listed.value.data);
  await deps.db.transaction((tx) => settleRefunds(deps, tx, prepared));
}
