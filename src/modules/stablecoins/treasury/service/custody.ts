import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { canonicalAddress } from "../../../../core/addresses.js";
import { isDollarCoin } from "../../../../core/currencies.js";
import { AppError } from "../../../../core/errors.js";
import { formatDecimal, parseDecimal } from "../../../../core/money.js";
import {
  type CustodyProviderName,
  type CustodyWallet,
  NETWORKS,
  type Network,
  type UnreadableEntry,
} from "../../../../providers/ports/index.js";
import { createAsset, getAsset } from "../../../books/ledger/index.js";
import { amountTooFine, assetNotEnabled, networkNotEnabled, rateNotAvailable } from "../errors.js";
import type { CustodyTokenRow, CustodyWalletRow } from "../queries.js";
import * as queries from "../queries.js";
import type { TreasuryDeps } from "./deps.js";
import { answerOf, askEach, custodyOf, requireCustody } from "./providers.js";
import { keepUnreadable } from "./unreadable.js";

/** Copies a provider's master wallets and their tokens. Run every few minutes, and when none of its wallets is known. */
export async function syncCustody(deps: TreasuryDeps, provider: CustodyProviderName): Promise<void> {
  const listed = answerOf(provider, await custodyOf(deps, provider).listWallets());
  const { wallets, unreadable } = await withoutNamesakes(deps, provider, listed);
  await deps.db.transaction(async (tx) => {
    for (const wallet of wallets) await queries.writeWallet(tx, provider, wallet, deps.clock.now());
  });
  for (const [walletReference, entries] of unreadable)
    await keepUnreadable(deps, { provider, walletReference }, entries);
}

/** What can be taken of a provider's wallets: one that has the name of another provider's would be taken for that one. */
async function withoutNamesakes(deps: TreasuryDeps, provider: CustodyProviderName, listed: readonly CustodyWallet[]) {
  const known = await queries.listWallets(deps.db.read);
  const others = new Map(
    known.filter((each) => each.provider !== provider).map((each) => [each.walletReference, each]),
  );
  const unreadable = listed.map(
    ({ walletReference, unreadable = [], ...entry }): [string, readonly UnreadableEntry[]] => {
      const namesake = others.get(walletReference);
      if (!namesake) return [walletReference, unreadable];
      const reason = `a master wallet of ${namesake.provider} has the same name, so this one is not served`;
      return [walletReference, [{ entry, reason, providerReference: walletReference }]];
    },
  );
  return { wallets: listed.filter(({ walletReference }) => !others.has(walletReference)), unreadable };
}

/** A provider's master wallets with their tokens, as last copied; copied now when they never were. */
export async function custodyMap(
  deps: TreasuryDeps,
  provider: CustodyProviderName,
): Promise<{ wallets: readonly CustodyWalletRow[]; tokens: readonly CustodyTokenRow[] }> {
  const isIts = (row: { readonly provider: CustodyProviderName }) => row.provider === provider;
  let wallets = (await queries.listWallets(deps.db.read)).filter(isIts);
  if (wallets.length === 0) {
    await syncCustody(deps, provider);
    wallets = (await queries.listWallets(deps.db.read)).filter(isIts);
  }
  return { wallets, tokens: (await queries.listTokens(deps.db.read)).filter(isIts) };
}

/** The master wallets of all providers as last copied, those included whose provider is not set up any more. */
export const everyWallet = (deps: Pick<TreasuryDeps, "db">): Promise<CustodyWalletRow[]> =>
  queries.listWallets(deps.db.read);

/** A token on a chain, and the master wallet that holds it. */
export interface CustodyRoute {
  readonly wallet: CustodyWalletRow;
  readonly token: CustodyTokenRow;
  /** The scale of the asset in our books; the chain's own is `token.decimals`. */
  readonly scale: number;
}

/**
 * Where an asset is held on a chain. Throws `treasury.network_not_enabled`, `treasury.asset_not_enabled` (422) and
 * `provider.not_configured` (503).
 */
