import { type Caller, SYSTEM_ACTOR } from "../../../core/access.js";
import { type AccountId, newId } from "../../../core/ids.js";
import { parseDecimal } from "../../../core/money.js";
import { type Page, type PageQuery, pageById } from "../../../core/pagination.js";
import type { Db, Tx } from "../../../db/client.js";
import type { DepositNews, Network } from "../../../providers/port.js";
import { recordAudit } from "../../audit/index.js";
import { amountUnderKey, ensureReceivedAsset, postTogether, systemAccount } from "../../ledger/index.js";
import { emitEvents } from "../../outbox/index.js";
import { fundingNotExpected, fundingNotFound } from "../errors.js";
import type { FundingRow } from "../queries.js";
import * as queries from "../queries.js";
import { answerOf, custodyOf, routeOf, tokenByContract } from "./custody.js";
import type { TreasuryDeps } from "./deps.js";

/** Announces coins of our own that will come to a master wallet. Returns the funding and the address to send them to. */
export async function expectFunding(
  deps: TreasuryDeps,
  caller: Caller,
  id: FundingRow["id"],
  input: {
    readonly network: Network;
    readonly asset: string;
    readonly amount: bigint;
    readonly note?: string | undefined;
  },
): Promise<{ funding: FundingRow; address: string }> {
  const { wallet } = await routeOf(deps, input.network, input.asset);
  const inserted = await deps.db.transaction(async (tx) => {
    const row = await queries.insertFunding(tx, {
      id,
      walletReference: wallet.walletReference,
      network: input.network,
      asset: input.asset,
      amount: input.amount,
      status: "expected",
      note: input.note ?? null,
      createdBy: caller.id,
      createdAt: deps.clock.now(),
    });
    const details = { asset: input.asset, amount: Number(input.amount), network: input.network };
    if (row) await recordAudit(deps, tx, [{ actor: caller.id, action: "expectFunding", resource: id, details }]);
    return row;
  });
  const funding = inserted ?? (await queries.findFunding(deps.db.read, id));
  if (!funding) throw fundingNotFound(id);
  return { funding, address: wallet.address };
}

/** Stops waiting for a funding. Throws `treasury.funding_not_expected` (409) when it came. */
export async function cancelFunding(deps: TreasuryDeps, caller: Caller, id: FundingRow["id"]): Promise<FundingRow> {
  const known = await queries.findFunding(deps.db.read, id);
  if (!known) throw fundingNotFound(id);
  if (known.status === "canceled") return known;
  return deps.db.transaction(async (tx) => {
    const row = await queries.updateFunding(tx, id, { status: "canceled" });
    if (!row) throw fundingNotExpected(id);
    await recordAudit(deps, tx, [{ actor: caller.id, action: "cancelFunding", resource: id }]);
    return row;
  });
}

/** Fundings, newest first. */
export const listFundings = (deps: TreasuryDeps, page: PageQuery): Promise<Page<FundingRow>> =>
  pageById("fnd", page, (before, limit) => queries.listFundings(deps.db.read, before, limit));

interface FundingAccounts {
  readonly custody: AccountId;
  readonly capital: AccountId;
  readonly unexplained: AccountId;
}

/** Coins that came to a master wallet, or did not after all, with their accounts looked up. */
export interface FundingArrival {
  readonly news: DepositNews;
  /** It is what the provider says now, and not what it once said. */
  readonly isChecked: boolean;
  readonly booking: { readonly asset: string; readonly amount: bigint; readonly accounts: FundingAccounts } | undefined;
}

/**
 * Looks up what is needed to book coins that came to a master wallet itself. News that would undo, or redo, what is booked is
 * checked with the provider first, since it may be late.
 */
export async function prepareFunding(deps: TreasuryDeps, given: DepositNews): Promise<FundingArrival> {
  const token = saysTheEnd(given) ? await tokenOf(deps, given) : undefined;
  if (!token) return { news: given, isChecked: false, booking: undefined };
  const { asset } = token;
  const { scale } = await ensureReceivedAsset(deps, asset, undefined);
  const accounts = {
    custody: await systemAccount(deps, "custody", asset),
    capital: await systemAccount(deps, "treasury_capital", asset),
    unexplained: await systemAccount(deps, "unexplained", asset),
  };
  const isChecked = mayBeLate(given, await standingOf(deps.db.read, accounts, namesOf(given)));
  const news = isChecked ? await currentNews(deps, given) : given;
  const { amount } = parseDecimal(news.amount, scale);
  const isNews = saysTheEnd(news) && amount > 0n;
  return { news, isChecked, booking: isNews ? { asset, amount, accounts } : undefined };
}

const saysTheEnd = ({ status, swept }: DepositNews): boolean => status !== "submitted" && !swept;

const tokenOf = async (deps: TreasuryDeps, { network, contract }: DepositNews) =>
  network === undefined || contract === undefined ? undefined : tokenByContract(deps, network, contract);

async function currentNews(
  deps: TreasuryDeps,
  { walletReference, providerReference }: DepositNews,
): Promise<DepositNews> {
  const found = answerOf(await custodyOf(deps).getTransaction({ walletReference, providerReference }));
  if (!found.deposit) throw new Error(`the provider gives no clear answer about ${providerReference}`);
  return found.deposit;
}

/** How often the same coins were booked and undone, and whether they are booked now. */
interface Standing {
  readonly key: string;
  readonly isFirst: boolean;
  readonly booked: { readonly on: "capital" | "unexplained"; readonly amount: bigint } | undefined;
}

