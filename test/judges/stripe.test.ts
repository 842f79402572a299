import { type Recorded, STRIPE_API_VERSION } from "@coffer/sandboxes/testing";
import t from "tap";
import { StripeJudge } from "./stripe.js";

const judge = new StripeJudge();

const refund = {
  id: "re_1",
  object: "refund",
  amount: 400,
  balance_transaction: "txn_1",
  charge: "ch_1",
  created: 1_700_000_000,
  currency: "usd",
  metadata: { coffer_refund_id: "ref_1" },
  payment_intent: "pi_1",
  reason: null,
  receipt_number: null,
  source_transfer_reversal: null,
  status: "succeeded",
  transfer_reversal: null,
};

const thin = {
  id: "evt_test_1",
  object: "v2.core.event",
  created: "2026-11-20T00:00:00.000Z",
  livemode: false,
  type: "v1.payment_intent.succeeded",
  related_object: { id: "pi_1", type: "payment_intent", url: "/v1/payment_intents/pi_1" },
};

const request = (change: Partial<Extract<Recorded, { kind: "request" }>>): Recorded => ({
  kind: "request",
  provider: "stripe",
  userAgent: "Stripe/v1 NodeBindings/23.1.0",
  method: "POST",
  path: "/v1/refunds",
  query: "",
  version: STRIPE_API_VERSION,
  body: { payment_intent: "pi_1", amount: "400", metadata: { a: "b" } },
  status: 200,
  reply: refund,
  ...change,
});

t.test("the judge knows what the package knows", async (t) => {
  t.ok(judge.known.operations > 400, `${judge.known.operations} operations`);
  t.ok(judge.known.events > 200, `${judge.known.events} events`);
  t.ok(judge.known.thinEvents > 200, `${judge.known.thinEvents} thin events`);
});

t.test("the judge finds nothing wrong about what is right", async (t) => {
  t.strictSame(judge.judge(request({})), []);
  const list = { object: "list", url: "/v1/refunds", has_more: false, data: [refund] };
  const listed = request({
    method: "GET",
    query: "limit=100&created[gte]=1&payment_intent=pi_1",
    body: {},
    reply: list,
  });
  t.strictSame(judge.judge(listed), []);
  const refused = { type: "invalid_request_error", message: "No.", param: "amount" };
  t.strictSame(judge.judge(request({ status: 400, body: { amout: "1" }, reply: { error: refused } })), []);
  t.strictSame(judge.judge({ kind: "webhook", provider: "stripe", type: thin.type, body: thin }), []);
});

t.test("the judge catches planted faults", async (t) => {
  const faults = (change: Parameters<typeof request>[0]) => judge.judge(request(change))?.join("\n");
  const refusal = (error: object) => faults({ status: 402, reply: { error } });
  t.match(refusal({ message: "No." }), /refusal 402\.type: missing/);
  t.match(refusal({ type: "bad_card", message: "No." }), /refusal 402\.type: "bad_card"/);
  t.match(
    refusal({ type: "card_error", message: "No.", payment_intent: { id: "pi_1" } }),
    /payment_intent\.amount: missing/,
  );
  t.match(refusal({ type: "card_error", message: "No.", colour: "red" }), /colour: unknown/);
  const thinly = (change: object) =>
    judge.judge({ kind: "webhook", provider: "stripe", type: "", body: { ...thin, ...change } })?.join();
  t.match(thinly({ created: 1 }), /created: 1 is no string/);
  t.match(thinly({ related_object: { id: "pi_1" } }), /related_object\.url: missing/);
  t.match(thinly({ type: "v1.refund.invented" }), /no such event/);
  t.match(faults({ path: "/v1/refund" }), /no such operation/);
  t.match(faults({ body: { payment_intent: "pi_1", amout: "400" } }), /asks\.amout: unknown/);
  t.match(faults({ body: { payment_intent: "pi_1", amount: "4.5x" } }), /asks\.amount: "4\.5x" is no number/);
  t.match(faults({ body: { expand: "charge" } }), /asks\.expand: "charge" is no string\[\]/);
  t.match(faults({ reply: { ...refund, amount: "400" } }), /answers\.amount: "400" is no number/);
  t.match(faults({ reply: { ...refund, currency: undefined } }), /answers\.currency: missing/);
  t.match(faults({ reply: { ...refund, currency: null } }), /answers\.currency: null is no string/);
  t.match(faults({ reply: { ...refund, test_name: "x" } }), /answers\.test_name: unknown/);
  const event = {
    id: "evt_1",
    object: "event",
    api_version: STRIPE_API_VERSION,
    created: 1,
    data: { object: { ...refund, created: "now" } },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: "refund.created",
  };
  const told = judge.judge({ kind: "webhook", provider: "stripe", type: event.type, body: event })?.join("\n");
  t.match(told, /event refund\.created\.data\.object\.created: "now" is no number/);
  const strange = { ...event, type: "refund.invented" };
  t.match(judge.judge({ kind: "webhook", provider: "stripe", type: "", body: strange })?.join(), /no such event/);
});
