// Bugs that others had with credits and refunds, each told again here against this service. Where a number is given, it is
// that of the report or of its mend.
import t, { type Test } from "tap";
import { encodeId } from "../../src/core/ids.js";
import { jobsOf } from "../helpers/jobs.js";
import { callJson } from "../helpers/sandbox-client.js";
import { startTestService } from "../helpers/service.js";

async function start(t: Test) {
  const service = await startTestService(t);
  const { call, stripe, sql, deps } = service;
  const control = async (route: string, body: object = {}) => {
    const reply = await callJson("POST", `${stripe.url}/sandbox/${route}`, body);
    if (reply.status !== 200) throw new Error(`${route}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const pending = async () =>
    (await sql.query<{ id: string }>("SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY id")).rows;
  const work = async () => {
    for (const { id } of await pending()) await jobsOf(deps)["webhooks:process"]?.({ eventId: encodeId("whe", id) });
  };
  const hear = async () => {
    await control("webhooks/flush");
    await work();
  };
  const buy = async (customerId: string) => {
    const body = { customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
    const { id, providerReference } = (await call("POST", "/v1/payments", { body })).body;
    const paid = await call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    if (paid.status !== 200) throw new Error(JSON.stringify(paid.body));
    await hear();
    return { id: String(id), intent: String(providerReference) };
  };
  const wallet = async (customerId: string) => {
    const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
    const [{ balance, owed } = { balance: 0, owed: 0 }] = body.balances as { balance: number; owed: number }[];
    return { id: String(body.id), balance, owed };
  };
  const spend = async (customerId: string, amount: number) => {
    const { id } = await wallet(customerId);
    return call("POST", `/v1/wallets/${id}/debits`, { body: { asset: "CREDIT", amount } });
  };
  return { ...service, control, pending, work, hear, buy, wallet, spend };
}

t.test("elizaOS/eliza#10920, PR#10963: refunds take credits back, by what is new in a cumulative sum", async (t) => {
  const { buy, control, hear, wallet, spend } = await start(t);
  const { intent } = await buy("ada");
  await control("refunds", { payment_intent: intent, amount: 300 });
  await hear();
  t.match(await wallet("ada"), { balance: 7, owed: 0 }, "there is a claw-back at all");
  // The charge now says 600 in all; three more credits go, and not six.
  await control("refunds", { payment_intent: intent, amount: 300 });
  await hear();
  t.match(await wallet("ada"), { balance: 4, owed: 0 });
  await spend("ada", 4);
  await control("refunds", { payment_intent: intent });
  await hear();
  t.match(await wallet("ada"), { balance: 0, owed: 4 }, "neither below zero nor clamped and forgotten: it is owed");
});

t.test("anomalyco/opencode#28398: a refund heard of again takes nothing, and a partial one takes a part", async (t) => {
  const { buy, control, hear, wallet } = await start(t);
  const { intent } = await buy("ada");
  await control("webhooks/mode", { repeat: 3 });
  await control("refunds", { payment_intent: intent, amount: 500 });
  await hear();
  t.match(
    await wallet("ada"),
    { balance: 5, owed: 0 },
    "half, though the charge is of 9.99 and was told of four times",
  );
});

t.test("octopusreview PR#577: a handler that fails does not lose the event", async (t) => {
  const { buy, control, hear, work, pending, wallet, call } = await start(t);
  const { id, intent } = await buy("ada");
  await control("faults", { match: { method: "GET", path: "/v1/refunds" }, kind: "status", status: 500, times: 2 });
  await control("refunds", { payment_intent: intent, amount: 500 });
  await hear();
  t.match(await wallet("ada"), { balance: 10 }, "the provider would not say");
  t.ok((await pending()).length > 0, "so it waits for another try");
  await work();
  await work();
  t.match(await wallet("ada"), { balance: 5 });
  const { data } = (await call("GET", `/v1/refunds?paymentId=${id}`)).body as { data: { providerReference: string }[] };
  t.match(data, [{ providerReference: /^re_/ }], "keyed on the refund");
});

t.test("antiwork/gumroad PR#6193: the webhook of our own refund comes before its reply", async (t) => {
  const { buy, control, hear, wallet, call } = await start(t);
  const { id } = await buy("ada");
  await control("webhooks/mode", { beforeReply: true });
  const body = { amount: 500 };
  const replies = await Promise.all([
    call("POST", `/v1/payments/${id}/refunds`, { key: "one", body }),
    call("POST", `/v1/payments/${id}/refunds`, { key: "one", body }),
  ]);
  t.ok(replies.some(({ status }) => status === 201));
  await hear();
  t.match(await wallet("ada"), { balance: 5, owed: 0 }, "taken once");
});

t.test("medusajs/medusa#13301: two who confirm at once charge once", async (t) => {
  const { call, hear, wallet, stripe } = await start(t);
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  const { id, providerReference } = (await call("POST", "/v1/payments", { body })).body;
  const confirm = () => call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
  const replies = await Promise.all([confirm(), confirm(), confirm()]);
  t.ok(replies.some(({ status }) => status === 200));
  await hear();
  t.match(await wallet("ada"), { balance: 10 });
  const effects = (await callJson("GET", `${stripe.url}/sandbox/effects`)).body;
  const { [String(providerReference)]: intent } = effects.payment_intents as Record<string, { charged: number }>;
  t.equal(intent?.charged, 1);
});

t.test("getlago/lago-api#5870: a top-up that is asked for twice is one", async (t) => {
  const { call, wallet } = await start(t);
  const body = { customerId: "ada", asset: "CREDIT", amount: 10, note: "thanks" };
  const replies = await Promise.all([1, 2, 3].map(() => call("POST", "/v1/grants", { key: "same", body })));
  t.ok(replies.some(({ status }) => status === 201));
  t.match(await wallet("ada"), { balance: 10 });
});

t.test("blnkfinance/blnk#374: a refund that is refused moves nothing", async (t) => {
  const { buy, call, wallet, hear } = await start(t);
  const { id } = await buy("ada");
  t.match(await call("POST", `/v1/payments/${id}/refunds`, { body: {} }), { status: 201 });
  await hear();
  const again = await call("POST", `/v1/payments/${id}/refunds`, { body: {} });
  t.match(again, { status: 422, body: { code: "refunds.exceeds_remainder" } });
  await hear();
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
});
