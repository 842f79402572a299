import { AppError } from "../../../../core/errors.js";
import { newId, type PaymentId } from "../../../../core/ids.js";
import { inWords, type Money } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import { getAsset, readAvailable, readDebt } from "../../../books/ledger/index.js";
import {
  agreeTerms,
  cancelPayment,
  createPayment,
  findPayment,
  type Payment,
  type PaymentInput,
} from "../../payments/index.js";
import * as queries from "../queries.js";
import { afterFailure, decideFollow, decideStart, goesToDebt, monthOf, type PaymentView } from "../rules/decide.js";
import type { Attempt, AutoTopUp, PauseReason, StoredPurchase } from "../types.js";
import { pause, pauseIn } from "./change.js";
import { SYSTEM_CALLER, type TopUpDeps } from "./deps.js";
import { beginAttempt, moveAttempt } from "./move.js";
import { checkSoon } from "./watch.js";

/**
 * Looks at one balance and tops it up when it is low and nothing speaks against it. However many ask at once, one charge is
 * begun: promise (an attempt, of which a wallet has one open), ask (a payment), settle (`followTopUp`).
 */
export async function checkTopUp(deps: TopUpDeps, id: AutoTopUp["id"]): Promise<void> {
  const autoTopUp = await queries.findAutoTopUp(deps.db.read, id);
  if (autoTopUp?.status !== "active" || !deps.billingProviders.has(autoTopUp.provider)) return;
  const available = (await readAvailable(deps.db.read, [autoTopUp.accountId])).get(autoTopUp.accountId);
  if (!isLow(available, autoTopUp)) return;
  const refusal =
    (await refundOf(deps, autoTopUp)) ?? (await debtOf(deps, autoTopUp)) ?? (await refusalNow(deps, autoTopUp));
  if (refusal) return pause(deps, id, () => refusal);
  const attempt = await begin(deps, id);
  if (attempt) await askFor(deps, attempt, autoTopUp.customerId);
}

/** A balance that is frozen is not low: nobody pays for what they could not spend. */
export const isLow = (available: bigint | undefined, { threshold }: Pick<AutoTopUp, "threshold">): boolean =>
  available !== undefined && available < threshold;

const REFUNDED_AMONG = 20;

/** A charge that was refunded since it was last gone on with: to charge again what the refund took back would undo it. */
async function refundOf(
  deps: TopUpDeps,
  { id, updatedAt }: AutoTopUp,
): Promise<{ reason: PauseReason; detail: string } | undefined> {
  const attempts = await queries.listAttempts(deps.db.read, id, undefined, REFUNDED_AMONG);
  const paid = attempts.filter(({ status }) => status === "succeeded");
  const payments = await Promise.all(paid.map(({ paymentId }) => findPayment(deps, paymentId)));
  const refunded = payments.find((payment) => payment && payment.amountRefunded > 0n && payment.updatedAt > updatedAt);
  return refunded && { reason: "refunded", detail: refunded.id };
}

/** What is owed when one top-up would not lift the balance: the customer agreed to be topped up, not to pay a debt off. */
async function debtOf(
  deps: TopUpDeps,
  autoTopUp: AutoTopUp,
): Promise<{ reason: PauseReason; detail: string } | undefined> {
  const owed = await readDebt(deps, autoTopUp.walletId, autoTopUp.asset);
  if (!goesToDebt(autoTopUp, owed)) return undefined;
  return { reason: "debt", detail: await amountInWords(deps, { amount: owed, asset: autoTopUp.asset }) };
}

/** Why what was agreed to cannot be bought as it was agreed: nobody is charged another price than the one they know. */
async function refusalNow(
  deps: TopUpDeps,
  autoTopUp: Pick<AutoTopUp, "customerId" | "purchase" | "provider" | "amount" | "currency"> & {
    readonly grantsAmount?: bigint;
  },
): Promise<{ reason: PauseReason; detail: string } | undefined> {
  try {
    const input = inputOf(autoTopUp.customerId, autoTopUp);
    const { amount, currency, grants } = await agreeTerms(deps, SYSTEM_CALLER, input);
    const isSame = amount === autoTopUp.amount && currency === autoTopUp.currency;
    const givesLess = autoTopUp.grantsAmount !== undefined && grants.amount < autoTopUp.grantsAmount;
    if (isSame && !givesLess) return undefined;
    const price = await amountInWords(deps, { amount, asset: currency });
    return { reason: "terms_changed", detail: `${price} for ${await amountInWords(deps, grants)}` };
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return { reason: "refused", detail: error.code };
    throw error;
  }
}

