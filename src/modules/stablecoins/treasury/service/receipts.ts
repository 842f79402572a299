import { type AccountId, newId } from "../../../../core/ids.js";
import { parseDecimal } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import type { DepositNews } from "../../../../providers/ports/index.js";
import { ensureReceivedAsset, systemAccount } from "../../../books/ledger/index.js";
import type { ReceiptRow } from "../queries.js";
import * as queries from "../queries.js";
import { mayBeLate, type ReceiptDecision, settleReceipt } from "../rules/settle.js";
import { bookReceipt, type ReceiptAccounts, unbookReceipt } from "./book-receipts.js";
import { tokenByContract } from "./custody.js";
import type { TreasuryDeps } from "./deps.js";
import { canonicalNews, chainKeyOf, isExact, type Told } from "./identity.js";
import { beginReceipt, moveReceipt } from "./move.js";
import { answerOf, custodyOf } from "./providers.js";

/** Coins that came to a master wallet, or did not after all, with their accounts looked up. */
export interface FundingArrival {
  readonly news: Told<DepositNews>;
  readonly chainKey: string;
  /** It is what the provider says now, and not what it once said. */
  readonly isChecked: boolean;
  readonly booking: { readonly asset: string; readonly amount: bigint; readonly accounts: ReceiptAccounts } | undefined;
}

/**
 * Looks up what is needed to book coins that came to a master wallet itself. News that would undo, change or redo what is
 * booked is checked with the provider first, since it may be late. Takes canonical news.
 */
export async function prepareFunding(deps: TreasuryDeps, given: Told<DepositNews>): Promise<FundingArrival> {
  const chainKey = chainKeyOf(given);
  const token = saysTheEnd(given) ? await tokenOf(deps, given) : undefined;
  if (!token) return { news: given, chainKey, isChecked: false, booking: undefined };
  const { asset } = token;
  const { scale } = await ensureReceivedAsset(deps, asset, undefined);
  const accounts = await accountsOf(deps, asset);
  const { amount } = parseDecimal(given.amount, scale);
  const known = await queries.findReceipt(deps.db.read, identityOf(given, chainKey, asset, amount));
  const isChecked = mayBeLate(known, settleReceipt(known, { ...given, asset, amount }));
  if (!isChecked) return { news: given, chainKey, isChecked, booking: { asset, amount, accounts } };
  const news = await currentNews(deps, given);
  const booking = saysTheEnd(news) ? { asset, amount: parseDecimal(news.amount, scale).amount, accounts } : undefined;
  return { news, chainKey, isChecked, booking };
}

const saysTheEnd = ({ status, swept }: DepositNews): boolean => status !== "submitted" && !swept;

const tokenOf = async (deps: TreasuryDeps, { provider, network, contract }: Told<DepositNews>) =>
  network === undefined || contract === undefined ? undefined : tokenByContract(deps, provider, network, contract);

/** The accounts that a receipt of an asset is booked on. */
export async function accountsOf(deps: TreasuryDeps, asset: string): Promise<ReceiptAccounts> {
  const [custody, capital, unexplained]: AccountId[] = await Promise.all([
    systemAccount(deps, "custody", asset),
    systemAccount(deps, "treasury_capital", asset),
    systemAccount(deps, "unexplained", asset),
  ]);
  if (!custody || !capital || !unexplained) throw new Error(`${asset} lacks an account`);
  return { custody, capital, unexplained };
}

const identityOf = (
  { provider, network, transactionHash, providerReference }: Told<DepositNews>,
  chainKey: string,
  asset: string,
  amount: bigint,
): queries.ReceiptIdentity => ({ provider, network, transactionHash, providerReference, chainKey, asset, amount });

async function currentNews(deps: TreasuryDeps, given: Told<DepositNews>): Promise<Told<DepositNews>> {
  const { provider, walletReference, providerReference } = given;
  const answer = await custodyOf(deps, provider).getTransaction({ walletReference, providerReference });
  const found = answerOf(provider, answer);
  if (!found.deposit) throw new Error(`the provider gives no clear answer about ${providerReference}`);
  return canonicalNews({ ...found.deposit, provider });
}

/**
 * Settles news of coins that came to a master wallet: the oldest funding that expects exactly this gets them, else they are
 * unexplained. Coins that are not there after all leave the books again, and their funding is expected again; a corrected
 * amount takes the place of the other. Coins that may be others told again book nothing and wait for a person. Returns the id of
 * the funding, or the provider's reference.
 */
