import type { Caller } from "../../../../core/access.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { receiptNotFound, receiptNotHeld } from "../errors.js";
import type { ReceiptRow } from "../queries.js";
import * as queries from "../queries.js";
import { bookReceipt } from "./book-receipts.js";
import type { TreasuryDeps } from "./deps.js";
import { moveReceipt } from "./move.js";
import { accountsOf } from "./receipts.js";

/** Coins that came to master wallets, newest first. */
export const listReceipts = (
  deps: Pick<TreasuryDeps, "db">,
  status: ReceiptRow["status"] | undefined,
  page: PageQuery,
): Promise<Page<ReceiptRow>> =>
  pageById("trc", page, (before, limit) => queries.listReceipts(deps.db.read, status, before, limit));

/**
 * Decides about a receipt that is held: book it as coins that are in no book yet, or never. `resumed`: the same was asked
 * before and not answered, so it may be done. Throws `treasury.receipt_not_found` (404), `treasury.receipt_not_held` (409).
 */
export async function reviewReceipt(
  deps: TreasuryDeps,
  caller: Caller,
  id: ReceiptRow["id"],
  verdict: { readonly approve: boolean; readonly reason: string; readonly resumed: boolean },
): Promise<ReceiptRow> {
  const wanted = verdict.approve ? "booked" : "rejected";
  const before = await queries.findReceiptById(deps.db.read, id);
  if (!before) throw receiptNotFound(id);
  const accounts = await accountsOf(deps, before.asset);
  return deps.db.transaction(async (tx) => {
    const receipt = await queries.lockReceiptById(tx, id);
    if (!receipt) throw receiptNotFound(id);
    if (verdict.resumed && receipt.status === wanted && receipt.reviewedBy === caller.id) return receipt;
    if (receipt.status !== "held") throw receiptNotHeld(receipt.status);
    const action = verdict.approve ? "approveReceipt" : "rejectReceipt";
    const details = { reason: verdict.reason, duplicateOf: receipt.duplicateOf };
    await recordAudit(deps, tx, [{ actor: caller.id, action, resource: id, details }]);
    const change = { reviewedBy: caller.id };
    if (!verdict.approve) return moveReceipt(deps, tx, receipt, "rejected", { by: "approver", change });
    const reviewed = await queries.updateReceipt(tx, id, { ...change, updatedAt: deps.clock.now() });
    return bookReceipt({ deps, tx, accounts }, reviewed, caller.id);
  });
}
