import type { paymentMethodLists, paymentMethods } from "./tables.js";

export type PaymentMethod = typeof paymentMethods.$inferSelect;
export type PaymentMethodList = typeof paymentMethodLists.$inferSelect;

/** What would be left without a way to pay. */
export interface MethodUse {
  readonly kind: "subscription" | "auto_top_up";
  readonly id: string;
}
