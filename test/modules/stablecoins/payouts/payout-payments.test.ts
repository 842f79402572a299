import t from "tap";
import { encodeId } from "../../../../src/core/ids.js";
import { eventually } from "../../../helpers/service.js";
import { fundedCustomer, SOMEWHERE, startSteppedCoins } from "../../../helpers/stablecoins.js";

type Coins = Awaited<ReturnType<typeof startSteppedCoins>>;

t.test("a payout whose payment lost its money while it waited is not sent", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, submit, payout, keyOf, chain } = service;
  await fundedCustomer(service, "ada");
  const token = await keyOf("approver");
  const pay = payer(service);
  const ask = (paymentId: unknown) => expectStatus(201, askFor(service, paymentId));
  const refund = (paymentId: unknown, body: object = {}) =>
    expectStatus(201, call("POST", `/v1/payments/${paymentId}/refunds`, { body }));
  const usd = () => usdOf(service);

  const large = await pay(200_000);
  const waiting = await ask(large);
  t.match(waiting, { status: "awaiting_approval" });
  await refund(large);
  t.strictSame(await usd(), [0, 200_000], "it went back, and what is set aside is still there");
  const body = { termsHash: waiting.termsHash };
  await expectStatus(200, call("POST", `/v1/payouts/${waiting.id}/approve`, { body, token }));
  await submit(waiting.id);
  t.match(await payout(waiting.id), { status: "canceled", reason: "the payment is refunded", attempts: [] });
  t.strictSame(await usd(), [0, 0], "what was set aside repaid the loss");

  const partly = await pay(10_000);
  const whole = await ask(partly);
  await refund(partly, { amount: 4_000 });
  await submit(whole.id);
  t.match(await payout(whole.id), { status: "canceled", reason: "the payment is partially_refunded" });
  t.strictSame(await usd(), [6_000, 0], "the rest is the wallet's");
  t.match(await askFor(service, partly), { status: 422, body: { code: "payouts.payment_not_payable" } });

  const disputed = await pay(10_000, "pm_card_createDispute");
  const early = await ask(disputed);
  await eventually(async () => {
    await work(service);
    return (await call("GET", `/v1/payments/${disputed}`)).body.status === "disputed";
  }, 15_000);
  await submit(early.id);
  t.match(await payout(early.id), { status: "canceled", reason: "the payment is disputed" });
  t.strictSame(await usd(), [6_000, 0]);
  t.strictSame(await chain.references(), {}, "the provider was never asked");
  t.equal((await service.eventsOf("payout.canceled")).length, 3);
});

t.test("a refund after the coins were sent leaves the payout alone: the customer owes", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, submit, payout } = service;
  await fundedCustomer(service, "ada");
  const paid = await payer(service)(10_000);
  const { id } = await expectStatus(201, askFor(service, paid));
  await submit(id);
  await expectStatus(201, call("POST", `/v1/payments/${paid}/refunds`, { body: {} }));
  await submit(id);
  t.match(await payout(id), { status: "submitted" });
  t.strictSame(await usdOf(service), [0, 10_000]);
});

t.test("another attempt is not made for a payment that lost its money", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, chain, expectStatus, submit, payout } = service;
  await fundedCustomer(service, "ada");
  const paid = await payer(service)(10_000);
  const { id } = await expectStatus(201, askFor(service, paid));
  await chain.rule({ outcome: "refused", reason: "Invalid address", times: 1 });
  await submit(id);
  t.match(await payout(id), { status: "failed" });
  await service.fund("ada", 10_000, "USD");
  await expectStatus(201, call("POST", `/v1/payments/${paid}/refunds`, { body: { amount: 1 } }));
  const retried = await call("POST", `/v1/payouts/${id}/retry`, { body: { reason: "again" } });
  t.match(retried, { status: 422, body: { code: "payouts.payment_not_payable" } });
  t.match(await payout(id), { status: "failed" });
});

