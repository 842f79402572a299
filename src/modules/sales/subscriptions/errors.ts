import { AppError } from "../../../core/errors.js";
import type { Failure } from "../../../providers/ports/index.js";

export const subscriptionNotFound = (id: string) => new AppError("subscriptions.not_found", `No subscription ${id}.`);
export const invoiceNotFound = (id: string) => new AppError("invoices.not_found", `No invoice ${id}.`);
export const billingOff = (provider: string) =>
  new AppError("provider.not_configured", `The provider ${provider} is not configured on this service.`);
export const providerUnavailable = (provider: string) =>
  new AppError("provider.unavailable", `${provider} did not give an answer. Ask again with the same Idempotency-Key.`, {
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
  new AppError("subscriptions.trial_not_allowed", "How long a plan is tried is the seller's to say.");
export const trialOfOne = () =>
  new AppError(
    "subscriptions.trial_not_allowed",
    "A trial that gives credits is of one: say quantity 1, or trialDays 0 to go without it.",
  );
export const pauseNotYours = () => new AppError("subscriptions.pause_not_allowed", "A pause is ended by who began it.");
export const prorationDateNotYours = () =>
  new AppError(
    "subscriptions.proration_date_not_allowed",
    "A customer changes from now on: give the prorationDate of a preview of the last hour, made after the last change, or none.",
  );
export const stillUnpaid = () =>
  new AppError("subscriptions.unpaid", "Its last invoice is unpaid: pay that first, or change without proration.");
export const prorationNeeded = () =>
  new AppError(
    "subscriptions.proration_needed",
    "More for the rest of the period, or another interval, is had with proration only.",
  );
export const tooManyCredits = () =>
  new AppError("subscriptions.too_many", "So many of this plan would grant more than 2^53 - 1 at once.");
export const wrongState = (verb: string, status: string) =>
  new AppError("subscriptions.wrong_state", `A subscription that is ${status} cannot be ${verb}.`, {
    members: { subscriptionStatus: status },
  });
export const notReady = () =>
  new AppError("subscriptions.not_ready", "The provider has not answered about this subscription yet.", {
    retryAfter: 2,
  });
export const noChange = () =>
  new AppError("subscriptions.no_change", "The subscription has this plan in this quantity already.");
export const changePending = () =>
  new AppError("subscriptions.change_pending", "An earlier change waits for its payment.");
export const foreignPrice = () =>
  new AppError("subscriptions.foreign_price", "The subscription has a price that is no plan's of ours.");
export const notPayable = (status: string) =>
  new AppError("invoices.wrong_state", `An invoice that is ${status} cannot be paid.`, {
    members: { invoiceStatus: status },
  });
