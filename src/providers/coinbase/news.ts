/** Coinbase checkouts as news. One validation for replies, listings and webhook bodies, which carry the same fields. */
import { z } from "zod";
import type { PaymentNews, PaymentNewsStatus } from "../ports/payments.js";
import { decimalString, isOfAnother, metadataSchema, paymentIdOf } from "../shared.js";

/** What Coinbase calls a currency or a coin. */
export const assetName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{1,15}$/);
/** Dates move no money, so an unreadable one is dropped rather than keep a payment from being settled. */
export const moment = z
  .unknown()
  .transform((value) => (typeof value === "string" ? new Date(value) : undefined))
  .transform((date) => (date === undefined || Number.isNaN(date.getTime()) ? undefined : date))
  .optional();

const checkoutSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  amount: decimalString,
  currency: assetName,
  url: z.string().nullish(),
  metadata: metadataSchema,
  createdAt: moment,
  expiresAt: moment,
  settlement: z
    .looseObject({ totalAmount: decimalString, feeAmount: decimalString.nullish(), currency: assetName })
    .nullish(),
});
type CoinbaseCheckout = z.infer<typeof checkoutSchema>;

/** A checkout as received. Throws a ZodError when a field that we act on is not what Coinbase documents. */
export const parseCheckout = (value: unknown): CoinbaseCheckout => checkoutSchema.parse(value);

/** An open enum: a status that we do not know is never an end, so it counts as money that may be in motion. */
const STATUS: Readonly<Record<string, PaymentNewsStatus>> = {
  ACTIVE: "pending",
  PROCESSING: "processing",
  DEACTIVATED: "canceled",
  EXPIRED: "expired",
  COMPLETED: "succeeded",
  FAILED: "failed",
  // The money came, and some of it went back: the payment is paid, and its refunds are looked up.
  REFUNDED: "succeeded",
  PARTIALLY_REFUNDED: "succeeded",
};

/**
 * Where a checkout stands. What arrived is the settlement's gross; Coinbase keeps its fee out of that. A checkout of another
 * installation than `installation` is of no payment of ours, whatever id it carries.
 */
export function checkoutNews(checkout: CoinbaseCheckout, installation?: string): PaymentNews {
  const status = STATUS[checkout.status] ?? "processing";
  const paymentId = isOfAnother(checkout.metadata, installation) ? undefined : paymentIdOf(checkout.metadata);
  return {
    ...(paymentId === undefined ? {} : { paymentId }),
    providerReference: checkout.id,
    moneyReference: checkout.id,
    status,
    ...(status === "succeeded" ? moneyOf(checkout) : {}),
    ...(checkout.status.endsWith("REFUNDED") ? { hasRefunds: true } : {}),
    ...(status === "failed"
      ? { failure: { code: "checkout_failed", message: "Coinbase reports that the payment failed." } }
      : {}),
    ...(checkout.url ? { checkoutUrl: checkout.url } : {}),
    ...(checkout.expiresAt ? { expiresAt: checkout.expiresAt } : {}),
  };
}

function moneyOf(checkout: CoinbaseCheckout): Pick<PaymentNews, "received" | "fee"> {
  const { settlement } = checkout;
  // Without a settlement nobody says what arrived; our own price is no answer to that.
  if (!settlement) return {};
  const settled = settlement.currency.toUpperCase();
  return {
    received: { amount: settlement.totalAmount, asset: settled },
    ...(settlement.feeAmount ? { fee: { amount: settlement.feeAmount, asset: settled } } : {}),
  };
}
