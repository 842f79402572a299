import type { AccountId } from "../../../../core/ids.js";
import { CLEARING_ACCOUNTS } from "../../../../providers/ports/index.js";
import { systemAccount } from "../../../books/ledger/index.js";
import { type GrantAccounts, openGrantAccounts, type Payment } from "../../payments/index.js";
import type { RefundDeps } from "./deps.js";

/** The accounts that money going back touches, opened before any lock is held. */
export interface ReversalAccounts {
  readonly grants: GrantAccounts;
  readonly clearing: AccountId;
  readonly deferred: AccountId;
  readonly disputed: AccountId;
  readonly unexplained: AccountId;
}

/** Opens the accounts of a payment's refunds and disputes. */
export async function openAccounts(deps: RefundDeps, payment: Payment): Promise<ReversalAccounts> {
  const { currency } = payment;
  return {
    grants: await openGrantAccounts(deps, payment),
    clearing: await systemAccount(deps, CLEARING_ACCOUNTS[payment.provider], currency),
    deferred: await systemAccount(deps, "deferred_revenue", currency),
    disputed: await systemAccount(deps, "disputed_funds", currency),
    unexplained: await systemAccount(deps, "unexplained", currency),
  };
}
