import t from "tap";
import { DAY_MS } from "../../../../src/core/clock.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { startShop } from "../../../helpers/stripe-shop.js";

// Silence, a wrong word and a late word are no proof: what the provider has is looked for.

const HUNDRED = { amount: 1_000, currency: "USD", grants: { asset: "CREDIT", amount: 100 } };

t.test("C7: refunds and disputes whose webhooks were lost are found in the provider's lists", async (t) => {
  const { buy, stripe, wallet, service, payment, until } = await startShop(t);
  const [first, second] = [await buy("ada", HUNDRED), await buy("bob", HUNDRED)];
  await until(async () => (await wallet("bob")).balance === 100);
  await stripe("webhooks/mode", { drop: true });
  await stripe("refunds", { payment_intent: first.intent, amount: 300 });
  const { id: dispute } = await stripe("disputes", { payment_intent: second.intent });
  await jobsOf(service.deps)["reversals:catch-up"]?.({});
  t.match(await wallet("ada"), { balance: 70 });
  t.match(await wallet("bob"), { balance: 0 });
  await stripe(`disputes/${dispute}/win`);
  await jobsOf(service.deps)["reversals:catch-up"]?.({});
  t.match(await wallet("bob"), { balance: 100 });
  t.match(await payment(second.id), { status: "succeeded" });
});

t.test("C7: an open dispute is looked up daily, and one that is over for some months", async (t) => {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const { buy, stripe, wallet, service, quiet } = await startShop(t, { overrides: { clock } });
  const { intent } = await buy("ada", HUNDRED);
  const { id: dispute } = await stripe("disputes", { payment_intent: intent });
  await quiet();
  await stripe("webhooks/mode", { drop: true });
  await stripe(`disputes/${dispute}/transactions`, { amount: 400 });
  const sweep = () => jobsOf(service.deps)["refunds:sweep"]?.({});
  await sweep();
  t.match(await wallet("ada"), { balance: 0 }, "not yet");
  ahead = DAY_MS + 1_000;
  await sweep();
  t.match(await wallet("ada"), { balance: 40 });
  await stripe(`disputes/${dispute}`, { status: "lost" });
  ahead = 2 * DAY_MS + 2_000;
  await sweep();
  await stripe(`disputes/${dispute}/transactions`, { amount: 600 });
  ahead = 10 * DAY_MS;
  await sweep();
  t.match(await wallet("ada"), { balance: 100 });
});

t.test(
  "C8, D: a refund that the provider cannot pay is refused before anything is written, or rounded to what it can",
  async (t) => {
    const { buy, refund, wallet, call } = await startShop(t);
    const { id } = await buy("ada", { amount: 5_000, currency: "KWD", grants: { asset: "CREDIT", amount: 3 } });
    const preview = (body: object) => call("POST", `/v1/payments/${id}/refunds?dryRun=true`, { body });
    for (const ask of [preview, (body: object) => refund(id, body)]) {
      t.match(await ask({ amount: 1_667 }), { status: 422, body: { code: "refunds.too_fine", multipleOf: 10 } });
    }
    t.match(await wallet("ada"), { balance: 3 });
    t.match(await preview({ grants: 1 }), { status: 200, body: { amount: 1_670, takesBack: { amount: 1 } } });
    t.match(await refund(id, { grants: 1 }), { status: 201, body: { amount: 1_670, status: "succeeded" } });
    t.match(await wallet("ada"), { balance: 2 });
    t.match(await refund(id), { status: 201, body: { amount: 3_330 } });
    t.match(await wallet("ada"), { balance: 0 });
  },
);

t.test("C10: a second id for a refund of ours is set aside, and its money is booked once", async (t) => {
  const { buy, refund, stripe, wallet, books, quiet, call } = await startShop(t);
  const { id } = await buy("ada", HUNDRED);
  await stripe("faults", { match: { method: "POST", path: "/v1/refunds" }, kind: "wrong_id_after", times: 1 });
  const { body } = await refund(id, { amount: 400 });
  await quiet();
  t.match(await wallet("ada"), { balance: 60 });
  t.match(await books("USD"), { stripe_clearing: 600 });
  const { data } = (await call("GET", `/v1/refunds?paymentId=${id}`)).body as { data: { secondReference: string }[] };
  t.equal(data.length, 1);
  t.equal(`${data[0]?.secondReference}x`, body.providerReference);
  const events = (await call("GET", "/v1/events?type=refund.needs_review")).body.data as object[];
  t.equal(events.length, 1, "a person is told, once");
});

t.test("C11: who cancels while somebody confirms is told that it is canceled", async (t) => {
  const { call, stripe, payment } = await startShop(t);
  const body = { customerId: "ada", ...HUNDRED, provider: "stripe", flow: "payment_intent" };
  const { body: made } = await call("POST", "/v1/payments", { body });
  await stripe("faults", { match: { method: "POST", path: "/cancel$" }, kind: "delay_after", delayMs: 800, times: 1 });
  const canceling = call("POST", `/v1/payments/${made.id}/cancel`, { body: undefined });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const confirm = { body: { paymentMethodId: "pm_card_visa" } };
  const confirmed = await call("POST", `/v1/payments/${made.id}/confirm`, confirm);
  t.not(confirmed.status, 200);
  t.match(await canceling, { status: 200, body: { status: "canceled" } });
  t.match(await payment(String(made.id)), { status: "canceled" });
});

t.test("D: a preview refuses what the call refuses", async (t) => {
  const { call } = await startShop(t);
  const coins = {
    customerId: "ada",
    package: "starter",
    provider: "coinbase",
    flow: "checkout",
    successUrl: "http://shop.test/",
  };
  for (const query of ["?dryRun=true", ""]) {
    const refused = await call("POST", `/v1/payments${query}`, { body: coins });
    t.match(refused, { status: 422, body: { code: "payments.return_url_refused" } }, query);
  }
  const body = { customerId: "ada", ...HUNDRED, provider: "stripe", flow: "payment_intent" };
  const { body: made } = await call("POST", "/v1/payments", { body });
  for (const query of ["?dryRun=true", ""]) {
    const confirm = { body: { paymentMethodId: "pm_unknown123" } };
    const refused = await call("POST", `/v1/payments/${made.id}/confirm${query}`, confirm);
    t.match(refused, { status: 422, body: { code: "payments.rejected" } }, query);
  }
  const unknown = await call("POST", "/v1/payments?dryRun=true", {
    body: { ...body, paymentMethodId: "pm_unknown123" },
  });
  t.match(unknown, { status: 422, body: { code: "payments.rejected" } });
  for (const query of ["?dryRun=true", ""]) {
    const huge = { ...body, amount: Number.MAX_SAFE_INTEGER };
    const detail = /maximum is 9999999999\.99 USD/;
    const refused = await call("POST", `/v1/payments${query}`, { body: huge });
    t.match(refused, { status: 422, body: { code: "payments.price_refused", detail } }, query);
    const owed = { asset: "NOPE", reason: "mistyped" };
    const { body: wallet } = await call("GET", "/v1/customers/ada/wallet");
    const written = await call("POST", `/v1/wallets/${wallet.id}/debt-write-offs${query}`, { body: owed });
    t.match(written, { status: 422, body: { code: "ledger.asset_not_found" } }, query);
  }
  const known = { body: { paymentMethodId: "pm_card_visa" } };
  t.match(await call("POST", `/v1/payments/${made.id}/confirm?dryRun=true`, known), { status: 200 });
});
