import type { Caller } from "../../../../core/access.js";
import { isDollarCoin } from "../../../../core/currencies.js";
import { addDuration } from "../../../../core/durations.js";
import { type AccountId, encodeId, newId, type TransactionId, type WalletId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import {
  getAsset,
  openWalletAccount,
  type Posting,
  type PostingResult,
  postTogether,
  repayDebts,
  requireAvailable,
  systemAccount,
} from "../../../books/ledger/index.js";
import { recordLots } from "../../../books/lots/index.js";
import { getWallet } from "../../../books/wallets/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { quotePackage } from "../../../sales/catalog/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { buyAt, costAt } from "../../treasury/index.js";
import { conversionSlipped, conversionTooSmall, notConvertible, packageHasNoPrice } from "../errors.js";
import { conversionEvents } from "../events.js";
import type { DepositDeps } from "./deps.js";

export interface ConversionInput {
  /** The stablecoin that pays. */
  readonly asset: string;
  /** What to buy: a package, or as many credits as an amount of the stablecoin pays for. */
  readonly purchase: { readonly package: string } | { readonly amount: bigint };
  /** Refuse when less than this would come. */
  readonly minimumReceived?: bigint | undefined;
}

export interface Conversion {
  readonly walletId: WalletId;
  readonly from: { readonly asset: string; readonly amount: bigint };
  readonly to: { readonly asset: string; readonly amount: bigint };
  /** Price of one unit of what comes; null for a package, which has a price as a whole. */
  readonly rate: string | null;
  /** What the package says about the credits. */
  readonly credits: { readonly expireAfter: string | null; readonly priority: number | null };
}

const CREDIT = "CREDIT";
// Stablecoins of the US dollar are taken at par, as Coinbase and our own packages take them.
const PEGGED_TO = "USD";

/** What a conversion would come to now: what `dryRun` answers. Writes nothing. Throws all that `convert` does. */
export async function previewConversion(
  deps: DepositDeps,
  caller: Caller,
  walletId: WalletId,
  input: ConversionInput,
): Promise<Conversion> {
  const quote = await quoteConversion(deps, caller, walletId, input);
  await requireAvailable(deps, walletId, quote.from);
  return quote;
}

/** Works out a conversion. Throws 404 and 422. */
async function quoteConversion(
  deps: DepositDeps,
  caller: Caller,
  walletId: WalletId,
  input: ConversionInput,
): Promise<Conversion> {
  await getWallet(deps, caller, walletId);
  const paying = await getAsset(deps, input.asset);
  if (paying.kind !== "stablecoin" || !isDollarCoin(paying.code)) throw notConvertible(input.asset);
  const quote =
    "package" in input.purchase
      ? await packageAt(deps, input.purchase.package, paying)
      : await creditsAt(deps, input.purchase.amount, paying);
  if (input.minimumReceived !== undefined && quote.to.amount < input.minimumReceived) {
    throw conversionSlipped(input.minimumReceived, quote.to, (await getAsset(deps, quote.to.asset)).scale);
  }
  return { walletId, ...quote };
}

async function packageAt(deps: DepositDeps, code: string, paying: { code: string; scale: number }) {
  const { package: bundle, price } = await quotePackage(deps, code, { currency: PEGGED_TO });
  if (price.currency !== PEGGED_TO) throw packageHasNoPrice(paying.code);
  const dollars = await getAsset(deps, PEGGED_TO);
  const amount = BigInt(price.amount) * 10n ** BigInt(paying.scale - dollars.scale);
  return {
    from: { asset: paying.code, amount },
    to: { asset: bundle.grantsAsset, amount: bundle.grantsAmount },
    rate: null,
    credits: { expireAfter: bundle.creditsExpireAfter, priority: bundle.creditsPriority },
  };
}

async function creditsAt(deps: DepositDeps, amount: bigint, paying: { code: string; scale: number }) {
  const { scale } = await getAsset(deps, CREDIT);
  const credits = buyAt(deps.creditPrice, amount, paying.scale, scale);
  if (credits === 0n) throw conversionTooSmall();
  // Only what the whole credits cost is taken; what is left of the amount stays in the wallet.
  const cost = costAt(deps.creditPrice, credits, paying.scale, scale);
  return {
    from: { asset: paying.code, amount: cost < amount ? cost : amount },
    to: { asset: CREDIT, amount: credits },
    rate: deps.creditPrice,
    credits: { expireAfter: null, priority: null },
  };
}

/**
 * Turns a stablecoin balance into credits, all of it or nothing, in one transaction. `id` comes from the idempotency key, so
 * asking again after a crash converts nothing twice. Throws `wallets.insufficient_balance` (402).
 */
export async function convert(
  deps: DepositDeps,
  caller: Caller,
  walletId: WalletId,
  input: ConversionInput,
  resourceId: string,
): Promise<Conversion & { readonly id: TransactionId; readonly transferIds: string[] }> {
  const quote = await quoteConversion(deps, caller, walletId, input);
  const { from, to } = quote;
  const id: TransactionId = encodeId("txn", resourceId);
  const [coins, credits, issuedCoins, issued, funds, deferred] = await Promise.all([
    openWalletAccount(deps, walletId, from.asset),
    openWalletAccount(deps, walletId, to.asset),
    systemAccount(deps, "credits_issued", from.asset),
    systemAccount(deps, "credits_issued", to.asset),
    systemAccount(deps, "customer_funds", from.asset),
    systemAccount(deps, "deferred_revenue", from.asset),
  ]);
  const posting = (
    name: string,
    type: Posting["type"],
    sides: { from: AccountId; to: AccountId },
    money: Conversion["from"],
  ) => ({
    ...sides,
    ...money,
    id: newId(deps.ids, "trf"),
    transactionId: id,
    type,
    key: `${id}:${name}`,
    source: id,
    actor: caller.id,
  });
  const postings = [
    posting("paid", "conversion", { from: coins, to: issuedCoins }, from),
    posting("got", "conversion", { from: issued, to: credits }, to),
    posting("kept", "conversion_received", { from: deferred, to: funds }, from),
  ];
  const results = await deps.db.transaction(async (tx) => {
    const posted = await postTogether(tx, postings);
    if (posted.some((result) => result.outcome === "replayed")) return posted;
    await recordBought(deps, tx, { quote, account: credits, source: id }, posted[1]);
    const debtKey = { walletId, account: credits, transactionId: id, key: id, source: id, actor: caller.id };
    await repayDebts(deps, tx, [{ ...debtKey, ...to }]);
    const data = { from: { ...from, amount: Number(from.amount) }, to: { ...to, amount: Number(to.amount) } };
    await recordAudit(deps, tx, [{ actor: caller.id, action: "convert", resource: walletId, details: data }]);
    await emitEvents(deps, tx, [conversionEvents.of("wallet.converted", { resource: walletId }, data)]);
    return posted;
  });
  return {
    ...quote,
    id,
    transferIds: results.flatMap((result) => ("transferId" in result ? [result.transferId] : [])),
  };
}

/** Writes down what was paid in coins for the credits, and what was agreed about them. */
async function recordBought(
  deps: DepositDeps,
  tx: Tx,
  {
    quote,
    account,
    source,
  }: { readonly quote: Conversion; readonly account: AccountId; readonly source: TransactionId },
  got: PostingResult | undefined,
): Promise<void> {
  if (got?.outcome !== "posted") return;
  const { walletId, from, to, credits } = quote;
  const expiresAt = credits.expireAfter === null ? null : addDuration(deps.clock.now(), credits.expireAfter);
  const price = { amount: from.amount, currency: from.asset };
  const terms = { kind: "paid", origin: "conversion", source, price, expiresAt, priority: credits.priority } as const;
  await recordLots(deps, tx, [{ transferId: got.transferId, account, walletId, ...to, terms }]);
}
