import { AppError } from "../../../core/errors.js";
import { inWords, type Money } from "../../../core/money.js";

export const depositNotFound = (id: string) => new AppError("deposits.not_found", `No deposit ${id}.`);
export const notHeld = (status: string) =>
  new AppError("deposits.not_held", `Only a held deposit can be approved or rejected; this one is ${status}.`);
export const addressPending = () =>
  new AppError("deposits.address_pending", "The address is not ready yet. Retry.", { retryAfter: 2 });
export const addressRefused = (detail: string) =>
  new AppError("deposits.address_not_made", `The provider could not create an address: ${detail}.`, { retryAfter: 30 });
export const notConvertible = (asset: string) =>
  new AppError("wallets.asset_not_convertible", `A balance of ${asset} cannot be converted to credits.`);
export const conversionTooSmall = () =>
  new AppError("wallets.conversion_too_small", "The amount is below the price of one credit.");
export const conversionSlipped = (least: bigint, { amount, asset }: Money, scale: number) => {
  const words = `${inWords({ amount, asset }, scale)} would come, less than the ${inWords({ amount: least, asset }, scale)} that must.`;
  return new AppError("wallets.less_than_expected", words);
};
export const packageHasNoPrice = (asset: string) =>
  new AppError("wallets.package_not_convertible", `The package has no price in US dollars, which ${asset} stands for.`);

export const tooManyAddresses = (max: number) =>
  new AppError(
    "deposits.too_many_addresses",
    `This customer already got ${max} addresses in 24 hours. Use one of them.`,
    {
      retryAfter: 3_600,
    },
  );
