import type { CustodyProvider } from "../../../../providers/ports/index.js";
import type { LedgerDeps } from "../../../books/ledger/index.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";

export interface TreasuryDeps extends LedgerDeps, OutboxDeps {
  /** Absent when stablecoins are not set up. */
  readonly custody: CustodyProvider | undefined;
}
