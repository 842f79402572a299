import { SYSTEM_ACTOR } from "../../../core/access.js";
import { newId, type PaymentId, type TransactionId } from "../../../core/ids.js";
import type { Tx } from "../../../db/client.js";
import { holdAvailable, postTogether, repayDebts, takeBack } from "../../ledger/index.js";
import { bookCollected } from "../../payments/index.js";
import { type AssetCredits, creditsOf, type Renewed, renew } from "../rules/credits.js";
import type { InvoiceCredit, InvoiceId, StoredGrant, Subscription } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";
import type { CreditAccounts, PreparedInvoice } from "./prepare-invoice.js";

/** What booking a paid invoice came to. */
export interface Booked {
  readonly paymentId: PaymentId | null;
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
  const { lines, assets } = creditsOf(prepared.lines);
  const transactionId = newId(deps.ids, "txn");
  const main = prepared.money?.asset;
  const grants: StoredGrant[] = [];
  let paymentGrants = 0n;
  // By id, as everybody locks accounts.
  for (const each of assets.toSorted((a, b) => (idOf(prepared, a) < idOf(prepared, b) ? -1 : 1))) {
    const accounts = accountsOf(prepared, each.asset);
    const renewed = renew(each, await holdAvailable(tx, accounts.wallet));
    const booking: Booking = { owner, id, prepared, transactionId, asset: each.asset, accounts, renewed };
    await expire(deps, tx, booking);
    if (each.asset === main) paymentGrants = paidPart(prepared.facts, renewed.granted);
    await give(deps, tx, booking, each.asset === main ? paymentGrants : 0n);
    await take(deps, tx, booking);
    const amount = renewed.granted - renewed.takenBack;
    grants.push({ asset: each.asset, amount: amount.toString(), expired: renewed.expired.toString() });
  }
  const paymentId = await collect(deps, tx, owner, id, prepared, paymentGrants);
  const common = { provider: owner.provider, invoiceId: id, createdAt: deps.clock.now() };
  return { paymentId, grants, lines: lines.map((line) => ({ ...common, ...line })) };
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
 * What of an invoice's grants its payment is for. The rest was paid with what an earlier change had given back, and is not lost
 * with a refund of this money.
 */
const paidPart = ({ total, amountPaid }: PreparedInvoice["facts"], granted: bigint): bigint =>
  amountPaid < total ? (granted * amountPaid) / total : granted;

/** What is given for no money: a trial, a free cycle, or one that was paid with what an earlier change had given back. */
async function give(deps: SubscriptionDeps, tx: Tx, booking: Booking, paid: bigint): Promise<void> {
  const { prepared, owner, accounts, asset, renewed, transactionId, id } = booking;
  const amount = renewed.granted - paid;
  if (amount === 0n) return;
  // A payment of the same invoice repays debts under a key of its own.
  const key = paid > 0n ? `${keyOf(prepared, owner)}:rest` : keyOf(prepared, owner);
  await postTogether(tx, [
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

/** The payment of an invoice that was paid with money at the provider. */
async function collect(
  deps: SubscriptionDeps,
  tx: Tx,
  owner: Subscription,
  id: InvoiceId,
  prepared: PreparedInvoice,
  granted: bigint,
): Promise<PaymentId | null> {
  const { money, facts, news } = prepared;
  if (!money || news.moneyReference === undefined || facts.amountPaid === 0n) return null;
  const payment = await bookCollected(deps, tx, {
    customerId: owner.customerId,
    walletId: owner.walletId,
    provider: owner.provider,
    money: { amount: facts.amountPaid, asset: facts.currency },
    grants: { amount: granted, asset: money.asset },
    moneyReference: news.moneyReference,
    key: keyOf(prepared, owner),
    description: `Invoice ${nameOf(prepared)}`,
    metadata: { subscription: owner.id, invoice: id },
    succeededAt: deps.clock.now(),
    accounts: money.accounts,
  });
  return payment.id;
}
