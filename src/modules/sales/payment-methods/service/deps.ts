import type { AskingDeps } from "../../../../kernel/asking.js";
import type { Telling } from "../../../../kernel/listeners.js";
import type { BillingProvider, PaymentProvider, PaymentProviderName } from "../../../../providers/ports/index.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";
import type { CustomerDeps } from "../../customers/index.js";
import { methodsNotConfigured } from "../errors.js";

export interface PaymentMethodDeps extends AskingDeps, CustomerDeps, OutboxDeps, Telling {
  readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Who keeps saved methods; undefined when Stripe is off. */
  readonly billing?: BillingProvider | undefined;
}

/** Who keeps saved methods, and who knows its customers. Throws `provider.not_configured` (503). */
export function keeperOf(deps: PaymentMethodDeps): { billing: BillingProvider; provider: PaymentProvider } {
  const { billing } = deps;
  const provider = billing && deps.paymentProviders.get(billing.name);
  if (!billing || !provider) throw methodsNotConfigured();
  return { billing, provider };
}
