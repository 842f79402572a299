import type { PaymentProvider, PaymentProviderName } from "../../../providers/port.js";
import { type CustomerDeps, tellProvider } from "./service.js";

/** What the worker runs for customers. */
export function customerJobs(
  deps: CustomerDeps & { readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider> },
) {
  return {
    "customers:tell": async (payload: unknown) => {
      const { customerId } = payload as { customerId: string };
      for (const provider of deps.paymentProviders.values()) await tellProvider(deps, provider, customerId);
    },
  };
}
