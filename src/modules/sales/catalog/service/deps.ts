import type { Clock } from "../../../../core/clock.js";
import type { IdSource } from "../../../../core/ids.js";
import type { Database } from "../../../../db/client.js";
import {
  type BillingProvider,
  type BillingProviderName,
  type BillingProviders,
  defaultBiller,
  type PaymentProvider,
  type PaymentProviderName,
} from "../../../../providers/ports/index.js";
import type { LedgerDeps } from "../../../books/ledger/index.js";
import type { AuditDeps } from "../../../trust/audit/index.js";
import { billingNotConfigured } from "../errors.js";

export interface CatalogDeps extends AuditDeps, LedgerDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** The configured providers; a price must be chargeable by at least one of them. */
  readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Who has our products and prices too. */
  readonly billingProviders: BillingProviders;
}

/** The provider of this name that has our products and prices, or the default one. Throws `provider.not_configured` (503). */
export function billerOf(
  { billingProviders }: CatalogDeps,
  name: BillingProviderName = defaultBiller(billingProviders),
): BillingProvider {
  const billing = billingProviders.get(name);
  if (!billing) throw billingNotConfigured(name);
  return billing;
}

/** The providers that have our products and prices: all that are set up, or the named one if it is. */
export const billersOf = ({ billingProviders }: CatalogDeps, named?: string): BillingProvider[] =>
  [...billingProviders.values()].filter(({ name }) => named === undefined || name === named);