t.test("coins that leave after all for a payment that was refunded are booked, and owed", async (t) => {
  const service = await startSteppedCoins(t, { overrides: { providerTimeoutMs: 700 } });
  const { call, chain, expectStatus, fault, submit, payout, keyOf, advance } = service;
  await fundedCustomer(service, "ada");
  const paid = await payer(service)(10_000);
  const { id } = await expectStatus(201, askFor(service, paid));
  await fault("POST", "/withdraw$", { kind: "delay", delayMs: 3_000 });
  await submit(id);
  advance(60_000);
  await expectStatus(201, call("POST", `/v1/payments/${paid}/refunds`, { body: {} }));
  const body = { reason: "not there" };
  await expectStatus(200, call("POST", `/v1/payouts/${id}/retry`, { body, token: await keyOf("approver") }));
  await submit(id);
  t.match(await payout(id), { status: "canceled", attempts: [{ status: "abandoned" }] });
  t.strictSame(await usdOf(service), [0, 0]);
  const [reference] = await eventually(async () => {
    const references = Object.keys(await chain.references());
    return references.length > 0 && references;
  });
  await chain.post("webhooks/mode", { drop: false });
  await chain.settle(reference ?? "", { status: "success" });
  await chain.post("webhooks/flush");
  await work(service);
  t.match(await payout(id), { status: "confirmed" });
  t.strictSame(await usdOf(service), [0, 10_000]);
});

t.test("money that was given back is not exchanged again at an old price", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, chain, expectStatus, submit, payout, advance, fault, keyOf } = service;
  await fundedCustomer(service, "ada");
  await service.fund("ada", 20_000, "USD");
  const walletId = await service.walletOf("ada");
  const body = { walletId, asset: "USD", amount: 10_000, payoutAsset: "USDC", network: "base", address: SOMEWHERE };
  const ask = (change: object = {}) => expectStatus(201, call("POST", "/v1/payouts", { body: { ...body, ...change } }));
  const retry = (id: unknown, options: object = {}) =>
    call("POST", `/v1/payouts/${id}/retry`, { body: { reason: "again" }, ...options });
  const failing = async (id: unknown) => {
    await chain.rule({ outcome: "refused", reason: "Invalid address", times: 1 });
    await submit(id);
    t.match(await payout(id), { status: "failed" });
  };
  const exchanged = await ask();
  const plain = await ask({ asset: "USDC", amount: 100_000_000 });
  const lost = await ask();
  await fault("POST", "/withdraw$", { kind: "cut_before" });
  await submit(lost.id);
  await failing(exchanged.id);
  await expectStatus(200, retry(exchanged.id));
  await failing(exchanged.id);
  await failing(plain.id);

  advance(61 * 60_000);
  t.match(await retry(exchanged.id), { status: 409, body: { code: "payouts.quote_expired" } });
  t.match(await payout(exchanged.id), { status: "failed" });
  await expectStatus(200, retry(plain.id));
  const token = await keyOf("approver");
  t.match(await retry(lost.id, { token }), { status: 200 }, "its money was set aside all the time");
});

/** Pays for dollars by card; answers the payment's id. */
function payer({ call, expectStatus }: Coins) {
  return async (amount: number, paymentMethodId = "pm_card_visa"): Promise<unknown> => {
    const body = { customerId: "ada", amount, currency: "USD", provider: "stripe", flow: "payment_intent" };
    const { id } = await expectStatus(201, call("POST", "/v1/payments", { body }));
    await expectStatus(200, call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId } }));
    return id;
  };
}

const askFor = ({ call }: Coins, paymentId: unknown) =>
  call("POST", "/v1/payouts", { body: { paymentId, payoutAsset: "USDC", network: "base", address: SOMEWHERE } });

/** What ada has and owes in dollars. */
async function usdOf({ call, expectStatus }: Coins): Promise<[number, number]> {
  const { balances } = await expectStatus(200, call("GET", "/v1/customers/ada/wallet"));
  const row = (balances as { asset: string; balance: number; owed: number }[]).find(({ asset }) => asset === "USD");
  return [row?.balance ?? 0, row?.owed ?? 0];
}

/** Does the worker's part with the webhooks that came. */
async function work({ sql, job }: Coins): Promise<void> {
  const { rows } = await sql.query("SELECT id FROM webhook_events WHERE status = 'pending'");
  for (const { id } of rows) await job("webhooks:process", { eventId: encodeId("whe", id) });
}
