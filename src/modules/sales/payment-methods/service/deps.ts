import type { AskingDeps } from "../../../../kernel/asking.js";
import type { Telling } from "../../../../kernel/listeners.js";
import {
  type BillingProvider,
  type BillingProviderName,
  type BillingProviders,
  defaultBiller,
  type PaymentProvider,
  type PaymentProviderName,
} from "../../../../providers/ports/index.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";
import type { CustomerDeps } from "../../customers/index.js";
import { methodsNotConfigured } from "../errors.js";

export interface PaymentMethodDeps extends AskingDeps, CustomerDeps, OutboxDeps, Telling {
  readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Who keeps saved methods. */
  readonly billingProviders: BillingProviders;
}

/** A provider that keeps saved methods, as that and as the one who knows its customers. */
export interface Keeper {
  readonly name: BillingProviderName;
  readonly billing: BillingProvider;
  readonly provider: PaymentProvider;
}

/** Who keeps saved methods under this name, or the default one. Throws `provider.not_configured` (503). */
export function keeperOf(
  { billingProviders, paymentProviders }: PaymentMethodDeps,
  name: BillingProviderName = defaultBiller(billingProviders),
): Keeper {
  const billing = billingProviders.get(name);
  const provider = paymentProviders.get(name);
  if (!billing || !provider) throw methodsNotConfigured(name);
  return { name, billing, provider };
}

/** All who keep saved methods, or only the named one. Throws `provider.not_configured` (503) when there is none. */
export function keepersOf(deps: PaymentMethodDeps, named?: BillingProviderName): Keeper[] {
  const first = keeperOf(deps, named);
  return named === undefined ? [...deps.billingProviders.keys()].map((name) => keeperOf(deps, name)) : [first];
}
