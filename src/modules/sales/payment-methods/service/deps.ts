import type { Tx } from "../../../../db/client.js";
import type { BillingProvider, PaymentProvider, PaymentProviderName } from "../../../../providers/ports/index.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";
import type { CustomerDeps } from "../../customers/index.js";
import { methodsNotConfigured } from "../errors.js";
import type { MethodUse } from "../types.js";

/**
 * Says what would be left without a way to pay when a customer's last saved method goes. Asked inside the transaction that
 * holds the customer's list, so whoever makes a use of a method holds that, too (`lockMethods`).
 */
export type FindMethodUses = (tx: Tx, customerId: string) => Promise<readonly MethodUse[]>;

export interface PaymentMethodDeps extends CustomerDeps, OutboxDeps {
  readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Who keeps saved methods; undefined when Stripe is off. */
  readonly billing?: BillingProvider | undefined;
  /** The modules that charge saved methods stand above this one and say here what they need. */
  readonly methodUses: readonly FindMethodUses[];
}

/** Who keeps saved methods, and who knows its customers. Throws `provider.not_configured` (503). */
export function keeperOf(deps: PaymentMethodDeps): { billing: BillingProvider; provider: PaymentProvider } {
  const { billing } = deps;
  const provider = billing && deps.paymentProviders.get(billing.name);
  if (!billing || !provider) throw methodsNotConfigured();
  return { billing, provider };
}
