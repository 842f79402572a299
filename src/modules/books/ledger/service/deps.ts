import type { Batcher } from "../../../../core/batcher.js";
import type { Clock } from "../../../../core/clock.js";
import type { AccountId, IdSource } from "../../../../core/ids.js";
import type { LruMap } from "../../../../core/lru.js";
import type { Database } from "../../../../db/client.js";
import type { AuditDeps } from "../../../trust/audit/index.js";
import type { AssetRow } from "../queries/index.js";
import type { Posting, PostingResult } from "../types.js";

/** Facts that never change once true: which account is which, and what an asset's scale is. */
export interface LedgerCaches {
  /** System accounts known to be open, by code and asset. */
  readonly systemAccounts: LruMap<string, AccountId>;
  readonly walletAccounts: LruMap<string, AccountId>;
  readonly assets: LruMap<string, AssetRow>;
}

export interface LedgerDeps extends AuditDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly caches: LedgerCaches;
  readonly poster: Batcher<Posting, PostingResult>;
}
