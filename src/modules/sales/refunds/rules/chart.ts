import { chart, type StatusOf } from "../../../../kernel/charts.js";

const TAKEN = "the grants in proportion, back from the wallet or owed";
const GIVEN_AGAIN = "the grants into the wallet again; a debt is repaid from them first";
const LEAVES = "clearing to `deferred_revenue`; what exceeds the payment to `unexplained`";

/** Its money has left the provider's clearing account in our books. */
export const BOOKED = ["pending", "succeeded"] as const;

/** What may become of a refund. `succeeded` can still become `failed`: cards are closed meanwhile. Nothing else goes back. */
export const refundChart = chart({
  name: "refund",
  table: "refunds",
  statuses: ["requested", "pending", "succeeded", "failed", "canceled"],
  final: ["succeeded", "failed", "canceled"],
  begins: [
    { to: "requested", by: ["caller"], moves: TAKEN, event: "refund.requested" },
    // Made in the provider's dashboard: what became of it is told in the same breath.
    { to: "requested", by: ["provider"], moves: TAKEN },
  ],
  transitions: [
    { from: ["requested"], to: "pending", by: ["provider"], moves: LEAVES, event: "refund.pending" },
    { from: ["requested"], to: "succeeded", by: ["provider"], moves: LEAVES, event: "refund.succeeded" },
    { from: ["pending"], to: "succeeded", by: ["provider"], event: "refund.succeeded" },
    { from: ["requested"], to: "failed", by: ["provider"], moves: GIVEN_AGAIN, event: "refund.failed" },
    { from: ["requested"], to: "canceled", by: ["provider"], moves: GIVEN_AGAIN, event: "refund.canceled" },
    {
      from: BOOKED,
      to: "failed",
      by: ["provider"],
      moves: `the money back to clearing, and ${GIVEN_AGAIN}`,
      event: "refund.failed",
    },
    {
      from: BOOKED,
      to: "canceled",
      by: ["provider"],
      moves: `the money back to clearing, and ${GIVEN_AGAIN}`,
      event: "refund.canceled",
    },
  ],
});

export type RefundStatus = StatusOf<typeof refundChart>;

const TO_BANK = "clearing to `disputed_funds`, the fee; the grants in proportion, back from the wallet or owed";
const FROM_BANK = "what came back to clearing; the grants into the wallet again";
const KEPT = "`disputed_funds` to `deferred_revenue`: the bank keeps it";

/**
 * What may become of a dispute's money. It follows the sum of what moved, and whether the bank keeps it is told by the provider's
 * status, which is kept beside it as the provider's own word.
 */
export const disputeChart = chart({
  name: "dispute",
  table: "disputes",
  column: "funds",
  statuses: ["none", "withdrawn", "lost", "reinstated"],
  final: ["lost", "reinstated"],
  // Told with the first news, in the same transaction.
  begins: [{ to: "none", by: ["provider"] }],
  transitions: [
    { from: ["none"], to: "none", by: ["provider"], event: "dispute.created" },
    { from: ["none"], to: "none", by: ["provider"], event: "dispute.updated" },
    {
      from: ["none", "withdrawn", "reinstated"],
      to: "withdrawn",
      by: ["provider"],
      moves: TO_BANK,
      event: "dispute.funds_withdrawn",
    },
    { from: ["withdrawn"], to: "withdrawn", by: ["provider"], moves: FROM_BANK, event: "dispute.funds_reinstated" },
    { from: ["withdrawn"], to: "withdrawn", by: ["provider"], event: "dispute.updated" },
    { from: ["none", "withdrawn", "reinstated"], to: "lost", by: ["provider"], moves: KEPT, event: "dispute.lost" },
    { from: ["lost"], to: "lost", by: ["provider"], moves: TO_BANK, event: "dispute.funds_withdrawn" },
    { from: ["lost"], to: "lost", by: ["provider"], moves: FROM_BANK, event: "dispute.funds_reinstated" },
    { from: ["lost"], to: "lost", by: ["provider"], event: "dispute.updated" },
    {
      from: ["none", "withdrawn", "lost", "reinstated"],
      to: "reinstated",
      by: ["provider"],
      moves: FROM_BANK,
      event: "dispute.funds_reinstated",
    },
    // More had come back than was taken, and some of that is taken again.
    {
      from: ["none", "reinstated"],
      to: "reinstated",
      by: ["provider"],
      moves: TO_BANK,
      event: "dispute.funds_withdrawn",
    },
    { from: ["reinstated"], to: "reinstated", by: ["provider"], event: "dispute.updated" },
  ],
});

export type DisputeFunds = StatusOf<typeof disputeChart>;
