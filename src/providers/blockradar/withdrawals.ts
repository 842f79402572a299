/** Coins out. Nothing here is idempotent at Blockradar: `reference` is only echoed, and asking again may pay again. */
import { z } from "zod";
import type { ProviderResult } from "../ports/common.js";
import type { CustodyPort, FeeEstimate, WithdrawalNews, WithdrawalRequest } from "../ports/custody.js";
import { decimalString, rejected } from "../shared.js";
import type { AskBlockradar } from "./client.js";
import { parseTransaction, withdrawalNews } from "./news.js";
import type { Wallets } from "./wallets.js";

type Result = ProviderResult<WithdrawalNews>;

/** POST .../withdraw for one. */
export async function withdraw(ask: AskBlockradar, request: WithdrawalRequest): Promise<Result> {
  const refusal = refuse(request);
  if (refusal !== undefined) return refusal;
  const { walletReference, assetReference, address, amount, reference, note, deadline } = request;
  return ask(
    {
      method: "POST",
      path: `/wallets/${encodeURIComponent(walletReference)}/withdraw`,
      name: "/wallets/{id}/withdraw",
      walletReference,
      body: { assetId: assetReference, address, amount, reference, ...(note === undefined ? {} : { note }) },
      deadline,
      effect: "money",
    },
    (data) => readWithdrawal(data, walletReference, reference),
  );
}

/** A withdrawal of ours in a reply. Throws unless it is the one that was asked for. */
function readWithdrawal(data: unknown, walletReference: string, reference: string): WithdrawalNews {
  const news = withdrawalNews(parseTransaction(data, walletReference));
  if (news.walletReference !== walletReference) throw new RangeError("a reply about another wallet");
  if (news.reference !== undefined && news.reference !== reference)
    throw new RangeError("a reply about another withdrawal");
  return { ...news, reference };
}

/** What is refused before anything is sent. */
function refuse({ amount, reference, address }: WithdrawalRequest) {
  if (!decimalString.safeParse(amount).success || /^[0.]+$/.test(amount)) {
    return rejected("invalid_amount", "the amount must be a positive decimal");
  }
  if (address === "") return rejected("invalid_address", "the address is missing");
  // Without one nothing at Blockradar would lead back to us.
  return reference === "" ? rejected("invalid_request", "the reference is missing") : undefined;
}

const feeSchema = z.looseObject({
  networkFee: decimalString,
  networkFeeInUSD: decimalString.nullish().catch(undefined),
  transactionFee: decimalString.nullish(),
  nativeBalance: decimalString,
  estimatedArrivalTime: z.number().nonnegative().nullish().catch(undefined),
});

/** POST .../withdraw/network-fee. The symbols come from the wallet: the reply has only numbers. */
export async function estimateFee(
  ask: AskBlockradar,
  wallets: Wallets,
  { walletReference, assetReference, address, amount }: Parameters<CustodyPort["estimateFee"]>[0],
): Promise<ProviderResult<FeeEstimate>> {
  const wallet = await wallets.find(walletReference, assetReference);
  if (wallet.outcome !== "accepted") return wallet;
  const { nativeAsset, assets } = wallet.value;
  const token = assets.find((asset) => asset.assetReference === assetReference);
  if (token === undefined) return rejected("invalid_asset", "the wallet has no such asset");
  return ask(
    {
      method: "POST",
      path: `/wallets/${encodeURIComponent(walletReference)}/withdraw/network-fee`,
      name: "/wallets/{id}/withdraw/network-fee",
      walletReference,
      body: { assetId: assetReference, address, amount },
      // It only counts, so a refusal is about the request itself.
      effect: "write",
    },
    (data) => {
      const fee = feeSchema.parse(data);
      return {
        networkFee: { amount: fee.networkFee, asset: nativeAsset },
        ...(fee.networkFeeInUSD ? { networkFeeUsd: fee.networkFeeInUSD } : {}),
        transactionFee: { amount: fee.transactionFee ?? "0", asset: token.asset },
        native: { amount: fee.nativeBalance, asset: nativeAsset },
        ...(typeof fee.estimatedArrivalTime === "number" ? { arrivalSeconds: fee.estimatedArrivalTime } : {}),
      };
    },
  );
}

/** POST .../transactions/cancel {id}; works only before broadcast (docs.blockradar.co/use-cases/transactions). */
export function cancelWithdrawal(
  ask: AskBlockradar,
  { walletReference, providerReference }: Parameters<CustodyPort["cancelWithdrawal"]>[0],
): Promise<ProviderResult<WithdrawalNews | undefined>> {
  return ask(
    {
      method: "POST",
      path: `/wallets/${encodeURIComponent(walletReference)}/transactions/cancel`,
      name: "/wallets/{id}/transactions/cancel",
      walletReference,
      body: { id: providerReference },
      effect: "write",
    },
    (data) => {
      if (data === undefined || data === null) return undefined;
      const news = withdrawalNews(parseTransaction(data, walletReference));
      if (news.providerReference !== providerReference) throw new RangeError("a reply about another transaction");
      return news;
    },
  );
}
