import {
  type BillingProvider,
  type BillingProviderName,
  defaultBiller,
  type ProviderResult,
} from "../../../../providers/ports/index.js";
import type { PaymentMethodDeps } from "../../payment-methods/index.js";
import type { PaymentDeps } from "../../payments/index.js";
import { billingOff, providerUnavailable } from "../errors.js";

export interface SubscriptionDeps extends PaymentDeps, PaymentMethodDeps {
  /** Counts subscriptions and invoices by the status they reached, and what became of unpaid ones. */
  readonly onSubscriptionStatus?: (status: string) => void;
  readonly onInvoiceStatus?: (status: string) => void;
  readonly onDunning?: (outcome: string) => void;
}

/** Who bills under this name, or the default one. Throws `provider.not_configured` (503). */
export function billingOf(
  { billingProviders }: SubscriptionDeps,
  name: BillingProviderName = defaultBiller(billingProviders),
): BillingProvider {
  const billing = billingProviders.get(name);
  if (!billing) throw billingOff(name);
  return billing;
}

/** What a provider answered. Throws when it gave no clear answer, so that whoever asked tries later. */
export function clear<T>({ name }: Pick<BillingProvider, "name">, result: ProviderResult<T>): T {
  if (result.outcome === "accepted") return result.value;
  if (result.outcome === "unknown") throw providerUnavailable(name);
  const why = result.outcome === "rejected" ? `rejected: ${result.failure.code}` : result.outcome;
  throw new Error(`${name} answered ${why}`);
}
