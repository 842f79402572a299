import t from "tap";
import { startBilling } from "../../../helpers/billing.js";
import { eventually } from "../../../helpers/service.js";

const WAIT_MS = 20_000;

t.test("G: what a customer is called now reaches Stripe, and so does that it is called nothing", async (t) => {
  const { must, saveCard, customerAt, atStripe } = await startBilling(t);
  await saveCard("ada");
  const at = async () => atStripe(`customers/${await customerAt("ada")}`);
  await must("PUT", "/v1/customers/ada", { email: "ada@b.test", name: "Ada" });
  const isCalled = (email: string | null, name: string | null) =>
    eventually(async () => {
      const now = await at();
      return now.email === email && now.name === name;
    }, WAIT_MS);
  t.ok(await isCalled("ada@b.test", "Ada"));
  await must("PUT", "/v1/customers/ada", { name: "Ada L." });
  t.ok(await isCalled("ada@b.test", "Ada L."));
  await must("PUT", "/v1/customers/ada", { email: null, name: null });
  t.ok(await isCalled(null, null));
});

t.test("G: whatever is asked for a customer that was deleted at Stripe makes it anew", async (t) => {
  const { must, plan, saveCard, customerAt, doAtStripe, call, balanceIs } = await startBilling(t);
  await plan("basic");
  const vanish = async () => doAtStripe(`customers/${await customerAt("ada")}`, {}, "DELETE");
  await saveCard("ada");
  await vanish();
  t.match(await must("POST", "/v1/customers/ada/portal-sessions", {}), { url: /^http/ });
  await vanish();
  t.match(await must("POST", "/v1/customers/ada/payment-methods/setups", {}), { clientSecret: /^seti_/ });
  await vanish();
  const paid = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  const payment = await must("POST", "/v1/payments", paid);
  t.match(await call("POST", `/v1/payments/${payment.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } }), {
    status: 200,
    body: { status: "succeeded" },
  });
  await balanceIs("ada", 10);
  await vanish();
  const body = { customerId: "ada", plan: "basic", flow: "checkout" };
  t.match(await must("POST", "/v1/subscriptions", body), { checkoutUrl: /^http/ });
  await vanish();
  await must("PUT", "/v1/customers/ada", { name: "Ada" });
  t.match(await must("POST", "/v1/customers/ada/portal-sessions", {}), { url: /^http/ });
});

t.test("E10: a large catalog is brought to Stripe by the worker", { timeout: 120_000 }, async (t) => {
  const { plan, call } = await startBilling(t, { quiet: true });
  for (let count = 0; count < 40; count += 1) await plan(`plan-${count}`);
  const startedAt = Date.now();
  const reply = await call("POST", "/v1/products/sync");
  t.match(reply, { status: 202, body: { provider: "stripe" } });
  t.ok((reply.body.queued as number) >= 40);
  t.ok(Date.now() - startedAt < 5_000);
});
