import { newId } from "../../../core/ids.js";
import type { Tx } from "../../../db/client.js";
import { applyLoss, type GrantAccounts, lockPaidPayment, type Payment } from "../../payments/index.js";
import { allot } from "../rules/invoice.js";
import type { Invoice } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";

interface Credited {
  readonly before: Invoice | undefined;
  readonly settled: Invoice;
  readonly given: GrantAccounts | undefined;
}

/**
 * Takes back what a paid invoice granted, in proportion to what was given back of it to the customer's balance or elsewhere: to
 * the customer that is money given back as any other. No money leaves the provider with it, so none is booked. The sum counts,
 * so a note that is voided gives again. The caller holds the subscription and the invoice.
 */
export async function takeCredited(
  deps: SubscriptionDeps,
  tx: Tx,
  { before, settled, given }: Credited,
): Promise<void> {
  const known = before?.credited ?? 0n;
  if (!given || settled.bookedAt === null || settled.credited === known) return;
  const payments: Payment[] = [];
  for (const id of settled.paymentIds ?? (settled.paymentId ? [settled.paymentId] : [])) {
    const payment = await lockPaidPayment(tx, id);
    if (payment) payments.push(payment);
  }
  const limits = payments.map(({ amount }) => amount);
  const was = allot(known, limits);
  const is = allot(settled.credited, limits);
  for (const [index, payment] of payments.entries()) {
    const refunded = (is[index] ?? 0n) - (was[index] ?? 0n);
    if (refunded === 0n) continue;
    await applyLoss(deps, tx, {
      payment,
      refunded,
      key: `${settled.id}:${settled.version}:credited:${payment.id}`,
      source: settled.id,
      description: "Credited on the invoice",
      transactionId: newId(deps.ids, "txn"),
      accounts: given,
    });
  }
}
