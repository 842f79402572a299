import type { Clock } from "../../../../core/clock.js";
import type { IdSource } from "../../../../core/ids.js";
import type { Database } from "../../../../db/client.js";
import type { BillingProvider, PaymentProvider, PaymentProviderName } from "../../../../providers/ports/index.js";
import type { LedgerDeps } from "../../../books/ledger/index.js";
import type { AuditDeps } from "../../../trust/audit/index.js";

export interface CatalogDeps extends AuditDeps, LedgerDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** The configured providers; a price must be chargeable by at least one of them. */
  readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Who has our products and prices too; undefined when Stripe is off. */
  readonly billing?: BillingProvider | undefined;
}
