import type { disputes, refunds } from "./tables.js";

export type Refund = typeof refunds.$inferSelect;
export type RefundId = Refund["id"];
export type Dispute = typeof disputes.$inferSelect;
export type DisputeId = Dispute["id"];
export type { DisputeFunds, RefundStatus } from "./rules/chart.js";
