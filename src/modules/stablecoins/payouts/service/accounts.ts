import { debtAccountOf, openWalletAccount, systemAccount } from "../../../books/ledger/index.js";
import type { Payout, PayoutAccounts } from "../types.js";
import type { PayoutDeps } from "./deps.js";

/** Opens the accounts of a payout, outside any transaction. `gasAsset` when the gas is known. */
export async function openAccounts(
  deps: PayoutDeps,
  { walletId, asset, payoutAsset }: Pick<Payout, "walletId" | "asset" | "payoutAsset">,
  gasAsset?: string,
): Promise<PayoutAccounts> {
  const isExchange = asset !== payoutAsset;
  return {
    wallet: await openWalletAccount(deps, walletId, asset),
    inFlight: await systemAccount(deps, "payouts_in_flight", asset),
    issued: await systemAccount(deps, "credits_issued", asset),
    platformFees: await systemAccount(deps, "platform_fees", asset),
    debt: await debtAccountOf(deps, asset),
    custody: await systemAccount(deps, "custody", payoutAsset),
    coinsFrom: await systemAccount(deps, isExchange ? "exchange" : "customer_funds", payoutAsset),
    exchange: isExchange
      ? {
          position: await systemAccount(deps, "exchange", asset),
          deferred: await systemAccount(deps, "deferred_revenue", asset),
        }
      : undefined,
    unexplained: await systemAccount(deps, "unexplained", payoutAsset),
    gas:
      gasAsset === undefined
        ? undefined
        : {
            custody: await systemAccount(deps, "custody", gasAsset),
            fees: await systemAccount(deps, "network_fees", gasAsset),
          },
  };
}