export async function settleFunding(deps: TreasuryDeps, tx: Tx, arrival: FundingArrival): Promise<string> {
  const { news, booking, chainKey, isChecked } = arrival;
  const { network, transactionHash, providerReference } = news;
  if (!booking) return providerReference;
  await queries.lockReceiptName(
    tx,
    transactionHash === undefined ? providerReference : `${network}:${transactionHash}`,
  );
  const { asset, amount } = booking;
  const known = await queries.lockReceipt(tx, identityOf(news, chainKey, asset, amount));
  const decision = settleReceipt(known, { ...news, asset, amount });
  if (mayBeLate(known, decision) && !isChecked) {
    throw new Error("the receipt changed meanwhile, and the provider must be asked how it stands");
  }
  const row = await carryOut({ deps, tx, arrival, booking }, known, decision);
  return row?.fundingId ?? known?.fundingId ?? providerReference;
}

interface Change {
  readonly deps: TreasuryDeps;
  readonly tx: Tx;
  readonly arrival: FundingArrival;
  readonly booking: NonNullable<FundingArrival["booking"]>;
}

async function carryOut(
  change: Change,
  known: ReceiptRow | undefined,
  decision: ReceiptDecision,
): Promise<ReceiptRow | undefined> {
  const { deps, tx, arrival, booking } = change;
  const { accounts } = booking;
  switch (decision) {
    case "contradiction":
      throw new Error(`the receipt ${known?.id} was booked in ${known?.asset}, and is told in ${booking.asset}`);
    case "book":
      return bookUnlessTold(change, known);
    case "correct":
      await unbookReceipt({ deps, tx, accounts }, known as ReceiptRow, "another amount came");
      return bookReceipt({ deps, tx, accounts }, await restate(change, known as ReceiptRow));
    case "undo":
      return unbookReceipt({ deps, tx, accounts }, known as ReceiptRow, arrival.news.reason ?? null);
    case "forget":
      return moveReceipt(deps, tx, known as ReceiptRow, "gone", { by: "provider" });
    case "nothing":
      return known && arrival.news.status === "confirmed" ? noteIdentity(change, known) : known;
  }
}

/** Books coins of which none may be in the books already; those that may are held. */
async function bookUnlessTold(change: Change, known: ReceiptRow | undefined): Promise<ReceiptRow> {
  const { deps, tx, booking } = change;
  const row = known ? await restate(change, known) : await insert(change);
  const twin = await queries.findReceiptTwin(tx, row, isExact(row.provider, row.chainKey));
  // Of which nobody says the transaction could not be known again when they are told under another id.
  if (!twin && row.transactionHash !== null) return bookReceipt({ deps, tx, accounts: booking.accounts }, row);
  // Who rejected what one provider tells has decided nothing about what another one does.
  const isRejected = twin?.status === "rejected" && twin.provider === row.provider;
  const status = isRejected ? "rejected" : "held";
  const duplicateOf = twin?.id ?? null;
  return moveReceipt(deps, tx, row, status, { by: "provider", change: { duplicateOf }, details: { duplicateOf } });
}

const insert = ({ deps, tx, arrival: { news, chainKey }, booking }: Change): Promise<ReceiptRow> =>
  beginReceipt(deps, tx, {
    id: newId(deps.ids, "trc"),
    chainKey,
    provider: news.provider,
    providerReference: news.providerReference,
    ...chainFacts(news),
    asset: booking.asset,
    amount: booking.amount,
  });

const chainFacts = ({ walletReference, network, transactionHash }: DepositNews) => ({
  walletReference,
  ...(network === undefined ? {} : { network }),
  ...(transactionHash === undefined ? {} : { transactionHash }),
});

/** The receipt with what is told now. */
async function restate(change: Change, known: ReceiptRow): Promise<ReceiptRow> {
  const { deps, tx, arrival, booking } = change;
  const { id } = await noteIdentity(change, known);
  return queries.updateReceipt(tx, id, {
    ...chainFacts(arrival.news),
    asset: booking.asset,
    amount: booking.amount,
    updatedAt: deps.clock.now(),
  });
}

/** Told more exactly, or under a newer id, than before: it is known by that from now on, unless another one is. */
async function noteIdentity({ tx, arrival: { news, chainKey } }: Change, known: ReceiptRow): Promise<ReceiptRow> {
  const isBetter =
    known.chainKey !== chainKey && (isExact(news.provider, chainKey) || known.providerReference === null);
  const isNewer = known.providerReference !== news.providerReference;
  const others = isBetter || isNewer ? await queries.othersUnder(tx, known, chainKey, news.providerReference) : [];
  const change = {
    ...(isBetter && !others.some((other) => other.chainKey === chainKey) ? { chainKey } : {}),
    ...(isNewer && !others.some((other) => other.providerReference === news.providerReference)
      ? { providerReference: news.providerReference }
      : {}),
  };
  return Object.keys(change).length === 0 ? known : queries.updateReceipt(tx, known.id, change);
}
