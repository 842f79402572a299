import { AppError } from "../../../core/errors.js";
import type { Failure } from "../../../providers/ports/index.js";

export const paymentNotFound = (id: string) => new AppError("payments.not_found", `No payment ${id}.`);
export const providerNotConfigured = (name: string) =>
  new AppError("provider.not_configured", `The provider ${name} is not configured on this service.`);
export const providerUnavailable = (name: string) =>
  new AppError("provider.unavailable", `${name} did not answer. Retry with the same Idempotency-Key.`, {
    retryAfter: 2,
  });
export const providerRejected = (name: string, failure: Failure) =>
  new AppError("payments.rejected", `${name} refused: ${failure.message}`, {
    members: { providerCode: failure.code },
  });
export const flowNotSupported = (name: string, flow: string) =>
  new AppError("payments.flow_not_supported", `${name} does not offer the flow ${flow}.`);
export const confirmNotSupported = (name: string) =>
  new AppError("payments.confirm_not_supported", `A payment by ${name} is confirmed by the customer on its page.`);
export const currencyNotSupported = (name: string, currency: string) =>
  new AppError("payments.currency_not_supported", `${name} cannot charge ${currency}.`);
export const priceRefused = (name: string, why: string) =>
  new AppError("payments.price_refused", `${name} cannot charge this amount: ${why}.`);
export const returnUrlRefused = (name: string, why: string) =>
  new AppError("payments.return_url_refused", `${name} cannot send the payer back to this address: ${why}.`);
export const wrongState = (verb: string, status: string) =>
  new AppError("payments.wrong_state", `A payment that is ${status} cannot be ${verb}.`, {
    members: { paymentStatus: status },
  });
export const stillUnknown = () =>
  new AppError("payments.not_ready", "The provider has not confirmed this payment yet. Retry shortly.", {
    retryAfter: 2,
  });
export const grantsNotAllowed = () =>
  new AppError("payments.grants_not_allowed", "A customer buys a package, or an amount of the currency itself.");

export const payoutRefused = (why: string) =>
  new AppError("payments.payout_refused", `The payout instruction is refused: ${why}.`);

export const tooManyOpen = (max: number) =>
  new AppError("payments.too_many_open", `This customer has ${max} open payments. Pay or cancel one of them first.`, {
    retryAfter: 60,
  });
export const tooManyConfirmations = (max: number) =>
  new AppError(
    "payments.too_many_confirmations",
    `This payment was tried ${max} times, which is the limit. Create a new one.`,
  );

export const notByStatement = (name: string) =>
  new AppError("payments.not_by_statement", `${name} says by itself what arrived; no statement line confirms it.`);
export const lineDiffers = (lineId: string) =>
  new AppError(
    "payments.line_differs",
    `The statement line ${lineId} was already imported with other details or for another payment.`,
  );
export const lineCurrency = (currency: string, expected: string) =>
  new AppError("payments.wrong_currency", `The payment is in ${expected}, but the money arrived in ${currency}.`);
