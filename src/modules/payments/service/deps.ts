import type { PaymentProvider, PaymentProviderName } from "../../../providers/port.js";
import type { CatalogDeps } from "../../catalog/index.js";
import type { CustomerDeps } from "../../customers/index.js";
import type { LedgerDeps } from "../../ledger/index.js";
import type { OutboxDeps } from "../../outbox/index.js";
import type { WalletDeps } from "../../wallets/index.js";

export interface PaymentDeps extends CatalogDeps, CustomerDeps, LedgerDeps, OutboxDeps, WalletDeps {
  readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Counts payments by the status they reached. */
  readonly onPaymentStatus?: (provider: PaymentProviderName, status: string) => void;
}
