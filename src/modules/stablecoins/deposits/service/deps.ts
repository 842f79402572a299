import type { AskingDeps } from "../../../../kernel/asking.js";
import type { WebhookProviderName } from "../../../../providers/ports/index.js";
import type { WalletDeps } from "../../../books/wallets/index.js";
import type { CatalogDeps } from "../../../sales/catalog/index.js";
import type { TreasuryDeps } from "../../treasury/index.js";

export interface DepositDeps extends AskingDeps, TreasuryDeps, WalletDeps, CatalogDeps {
  /** Told of what no webhook told us of, and was found in the provider's list. */
  readonly onWebhookHealed?: (provider: WebhookProviderName) => void;
  /** What one CREDIT costs in a stablecoin, as a decimal string. */
  readonly creditPrice: string;
  /** From which amounts on more than a webhook is asked for; decimals, in units of the stablecoin. */
  readonly depositPolicy: {
    readonly lookUpAbove: string;
    readonly holdUnscreenedAbove: string;
    /** Addresses of one kind that a customer may have made for its wallet in 24 hours; 0 is no limit. */
    readonly addressesPerDay: number;
  };
}
