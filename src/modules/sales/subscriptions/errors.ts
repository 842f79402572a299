import { AppError } from "../../../core/errors.js";
import type { Failure } from "../../../providers/ports/index.js";

export const subscriptionNotFound = (id: string) => new AppError("subscriptions.not_found", `No subscription ${id}.`);
export const invoiceNotFound = (id: string) => new AppError("invoices.not_found", `No invoice ${id}.`);
export const billingOff = (provider: string) =>
  new AppError("provider.not_configured", `The provider ${provider} is not configured on this service.`);
export const providerUnavailable = (provider: string) =>
  new AppError("provider.unavailable", `${provider} did not answer. Retry with the same Idempotency-Key.`, {
    retryAfter: 2,
  });
export const providerRejected = (provider: string, failure: Failure) =>
  new AppError("subscriptions.rejected", `${provider} refused: ${failure.message}`, {
    members: { providerCode: failure.code },
  });
export const invoiceRejected = (provider: string, failure: Failure) =>
  new AppError("invoices.rejected", `${provider} refused: ${failure.message}`, {
    members: { providerCode: failure.code },
  });
export const trialNotYours = () =>
  new AppError("subscriptions.trial_not_allowed", "A customer's token cannot set the length of a trial.");
export const trialOfOne = () =>
  new AppError(
    "subscriptions.trial_not_allowed",
    "A trial that grants credits allows one unit: send quantity 1, or trialDays 0 to skip the trial.",
  );
export const pauseNotYours = () =>
  new AppError("subscriptions.pause_not_allowed", "Only whoever started a pause can end it.");
export const prorationDateNotYours = () =>
  new AppError(
    "subscriptions.proration_date_not_allowed",
    "A customer's change takes effect from now on: send a prorationDate from a preview of the last hour made after the last change, or leave it out.",
  );
export const stillUnpaid = () =>
  new AppError("subscriptions.unpaid", "The last invoice is unpaid. Pay it first, or change without proration.");
export const prorationNeeded = () =>
  new AppError("subscriptions.proration_needed", "An upgrade within the period, or another interval, needs proration.");
export const tooManyCredits = () =>
  new AppError("subscriptions.too_many", "This quantity of the plan would grant more than 2^53 - 1 at once.");
export const wrongState = (verb: string, status: string) =>
  new AppError("subscriptions.wrong_state", `A subscription that is ${status} cannot be ${verb}.`, {
    members: { subscriptionStatus: status },
  });
export const notReady = () =>
  new AppError("subscriptions.not_ready", "The provider has not confirmed this subscription yet.", {
    retryAfter: 2,
  });
export const noChange = () =>
  new AppError("subscriptions.no_change", "The subscription already has this plan and quantity.");
export const changePending = () =>
  new AppError("subscriptions.change_pending", "An earlier change is still waiting for its payment.");
export const foreignPrice = () =>
  new AppError("subscriptions.foreign_price", "The subscription has a price that belongs to no plan here.");
export const notPayable = (status: string) =>
  new AppError("invoices.wrong_state", `An invoice that is ${status} cannot be paid.`, {
    members: { invoiceStatus: status },
  });
