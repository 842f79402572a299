import { chart, type StatusOf } from "../../../../kernel/charts.js";

/** What may become of an auto top-up. It moves no money by itself: each charge is a payment. */
export const topUpChart = chart({
  name: "auto top-up",
  table: "auto_top_ups",
  statuses: ["active", "paused", "off"],
  final: ["off"],
  begins: [{ to: "active", by: ["caller"], event: "auto_top_up.enabled" }],
  transitions: [
    // Set anew, with a consent of its own, however it stood.
    { from: ["active", "paused", "off"], to: "active", by: ["caller"], event: "auto_top_up.enabled" },
    // A firm pause takes the place of one that would end by itself.
    { from: ["active", "paused"], to: "paused", by: ["worker", "provider"], event: "auto_top_up.paused" },
    { from: ["paused"], to: "active", by: ["caller", "sweeper"], event: "auto_top_up.resumed" },
    { from: ["active", "paused"], to: "off", by: ["caller"], event: "auto_top_up.disabled" },
  ],
});

export type TopUpStatus = StatusOf<typeof topUpChart>;

/** What may become of one charge: it follows its payment. Money that came outranks everything. */
export const attemptChart = chart({
  name: "auto top-up attempt",
  table: "auto_top_up_attempts",
  statuses: ["in_flight", "action_required", "succeeded", "failed"],
  final: ["succeeded", "failed"],
  begins: [{ to: "in_flight", by: ["worker"], event: "auto_top_up.started" }],
  transitions: [
    { from: ["in_flight"], to: "action_required", by: ["provider"], event: "auto_top_up.action_required" },
    { from: ["action_required"], to: "in_flight", by: ["provider"] },
    {
      from: ["in_flight", "action_required", "failed"],
      to: "succeeded",
      by: ["provider"],
      event: "auto_top_up.succeeded",
    },
    // By the worker: what was agreed to cannot be bought any more, and the provider was not asked.
    { from: ["in_flight", "action_required"], to: "failed", by: ["provider", "worker"], event: "auto_top_up.failed" },
  ],
});

export type AttemptStatus = StatusOf<typeof attemptChart>;
