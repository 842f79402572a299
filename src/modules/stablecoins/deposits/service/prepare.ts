import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { parseAddress } from "../../../../core/addresses.js";
import { decodeId } from "../../../../core/ids.js";
import { parseDecimal } from "../../../../core/money.js";
import { type DepositNews, NETWORKS } from "../../../../providers/ports/index.js";
import {
  createAsset,
  debtAccountOf,
  ensureReceivedAsset,
  openWalletAccount,
  systemAccount,
} from "../../../books/ledger/index.js";
import {
  canonicalNews,
  chainKeyOf,
  custodyMap,
  custodyOf,
  type FundingArrival,
  gasAmount,
  prepareFunding,
  sameSpelling,
  type Told,
  tokenByContract,
} from "../../treasury/index.js";
import * as queries from "../queries.js";
import { mayBeLate } from "../rules/settle.js";
import type { DepositAccounts, DepositAddress, DepositFacts, DepositProblem } from "../types.js";
import type { DepositDeps } from "./deps.js";

/** Coins for a customer, or our own that came to a master wallet. */
export type PreparedDeposit =
  | { readonly kind: "deposit"; readonly facts: DepositFacts }
  | { readonly kind: "funding"; readonly arrival: FundingArrival };

/**
 * Looks up whose address and which token news of a deposit is about, and opens the accounts; outside any transaction. News
 * that would undo, or redo, what is booked is checked with the provider first, since it may be late; and so is news of a large
 * amount that was `told` to us, since a key that is lost can sign anything; and so is news that does not name its transaction,
 * by which we would know the coins again.
 */
export async function prepareDeposit(
  deps: DepositDeps,
  given: Told<DepositNews>,
  from: "told" | "listed" = "told",
): Promise<PreparedDeposit> {
  const told = canonicalNews(given);
  const known = await queries.findKnown(deps.db.read, nameOf(told));
  const isLate = known !== undefined && mayBeLate(known.status, told);
  const isChecked = isLate || isNameless(told) || (from === "told" && needsProof(deps, told));
  const news = isChecked ? canonicalNews(await currentNews(deps, told)) : told;
  const address = await findAddress(deps, news);
  if (!address && (await isMasterAddress(deps, news))) {
    return { kind: "funding", arrival: await prepareFunding(deps, news) };
  }
  return { kind: "deposit", facts: { ...(await factsOf(deps, news, address)), isChecked } };
}

/** What the deposit is known by that canonical news is about. */
export const nameOf = (news: Told<DepositNews>): queries.DepositName => ({
  provider: news.provider,
  chainKey: chainKeyOf(news),
  providerReference: news.providerReference,
});

const needsProof = ({ depositPolicy }: DepositDeps, { status, swept, amount }: DepositNews): boolean =>
  status === "confirmed" && !swept && isMore(amount, depositPolicy.lookUpAbove);

const isNameless = ({ status, swept, transactionHash }: DepositNews): boolean =>
  status === "confirmed" && !swept && transactionHash === undefined;

const COMPARED_AT = 18;
const isMore = (amount: string, than: string): boolean =>
  parseDecimal(amount, COMPARED_AT).amount > parseDecimal(than, COMPARED_AT).amount;

async function currentNews(
  deps: DepositDeps,
  { provider, walletReference, providerReference }: Told<DepositNews>,
): Promise<Told<DepositNews>> {
  const found = await custodyOf(deps, provider).getTransaction({ walletReference, providerReference });
  if (found.outcome !== "accepted" || !found.value.deposit) {
    throw new Error(`the provider gives no clear answer about ${providerReference}`);
  }
  return { ...found.value.deposit, provider };
}

// Only among the addresses of the provider that tells of it: by its name of it, by ours which the provider echoes (we may have missed what it calls it), by its spelling.
async function findAddress(deps: DepositDeps, news: Told<DepositNews>): Promise<DepositAddress | undefined> {
  const { provider, addressReference, addressId } = news;
  if (addressReference !== undefined) {
    const named = await queries.findByReference(deps.db.read, provider, addressReference);
    if (named) return namesAnother(named, news) ? undefined : named;
  }
  if (addressId !== undefined && decodeId("dad", addressId) !== undefined) {
    const ours = await queries.findAddress(deps.db.read, addressId as DepositAddress["id"]);
    if (ours?.provider === provider) return ours;
  }
  if (news.network === undefined || news.toAddress === undefined) return undefined;
  const family = NETWORKS[news.network];
  const parsed = parseAddress(family, news.toAddress);
  const spelled = "address" in parsed ? await queries.findByAddress(deps.db.read, family, parsed.address) : undefined;
  return spelled?.provider === provider ? spelled : undefined;
}

