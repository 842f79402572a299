import type { Jobs } from "../../../kernel/jobs.js";
import type { PaymentProvider, PaymentProviderName } from "../../../providers/ports/index.js";
import { type CustomerDeps, tellProvider } from "./service.js";

/** What the worker runs for customers. */
export function customerJobs(
  deps: CustomerDeps & { readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider> },
): Jobs<"customers:tell"> {
  return {
    "customers:tell": async ({ customerId }) => {
      for (const provider of deps.paymentProviders.values()) await tellProvider(deps, provider, customerId);
    },
  };
}
