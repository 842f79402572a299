import { chart, type StatusOf } from "../../../../kernel/charts.js";

/** The provider's own statuses; what has ended there stays ended. */
const FOLLOWED = [
  "incomplete",
  "incomplete_expired",
  "trialing",
  "active",
  "past_due",
  "unpaid",
  "paused",
  "canceled",
] as const;
const GOING_ON = ["requested", "failed", "incomplete", "trialing", "active", "past_due", "unpaid", "paused"] as const;

/**
 * What may become of a subscription. It goes back and forth at the provider (paid late, paused, canceled and resumed), so from every
 * status that is not an end it may get to every status of the provider's, by the provider's present word. `requested` and `failed`
 * are ours: promised and not answered, and refused. It moves no money: its invoices do.
 */
export const subscriptionChart = chart({
  name: "subscription",
  table: "subscriptions",
  statuses: [
    "requested",
    "failed",
    "incomplete",
    "incomplete_expired",
    "trialing",
    "active",
    "past_due",
    "unpaid",
    "paused",
    "canceled",
  ],
  final: ["failed", "incomplete_expired", "canceled"],
  begins: [{ to: "requested", by: ["caller"], event: "subscription.created" }],
  transitions: [
    { from: ["requested"], to: "failed", by: ["provider"], event: "subscription.failed" },
    ...FOLLOWED.map((to) => ({
      from: GOING_ON.filter((status) => status !== to),
      to,
      by: ["provider"] as const,
      event: `subscription.${to}` as const,
    })),
    // Another plan, quantity or end, told where it stands.
    ...FOLLOWED.map((status) => ({
      from: [status],
      to: status,
      by: ["provider"] as const,
      event: "subscription.updated" as const,
    })),
  ],
});

/** The provider's statuses, and two of ours. */
export type Standing = StatusOf<typeof subscriptionChart>;