async function isMasterAddress(
  deps: DepositDeps,
  { provider, network, toAddress, walletReference }: Told<DepositNews>,
): Promise<boolean> {
  if (network === undefined || toAddress === undefined) return false;
  const { wallets } = await custodyMap(deps, provider);
  const wallet = wallets.find((each) => each.walletReference === walletReference);
  return wallet !== undefined && sameSpelling(network, wallet.address) === sameSpelling(network, toAddress);
}

/**
 * Whether the address in the text is not the one that the provider's id stands for: then nobody can say whose the coins are. A
 * sweep tells where the coins went on to, which is another address by its nature.
 */
function namesAnother(named: DepositAddress, { toAddress, swept }: DepositNews): boolean {
  if (toAddress === undefined || swept) return false;
  const parsed = parseAddress(named.family, toAddress);
  return "address" in parsed && parsed.address !== named.address;
}

async function factsOf(
  deps: DepositDeps,
  news: Told<DepositNews>,
  address: DepositAddress | undefined,
): Promise<Omit<DepositFacts, "isChecked">> {
  const token =
    news.network === undefined || news.contract === undefined
      ? undefined
      : await tokenByContract(deps, news.provider, news.network, news.contract);
  const gas = news.swept?.gasFee ? await gasBooking(deps, news.swept.gasFee) : undefined;
  const isUnscreened = !news.screened && isMore(news.amount, deps.depositPolicy.holdUnscreenedAbove);
  const problem = problemOf(news, address, token);
  const common = { news, chainKey: chainKeyOf(news), address, problem, isUnscreened, gas };
  if (!token) return { ...common, asset: news.asset, amount: 0n, dust: undefined, accounts: undefined };
  const { scale } = await ensureReceivedAsset(deps, token.asset, undefined);
  const { amount, remainder } = parseDecimal(news.amount, scale);
  return {
    ...common,
    asset: token.asset,
    amount,
    dust: remainder === null ? undefined : await dustBooking(deps, token.asset, remainder),
    accounts: await openAccounts(deps, token.asset, address),
  };
}

function problemOf(
  news: DepositNews,
  address: DepositAddress | undefined,
  token: { readonly enabled: boolean } | undefined,
): DepositProblem | undefined {
  if (!token) return "unknown_token";
  if (!token.enabled) return "token_not_enabled";
  if (!address) return "unknown_address";
  if (news.network === undefined || NETWORKS[news.network] !== address.family) return "wrong_network";
  return undefined;
}

async function openAccounts(
  deps: DepositDeps,
  asset: string,
  address: DepositAddress | undefined,
): Promise<DepositAccounts> {
  return {
    wallet: address && (await openWalletAccount(deps, address.walletId, asset)),
    issued: await systemAccount(deps, "credits_issued", asset),
    custody: await systemAccount(deps, "custody", asset),
    customerFunds: await systemAccount(deps, "customer_funds", asset),
    unexplained: await systemAccount(deps, "unexplained", asset),
    debt: await debtAccountOf(deps, asset),
  };
}

const DUST_SCALE = 18;

/** What is finer than the wallet's asset, as an asset of its own: `USDT_DUST` at eighteen decimals. */
export async function dustBooking(deps: DepositDeps, asset: string, remainder: string): Promise<DepositFacts["dust"]> {
  const { amount } = parseDecimal(remainder, DUST_SCALE);
  if (amount === 0n) return undefined;
  const code = `${asset}_DUST`.slice(0, 16);
  await createAsset(deps, SYSTEM_ACTOR, {
    code,
    kind: "stablecoin",
    scale: DUST_SCALE,
    name: `${asset}, finer than a wallet counts`,
  });
  return {
    amount,
    asset: code,
    from: await systemAccount(deps, "rounding", code),
    to: await systemAccount(deps, "custody", code),
  };
}

async function gasBooking(deps: DepositDeps, fee: { amount: string; asset: string }): Promise<DepositFacts["gas"]> {
  const { amount, asset } = await gasAmount(deps, fee);
  if (amount === 0n) return undefined;
  return {
    amount,
    asset,
    from: await systemAccount(deps, "custody", asset),
    to: await systemAccount(deps, "network_fees", asset),
  };
}
