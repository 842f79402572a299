import type { paymentMethodLists, paymentMethods } from "./tables.js";

export type PaymentMethod = typeof paymentMethods.$inferSelect;
export type PaymentMethodList = typeof paymentMethodLists.$inferSelect;
