import { chart, type StatusOf } from "../../../../kernel/charts.js";

/** What may become of one run of the reconciliation of a provider. It books what only the provider's statement knows. */
export const reconciliationChart = chart({
  name: "reconciliation",
  table: "reconciliations",
  statuses: ["queued", "running", "completed", "failed"],
  final: ["completed", "failed"],
  begins: [{ to: "queued", by: ["caller", "worker"] }],
  transitions: [
    // From itself: the process that ran it died, and the next one goes on.
    { from: ["queued", "running"], to: "running", by: ["worker"] },
    {
      from: ["running"],
      to: "completed",
      by: ["worker"],
      moves: "fees, exchanges, bank payouts and reserves of the statement",
      event: "reconciliation.completed",
    },
    { from: ["queued", "running"], to: "failed", by: ["worker"], event: "reconciliation.failed" },
  ],
});
export type ReconciliationStatus = StatusOf<typeof reconciliationChart>;

/** What may become of a difference between a provider's statement and the books. */
export const breakChart = chart({
  name: "reconciliation break",
  table: "reconciliation_breaks",
  statuses: ["open", "pending_approval", "resolved", "closed"],
  final: ["resolved", "closed"],
  begins: [{ to: "open", by: ["worker"], event: "reconciliation.break_opened" }],
  transitions: [
    // The difference is another one now.
    { from: ["open", "pending_approval"], to: "open", by: ["worker"] },
    { from: ["open", "pending_approval"], to: "closed", by: ["worker"], event: "reconciliation.break_closed" },
    { from: ["open"], to: "pending_approval", by: ["caller"], event: "reconciliation.break_proposed" },
    {
      from: ["open"],
      to: "resolved",
      by: ["caller"],
      moves: "the difference to the account that the resolution names",
      event: "reconciliation.break_resolved",
    },
    {
      from: ["pending_approval"],
      to: "resolved",
      by: ["approver"],
      moves: "the difference to the account that the resolution names",
      event: "reconciliation.break_resolved",
    },
    { from: ["pending_approval"], to: "open", by: ["approver"] },
  ],
});
export type BreakStatus = StatusOf<typeof breakChart>;
