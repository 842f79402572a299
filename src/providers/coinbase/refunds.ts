/** Refunds of Coinbase checkouts (docs.cdp.coinbase.com/api-reference/business-api, refund-checkout). */
import { z } from "zod";
import type { ProviderResult } from "../ports/common.js";
import type { CreateRefundRequest, RefundList, RefundNews, RefundNewsStatus } from "../ports/refunds.js";
import { decimalString, readEach } from "../shared.js";
import type { AskCoinbase } from "./client.js";

const refundSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  amount: decimalString,
  currency: z.string().regex(/^[A-Za-z]{3,10}$/),
  reason: z.string().nullish(),
});

/** An open enum: a status that we do not know is never an end. */
const STATUS: Readonly<Record<string, RefundNewsStatus>> = {
  PENDING: "pending",
  COMPLETED: "succeeded",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  CANCELED: "canceled",
};

function refundNews(value: unknown, paymentReference: string): RefundNews {
  const refund = refundSchema.parse(value);
  return {
    providerReference: refund.id,
    paymentReference,
    status: STATUS[refund.status] ?? "pending",
    amount: { amount: refund.amount, asset: refund.currency.toUpperCase() },
    ...(refund.reason ? { reason: refund.reason } : {}),
  };
}

const checkoutSchema = z.looseObject({ id: z.string(), refunds: z.array(z.unknown()).nullish() });

const traitsSchema = z.looseObject({ id: z.string().min(1) });

/** The refunds that a checkout carries, one by one: what cannot be read must not hide the others. */
export function checkoutRefunds(json: unknown, paymentReference: string): RefundList {
  const checkout = checkoutSchema.parse(json);
  if (checkout.id !== paymentReference) throw new RangeError("a reply about another checkout");
  const { values, unreadable } = readEach(checkout.refunds ?? [], (refund) => refundNews(refund, paymentReference));
  return {
    data: values,
    unreadable: unreadable.map((each) => {
      const traits = traitsSchema.safeParse(each.entry);
      return traits.success ? { ...each, providerReference: traits.data.id } : each;
    }),
  };
}

const replySchema = z.looseObject({ refund: z.unknown() });

/** POST /checkouts/{id}/refund. Amounts have at most two decimals, like prices; finer ones are refused by Coinbase. */
export function createCoinbaseRefund(
  ask: AskCoinbase,
  request: CreateRefundRequest,
): Promise<ProviderResult<RefundNews>> {
  return ask(
    {
      method: "POST",
      path: `/checkouts/${encodeURIComponent(request.paymentReference)}/refund`,
      name: "/checkouts/{id}/refund",
      body: {
        amount: twoDecimals(request.amount.amount),
        currency: request.amount.asset,
        ...(request.reason ? { reason: request.reason } : {}),
      },
      idempotencyKey: request.idempotencyKey,
    },
    (json) => ({
      ...refundNews(replySchema.parse(json).refund, request.paymentReference),
      refundId: request.refundId,
      isAssumed: true,
    }),
  );
}

/** Coinbase's form of an amount: two decimals; finer digits stay, for it to refuse. */
function twoDecimals(amount: string): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  return `${whole}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`;
}
