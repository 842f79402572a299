import { type Caller, maySeeCustomer, whoseRows } from "../../../../core/access.js";
import { parseDecimal } from "../../../../core/money.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Network } from "../../../../providers/ports/index.js";
import { debtAccountOf, getAsset, openWalletAccount, systemAccount } from "../../../books/ledger/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { answerOf, custodyOf, walletFor } from "../../treasury/index.js";
import { depositNotFound, notHeld } from "../errors.js";
import type { DepositFilter } from "../queries.js";
import * as queries from "../queries.js";
import type { Deposit, DepositId } from "../types.js";
import { credit } from "./book.js";
import type { DepositDeps } from "./deps.js";
import { moveDeposit } from "./move.js";
import { dustBooking } from "./prepare.js";

/** A deposit that this caller may see. Throws `deposits.not_found` (404), also for somebody else's. */
export async function getDeposit(deps: DepositDeps, caller: Caller, id: DepositId): Promise<Deposit> {
  const deposit = await queries.findDeposit(deps.db.read, id);
  const isVisible = deposit && (caller.role !== "customer" || maySeeCustomer(caller, deposit.customerId ?? ""));
  if (!deposit || !isVisible) throw depositNotFound(id);
  return deposit;
}

/** Deposits, newest first; a customer sees its own. */
export async function listDeposits(
  deps: DepositDeps,
  caller: Caller,
  filter: DepositFilter,
  page: PageQuery,
): Promise<Page<Deposit>> {
  const whose = whoseRows(caller, filter.customerId);
  if (!whose) return { data: [], nextCursor: null };
  return pageById("dep", page, (before, limit) => queries.listDeposits(deps.db.read, whose, filter, before, limit));
}

/**
 * Decides about a deposit that is held: credit it, or leave it on `unexplained`. `resumed`: the same was asked before and not
 * answered, so it may be done. Throws 409 `deposits.not_held`.
 */
export async function reviewDeposit(
  deps: DepositDeps,
  caller: Caller,
  id: DepositId,
  verdict: { readonly approve: boolean; readonly reason: string; readonly resumed: boolean },
): Promise<Deposit> {
  const before = await getDeposit(deps, caller, id);
  const { asset } = before;
  if (before.walletId === null) throw notHeld(before.status);
  const accounts = {
    wallet: await openWalletAccount(deps, before.walletId, asset),
    issued: await systemAccount(deps, "credits_issued", asset),
    custody: await systemAccount(deps, "custody", asset),
    customerFunds: await systemAccount(deps, "customer_funds", asset),
    unexplained: await systemAccount(deps, "unexplained", asset),
    debt: await debtAccountOf(deps, asset),
  };
  // What was withheld is in the books with its dust; what was taken for another one's coins is not.
  const dust = before.duplicateOf === null ? undefined : await dustOf(deps, before);
  return deps.db.transaction(async (tx) => {
    const deposit = await queries.lockDepositById(tx, id);
    const wanted = verdict.approve ? "credited" : "rejected";
    if (verdict.resumed && deposit?.status === wanted && deposit.reviewedBy === caller.id) return deposit;
    if (deposit?.status !== "held") throw notHeld(deposit?.status ?? "gone");
    const details = { reason: verdict.reason, flag: deposit.reason };
    const action = verdict.approve ? "approveDeposit" : "rejectDeposit";
    await recordAudit(deps, tx, [{ actor: caller.id, action, resource: id, details }]);
    const reviewed = await queries.updateDeposit(tx, id, { reviewedBy: caller.id, updatedAt: deps.clock.now() });
    const from = deposit.duplicateOf === null ? "withheld" : "unbooked";
    const who = { by: "approver", actor: caller.id } as const;
    if (verdict.approve) return credit(deps, tx, reviewed, { accounts, dust }, who, from);
    const reason = `${deposit.reason ?? ""}; rejected: ${verdict.reason}`.slice(0, 500);
    return moveDeposit(deps, tx, reviewed, "rejected", { ...who, change: { reason } });
  });
}

async function dustOf(deps: DepositDeps, { asset, onChainAmount }: Deposit) {
  const { remainder } = parseDecimal(onChainAmount, (await getAsset(deps, asset)).scale);
  return remainder === null ? undefined : dustBooking(deps, asset, remainder);
}

/** Asks the provider to look again at a transaction that it missed; what it finds comes as news. */
export async function rescanDeposit(
  deps: DepositDeps,
  caller: Caller,
  input: { readonly network: Network; readonly transactionHash: string },
): Promise<void> {
  const { provider, walletReference } = await walletFor(deps, input.network);
  const { transactionHash } = input;
  answerOf(provider, await custodyOf(deps, provider).rescan({ walletReference, transactionHash }));
  await deps.db.transaction((tx) =>
    recordAudit(deps, tx, [
      { actor: caller.id, action: "rescanDeposit", resource: walletReference, details: { ...input } },
    ]),
  );
}
