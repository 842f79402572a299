import { chart, type StatusOf } from "../../../../kernel/charts.js";

/**
 * What may become of a saved way to pay. The provider's list decides; `detaching` is ours: the provider is asked to forget it, and
 * nothing may count on it any more. Whose asking was refused, or never answered while it stays on the list, is attached as before. One
 * that is gone can be saved again. No money moves.
 */
export const methodChart = chart({
  name: "saved payment method",
  table: "payment_methods",
  statuses: ["attached", "detaching", "detached"],
  final: ["detached"],
  begins: [{ to: "attached", by: ["provider"], event: "payment_method.attached" }],
  transitions: [
    { from: ["attached", "detaching"], to: "detaching", by: ["caller"] },
    { from: ["detaching"], to: "attached", by: ["provider"] },
    { from: ["attached", "detaching"], to: "detached", by: ["provider"], event: "payment_method.detached" },
    { from: ["detached"], to: "attached", by: ["provider"], event: "payment_method.attached" },
  ],
});

export type MethodStatus = StatusOf<typeof methodChart>;
