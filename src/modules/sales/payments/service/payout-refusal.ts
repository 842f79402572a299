import type { PaymentId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import * as queries from "../queries.js";

/** Shows on a payment why the payout that it was made with did not start; undefined takes that back. */
export async function notePayoutRefusal(
  tx: Tx,
  paymentId: PaymentId,
  refusal: { readonly code: string; readonly detail: string } | undefined,
): Promise<void> {
  const [payment] = await queries.lockPayments(tx, [paymentId]);
  if (!payment?.payout) return;
  const { network, asset, address } = payment.payout;
  await queries.setPayout(tx, paymentId, { network, asset, address, ...(refusal ? { refusal: { ...refusal } } : {}) });
}
