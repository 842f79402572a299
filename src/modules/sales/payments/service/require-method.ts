import type { PaymentProvider } from "../../../../providers/ports/index.js";
import { providerRejected, providerUnavailable } from "../errors.js";

/** Refuses a saved method that the provider does not have for this customer, as far as a look tells. Throws 422 and 503. */
export async function requireMethod(
  provider: PaymentProvider,
  paymentMethodId: string,
  customerReference: string | undefined,
): Promise<void> {
  const method = await provider.findMethod?.(paymentMethodId, customerReference || undefined);
  if (method?.outcome === "rejected") throw providerRejected(provider.name, method.failure);
  if (method?.outcome === "notFound") throw providerRejected(provider.name, NO_METHOD);
  if (method?.outcome === "unknown") throw providerUnavailable(provider.name);
}

const NO_METHOD = { code: "resource_missing", message: "There is no such payment method." };
