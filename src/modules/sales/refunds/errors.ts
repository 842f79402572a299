import { AppError } from "../../../core/errors.js";
import { inWords, toWire } from "../../../core/money.js";

export const refundNotFound = (id: string) => new AppError("refunds.not_found", `No refund ${id}.`);
export const disputeNotFound = (id: string) => new AppError("disputes.not_found", `No dispute ${id}.`);
export const notPaid = (status: string) =>
  new AppError("refunds.not_paid", `A payment that is ${status} cannot be refunded.`);
export const exceedsRemainder = (left: bigint, currency: string, scale: number) =>
  new AppError(
    "refunds.exceeds_remainder",
    `${inWords({ amount: left, asset: currency }, scale)} of this payment is left to refund.`,
    {
      members: { remaining: toWire(left), currency },
    },
  );
export const nothingToRefund = () =>
  new AppError("refunds.too_small", "These credits are worth less than one minor unit of the currency.");
export const tooFine = (unit: bigint, currency: string, scale: number) =>
  new AppError(
    "refunds.too_fine",
    `The provider refunds only multiples of ${inWords({ amount: unit, asset: currency }, scale)}.`,
    {
      members: { multipleOf: toWire(unit), currency },
    },
  );
export const refundRejected = (failure: { code: string; message: string }) =>
  new AppError("refunds.rejected", `The provider refused the refund: ${failure.message}`, {
    members: { providerCode: failure.code },
  });
export const providerSilent = (provider: string) =>
  new AppError("provider.unavailable", `${provider} gave no clear answer; the refund is written down and goes on.`, {
    retryAfter: 5,
  });
export const notLookedUp = (provider: string) =>
  new AppError("provider.unavailable", `${provider} gave no clear answer.`, { retryAfter: 2 });
export const evidenceUnclear = (provider: string) =>
  new AppError("provider.unavailable", `${provider} gave no clear answer; the evidence may have arrived.`, {
    retryAfter: 5,
  });
export const evidenceClosed = (why: string) =>
  new AppError("disputes.evidence_closed", `Evidence is no longer accepted: ${why}.`);
export const noDisputes = (provider: string) => new AppError("disputes.not_supported", `${provider} has no disputes.`);
export const noRefunds = (provider: string) =>
  new AppError(
    "refunds.not_supported",
    `${provider} sends nothing back when asked to: pay the money back by hand, and correct the balance.`,
  );
