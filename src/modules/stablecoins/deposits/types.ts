import type { AccountId } from "../../../core/ids.js";
import type { DepositNews } from "../../../providers/ports/index.js";
import type { Told } from "../treasury/index.js";
import type { depositAddresses, deposits } from "./tables.js";

export type DepositAddress = typeof depositAddresses.$inferSelect;
export type Deposit = typeof deposits.$inferSelect;
export type DepositId = Deposit["id"];
export type { DepositStatus } from "./rules/chart.js";

/** Why a deposit that came is credited to nobody. */
export type DepositProblem = "unknown_address" | "unknown_token" | "token_not_enabled" | "wrong_network";

/** The accounts that a deposit's transfers touch, opened before any lock is held. */
export interface DepositAccounts {
  readonly wallet: AccountId | undefined;
  readonly issued: AccountId;
  readonly custody: AccountId;
  readonly customerFunds: AccountId;
  readonly unexplained: AccountId;
  readonly debt: AccountId;
}

/** News of a deposit with everything looked up that may not be looked up inside the transaction. */
export interface DepositFacts {
  readonly news: Told<DepositNews>;
  /** It is what the provider says now, and not what it once said. */
  readonly isChecked: boolean;
  readonly chainKey: string;
  readonly address: DepositAddress | undefined;
  readonly problem: DepositProblem | undefined;
  /** The provider gave no verdict on where so much came from. */
  readonly isUnscreened: boolean;
  /** Our asset when the contract is one of ours, else what the provider calls it. */
  readonly asset: string;
  /** Minor units of the asset, rounded down. */
  readonly amount: bigint;
  /** What is finer, in units of 10^-18; booked so that what came is accounted for in full. */
  readonly dust:
    | { readonly amount: bigint; readonly asset: string; readonly from: AccountId; readonly to: AccountId }
    | undefined;
  /** Gas that the sweep into the master wallet cost. */
  readonly gas:
    | { readonly amount: bigint; readonly asset: string; readonly from: AccountId; readonly to: AccountId }
    | undefined;
  /** Undefined for a token that is not ours: it counts nothing in our books. */
  readonly accounts: DepositAccounts | undefined;
}
