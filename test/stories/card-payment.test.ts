import t from "tap";
import { eventually, startTestService } from "../helpers/service.js";

// A customer buys ten credits by card, spends three, and the books explain every unit.
t.test("a card payment becomes credits once, and the credits are spent", async (t) => {
  const { api } = await startTestService(t);

  const created = await api("createPayment", {
    body: { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  t.match(created, { status: "pending", amount: 999, currency: "USD", grants: { asset: "CREDIT", amount: 10 } });
  t.match(created.clientSecret, /^pi_\w+_secret_\w+$/);

  const path = { paymentId: created.id };
  const paid = await api("confirmPayment", { path, body: { paymentMethodId: "pm_card_visa" } });
  t.equal(paid.status, "succeeded");
  t.equal(paid.transferIds.length, 2);

  const wallet = await api("getWallet", { path: { customerId: "ada" } });
  t.match(wallet.balances, [{ asset: "CREDIT", scale: 0, balance: 10, held: 0, available: 10 }]);

  const spend = await api("createDebit", {
    path: { walletId: wallet.id },
    body: { asset: "CREDIT", amount: 3, description: "three pictures", reference: "job-1" },
  });
  t.match(spend, { amount: 3, balanceAfter: 7 });

  const entries = await api("listEntries", { path: { walletId: wallet.id } });
  t.match(entries.data, [
    { type: "debit", amount: -3, balanceAfter: 7, reference: "job-1" },
    { type: "purchase", amount: 10, balanceAfter: 10, source: created.id },
  ]);

  const events = await eventually(async () => {
    const { data } = await api("listWebhookEvents", { query: { type: "payment_intent.succeeded" } });
    return data.length > 0 && data;
  });
  t.match(events, [{ status: "processed", resource: created.id }]);

  const { data } = await api("listAccounts", { query: { kind: "system" } });
  const balances = Object.fromEntries(data.map(({ code, asset, balance }) => [`${code} ${asset}`, balance]));
  t.match(balances, {
    "stripe_clearing USD": 999,
    "deferred_revenue USD": -999,
    "credits_issued CREDIT": -10,
    "credits_used CREDIT": 3,
  });
});

// The same by crypto: the provider says its fee with the payment, so it is booked at once.
t.test("a crypto payment becomes credits once", async (t) => {
  const { api, coinbase } = await startTestService(t);
  const created = await api("createPayment", {
    body: { customerId: "grace", package: "starter", provider: "coinbase", flow: "checkout" },
  });
  t.match(created, { status: "pending", amount: 9_990_000, currency: "USDC" });
  t.ok(created.checkoutUrl);
  t.ok(created.expiresAt);

  const reply = await fetch(`${coinbase.url}/sandbox/checkouts/${created.providerReference}/pay`, { method: "POST" });
  t.ok(reply.ok);
  await eventually(async () => (await api("getPayment", { path: { paymentId: created.id } })).status === "succeeded");
  const wallet = await api("getWallet", { path: { customerId: "grace" } });
  t.match(wallet.balances, [{ asset: "CREDIT", balance: 10 }]);
});
