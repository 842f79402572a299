import type { CustodyProvider } from "../../../providers/port.js";
import type { LedgerDeps } from "../../ledger/index.js";
import type { OutboxDeps } from "../../outbox/index.js";

export interface TreasuryDeps extends LedgerDeps, OutboxDeps {
  /** Absent when stablecoins are not set up. */
  readonly custody: CustodyProvider | undefined;
}
