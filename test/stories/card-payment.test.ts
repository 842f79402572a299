import t from "tap";
import { eventually, startTestService } from "../helpers/service.js";

// A customer buys ten credits by card, spends three, and the books explain every unit.
t.test("a card payment becomes credits once, and the credits are spent", async (t) => {
  const { call } = await startTestService(t);

  const created = await call("POST", "/v1/payments", {
    body: { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  t.equal(created.status, 201);
  t.match(created.body, { status: "pending", amount: 999, currency: "USD", grants: { asset: "CREDIT", amount: 10 } });
  t.match(created.body.clientSecret, /^pi_\w+_secret_\w+$/);

  const paid = await call("POST", `/v1/payments/${created.body.id}/confirm`, {
    body: { paymentMethodId: "pm_card_visa" },
  });
  t.equal(paid.status, 200);
  t.equal(paid.body.status, "succeeded");
  t.equal((paid.body.transferIds as string[]).length, 2);

  const wallet = await call("GET", "/v1/customers/ada/wallet");
  t.match(wallet.body.balances, [{ asset: "CREDIT", scale: 0, balance: 10, held: 0, available: 10 }]);

  const spend = await call("POST", `/v1/wallets/${wallet.body.id}/debits`, {
    body: { asset: "CREDIT", amount: 3, description: "three pictures", reference: "job-1" },
  });
  t.equal(spend.status, 201);
  t.match(spend.body, { amount: 3, balanceAfter: 7 });

  const entries = await call("GET", `/v1/wallets/${wallet.body.id}/entries`);
  t.match(entries.body.data, [
    { type: "debit", amount: -3, balanceAfter: 7, reference: "job-1" },
    { type: "purchase", amount: 10, balanceAfter: 10, source: created.body.id },
  ]);

  const events = await eventually(async () => {
    const list = await call("GET", "/v1/webhook-events?type=payment_intent.succeeded");
    const data = list.body.data as { status: string; resource: string }[];
    return data.length > 0 && data;
  });
  t.match(events, [{ status: "processed", resource: created.body.id }]);

  const accounts = await call("GET", "/v1/ledger/accounts?kind=system");
  const balances = Object.fromEntries(
    (accounts.body.data as { code: string; asset: string; balance: number }[]).map((a) => [
      `${a.code} ${a.asset}`,
      a.balance,
    ]),
  );
  t.match(balances, {
    "stripe_clearing USD": 999,
    "deferred_revenue USD": -999,
    "credits_issued CREDIT": -10,
    "credits_used CREDIT": 3,
  });
});

// The same by crypto: the provider says its fee with the payment, so it is booked at once.
t.test("a crypto payment becomes credits once", async (t) => {
  const { call, coinbase } = await startTestService(t);
  const created = await call("POST", "/v1/payments", {
    body: { customerId: "grace", package: "starter", provider: "coinbase", flow: "checkout" },
  });
  t.equal(created.status, 201);
  t.match(created.body, { status: "pending", amount: 9_990_000, currency: "USDC" });
  t.ok(created.body.checkoutUrl);
  t.ok(created.body.expiresAt);

  const reply = await fetch(`${coinbase.url}/sandbox/checkouts/${created.body.providerReference}/pay`, {
    method: "POST",
  });
  t.ok(reply.ok);
  await eventually(async () => (await call("GET", `/v1/payments/${created.body.id}`)).body.status === "succeeded");
  const wallet = await call("GET", "/v1/customers/grace/wallet");
  t.match(wallet.body.balances, [{ asset: "CREDIT", balance: 10 }]);
});
