import { createHash } from "node:crypto";
import type { Caller } from "../../../../core/access.js";
import { canonicalJson } from "../../../../core/canonical.js";
import type { PaymentId, WalletId } from "../../../../core/ids.js";
import type { Network } from "../../../../providers/ports/index.js";
import { getAsset } from "../../../books/ledger/index.js";
import { getWallet } from "../../../books/wallets/index.js";
import { getPayment } from "../../../sales/payments/index.js";
import {
  answerOf,
  buyAt,
  type CustodyRoute,
  chainAmount,
  costAt,
  custodyOf,
  priceIn,
  routeOf,
} from "../../treasury/index.js";
import { assetNotPayable, belowMinimum, feeExceedsAmount, paymentNotPayable, slippage } from "../errors.js";
import * as queries from "../queries.js";
import { whyNotPayable } from "../rules/settle.js";
import type { PayoutPolicy, Terms } from "../types.js";
import { checkAddress, normalAddress, requireListed } from "./addresses.js";
import type { PayoutDeps } from "./deps.js";

/** Where a payout's money comes from: a wallet's balance, or the proceeds of a payment. */
export type PayoutSource =
  | { readonly walletId: WalletId; readonly asset: string; readonly amount: bigint }
  | { readonly paymentId: PaymentId };

export type PayoutInput = PayoutSource & {
  readonly network: Network;
  readonly payoutAsset: string;
  readonly address: string;
  /** Refuse when less than this would arrive, in minor units of the payout asset. */
  readonly minimumReceived?: bigint | undefined;
  readonly reference?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Record<string, string> | undefined;
};

/** What a source comes to: whose it is and how much. */
export interface Funds {
  readonly walletId: WalletId;
  readonly customerId: string;
  readonly paymentId: PaymentId | null;
  readonly asset: string;
  readonly amount: bigint;
}

/** Whose money it is and how much. Throws 404 for what the caller may not see, and 422 for a payment that gives no money. */
export async function fundsOf(deps: PayoutDeps, caller: Caller, source: PayoutSource): Promise<Funds> {
  if (!("paymentId" in source)) {
    const { customerId } = await getWallet(deps, caller, source.walletId);
    return { ...source, customerId, paymentId: null };
  }
  const payment = await getPayment(deps, caller, source.paymentId);
  const lost = whyNotPayable(payment.status);
  if (lost !== undefined) throw paymentNotPayable(lost);
  const { kind } = await getAsset(deps, payment.grantsAsset);
  if (kind !== "fiat" && kind !== "stablecoin") throw paymentNotPayable(`it gave ${payment.grantsAsset}, not money`);
  const { walletId, customerId, id: paymentId, grantsAsset: asset, grantsAmount: amount } = payment;
  return { walletId, customerId, paymentId, asset, amount };
}

/**
 * Works out everything about a payout and refuses what cannot be. Asks the provider that serves the chain for a price, the gas and the sanctions
 * list; writes nothing.
 */
export async function agreeTerms(
  deps: PayoutDeps,
  funds: Funds,
  input: Omit<PayoutInput, keyof PayoutSource>,
): Promise<Terms> {
  const route = await routeOf(deps, input.network, input.payoutAsset);
  const address = normalAddress(input.network, input.address);
  await requireListed(deps, funds.customerId, input.network, address);
  const offer = await priceOffer(deps, funds, route);
  if (input.minimumReceived !== undefined && offer.payoutAmount < input.minimumReceived) {
    throw slippage(input.minimumReceived, { amount: offer.payoutAmount, asset: offer.payoutAsset }, route.scale);
  }
  const onChain = chainAmount(route, offer.payoutAmount);
  const { provider, walletReference, assetReference } = route.token;
  await checkAddress(deps, provider, input.network, address);
  const question = { walletReference, assetReference, address, amount: onChain };
  const fee = await custodyOf(deps, provider).estimateFee(question);
  const { networkFee, networkFeeUsd } = answerOf(provider, fee);
  return {
    ...offer,
    chainAmount: onChain,
    networkFee: { ...networkFee, ...(networkFeeUsd === undefined ? {} : { usd: networkFeeUsd }) },
    network: input.network,
    address,
    provider,
    walletReference,
    assetReference,
  };
}

type Offer = Pick<
  Terms,
  "amount" | "asset" | "platformFee" | "payoutAmount" | "payoutAsset" | "rate" | "needsApproval"
>;

/** Amounts of a payout by its policy and, where another asset pays, the price of the moment. */
async function priceOffer(deps: PayoutDeps, { asset, amount }: Funds, route: CustodyRoute): Promise<Offer> {
  const from = await getAsset(deps, asset);
  const payoutAsset = route.token.asset;
  const policy = await queries.findPolicy(deps.db.read, payoutAsset);
  if (!policy || from.kind === "credit" || from.kind === "native") throw assetNotPayable(asset);
  const rate = asset === payoutAsset ? null : await priceIn(deps, route.wallet.provider, payoutAsset, asset);
  const least = rate === null ? policy.feeMinimum : costAt(rate, policy.feeMinimum, from.scale, route.scale);
  const share = (amount * BigInt(policy.feeBasisPoints) + 9_999n) / 10_000n;
  const platformFee = share > least ? share : least;
  if (platformFee >= amount) throw feeExceedsAmount({ amount: platformFee, asset }, from.scale);
  const net = amount - platformFee;
  const payoutAmount = rate === null ? net : buyAt(rate, net, from.scale, route.scale);
  if (payoutAmount < policy.minimum || payoutAmount === 0n)
    throw belowMinimum({ amount: policy.minimum, asset: payoutAsset }, route.scale);
  return {
    amount,
    asset,
    platformFee,
    payoutAmount,
    payoutAsset,
    rate,
    needsApproval: needsApproval(policy, payoutAmount),
  };
}

const needsApproval = (policy: PayoutPolicy, amount: bigint): boolean =>
  policy.approvalAbove !== null && amount > policy.approvalAbove;

/** What an approval is for: it is void as soon as any of these is another. */
export function termsHash(
  terms: Pick<Terms, "amount" | "asset" | "payoutAmount" | "payoutAsset" | "network" | "address">,
): Buffer {
  const { amount, asset, payoutAmount, payoutAsset, network, address } = terms;
  const text = canonicalJson([amount.toString(), asset, payoutAmount.toString(), payoutAsset, network, address]);
  return createHash("sha256").update(text).digest();
}
