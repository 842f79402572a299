import { chart, type StatusOf } from "../../../../kernel/charts.js";

const GRANTED = "its money as payments, and the plan's credits into the wallet; a debt is repaid from them first";
const FROZEN = "nothing; with `freeze` the balance can not be spent any more";
const THAWED = "nothing; what the case had frozen can be spent again";

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

const UNPAID = ["draft", "open", "uncollectible"] as const;
const INVOICE_STATUSES = ["draft", "open", "paid", "uncollectible", "void"] as const;

/**
 * What may become of an invoice. It is a copy of the provider's, so from every status that is not an end it may get to every other, by
 * the provider's present word. Paid and void are ends: what a paid one is for is given once, and only a credit note changes it.
 */
export const invoiceChart = chart({
  name: "invoice",
  table: "invoices",
  statuses: INVOICE_STATUSES,
  final: ["paid", "void"],
  begins: INVOICE_STATUSES.map((to) => ({
    to,
    by: ["provider"] as const,
    ...(to === "paid" ? { moves: GRANTED } : {}),
    event: `invoice.${to}` as const,
  })),
  transitions: [
    ...INVOICE_STATUSES.map((to) => ({
      from: UNPAID.filter((status) => status !== to),
      to,
      by: ["provider"] as const,
      ...(to === "paid" ? { moves: GRANTED } : {}),
      event: `invoice.${to}` as const,
    })),
    // Told where it stands, beside the step that got it there or by itself.
    { from: ["open"], to: "open", by: ["provider"], event: "invoice.payment_failed" },
    { from: ["open"], to: "open", by: ["provider"], event: "invoice.payment_action_required" },
    ...INVOICE_STATUSES.map((status) => ({
      from: [status],
      to: status,
      by: ["provider"] as const,
      ...(status === "paid" ? { moves: "its part of what was given is taken back; what was spent is owed" } : {}),
      event: "invoice.credited" as const,
    })),
  ],
});

const CASE_STATUSES = ["open", "recovered", "voided", "ended"] as const;

/**
 * What may become of the case about an invoice that could not be collected. It moves no money, but it may freeze a balance. A
 * cancellation that a case brings about ends the case itself, so what was applied may be told of one that has ended.
 */
export const caseChart = chart({
  name: "dunning case",
  table: "dunning_cases",
  statuses: CASE_STATUSES,
  final: ["recovered", "voided", "ended"],
  begins: [{ to: "open", by: ["provider"], event: "subscription.payment_overdue" }],
  transitions: [
    // With no grace at all the balance is frozen by the news itself.
    { from: ["open"], to: "open", by: ["provider"], moves: FROZEN, event: "subscription.consequence_applied" },
    ...CASE_STATUSES.map((status) => ({
      from: [status],
      to: status,
      by: ["sweeper"] as const,
      ...(status === "open" ? { moves: FROZEN } : {}),
      event: "subscription.consequence_applied" as const,
    })),
    { from: ["open"], to: "recovered", by: ["provider"], moves: THAWED, event: "subscription.recovered" },
    { from: ["open"], to: "voided", by: ["provider"], moves: THAWED, event: "subscription.dunning_closed" },
    { from: ["open"], to: "ended", by: ["provider"], moves: THAWED, event: "subscription.dunning_closed" },
  ],
});

export type CaseStatus = StatusOf<typeof caseChart>;
