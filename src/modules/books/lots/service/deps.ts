import type { WalletId } from "../../../../core/ids.js";
import type { OutboxDeps } from "../../../news/outbox/index.js";
import type { LedgerDeps } from "../../ledger/index.js";

/** What settled lots count, for metrics. */
export interface LotCounts {
  /** How many transfers were settled. */
  readonly settled: number;
  /** How many lots expired. */
  readonly expired: number;
}

export interface LotDeps extends LedgerDeps, OutboxDeps {
  readonly onLots?: (counts: LotCounts) => void;
}

/** Says whose a wallet is: wallets are above this module. */
export type OwnerOf = (walletId: WalletId) => Promise<string>;
