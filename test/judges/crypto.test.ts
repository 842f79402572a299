import type { Recorded } from "@coffer/sandboxes/testing";
import t from "tap";
import { judge } from "./judge.js";

const checkout = {
  id: "69163c762331ed43dc64a6ef",
  url: "https://payments.coinbase.com/payment-links/pl_1",
  amount: "100.00",
  currency: "USDC",
  network: "base",
  address: "0x742d",
  tokenAddress: "0x8335",
  status: "COMPLETED",
  metadata: { orderId: "12345" },
  settlement: { totalAmount: "100.00", feeAmount: "1.25", netAmount: "98.75", currency: "USDC" },
  createdAt: "2025-11-13T20:15:49.329Z",
  updatedAt: "2025-11-13T20:16:55.097Z",
  expiresAt: "2026-12-31T23:59:59Z",
};
const asked = (change: object): Recorded => ({
  kind: "request",
  provider: "coinbase",
  userAgent: "",
  method: "POST",
  path: "/api/v1/checkouts",
  query: "",
  version: null,
  body: { amount: "100.00", currency: "USDC", network: "base" },
  status: 200,
  reply: checkout,
  ...change,
});

t.test("the judge passes what the documents allow, and names what they do not", async (t) => {
  const coinbase = (change: object) => judge(asked(change));
  t.strictSame(coinbase({}), []);
  t.match(coinbase({ body: { amount: "1.005", currency: "USDC" } }), [/body: amount/]);
  t.match(coinbase({ body: { amount: "1", currency: "USDC", colour: "red" } }), [/body/]);
  t.match(coinbase({ body: { amount: "1", currency: "USDC", successRedirectUrl: "http://shop.example" } }), [/Url/]);
  t.match(coinbase({ reply: { ...checkout, id: undefined } }), [/reply: id/]);
  t.match(coinbase({ reply: { ...checkout, amount: 100 } }), [/reply: amount/]);
  t.match(coinbase({ method: "DELETE" }), [/no such operation/]);
  t.match(coinbase({ query: "dry=1" }), [/unknown parameter dry/]);
  t.strictSame(coinbase({ status: 400, reply: { errorType: "invalid_request", errorMessage: "no" } }), []);
  t.match(coinbase({ status: 400, reply: { error: "no" } }), [/refused/, /refused/]);
  const told = (body: object): Recorded => ({ kind: "webhook", provider: "coinbase", type: "x", body });
  t.strictSame(judge(told({ ...checkout, eventType: "checkout.payment.success" })), []);
  t.match(judge(told({ ...checkout, eventType: "checkout.invented" })), [/eventType/]);
  t.strictSame(judge({ ...asked({}), provider: "stripe" } as Recorded), [], "others have their own judge");
});
