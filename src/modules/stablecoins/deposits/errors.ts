import { AppError } from "../../../core/errors.js";
import { inWords, type Money } from "../../../core/money.js";

export const depositNotFound = (id: string) => new AppError("deposits.not_found", `No deposit ${id}.`);
export const notHeld = (status: string) =>
  new AppError("deposits.not_held", `Only a deposit that is held can be decided on; this one is ${status}.`);
export const addressPending = () =>
  new AppError("deposits.address_pending", "The address is not ready yet; ask again.", { retryAfter: 2 });
export const addressRefused = (detail: string) =>
  new AppError("deposits.address_not_made", `No address could be made: ${detail}.`, { retryAfter: 30 });
export const notConvertible = (asset: string) =>
  new AppError("wallets.asset_not_convertible", `A balance of ${asset} cannot be turned into credits.`);
export const conversionTooSmall = () =>
  new AppError("wallets.conversion_too_small", "The amount is less than what one credit costs.");
export const conversionSlipped = (least: bigint, { amount, asset }: Money, scale: number) => {
  const words = `${inWords({ amount, asset }, scale)} would come, less than the ${inWords({ amount: least, asset }, scale)} that must.`;
  return new AppError("wallets.less_than_expected", words);
};
export const packageHasNoPrice = (asset: string) =>
  new AppError("wallets.package_not_convertible", `The package has no price in US dollars, which ${asset} stands for.`);

export const tooManyAddresses = (max: number) =>
  new AppError("deposits.too_many_addresses", `You had ${max} addresses made in 24 hours. Use one of them.`, {
    retryAfter: 3_600,
  });
