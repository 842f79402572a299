import type { AskingDeps } from "../../../../kernel/asking.js";
import type { Telling } from "../../../../kernel/listeners.js";
import type { PaymentProvider, PaymentProviderName } from "../../../../providers/ports/index.js";
import type { LedgerDeps } from "../../../books/ledger/index.js";
import type { LotDeps } from "../../../books/lots/index.js";
import type { WalletDeps } from "../../../books/wallets/index.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";
import type { CatalogDeps } from "../../catalog/index.js";
import type { CustomerDeps } from "../../customers/index.js";

/** What somebody who tries out stolen cards may do at most. Zero switches a limit off. */
export interface PaymentLimits {
  /** Payments of one customer that are open at once, when it makes them itself. */
  readonly openPerCustomer: number;
  /** How often one payment may be confirmed, whoever asks. */
  readonly confirmationsPerPayment: number;
}

export interface PaymentDeps
  extends AskingDeps,
    CatalogDeps,
    CustomerDeps,
    LedgerDeps,
    LotDeps,
    OutboxDeps,
    Telling,
    WalletDeps {
  readonly paymentLimits: PaymentLimits;
  readonly paymentProviders: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Counts payments by the status they reached. */
  readonly onPaymentStatus?: (provider: PaymentProviderName, status: string) => void;
}
