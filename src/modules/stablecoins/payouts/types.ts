import type { AccountId } from "../../../core/ids.js";
import type { CustodyProviderName, Network, WithdrawalNews } from "../../../providers/ports/index.js";
import type { Told } from "../treasury/index.js";
import type {
  payoutAddresses,
  payoutAttempts,
  payoutControls,
  payoutPolicies,
  payoutSettingChanges,
  payouts,
} from "./tables.js";

export type Payout = typeof payouts.$inferSelect;
export type PayoutId = Payout["id"];
export type Attempt = typeof payoutAttempts.$inferSelect;
export type PayoutAddress = typeof payoutAddresses.$inferSelect;
export type PayoutPolicy = typeof payoutPolicies.$inferSelect;
export type PayoutControls = typeof payoutControls.$inferSelect;
export type SettingChange = typeof payoutSettingChanges.$inferSelect;
export type { AttemptStatus, PayoutStatus, SettingChangeStatus } from "./rules/chart.js";
export type { LimitValues } from "./tables.js";

/** Everything about a payout that can be known before anything is written. */
export interface Terms {
  /** What leaves the wallet, and in which asset. */
  readonly amount: bigint;
  readonly asset: string;
  readonly platformFee: bigint;
  /** What arrives, and in which stablecoin. */
  readonly payoutAmount: bigint;
  readonly payoutAsset: string;
  /** What arrives as the chain writes it, in major units. */
  readonly chainAmount: string;
  readonly rate: string | null;
  readonly networkFee: { readonly amount: string; readonly asset: string; readonly usd?: string } | null;
  readonly network: Network;
  readonly address: string;
  /** Who sends it: the provider that serves the chain. */
  readonly provider: CustodyProviderName;
  readonly walletReference: string;
  readonly assetReference: string;
  readonly needsApproval: boolean;
}

/** News of a withdrawal with its amounts in our units, and how it compares with what was asked for. */
export interface PayoutNews {
  readonly news: Told<WithdrawalNews>;
  /** Undefined when it agrees with the payout; else what does not. */
  readonly contradiction: "wrong_amount" | "wrong_address" | "wrong_asset" | "wrong_network" | undefined;
  /** The provider's id of the transaction that this one came in the place of, which had ended. */
  readonly replaces?: string | undefined;
  /** What left, in minor units of the payout's asset. */
  readonly sent: bigint;
  readonly gas: { readonly amount: bigint; readonly asset: string } | undefined;
}

/** The accounts that a payout's transfers touch, opened before any lock is held. */
export interface PayoutAccounts {
  readonly wallet: AccountId;
  readonly inFlight: AccountId;
  readonly issued: AccountId;
  readonly platformFees: AccountId;
  readonly debt: AccountId;
  readonly custody: AccountId;
  /** The other side of `custody`: the customers' coins, or `exchange` when another asset paid for them. */
  readonly coinsFrom: AccountId;
  /** Only when another asset paid: the currency's side of the exchange. */
  readonly exchange: { readonly position: AccountId; readonly deferred: AccountId } | undefined;
  readonly unexplained: AccountId;
  readonly gas: { readonly custody: AccountId; readonly fees: AccountId } | undefined;
}
