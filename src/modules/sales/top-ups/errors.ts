import { AppError } from "../../../core/errors.js";
import { inWords, type Money, toWire } from "../../../core/money.js";

export const noAutoTopUp = (walletId: string) =>
  new AppError("auto_top_ups.not_found", `The wallet ${walletId} has no auto top-up.`);
export const consentRequired = () =>
  new AppError(
    "auto_top_ups.consent_required",
    "An automatic charge needs the customer's consent: send `consent` with when, and to which text or version of it.",
  );
export const consentImplausible = () =>
  new AppError("auto_top_ups.consent_implausible", "The consent carries a time in the future.");
export const otherAsset = (asset: string, grants: string) =>
  new AppError("auto_top_ups.other_asset", `The purchase grants ${grants}, so the balance of ${asset} would stay low.`);
export const thresholdTooHigh = (grants: Money, scale: number) =>
  new AppError(
    "auto_top_ups.threshold_too_high",
    `One top-up gives ${inWords(grants, scale)}. A higher threshold would trigger the next one at once.`,
    { members: { grants: toWire(grants.amount) } },
  );
export const capCurrency = (currency: string) =>
  new AppError("auto_top_ups.cap_currency", `The charges are in ${currency}, so the cap must be in ${currency} too.`, {
    members: { currency },
  });
export const capTooLow = (price: Money, scale: number) =>
  new AppError("auto_top_ups.cap_too_low", `One top-up costs ${inWords(price, scale)}, which exceeds the cap.`, {
    members: { amount: toWire(price.amount) },
  });
export const noMethod = () =>
  new AppError(
    "auto_top_ups.no_payment_method",
    "The customer has no such payment method attached, or no default one.",
  );
export const cardDisputed = () =>
  new AppError(
    "auto_top_ups.card_disputed",
    "A payment of this customer, or by this card, is or was disputed. An administrator can resume it, or set it up with despiteDispute.",
  );
export const methodUnfit = (why: string) =>
  new AppError(
    "auto_top_ups.method_unfit",
    `The customer's consent no longer applies (${why}). Ask the customer again and set it up anew.`,
  );
export const switchedOff = () =>
  new AppError("auto_top_ups.off", "The auto top-up was switched off. Set it up again with the customer's consent.");
export const methodsNotConfigured = (provider: string) =>
  new AppError("provider.not_configured", `The provider ${provider} is not configured on this service.`);
