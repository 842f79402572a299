import { addDuration } from "../../../../core/durations.js";
import type { LotTerms } from "../../../books/lots/index.js";
import type { Payment } from "../types.js";

type Sold = Pick<Payment, "id" | "flow" | "amount" | "currency" | "creditsExpireAfter" | "creditsPriority">;

/** What was agreed about the credits of a payment that came now: its price is that of all of them, bonus credits among them. */
export const termsOf = (payment: Sold, now: Date): LotTerms => ({
  kind: "paid",
  origin: payment.flow === "invoice" ? "invoice" : "payment",
  source: payment.id,
  price: { amount: payment.amount, currency: payment.currency },
  priority: payment.creditsPriority,
  effectiveAt: now,
  expiresAt: payment.creditsExpireAfter === null ? null : addDuration(now, payment.creditsExpireAfter),
});
