/** Coins out. Nothing here is idempotent at Blockradar: `reference` is only echoed, and asking again may pay again. */
import { z } from "zod";
import type { CustodyProvider, FeeEstimate, ProviderResult, WithdrawalNews, WithdrawalRequest } from "../port.js";
import { accepted, decimalString, rejected, unknown } from "../shared.js";
import type { AskBlockradar } from "./client.js";
import { parseTransaction, withdrawalNews } from "./news.js";
import { withdrawalRefusal } from "./refusals.js";
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

/** POST .../withdraw for several, one call for each wallet. Items carry `id` where a single withdrawal has `assetId`. */
export async function withdrawBatch(ask: AskBlockradar, requests: readonly WithdrawalRequest[]): Promise<Result[]> {
  const references = requests.map(({ reference }) => reference);
  const results = new Map<number, Result>();
  const byWallet = new Map<string, number[]>();
  for (const [index, request] of requests.entries()) {
    const repeated = references.indexOf(request.reference) !== references.lastIndexOf(request.reference);
    // Their results could not be told apart.
    const refusal =
      refuse(request) ?? (repeated ? rejected("invalid_request", "two items share a reference") : undefined);
    if (refusal === undefined)
      byWallet.set(request.walletReference, [...(byWallet.get(request.walletReference) ?? []), index]);
    else results.set(index, refusal);
  }
  for (const [walletReference, indexes] of byWallet) {
    const items = indexes.map((index) => requests[index]).filter((item) => item !== undefined);
    const answers = await withdrawFrom(ask, walletReference, items);
    for (const [position, index] of indexes.entries()) {
      results.set(index, answers[position] ?? unknown("not_in_reply"));
    }
  }
  return requests.map((_, index) => results.get(index) ?? unknown("not_in_reply"));
}

async function withdrawFrom(
  ask: AskBlockradar,
  walletReference: string,
  items: readonly WithdrawalRequest[],
): Promise<Result[]> {
  const [only] = items;
  if (items.length === 1 && only) return [await withdraw(ask, only)];
  const reply = await ask(
    {
      method: "POST",
      path: `/wallets/${encodeURIComponent(walletReference)}/withdraw`,
      name: "/wallets/{id}/withdraw batch",
      walletReference,
      body: {
        assets: items.map(({ assetReference, address, amount, reference, note }) => ({
          id: assetReference,
          address,
          amount,
          reference,
          ...(note === undefined ? {} : { note }),
        })),
      },
      effect: "money",
    },
    (data) => readBatch(data, walletReference, items),
  );
  if (reply.outcome === "accepted") return [...reply.value];
  return items.map(() => wholeBatch(reply));
}

/** A refusal of the whole may follow the sending of a part, unless the request was turned away at the door. */
function wholeBatch(reply: Exclude<ProviderResult<unknown>, { outcome: "accepted" }>): Result {
  if (reply.outcome !== "rejected") return reply;
  const { code } = reply.failure;
  const atTheDoor = ["not_sent", "unauthorized", "rate_limited", "wallet_not_found"].includes(code);
  return atTheDoor ? reply : unknown(`batch_${code}`);
}

/**
 * `{success: [transaction], errors: [...]}` is what signing a batch answers, and what sending one is taken to answer; the
 * reply to a batch is documented nowhere. Errors are understood when they name a reference or an index and say why.
 */
const batchSchema = z.union([
  z.array(z.unknown()).transform((success) => ({ success, errors: [] as unknown[] })),
  z.looseObject({ success: z.array(z.unknown()).nullish(), errors: z.array(z.unknown()).nullish() }),
]);
const batchErrorSchema = z.looseObject({
  index: z.number().int().nullish(),
  reference: z.string().nullish(),
  message: z.string().nullish(),
  error: z.string().nullish(),
  reason: z.string().nullish(),
});
const referenceSchema = z.looseObject({ reference: z.string() });

function readBatch(data: unknown, walletReference: string, items: readonly WithdrawalRequest[]): readonly Result[] {
  const { success, errors } = batchSchema.parse(data);
  return items.map(({ reference }, index): Result => {
    const sent = success?.find((value) => referenceSchema.safeParse(value).data?.reference === reference);
    if (sent !== undefined) return readItem(sent, walletReference, reference);
    const errorsOfItem = (errors ?? []).flatMap((value) => {
      const error = batchErrorSchema.safeParse(value).data;
      const named = error?.reference ?? undefined;
      return error && (named === undefined ? error.index === index : named === reference) ? [error] : [];
    });
    const [error] = errorsOfItem;
    const why = error?.message ?? error?.error ?? error?.reason;
    return typeof why === "string" ? withdrawalRefusal(why) : unknown("not_in_reply");
  });
}

/** One unreadable item must not make its neighbours unknown. */
function readItem(value: unknown, walletReference: string, reference: string): Result {
  try {
    return accepted(readWithdrawal(value, walletReference, reference));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof RangeError) return unknown("malformed");
    throw error;
  }
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
  { walletReference, assetReference, address, amount }: Parameters<CustodyProvider["estimateFee"]>[0],
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
  { walletReference, providerReference }: Parameters<CustodyProvider["cancelWithdrawal"]>[0],
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