export async function routeOf(deps: TreasuryDeps, network: Network, asset: string): Promise<CustodyRoute> {
  const wallet = await walletFor(deps, network);
  const { tokens } = await custodyMap(deps, wallet.provider);
  const token = tokens.find(
    (each) => each.walletReference === wallet.walletReference && each.asset === asset && each.enabled,
  );
  if (!token) throw assetNotEnabled(asset, network);
  return { wallet, token, scale: (await getAsset(deps, asset)).scale };
}

/**
 * The master wallet that serves a chain, and with it the provider of what is new there: the first provider in the order of
 * `custodyProviders` that has a wallet on it. Throws `treasury.network_not_enabled` (422) and `provider.not_configured` (503).
 */
export async function walletFor(deps: TreasuryDeps, network: Network): Promise<CustodyWalletRow> {
  const wallet = await findWallet(deps, (wallets) => servingOf(deps, wallets, network));
  if (!wallet) throw networkNotEnabled(network);
  return wallet;
}

function servingOf(
  { custodyProviders }: TreasuryDeps,
  wallets: readonly CustodyWalletRow[],
  network: Network,
): CustodyWalletRow | undefined {
  for (const provider of custodyProviders.keys()) {
    const wallet = wallets.find((each) => each.provider === provider && each.network === network);
    if (wallet) return wallet;
  }
  return undefined;
}

/**
 * The master wallet that is looked for. Before there is said to be none, the wallets are copied of those providers of which none is
 * known yet. Throws `provider.not_configured` and `provider.unavailable` (503).
 */
export async function findWallet(
  deps: TreasuryDeps,
  find: (wallets: readonly CustodyWalletRow[]) => CustodyWalletRow | undefined,
): Promise<CustodyWalletRow | undefined> {
  const known = find(await everyWallet(deps));
  if (known) return known;
  requireCustody(deps);
  const { failures } = await askEach(deps, (provider) => custodyMap(deps, provider));
  const found = find(await everyWallet(deps));
  const [failure] = failures.values();
  if (!found && failure !== undefined) throw failure;
  return found;
}

/** The chains of a kind that a provider has a master wallet on: an address of the kind is watched on these. */
export async function networksOf(
  deps: TreasuryDeps,
  provider: CustodyProviderName,
  family: string,
): Promise<Network[]> {
  const wallets = (await everyWallet(deps)).filter((each) => each.provider === provider);
  return wallets.map((each) => each.network as Network).filter((network) => NETWORKS[network] === family);
}

/** One spelling of a contract or an address for comparing, however the provider writes it. */
export const sameSpelling = (network: Network, text: string): string => canonicalAddress(NETWORKS[network], text);

/** What the code of an asset may be; a token under another symbol is not one that we can count. */
const BOOKABLE = /^[A-Z][A-Z0-9_]{1,15}$/;

/** The provider's token with this contract on this chain, if it is one of ours: the symbol proves nothing. */
export async function tokenByContract(
  deps: TreasuryDeps,
  provider: CustodyProviderName,
  network: Network,
  contract: string,
): Promise<CustodyTokenRow | undefined> {
  const { tokens } = await custodyMap(deps, provider);
  const wanted = sameSpelling(network, contract);
  return tokens.find(
    (each) => each.network === network && sameSpelling(network, each.contract) === wanted && BOOKABLE.test(each.asset),
  );
}

/** An amount of our books as the chain writes it. Throws `treasury.amount_too_fine` (422). */
export function chainAmount({ scale, token }: CustodyRoute, amount: bigint): string {
  if (token.decimals >= scale) return formatDecimal(amount, scale);
  const unit = 10n ** BigInt(scale - token.decimals);
  if (amount % unit !== 0n) throw amountTooFine(token.asset, token.network, token.decimals);
  return formatDecimal(amount / unit, token.decimals);
}

