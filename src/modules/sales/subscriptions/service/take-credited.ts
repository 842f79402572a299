import { newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { applyCredit, type GrantAccounts } from "../../payments/index.js";
import type { Invoice } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";

interface Credited {
  readonly before: Invoice | undefined;
  readonly settled: Invoice;
  readonly given: GrantAccounts | undefined;
}

/**
 * Takes back what a paid invoice granted, in proportion to what was given back of it to the customer's balance or elsewhere: to
 * the customer that is money given back as any other. No money leaves the provider with it, so none is booked. The caller holds
 * the subscription and the invoice.
 */
export async function takeCredited(
  deps: SubscriptionDeps,
  tx: Tx,
  { before, settled, given }: Credited,
): Promise<void> {
  if (!given || settled.bookedAt === null || settled.credited === (before?.credited ?? 0n)) return;
  await applyCredit(deps, tx, {
    ids: settled.paymentIds ?? (settled.paymentId ? [settled.paymentId] : []),
    credited: settled.credited,
    key: `${settled.id}:${settled.version}:credited`,
    source: settled.id,
    description: "Credited on the invoice",
    transactionId: newId(deps.ids, "txn"),
    accounts: given,
  });
}
