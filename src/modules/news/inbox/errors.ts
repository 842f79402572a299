import { AppError } from "../../../core/errors.js";
import type { WebhookRejectedError } from "../../../providers/ports/index.js";

export const eventNotFound = (id: string) => new AppError("webhooks.not_found", `No webhook event ${id}.`);
export const notConfigured = (provider: string) =>
  new AppError("provider.not_configured", `The provider ${provider} is not configured on this service.`);

/** A delivery that is not authentic. Says as little as helps an honest sender. */
export function rejectedDelivery(error: WebhookRejectedError): AppError {
  if (error.reason === "unreadable")
    return new AppError("webhooks.unreadable", "The signed body is not readable.", { cause: error });
  return new AppError("webhooks.bad_signature", "The signature is not valid.", { cause: error });
}
