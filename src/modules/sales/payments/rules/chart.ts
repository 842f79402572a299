import { chart, type StatusOf } from "../../../../kernel/charts.js";

const CREDITED = "what arrived from `deferred_revenue` to clearing, the provider's fee, the grants into the wallet";
const KEPT = "what arrived from `unexplained` to clearing, the provider's fee; nobody is credited";
const OPEN = ["pending", "requires_action", "processing"] as const;
const UNPAID = [...OPEN, "failed", "canceled", "expired"] as const;
/** Its money came, and its transfers are in the books. */
export const PAID = ["succeeded", "partially_refunded", "refunded", "disputed"] as const;
const LOST = "the grants in proportion, back from the wallet or owed; given again when the money comes back";

/**
 * What may become of a payment. While it is open it follows the provider, a failed try included, which leaves it where it is. Money
 * that came outranks everything: it is never taken back by late news. Of a paid one the status says what it has lost since.
 */
export const paymentChart = chart({
  name: "payment",
  table: "payments",
  statuses: [
    "pending",
    "requires_action",
    "processing",
    "succeeded",
    "failed",
    "canceled",
    "expired",
    "partially_refunded",
    "refunded",
    "disputed",
  ],
  final: ["succeeded", "failed", "canceled", "expired", "partially_refunded", "refunded", "disputed"],
  begins: [
    { to: "pending", by: ["caller"], event: "payment.created" },
    // The provider collected an invoice by itself.
    { to: "succeeded", by: ["provider"], moves: CREDITED, event: "payment.succeeded" },
  ],
  transitions: [
    { from: OPEN, to: "pending", by: ["provider"], event: "payment.pending" },
    { from: OPEN, to: "requires_action", by: ["provider"], event: "payment.requires_action" },
    { from: OPEN, to: "processing", by: ["provider"], event: "payment.processing" },
    { from: OPEN, to: "failed", by: ["provider"], event: "payment.failed" },
    { from: OPEN, to: "canceled", by: ["provider"], event: "payment.canceled" },
    { from: OPEN, to: "expired", by: ["provider"], event: "payment.expired" },
    { from: UNPAID, to: "succeeded", by: ["provider"], moves: CREDITED, event: "payment.succeeded" },
    // What came is not what was asked for: a person looks.
    { from: UNPAID, to: "processing", by: ["provider"], moves: KEPT, event: "payment.quarantined" },
    // Its refunds and disputes tell of what it lost.
    ...PAID.map((to) => ({ from: PAID, to, by: ["caller", "provider"] as const, moves: LOST })),
  ],
});

export type PaymentStatus = StatusOf<typeof paymentChart>;