const amountInWords = async (deps: TopUpDeps, money: Money): Promise<string> =>
  inWords(money, (await getAsset(deps, money.asset)).scale);

/** The payment that buys something with a provider. */
export function inputOf(
  customerId: string,
  { purchase, provider }: { readonly purchase: StoredPurchase; readonly provider: AutoTopUp["provider"] },
): PaymentInput {
  const bought: PaymentInput["purchase"] =
    "package" in purchase
      ? purchase
      : {
          amount: BigInt(purchase.amount),
          currency: purchase.currency,
          grants: purchase.grants && { asset: purchase.grants.asset, amount: BigInt(purchase.grants.amount) },
        };
  return { customerId, purchase: bought, provider, flow: "payment_intent" };
}

/** The promise: writes an attempt down when one is due, under the lock that all who would begin one must hold. */
function begin(deps: TopUpDeps, id: AutoTopUp["id"]): Promise<Attempt | undefined> {
  return deps.db.transaction(async (tx) => {
    const autoTopUp = await queries.lockAutoTopUp(tx, id);
    if (!autoTopUp) return undefined;
    const now = deps.clock.now();
    const { accountId, walletId, amount, currency } = autoTopUp;
    const available = (await readAvailable(tx, [accountId])).get(accountId);
    if (available === undefined) return undefined;
    const start = decideStart(autoTopUp, {
      available,
      spent: await queries.spentSince(tx, id, currency, monthOf(now)),
      hasOpen: (await queries.findOpenAttempt(tx, walletId)) !== undefined,
      now,
    });
    if (start.kind === "pause") await pauseIn(deps, tx, autoTopUp, start.reason, { until: start.until });
    if (start.kind !== "start") return undefined;
    const paymentId = newId(deps.ids, "pay");
    const row = {
      id: newId(deps.ids, "ata"),
      autoTopUpId: id,
      walletId,
      paymentId,
      purchase: autoTopUp.purchase,
      provider: autoTopUp.provider,
      paymentMethodId: autoTopUp.paymentMethodId,
      amount,
      currency,
      available,
    };
    const details = { paymentId, amount: Number(amount), currency, available: Number(available) };
    const attempt = await beginAttempt(deps, tx, autoTopUp, row, details);
    if (attempt) tx.afterCommit(() => deps.onAutoTopUp?.("started"));
    return attempt;
  });
}

/** Asks for an attempt's payment; asking again is the same payment. */
async function askFor(deps: TopUpDeps, attempt: Attempt, customerId: string): Promise<void> {
  const refusal = await refusalNow(deps, { ...attempt, customerId });
  if (refusal) return giveUp(deps, attempt, refusal);
  try {
    await createPayment(deps, SYSTEM_CALLER, attempt.paymentId, {
      ...inputOf(customerId, attempt),
      paymentMethodId: attempt.paymentMethodId,
      offSession: true,
      metadata: { autoTopUpId: attempt.autoTopUpId },
    });
  } catch (error) {
    // Without an answer the payment stays promised, and payments' own sweeper finds out.
    if (!(error instanceof AppError) || (error.status >= 500 && !(await findPayment(deps, attempt.paymentId))))
      throw error;
  }
  await followTopUp(deps, attempt.paymentId);
}

/** Ends an attempt that was never asked of the provider. */
async function giveUp(
  deps: TopUpDeps,
  attempt: Attempt,
  { reason, detail }: { readonly reason: PauseReason; readonly detail: string },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const autoTopUp = await queries.lockAutoTopUp(tx, attempt.autoTopUpId);
    const open = await queries.findOpenAttempt(tx, attempt.walletId);
    if (!autoTopUp || open?.id !== attempt.id) return;
    await moveAttempt(deps, tx, autoTopUp, open, "failed", {
      by: "worker",
      failureCode: reason,
      details: { paymentId: attempt.paymentId, failureCode: reason },
    });
    tx.afterCommit(() => deps.onAutoTopUp?.("failed"));
    await pauseIn(deps, tx, autoTopUp, reason, { detail });
  });
}

