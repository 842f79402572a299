import { type Caller, SYSTEM_ACTOR } from "../../../../core/access.js";
import { AppError } from "../../../../core/errors.js";
import { newId, type PaymentId } from "../../../../core/ids.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import type { Listeners } from "../../../../kernel/listeners.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { getPayment, notePayoutRefusal } from "../../../sales/payments/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { payoutRefusalEvents } from "../events.js";
import * as queries from "../queries.js";
import type { PayoutDeps } from "./deps.js";
import { requestPayout } from "./request.js";
import type { PayoutInput } from "./terms.js";

const SYSTEM_CALLER: Caller = { id: SYSTEM_ACTOR, role: "service" };

/**
 * Starts the payout that a payment was made with, once the payment has succeeded. A refusal (the address was taken off the
 * list, a limit) is announced as `payout.refused` and left to a person; our own trouble is thrown, and the job tried again.
 */
export async function startInstructedPayout(deps: PayoutDeps, paymentId: PaymentId): Promise<void> {
  const payment = await getPayment(deps, SYSTEM_CALLER, paymentId);
  if (!payment.payout) return;
  if (await queries.findPayoutOfPayment(deps.db.read, paymentId)) return;
  const { network, asset, address } = payment.payout;
  const input = { paymentId, network, payoutAsset: asset, address } as PayoutInput;
  try {
    await requestPayout(deps, SYSTEM_CALLER, newId(deps.ids, "po"), input, { actor: payment.createdBy });
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error;
    const data = { code: error.code, detail: error.message };
    await deps.db.transaction(async (tx) => {
      await notePayoutRefusal(tx, paymentId, data);
      await recordAudit(deps, tx, [
        { actor: SYSTEM_ACTOR, action: "payout.refused", resource: paymentId, details: data },
      ]);
      await emitEvents(deps, tx, [
        payoutRefusalEvents.of("payout.refused", { resource: paymentId, customerId: payment.customerId }, data),
      ]);
    });
  }
}

/** What payouts are told: the proceeds of a payment that asked for it are paid out as soon as they are there. */
export const payoutListeners: Listeners = {
  "payment.credited": async (tx, { paymentId, hasPayout }) => {
    if (hasPayout) await enqueueJob(tx, "payouts:start", { paymentId }, { key: `payouts:start:${paymentId}` });
  },
};
