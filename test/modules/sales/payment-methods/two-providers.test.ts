import "../../../helpers/acme.js";
import t from "tap";
import { customerToken } from "../../../helpers/jwt.js";
import { startTwoBillers } from "../../../helpers/two-billers.js";

const BASE = "/v1/customers/ada/payment-methods";
const NOT_FOUND = { status: 404, body: { code: "payment_methods.not_found" } };

t.test("a method is its provider's, and is not offered at another", async (t) => {
  const { must, call, plan, saveAt, acme } = await startTwoBillers(t, { quiet: true });
  await plan("basic");
  const [first, second] = [
    await saveAt("stripe", "ada", { default: true }),
    await saveAt("acme", "ada", { default: true }),
  ];
  const ids = async (query = "") =>
    ((await must("GET", `${BASE}${query}`)).data as { id: string }[]).map(({ id }) => id);
  t.same(new Set(await ids()), new Set([first, second]));
  t.strictSame([await ids("?provider=stripe"), await ids("?provider=acme")], [[first], [second]]);
  const all = await must("GET", BASE);
  t.match(all, { defaultPaymentMethodId: first, stale: false });
  t.ok(
    (all.data as { default: boolean }[]).every((each) => each.default),
    "each provider has its own default",
  );

  const subscribe = (provider: string, paymentMethodId: string) =>
    call("POST", "/v1/subscriptions", {
      body: { customerId: "ada", plan: "basic", provider, flow: "payment_intent", paymentMethodId },
    });
  t.match(await subscribe("stripe", second), NOT_FOUND);
  t.match(await subscribe("acme", first), NOT_FOUND);
  t.match(await subscribe("acme", second), { status: 201, body: { provider: "acme", status: "active" } });
  const elsewhere = { paymentMethodId: second, provider: "stripe" };
  t.match(await call("PUT", `${BASE}/default`, { body: elsewhere }), NOT_FOUND);
  t.match(await must("PUT", `${BASE}/default`, { paymentMethodId: second }), { defaultPaymentMethodId: second });
  t.match(await must("PUT", `${BASE}/default`, { paymentMethodId: null, provider: "stripe" }), {
    defaultPaymentMethodId: null,
  });
  t.match(await must("GET", BASE), { defaultPaymentMethodId: second }, "the other one's stays");
  t.match(await call("DELETE", `${BASE}/${second}`), { status: 409, body: { code: "payment_methods.in_use" } });
  t.match(
    await must("DELETE", `${BASE}/${first}`),
    { status: "detached", provider: "stripe" },
    "nothing there is paid with it",
  );

  await acme.control("faults", { match: { path: "/v1" }, kind: "status", status: 503 });
  t.match(await must("GET", BASE), { stale: true, data: [{ id: second, provider: "acme" }] });
  t.match(await must("GET", `${BASE}?provider=stripe`), { stale: false, data: [] });
});

t.test("the saving of a method is told by the provider that keeps it", async (t) => {
  const { must, call, acme, customerAt, acmeIsDown, job, sql, withoutAcme } = await startTwoBillers(t, { quiet: true });
  const token = await customerToken("ada");
  const setup = await call("POST", `${BASE}/setups?provider=acme`, { token });
  t.match(setup, { status: 201, body: { provider: "acme", clientSecret: /^seti_/ } });
  await acme.control(`setup_intents/${setup.body.id}/succeed`, { payment_method: "pm_card_visa" });
  t.match(await call("GET", `${BASE}/setups/${setup.body.id}`, { token }), { status: 404 }, "Stripe has no such setup");
  t.match(await must("GET", `${BASE}/setups/${setup.body.id}?provider=acme`), { status: "succeeded" });
  const { data } = await must("GET", BASE);
  t.match(data, [{ provider: "acme", status: "attached" }]);
  t.type(await customerAt("ada"), "string");

  await acmeIsDown();
  const [{ id }] = data as [{ id: string }];
  t.match(await call("DELETE", `${BASE}/${id}`), { status: 503, body: { detail: /^acme / } });
  await sql.query("UPDATE payment_method_lists SET refresh_at = now() - interval '1 minute'");
  const due = async () => (await sql.query("SELECT provider FROM payment_method_lists WHERE refresh_at < now()")).rows;
  const without = await withoutAcme();
  await without.job("payment-methods:sweep");
  t.strictSame(await due(), [{ provider: "acme" }], "who is not set up is left alone");
  t.match(await without.call("DELETE", `${BASE}/${id}`), {
    status: 503,
    body: { code: "provider.not_configured", detail: /acme/ },
  });
  t.match(await without.must("GET", BASE), { data: [] });
  await acme.control("faults", {}, "DELETE");
  await job("payment-methods:sweep");
  t.strictSame(await due(), []);
  t.match(await must("GET", BASE), { data: [{ id, provider: "acme", status: "attached" }] });
});