/**
 * Settles an attempt by how its payment stands: set off by the payment's news, and by the sweeper. What was declined is ended
 * at the provider first, so that no payment is left that could still be paid by accident.
 */
export async function followTopUp(deps: TopUpDeps, paymentId: PaymentId): Promise<void> {
  const attempt = await queries.findAttemptOf(deps.db.read, paymentId);
  const autoTopUp = attempt && (await queries.findAutoTopUp(deps.db.read, attempt.autoTopUpId));
  if (!attempt || !autoTopUp || !deps.billingProviders.has(attempt.provider)) return;
  let payment = await findPayment(deps, paymentId);
  if (!payment) return resume(deps, attempt, autoTopUp);
  if (decideFollow(attempt, viewOf(payment), autoTopUp.status !== "off").kind === "cancel") {
    payment = await cancelPayment(deps, SYSTEM_CALLER, paymentId, { attempt: "auto-top-up", resumed: true });
  }
  await settle(deps, attempt, viewOf(payment));
}

/** The process that promised died before the payment was written down. */
async function resume(deps: TopUpDeps, attempt: Attempt, autoTopUp: AutoTopUp): Promise<void> {
  if (attempt.status !== "in_flight") return;
  if (autoTopUp.status === "off") return giveUp(deps, attempt, { reason: "refused", detail: "off" });
  return askFor(deps, attempt, autoTopUp.customerId);
}

const viewOf = (payment: Payment): PaymentView => ({
  status: payment.status,
  isPaid: payment.transactionId !== null,
  isAsked: payment.providerReference !== null,
  failure: payment.failure,
});

async function settle(deps: TopUpDeps, { autoTopUpId, paymentId }: Attempt, payment: PaymentView): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const autoTopUp = await queries.lockAutoTopUp(tx, autoTopUpId);
    const attempt = await queries.findAttemptOf(tx, paymentId);
    if (!autoTopUp || !attempt) return;
    const follow = decideFollow(attempt, payment, true);
    if (follow.kind !== "move") return;
    const { to, failureCode } = follow;
    const data = { paymentId, amount: Number(attempt.amount), currency: attempt.currency };
    if (to === "failed") {
      await fail(deps, tx, autoTopUp, attempt, { ...data, failureCode });
    } else {
      await moveAttempt(deps, tx, autoTopUp, attempt, to, { by: "provider", failureCode, details: data });
    }
    if (to === "succeeded") {
      await queries.updateAutoTopUp(tx, autoTopUpId, { failures: 0, nextAttemptAt: null, updatedAt: deps.clock.now() });
      // A debt may have taken what came, and spending goes on meanwhile.
      if (autoTopUp.status === "active") await checkSoon(tx, autoTopUpId);
    }
    if (to !== "in_flight") tx.afterCommit(() => deps.onAutoTopUp?.(to));
  });
}

async function fail(
  deps: TopUpDeps,
  tx: Tx,
  autoTopUp: AutoTopUp,
  attempt: Attempt,
  data: { readonly failureCode: string | null },
): Promise<void> {
  const now = deps.clock.now();
  const { failures, nextAttemptAt, pause: isEnough } = afterFailure(autoTopUp.failures, data.failureCode, now);
  const change = { failures, nextAttemptAt, updatedAt: now };
  const details = { ...data, nextAttemptAt: nextAttemptAt?.toISOString() ?? null };
  await moveAttempt(deps, tx, autoTopUp, attempt, "failed", {
    by: "provider",
    failureCode: data.failureCode,
    details,
  });
  const updated = await queries.updateAutoTopUp(tx, autoTopUp.id, change);
  if (isEnough) await pauseIn(deps, tx, updated, "declined", { detail: data.failureCode });
}
