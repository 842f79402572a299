import { AppError } from "../../../core/errors.js";

/** Without a name: nobody keeps coins for us. */
export const custodyNotConfigured = (provider?: string) =>
  new AppError(
    "provider.not_configured",
    provider === undefined
      ? "Stablecoins are not set up: no provider keeps coins for us."
      : `${provider}, which keeps these coins, is not set up.`,
  );

export const custodyUnavailable = (provider: string, detail: string) =>
  new AppError("provider.unavailable", `${provider} gave no clear answer: ${detail}.`, { retryAfter: 5 });

export const networkNotEnabled = (network: string) =>
  new AppError("treasury.network_not_enabled", `No master wallet is set up on ${network}.`);

export const assetNotEnabled = (asset: string, network: string) =>
  new AppError("treasury.asset_not_enabled", `${asset} is not enabled on ${network}.`);

export const amountTooFine = (asset: string, network: string, decimals: number) =>
  new AppError("treasury.amount_too_fine", `${asset} has ${decimals} decimals on ${network}; the amount has more.`);

export const rateNotAvailable = (asset: string, currency: string) =>
  new AppError("treasury.rate_not_available", `No price of ${asset} in ${currency} is available right now.`, {
    retryAfter: 30,
  });

export const fundingNotFound = (id: string) => new AppError("treasury.funding_not_found", `No funding ${id}.`);
export const fundingNotExpected = (id: string) =>
  new AppError("treasury.funding_not_expected", `The funding ${id} is not expected any more.`);
export const walletNotFound = (reference: string) =>
  new AppError("treasury.wallet_not_found", `No master wallet ${reference}.`);
export const receiptNotFound = (id: string) => new AppError("treasury.receipt_not_found", `No receipt ${id}.`);
export const receiptNotHeld = (status: string) =>
  new AppError("treasury.receipt_not_held", `Only a held receipt can be approved or rejected; this one is ${status}.`);
