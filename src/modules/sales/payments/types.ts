import type { Money } from "../../../core/money.js";
import type { PaymentNews } from "../../../providers/ports/index.js";
import type { payments, statementLines, unexplainedReceipts } from "./tables.js";

export type Payment = typeof payments.$inferSelect;
export type UnexplainedReceipt = typeof unexplainedReceipts.$inferSelect;
/** Why a statement line is of no payment. */
export type LineReason = "no_reference" | "unknown_reference" | "several_references" | "wrong_currency";
export type StatementLineRow = typeof statementLines.$inferSelect;
export type { PaymentStatus } from "./rules/chart.js";

/**
 * News with its amounts in minor units, and where it comes from. What the provider answered us (`reply`) is true as of
 * `observedVersion` of the payment; a webhook may be late.
 */
export interface SettleNews {
  readonly news: PaymentNews;
  readonly received: Money | undefined;
  readonly fee: Money | undefined;
  readonly from: { readonly kind: "webhook" } | { readonly kind: "reply"; readonly observedVersion: number };
}
