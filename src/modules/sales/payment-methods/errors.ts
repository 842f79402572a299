import { AppError } from "../../../core/errors.js";
import type { MethodUse } from "../../../kernel/listeners.js";
import type { Failure } from "../../../providers/ports/index.js";

export const methodNotFound = (id: string) =>
  new AppError("payment_methods.not_found", `The customer has no payment method ${id}.`);
export const setupNotFound = (id: string) =>
  new AppError("payment_methods.setup_not_found", `The customer has no payment method setup ${id}.`);
export const methodRejected = (provider: string, failure: Failure) =>
  new AppError("payment_methods.rejected", `${provider} refused: ${failure.message}`, {
    members: { providerCode: failure.code, declineCode: failure.declineCode ?? null },
  });
export const methodInUse = (id: string, uses: readonly MethodUse[]) =>
  new AppError(
    "payment_methods.in_use",
    `${id} is the last payment method, and ${uses.length} ${uses.length === 1 ? "thing is" : "things are"} paid with it. Attach another one first, or end what needs it.`,
    { members: { usedBy: uses.map((use) => use.id).join(" ") } },
  );
export const methodsNotConfigured = (provider: string) =>
  new AppError("provider.not_configured", `The provider ${provider} is not configured on this service.`);
export const methodsUnavailable = (provider: string) =>
  new AppError("provider.unavailable", `${provider} did not answer. Retry with the same Idempotency-Key.`, {
    retryAfter: 2,
  });
