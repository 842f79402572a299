import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { canonicalAddress } from "../../../../core/addresses.js";
import { isDollarCoin } from "../../../../core/currencies.js";
import { AppError } from "../../../../core/errors.js";
import { formatDecimal, parseDecimal } from "../../../../core/money.js";
import {
  type CustodyProvider,
  NETWORKS,
  type Network,
  type ProviderResult,
} from "../../../../providers/ports/index.js";
import { createAsset, getAsset } from "../../../books/ledger/index.js";
import {
  amountTooFine,
  assetNotEnabled,
  custodyNotConfigured,
  custodyUnavailable,
  networkNotEnabled,
  rateNotAvailable,
} from "../errors.js";
import type { CustodyTokenRow, CustodyWalletRow } from "../queries.js";
import * as queries from "../queries.js";
import type { TreasuryDeps } from "./deps.js";
import { keepUnreadable } from "./unreadable.js";

/** The custody provider. Throws `provider.not_configured` (503). */
export function custodyOf(deps: Pick<TreasuryDeps, "custody">): CustodyProvider {
  if (!deps.custody) throw custodyNotConfigured();
  return deps.custody;
}

/** The value of an answer to a question that changes nothing. Throws `provider.unavailable` (503) when there is none. */
export function answerOf<T>(result: ProviderResult<T>): T {
  switch (result.outcome) {
    case "accepted":
      return result.value;
    case "rejected":
      throw custodyUnavailable(result.failure.code);
    case "notFound":
      throw custodyUnavailable("not found");
    case "unknown":
      throw custodyUnavailable(result.reason);
  }
}

/** The refusal for an answer of the provider that settles nothing. */
export const unclearAnswer = (detail: string): AppError => custodyUnavailable(detail);

/** Copies the master wallets and their tokens from the provider. Run at the start and every few minutes. */
export async function syncCustody(deps: TreasuryDeps): Promise<void> {
  const wallets = answerOf(await custodyOf(deps).listWallets());
  await deps.db.transaction(async (tx) => {
    for (const wallet of wallets) await queries.writeWallet(tx, wallet, deps.clock.now());
  });
  for (const { walletReference, unreadable = [] } of wallets) await keepUnreadable(deps, walletReference, unreadable);
}

/** The master wallets with their tokens, as last copied; copied now when they never were. */
export async function custodyMap(
  deps: TreasuryDeps,
): Promise<{ wallets: readonly CustodyWalletRow[]; tokens: readonly CustodyTokenRow[] }> {
  let wallets = await queries.listWallets(deps.db.read);
  if (wallets.length === 0) {
    await syncCustody(deps);
    wallets = await queries.listWallets(deps.db.read);
  }
  return { wallets, tokens: await queries.listTokens(deps.db.read) };
}

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
  custodyOf(deps);
  const { wallets, tokens } = await custodyMap(deps);
  const wallet = wallets.find((each) => each.network === network);
  if (!wallet) throw networkNotEnabled(network);
  const token = tokens.find(
    (each) => each.walletReference === wallet.walletReference && each.asset === asset && each.enabled,
  );
  if (!token) throw assetNotEnabled(asset, network);
  return { wallet, token, scale: (await getAsset(deps, asset)).scale };
}

/** The master wallet that gives out addresses for a chain. Throws `treasury.network_not_enabled` (422). */
export async function walletFor(deps: TreasuryDeps, network: Network): Promise<CustodyWalletRow> {
  custodyOf(deps);
  const { wallets } = await custodyMap(deps);
  const wallet = wallets.find((each) => each.network === network);
  if (!wallet) throw networkNotEnabled(network);
  return wallet;
}

/** The chains of a kind that we have a master wallet on: an address of the kind is watched on these. */
export async function networksOf(deps: TreasuryDeps, family: string): Promise<Network[]> {
  const { wallets } = await custodyMap(deps);
  return wallets.map((each) => each.network as Network).filter((network) => NETWORKS[network] === family);
}

/** One spelling of a contract or an address for comparing, however the provider writes it. */
export const sameSpelling = (network: Network, text: string): string => canonicalAddress(NETWORKS[network], text);

/** What the code of an asset may be; a token under another symbol is not one that we can count. */
const BOOKABLE = /^[A-Z][A-Z0-9_]{1,15}$/;

/** The token with this contract on this chain, if it is one of ours: the symbol proves nothing. */
export async function tokenByContract(
  deps: TreasuryDeps,
  network: Network,
  contract: string,
): Promise<CustodyTokenRow | undefined> {
  const { tokens } = await custodyMap(deps);
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

/** Price of one unit of a stablecoin in a currency, as a decimal string. Throws `treasury.rate_not_available` (503). */
export async function priceIn(deps: TreasuryDeps, asset: string, currency: string): Promise<string> {
  const rates = await custodyOf(deps).getRates({ assets: [asset], currency });
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

/** Refuses an address that is ours, or that a sanctions list names. Throws 422; 503 when the list cannot be asked. */
export async function screenAddress(deps: TreasuryDeps, network: Network, address: string): Promise<void> {
  const { wallets, tokens } = await custodyMap(deps);
  const wanted = sameSpelling(network, address);
  if (wallets.some((each) => sameSpelling(network, each.address) === wanted))
    throw refusedAddress("is our own master wallet");
  if (tokens.some((each) => sameSpelling(network, each.contract) === wanted))
    throw refusedAddress("is a token contract");
  const { blacklisted } = answerOf(await custodyOf(deps).screenAddress({ address, network }));
  if (blacklisted) throw refusedAddress("is on a sanctions list");
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
