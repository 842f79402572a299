import { AppError } from "../../../core/errors.js";
import { inWords, type Money, toWire } from "../../../core/money.js";
import type { RefusalCode } from "../../../core/refusals.js";

type PayoutCode = Extract<RefusalCode, `payouts.${string}`>;

const refused = (code: PayoutCode, message: string, members: Record<string, string | number> = {}) =>
  new AppError(code, message, { members });

export const payoutNotFound = (id: string) => new AppError("payouts.not_found", `No payout ${id}.`);
export const addressNotFound = (id: string) => new AppError("payouts.address_not_found", `No payout address ${id}.`);

export const invalidAddress = (network: string, why: string) =>
  refused("payouts.invalid_address", `The address ${why}, so it is not valid on ${network}.`);
export const addressNotListed = () =>
  refused("payouts.address_not_listed", "The address is not in the customer's list of payout addresses. Add it first.");
export const addressNotCool = (usableAt: Date) =>
  refused("payouts.address_cooling_off", `The address is new and can be used from ${usableAt.toISOString()} on.`, {
    usableAt: usableAt.toISOString(),
  });
export const belowMinimum = ({ amount, asset }: Money, scale: number) =>
  refused("payouts.below_minimum", `What arrives would be below the minimum of ${inWords({ amount, asset }, scale)}.`, {
    minimum: toWire(amount),
    asset,
  });
export const feeExceedsAmount = ({ amount, asset }: Money, scale: number) =>
  refused(
    "payouts.fee_exceeds_amount",
    `The fee of ${inWords({ amount, asset }, scale)} is all of the amount or more.`,
    {
      fee: toWire(amount),
      asset,
    },
  );

const LIMITS = {
  payout: "a payout",
  customer_day: "what one customer is paid in 24 hours",
  global_day: "all payouts of 24 hours",
};

export const limitExceeded = (
  limit: keyof typeof LIMITS,
  { max, left, asset }: { readonly max: bigint; readonly left: bigint; readonly asset: string },
  scale: number,
) => {
  const remaining = left < 0n ? 0n : left;
  const [most, rest] = [max, remaining].map((amount) => inWords({ amount, asset }, scale));
  return refused("payouts.limit_exceeded", `The limit on ${LIMITS[limit]} is ${most}; ${rest} is left of it.`, {
    limit,
    max: toWire(max),
    remaining: toWire(remaining),
    asset,
  });
};
export const slippage = (least: bigint, { amount, asset }: Money, scale: number) =>
  refused(
    "payouts.less_than_expected",
    `${inWords({ amount, asset }, scale)} would arrive, less than the ${inWords({ amount: least, asset }, scale)} that must.`,
    { arrives: toWire(amount) },
  );
export const assetNotPayable = (asset: string) =>
  refused("payouts.asset_not_payable", `A balance of ${asset} cannot be paid out.`);
export const paymentNotPayable = (why: string) =>
  refused("payouts.payment_not_payable", `This payment cannot be paid out: ${why}.`);
export const alreadyPaidOut = () => refused("payouts.already_paid_out", "This payment has a payout already.");

export const wrongStatus = (deed: string, status: string) =>
  refused("payouts.wrong_status", `A payout that is ${status} cannot be ${deed}.`);
export const quoteExpired = (rate: string) =>
  refused("payouts.quote_expired", `The price of ${rate} is of too long ago: ask for a new payout at today's.`);
export const termsChanged = () =>
  refused(
    "payouts.terms_changed",
    "The payout is not what it was when you looked: read it again before you approve it.",
  );
export const sameSubmission = () =>
  refused("payouts.found_at_provider", "The provider knows the last attempt after all: it goes on.");
export const tooEarly = (from: Date) =>
  refused("payouts.too_early", `The last attempt may still reach the provider. Decide from ${from.toISOString()} on.`);
export const attemptedMeanwhile = () =>
  refused(
    "payouts.attempted_meanwhile",
    "Another attempt was made meanwhile: read the payout again before you decide.",
  );

export const fourEyes = () =>
  new AppError(
    "payouts.four_eyes",
    "A second person must approve a payout: not the person who requested or edited it, and not somebody who created that person's key or whose key that person created.",
  );
export const loosened = () =>
  new AppError(
    "payouts.four_eyes",
    "This payout goes through only because you loosened a limit or the cooling-off time. Another person must approve it.",
  );
export const mayNotLoosen = () =>
  new AppError("access.forbidden", "The role finance may only make payout settings stricter.");
export const changeNotFound = (id: string) =>
  new AppError("payouts.setting_change_not_found", `No change of payout settings ${id}.`);
export const changeEnded = (status: string) =>
  refused("payouts.setting_change_ended", `This change of payout settings is already ${status}.`);
export const secondPersonForChange = () =>
  new AppError(
    "payouts.second_person_required",
    "Another person must approve the change, with a key that neither of the two created for the other.",
  );
export const secondPerson = () =>
  new AppError(
    "payouts.second_person_required",
    "Only an approver who did not request the payout can retry an attempt whose outcome is unknown, and must give a reason.",
  );
export const unclearRetry = () =>
  refused(
    "payouts.unclear_retry",
    "This request was made before and got no answer; it may have been carried out. Read the payout, and decide under another key.",
  );
