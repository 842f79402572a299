import type { z } from "zod";
import { toWire } from "../../../../core/money.js";
import { iso, isoOrNull } from "../../../../http/schemas.js";
import type { Network } from "../../../../providers/ports/index.js";
import type { NewPayout, QuotePayout } from "../schemas.js";
import type { PayoutInput } from "../service/index.js";
import type { Attempt, Payout, Terms } from "../types.js";

type Body = z.output<typeof NewPayout> | z.output<typeof QuotePayout>;

/** A request body in the service's terms; the schema has seen to it that it names one source. */
export function toInput({
  walletId,
  asset,
  amount,
  paymentId,
  payoutAsset,
  minimumReceived,
  ...rest
}: Body): PayoutInput {
  const common = {
    ...rest,
    payoutAsset: payoutAsset ?? asset ?? "",
    minimumReceived: minimumReceived === undefined ? undefined : BigInt(minimumReceived),
  };
  if (paymentId !== undefined) return { ...common, paymentId };
  if (walletId === undefined || asset === undefined || amount === undefined) throw new Error("body names no source");
  return { ...common, walletId, asset, amount: BigInt(amount) };
}

type Shared = Pick<Payout, "customerId" | "walletId" | "paymentId" | "network"> &
  Omit<Terms, "network" | "walletReference" | "assetReference" | "chainAmount">;

const renderTerms = (terms: Shared) => ({
  walletId: terms.walletId,
  customerId: terms.customerId,
  paymentId: terms.paymentId,
  amount: toWire(terms.amount),
  asset: terms.asset,
  platformFee: toWire(terms.platformFee),
  payoutAmount: toWire(terms.payoutAmount),
  payoutAsset: terms.payoutAsset,
  rate: terms.rate,
  networkFee: terms.networkFee,
  network: terms.network as Network,
  address: terms.address,
  provider: terms.provider,
  needsApproval: terms.needsApproval,
});

export const renderQuote = (quote: Shared) => renderTerms(quote);

export const renderPayout = (payout: Payout, attempts: readonly Attempt[]) => ({
  id: payout.id,
  ...renderTerms(payout),
  status: payout.status,
  termsHash: payout.termsHash.toString("hex"),
  requestedBy: payout.requestedBy,
  approvedBy: payout.approvedBy,
  approvedAt: isoOrNull(payout.approvedAt),
  failure: payout.failure,
  reason: payout.reason,
  reviewReason: payout.reviewReason,
  providerReference: payout.providerReference,
  transactionHash: payout.transactionHash,
  attempts: attempts.map((attempt) => ({
    ...attempt,
    createdAt: iso(attempt.createdAt),
    updatedAt: iso(attempt.updatedAt),
  })),
  transferIds: payout.transferIds,
  reference: payout.reference,
  description: payout.description,
  metadata: payout.metadata,
  submittedAt: isoOrNull(payout.submittedAt),
  confirmedAt: isoOrNull(payout.confirmedAt),
  createdAt: iso(payout.createdAt),
  updatedAt: iso(payout.updatedAt),
});
