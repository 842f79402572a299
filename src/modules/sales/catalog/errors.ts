import { AppError } from "../../../core/errors.js";
import { inWords } from "../../../core/money.js";
import type { FlexiblePrice, StoredPrice } from "./tables.js";

export const packageNotFound = (name: string) => new AppError("catalog.package_not_found", `No package ${name}.`);
export const planNotFound = (name: string) => new AppError("catalog.plan_not_found", `No plan ${name}.`);
export const codeTaken = (code: string) => new AppError("catalog.code_taken", `The code ${code} is taken.`);
export const packageRetired = (code: string) =>
  new AppError("catalog.package_retired", `The package ${code} is no longer sold.`);
export const noPriceIn = (code: string, currency: string) =>
  new AppError("catalog.no_price", `The package ${code} has no price in ${currency}.`);
export const priceRefused = (currency: string, why: string) =>
  new AppError("catalog.price_refused", `The price in ${currency} cannot be charged: ${why}.`);
export const noPlanPriceIn = (code: string, currency: string) =>
  new AppError("catalog.no_price", `The plan ${code} has no price in ${currency}.`);
export const planRetired = (code: string) =>
  new AppError("catalog.plan_retired", `The plan ${code} is no longer sold.`);
export const billingNotConfigured = (provider: string) =>
  new AppError("provider.not_configured", `The provider ${provider} is not configured on this service.`);
export const priceNeeded = (code: string) =>
  new AppError("catalog.price_needed", `The package ${code} has no fixed price: send the amount to pay.`);
export const priceFixed = (code: string) =>
  new AppError("catalog.price_fixed", `The package ${code} has a fixed price.`);
export const belowMinimum = (code: string, { minimum, currency }: FlexiblePrice, scale: number) =>
  new AppError(
    "catalog.below_minimum",
    `The package ${code} costs ${priceInWords({ amount: minimum, currency }, scale)} or more.`,
    {
      members: { minimum, currency },
    },
  );
export const aboveMaximum = (code: string, { maximum, currency }: FlexiblePrice, scale: number) =>
  new AppError(
    "catalog.above_maximum",
    `The package ${code} costs at most ${priceInWords({ amount: maximum, currency }, scale)}.`,
    {
      members: { maximum, currency },
    },
  );
export const kindFixed = (code: string, field: string) =>
  new AppError("catalog.kind_fixed", `The package ${code} has no ${field}. Create another package instead.`);
export const grantsRefused = (price: StoredPrice, scale: number, why: string) =>
  new AppError("catalog.grants_refused", `What ${priceInWords(price, scale)} gives is ${why}.`);

const priceInWords = ({ amount, currency }: StoredPrice, scale: number) =>
  inWords({ amount: BigInt(amount), asset: currency }, scale);
