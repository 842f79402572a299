import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { addDuration } from "../../../../core/durations.js";
import { newId, type TransactionId, type TransferId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { holdAvailable, postTogether, repayDebts, takeBack } from "../../../books/ledger/index.js";
import { recordLots } from "../../../books/lots/index.js";
import { bookCollected, type Payment } from "../../payments/index.js";
import { type AssetCredits, creditsOf, type Renewed, renew } from "../rules/credits.js";
import { creditsAgreed, straightLineOf } from "../rules/earning.js";
import { divide, keptOf } from "../rules/invoice.js";
import type { InvoiceCredit, InvoiceId, StoredGrant, Subscription } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";
import type { CreditAccounts, PreparedInvoice } from "./prepare-invoice.js";

/** What booking a paid invoice came to. */
export interface Booked {
  /** Largest first. */
  readonly payments: readonly Payment[];
  readonly grants: StoredGrant[];
  readonly lines: readonly InvoiceCredit[];
}

/**
 * Books a paid invoice: its money as a payment, and what its lines are for by the plan's rule, worked out from the balance as it
 * is while it is held. The caller holds the subscription and the invoice, and has seen that it was not booked.
 */
export async function bookInvoice(
  deps: SubscriptionDeps,
  tx: Tx,
  owner: Subscription,
  id: InvoiceId,
  prepared: PreparedInvoice,
): Promise<Booked> {
  // What was credited whole before anybody paid for it is for nothing: its cycle does not begin.
  const isFree = prepared.creditedBefore > 0n && prepared.creditedBefore >= prepared.facts.total;
  if (isFree) return { payments: [], grants: [], lines: [] };
  const { lines, assets } = creditsOf(prepared.lines);
  const transactionId = newId(deps.ids, "txn");
  const main = prepared.money?.asset;
  const grants: StoredGrant[] = [];
  let paymentGrants = 0n;
  // By id, as everybody locks accounts.
  for (const each of assets.toSorted((a, b) => (idOf(prepared, a) < idOf(prepared, b) ? -1 : 1))) {
    const accounts = accountsOf(prepared, each.asset);
    const whole = renew(each, await holdAvailable(tx, accounts.wallet));
    const renewed = { ...whole, granted: keptOf(prepared.facts.total, prepared.creditedBefore, whole.granted) };
    const booking: Booking = { owner, id, prepared, transactionId, asset: each.asset, accounts, renewed };
    await expire(deps, tx, booking);
    if (each.asset === main) paymentGrants = paidPart(prepared, renewed.granted);
    await give(deps, tx, booking, each.asset === main ? paymentGrants : 0n);
    await take(deps, tx, booking);
    const amount = renewed.granted - renewed.takenBack;
    grants.push({ asset: each.asset, amount: amount.toString(), expired: renewed.expired.toString() });
  }
  const payments = await collect(deps, tx, owner, id, prepared, paymentGrants);
  const common = { provider: owner.provider, invoiceId: id, createdAt: deps.clock.now() };
  return { payments, grants, lines: lines.map((line) => ({ ...common, ...line })) };
}

interface Booking {
  readonly owner: Subscription;
  readonly id: InvoiceId;
  readonly prepared: PreparedInvoice;
  readonly transactionId: TransactionId;
  readonly asset: string;
  readonly accounts: CreditAccounts;
  readonly renewed: Renewed;
}

const accountsOf = ({ accounts }: PreparedInvoice, asset: string): CreditAccounts => {
  const found = accounts.get(asset);
  if (!found) throw new Error(`accounts for ${asset} were not opened`);
  return found;
};
const idOf = (prepared: PreparedInvoice, { asset }: AssetCredits): string => accountsOf(prepared, asset).wallet;

/** The business reference of an invoice: whatever brings the news, each of its transfers is made once. */
const keyOf = ({ news }: PreparedInvoice, { provider }: Subscription): string =>
  `${provider}:${news.providerReference}`;
const nameOf = ({ news }: PreparedInvoice): string => news.number ?? news.providerReference;

const commonOf = ({ id, prepared, transactionId }: Booking) => ({
  transactionId,
  source: id,
  actor: SYSTEM_ACTOR,
  reference: nameOf(prepared),
});

/** What is left of the cycle before and does not stay. */
async function expire(deps: SubscriptionDeps, tx: Tx, booking: Booking): Promise<void> {
  const { prepared, owner, accounts, asset, renewed } = booking;
  if (renewed.expired === 0n) return;
  await postTogether(tx, [
    {
      ...commonOf(booking),
      id: newId(deps.ids, "trf"),
      from: accounts.wallet,
      to: accounts.expired,
      amount: renewed.expired,
      asset,
      type: "expired",
      key: `${keyOf(prepared, owner)}:expired`,
    },
  ]);
}

/**
 * What of an invoice's grants its payments are for. The rest was paid with what an earlier change had given back, or elsewhere,
 * and is not lost with a refund of this money.
 */
function paidPart({ facts, money, creditedBefore }: PreparedInvoice, granted: bigint): bigint {
  const due = facts.total - creditedBefore;
  const paid = sumOf((money?.payments ?? []).map(({ amount }) => amount));
  return paid < due ? (granted * paid) / due : granted;
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

/** What is given for no money: a trial, a free cycle, or one that was paid with what an earlier change had given back. */
async function give(deps: SubscriptionDeps, tx: Tx, booking: Booking, paid: bigint): Promise<void> {
  const { prepared, owner, accounts, asset, renewed, transactionId, id } = booking;
  const amount = renewed.granted - paid;
  if (amount === 0n) return;
  // A payment of the same invoice repays debts under a key of its own.
  const key = paid > 0n ? `${keyOf(prepared, owner)}:rest` : keyOf(prepared, owner);
  const [granted] = await postTogether(tx, [
    {
      ...commonOf(booking),
      id: newId(deps.ids, "trf"),
      from: accounts.issued,
      to: accounts.wallet,
      amount,
      asset,
      type: "grant",
      key: `${key}:grant`,
      description: `Invoice ${nameOf(prepared)}`,
    },
  ]);
  if (granted?.outcome === "posted") await recordGiven(deps, tx, booking, amount, granted.transferId);
  // A gift repays nothing; what was paid for somehow does.
  if (prepared.facts.total <= 0n) return;
  const { walletId } = owner;
  const topUp = {
    walletId,
    account: accounts.wallet,
    asset,
    amount,
    transactionId,
    key,
    source: id,
    actor: SYSTEM_ACTOR,
  };
  await repayDebts(deps, tx, [topUp]);
}

/** Writes down what the plan says about credits that were given for no money. */
async function recordGiven(
  deps: SubscriptionDeps,
  tx: Tx,
  { owner, id, prepared, asset, accounts }: Booking,
  amount: bigint,
  transferId: TransferId,
): Promise<void> {
  const now = deps.clock.now();
  const { creditsExpireAfter, creditsPriority } = creditsAgreed(prepared.lines, asset);
  const expiresAt = creditsExpireAfter === null ? null : addDuration(now, creditsExpireAfter);
  const terms = { kind: "promotional", origin: "invoice", source: id, expiresAt, priority: creditsPriority } as const;
  const { walletId } = owner;
  await recordLots(deps, tx, [{ transferId, account: accounts.wallet, walletId, asset, amount, terms }]);
}

/** What a downgrade takes back; what was spent of it is owed. */
async function take(deps: SubscriptionDeps, tx: Tx, booking: Booking): Promise<void> {
  const { prepared, owner, accounts, asset, renewed, transactionId, id } = booking;
  if (renewed.takenBack === 0n) return;
  await takeBack(deps, tx, {
    walletId: owner.walletId,
    account: accounts.wallet,
    asset,
    amount: renewed.takenBack,
    to: accounts.issued,
    debtAccount: accounts.debt,
    transactionId,
    key: keyOf(prepared, owner),
    source: id,
    actor: SYSTEM_ACTOR,
    description: `Invoice ${nameOf(prepared)}`,
  });
}

/**
 * The payments of an invoice that was paid with money at the provider: each is money of its own, which is refunded and disputed
 * by itself, and grants its part.
 */
async function collect(
  deps: SubscriptionDeps,
  tx: Tx,
  owner: Subscription,
  id: InvoiceId,
  prepared: PreparedInvoice,
  granted: bigint,
): Promise<Payment[]> {
  const { money, facts } = prepared;
  if (!money) return [];
  const parts = divide(
    granted,
    money.payments.map(({ amount }) => amount),
  );
  const payments: Payment[] = [];
  const credits = creditsAgreed(prepared.lines, money.asset);
  for (const [index, { moneyReference, amount }] of money.payments.entries()) {
    const key = keyOf(prepared, owner);
    const payment = await bookCollected(deps, tx, {
      customerId: owner.customerId,
      walletId: owner.walletId,
      invoiceId: id,
      provider: owner.provider,
      money: { amount, asset: facts.currency },
      grants: { amount: parts[index] ?? 0n, asset: money.asset },
      moneyReference,
      key: index === 0 ? key : `${key}:${moneyReference}`,
      description: `Invoice ${nameOf(prepared)}`,
      metadata: { subscription: owner.id, invoice: id },
      succeededAt: deps.clock.now(),
      credits,
      straightLine: straightLineOf(prepared.lines, parts[index] ?? 0n),
      accounts: money.accounts,
    });
    payments.push(payment);
  }
  return payments;
}
