import { atEach, inWords } from "../../../kernel/at-each.js";
import type { Jobs } from "../../../kernel/jobs.js";
import type { PaymentProvider, PaymentProviderName } from "../../../providers/ports/index.js";
import { type CustomerDeps, tellProvider } from "./service.js";

/** What the worker runs for customers. */
export function customerJobs(
  deps: CustomerDeps & { readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider> },
): Jobs<"customers:tell"> {
  return {
    "customers:tell": async ({ customerId }) => {
      const failures = await atEach(deps.paymentProviders.values(), async (provider) => {
        await tellProvider(deps, provider, customerId);
        return [];
      });
      // The queue tries again what throws.
      if (failures.length > 0) throw new Error(failures.map(inWords).join("; "));
    },
  };
}