/**
 * Price of one unit of a stablecoin in a currency by the provider that sends it, as a decimal string. Throws
 * `treasury.rate_not_available` (503).
 */
export async function priceIn(
  deps: TreasuryDeps,
  provider: CustodyProviderName,
  asset: string,
  currency: string,
): Promise<string> {
  const rates = await custodyOf(deps, provider).getRates({ assets: [asset], currency });
  const price = rates.outcome === "accepted" ? rates.value.get(asset) : undefined;
  if (price === undefined || !isPrice(price)) throw rateNotAvailable(asset, currency);
  if (currency === "USD" && isDollarCoin(asset) && !isNearPar(price)) throw rateNotAvailable(asset, currency);
  return price;
}

function isPrice(text: string): boolean {
  try {
    return parseDecimal(text, PRICE_SCALE).amount > 0n;
  } catch {
    return false;
  }
}

// A coin of the dollar further from it than this is in trouble, or its price is wrong: at 0.01 a hundred times the money
// would leave. Either way somebody should look before it is paid out.
const PAR = { least: parseDecimal("0.9", 18).amount, most: parseDecimal("1.1", 18).amount };

function isNearPar(price: string): boolean {
  const { amount } = parseDecimal(price, PRICE_SCALE);
  return amount >= PAR.least && amount <= PAR.most;
}

const PRICE_SCALE = 18;

/** What `amount` of one asset buys of another that costs `price` each, rounded down; both in minor units. */
export function buyAt(price: string, amount: bigint, fromScale: number, toScale: number): bigint {
  const unit = parseDecimal(price, PRICE_SCALE).amount;
  return (amount * 10n ** BigInt(PRICE_SCALE + toScale)) / (unit * 10n ** BigInt(fromScale));
}

/** What `amount` of a bought asset costs in the asset that pays, rounded up; the counterpart of `buyAt`. */
export function costAt(price: string, amount: bigint, fromScale: number, toScale: number): bigint {
  const numerator = amount * parseDecimal(price, PRICE_SCALE).amount * 10n ** BigInt(fromScale);
  const denominator = 10n ** BigInt(PRICE_SCALE + toScale);
  return (numerator + denominator - 1n) / denominator;
}

/**
 * Refuses an address that is ours, whoever keeps it, or that the list of the provider that would pay there names. Throws 422; 503
 * when the list cannot be asked.
 */
export async function screenAddress(
  deps: TreasuryDeps,
  provider: CustodyProviderName,
  network: Network,
  address: string,
): Promise<void> {
  const [wallets, tokens] = await Promise.all([everyWallet(deps), queries.listTokens(deps.db.read)]);
  const wanted = sameSpelling(network, address);
  if (wallets.some((each) => sameSpelling(network, each.address) === wanted))
    throw refusedAddress("is our own master wallet");
  if (tokens.some((each) => sameSpelling(network, each.contract) === wanted))
    throw refusedAddress("is a token contract");
  const screened = await custodyOf(deps, provider).screenAddress({ address, network });
  if (answerOf(provider, screened).blacklisted) throw refusedAddress("is on a sanctions list");
}

/** The refusal of an address that money may not go to. */
export const refusedAddress = (why: string) => new AppError("payouts.address_refused", `The address ${why}.`);

const NATIVE_SCALE = 9;

/** Gas as we book it: at nine decimals (gwei, lamports), rounded up, since a safe integer holds no wei. */
export async function gasAmount(
  deps: TreasuryDeps,
  fee: { readonly amount: string; readonly asset: string },
): Promise<{ amount: bigint; asset: string }> {
  const asset = fee.asset.toUpperCase();
  await createAsset(deps, SYSTEM_ACTOR, { code: asset, kind: "native", scale: NATIVE_SCALE, name: asset }).catch(
    () => undefined,
  );
  const { scale } = await getAsset(deps, asset);
  const { amount, remainder } = parseDecimal(fee.amount, scale);
  return { amount: remainder === null ? amount : amount + 1n, asset };
}