/** A chain that dropped a transaction may take it again, and drop it again: each time has a key of its own. */
async function standingOf(db: Db, accounts: FundingAccounts, [name, ...others]: Names): Promise<Standing> {
  const standing = await standingUnder(db, accounts, name);
  const [next, ...rest] = others;
  if (!standing.isFirst || standing.booked || next === undefined) return standing;
  const other = await standingOf(db, accounts, [next, ...rest]);
  return other.isFirst && !other.booked ? standing : other;
}

type Names = readonly [string, ...string[]];

/** What the same coins are known by, whichever id the provider tells them under; and what they were booked under before that. */
function namesOf({ network, transactionHash, asset, amount, providerReference }: DepositNews): Names {
  if (network === undefined || transactionHash === undefined) return [providerReference];
  const plain = amount
    .replace(/^0+(?=\d)/, "")
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
  return [`${network}:${transactionHash}:${asset}:${plain}`, providerReference];
}

async function standingUnder(db: Db, accounts: FundingAccounts, name: string): Promise<Standing> {
  for (let time = 0; ; time += 1) {
    const key = time === 0 ? `funding:${name}` : `funding:${name}:${time}`;
    const capital = await amountUnderKey(db, accounts.capital, key);
    const amount = capital ?? (await amountUnderKey(db, accounts.unexplained, key));
    const isFirst = time === 0;
    if (amount === undefined) return { key, isFirst, booked: undefined };
    const isUndone = (await amountUnderKey(db, accounts.custody, `${key}:undone`)) !== undefined;
    if (!isUndone) return { key, isFirst, booked: { on: capital === undefined ? "unexplained" : "capital", amount } };
  }
}

const mayBeLate = ({ status }: DepositNews, { booked, isFirst }: Standing): boolean =>
  status === "confirmed" ? booked === undefined && !isFirst : booked !== undefined;

/**
 * Books coins that came to a master wallet: the oldest funding that expects exactly this gets them, else they are
 * unexplained. Coins that are not there after all leave the books again, and their funding is expected again. Returns the id of
 * the funding, or the provider's reference.
 */
export async function settleFunding(deps: TreasuryDeps, tx: Tx, arrival: FundingArrival): Promise<string> {
  const { news, booking, isChecked } = arrival;
  const { providerReference } = news;
  if (!booking) return providerReference;
  // The ledger's keys are of one account each, and these coins may be booked on either of two: one at a time.
  const names = namesOf(news);
  await queries.lockReceipt(tx, names[0]);
  const known = await queries.findFundingByReference(tx, providerReference);
  const standing = await standingOf(tx, booking.accounts, names);
  if ((news.status === "confirmed") === (standing.booked !== undefined)) return known?.id ?? providerReference;
  if (mayBeLate(news, standing) && !isChecked) {
    throw new Error("the receipt changed meanwhile, and the provider must be asked how it stands");
  }
  const change = { deps, tx, news, booking, key: standing.key };
  return standing.booked ? undo(change, standing.booked, known) : book(change);
}

interface Change {
  readonly deps: TreasuryDeps;
  readonly tx: Tx;
  readonly news: DepositNews;
  readonly booking: NonNullable<FundingArrival["booking"]>;
  readonly key: string;
}

async function book({ deps, tx, news, booking, key }: Change): Promise<string> {
  const { walletReference, providerReference } = news;
  const { asset, amount, accounts } = booking;
  const funding = await queries.lockExpectedFunding(tx, { walletReference, asset, amount });
  const transactionId = newId(deps.ids, "txn");
  await postTogether(tx, [
    {
      id: newId(deps.ids, "trf"),
      transactionId,
      from: funding ? accounts.capital : accounts.unexplained,
      to: accounts.custody,
      amount,
      asset,
      type: funding ? "treasury_funding" : "unexplained_receipt",
      key,
      source: funding?.id,
      reference: news.transactionHash ?? providerReference,
      actor: SYSTEM_ACTOR,
    },
  ]);
  if (funding) {
    await queries.updateFunding(tx, funding.id, {
      status: "received",
      receivedAmount: amount,
      providerReference,
      transactionHash: news.transactionHash ?? null,
      transactionId,
      receivedAt: deps.clock.now(),
    });
  }
  const resource = funding?.id ?? providerReference;
  const data = { asset, amount: Number(amount), network: news.network ?? null };
  await announce(deps, tx, funding ? "treasury.funded" : "treasury.unexplained_receipt", resource, data);
  return resource;
}

async function undo(
  { deps, tx, news, booking, key }: Change,
  { on, amount }: NonNullable<Standing["booked"]>,
  funding: FundingRow | undefined,
): Promise<string> {
  const { asset, accounts } = booking;
  await postTogether(tx, [
    {
      id: newId(deps.ids, "trf"),
      transactionId: newId(deps.ids, "txn"),
      from: accounts.custody,
      to: accounts[on],
      amount,
      asset,
      type: "deposit_undone",
      key: `${key}:undone`,
      source: funding?.id,
      reference: news.transactionHash ?? news.providerReference,
      actor: SYSTEM_ACTOR,
    },
  ]);
  if (funding) await queries.reopenFunding(tx, funding.id);
  const resource = funding?.id ?? news.providerReference;
  const data = { asset, amount: Number(amount), network: news.network ?? null, reason: news.reason ?? null };
  await announce(deps, tx, funding ? "treasury.funding_undone" : "treasury.receipt_undone", resource, data);
  return resource;
}

async function announce(
  deps: TreasuryDeps,
  tx: Tx,
  type: string,
  resource: string,
  data: Record<string, unknown>,
): Promise<void> {
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource, details: data }]);
  await emitEvents(deps, tx, [{ type, resource, data }]);
}
