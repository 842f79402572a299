import type { CustodyProvider, CustodyProviderName } from "../../../../providers/ports/index.js";
import type { LedgerDeps } from "../../../books/ledger/index.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";

export interface TreasuryDeps extends LedgerDeps, OutboxDeps {
  /** Who keeps coins, in the order in which they serve a chain. Empty when stablecoins are not set up. */
  readonly custodyProviders: ReadonlyMap<CustodyProviderName, CustodyProvider>;
}
