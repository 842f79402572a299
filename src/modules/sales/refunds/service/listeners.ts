import { enqueueJob } from "../../../../kernel/jobs.js";
import type { Listeners } from "../../../../kernel/listeners.js";

/** What refunds are told: a payment that lost money before it was credited has it looked up. */
export const refundListeners: Listeners = {
  "payment.credited": async (tx, { paymentId, hasRefunds }) => {
    if (hasRefunds) await enqueueJob(tx, "refunds:look", { paymentId }, { key: `refunds:look:${paymentId}` });
  },
};
