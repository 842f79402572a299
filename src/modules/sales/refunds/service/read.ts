import { type Caller, maySeeCustomer, whoseRows } from "../../../../core/access.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import { refundNotFound } from "../errors.js";
import type { ReversalFilter } from "../queries.js";
import * as queries from "../queries.js";
import type { Refund, RefundId } from "../types.js";
import type { RefundDeps } from "./deps.js";

/** A refund that this caller may see. Throws `refunds.not_found` (404), also for somebody else's. */
export async function getRefund(deps: RefundDeps, caller: Caller, id: RefundId): Promise<Refund> {
  const refund = await queries.findRefund(deps.db.read, id);
  if (!refund || !maySeeCustomer(caller, refund.customerId)) throw refundNotFound(id);
  return refund;
}

/** Refunds, newest first; a customer sees its own. */
export async function listRefunds(
  deps: RefundDeps,
  caller: Caller,
  filter: ReversalFilter,
  page: PageQuery,
): Promise<Page<Refund>> {
  const whose = whoseRows(caller, filter.customerId);
  if (!whose) return { data: [], nextCursor: null };
  return pageById("ref", page, (before, limit) => queries.listRefunds(deps.db.read, whose, filter, before, limit));
}
