import t from "tap";
import { encodeId } from "../../src/core/ids.js";
import { jobsOf } from "../helpers/jobs.js";
import { callJson } from "../helpers/sandbox-client.js";
import { startTestService, type TestService } from "../helpers/service.js";

/** The customer, her plans, and a year that goes by at the provider. */
async function begin(service: TestService) {
  const { call, stripe, sql, deps } = service;
  let asked = 0;
  const ask = async (status: number, method: string, route: string, body?: object) => {
    asked += 1;
    const reply = await call(method, route, body === undefined ? {} : { body, key: `a-year-${asked}` });
    if (reply.status !== status) throw new Error(`${method} ${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  /** Everything that the provider has to say is said, and worked on. */
  const settle = async () => {
    for (let round = 0; round < 5; round += 1) {
      await callJson("POST", `${stripe.url}/sandbox/webhooks/flush`, {});
      const { rows } = await sql.query<{ id: string }>("SELECT id FROM webhook_events WHERE status = 'pending'");
      for (const { id } of rows) await jobsOf(deps)["webhooks:process"]?.({ eventId: encodeId("whe", id) });
      if (rows.length === 0) return;
    }
  };
  const until = async (day: string) => {
    const reply = await callJson("POST", `${stripe.url}/sandbox/clock/advance`, { to: `2027-${day}T00:00:00Z` });
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    await settle();
  };
  const wallet = async () => {
    const { body } = await call("GET", "/v1/customers/ada/wallet");
    const [credit] = (body.balances as { asset: string; balance: number; owed: number }[]).filter(
      ({ asset }) => asset === "CREDIT",
    );
    return { id: String(body.id), has: credit?.balance ?? 0, owes: credit?.owed ?? 0 };
  };
  const declineNext = async () => {
    const { rows } = await sql.query("SELECT reference FROM customer_links WHERE customer_id = 'ada'");
    const rule = { outcome: "decline", decline_code: "insufficient_funds", times: 1 };
    await callJson("POST", `${stripe.url}/sandbox/customers/${rows[0].reference}/charges`, rule);
  };
  const spend = async (amount: number) =>
    ask(201, "POST", `/v1/wallets/${(await wallet()).id}/debits`, { asset: "CREDIT", amount });
  const invoices = async () =>
    (await ask(200, "GET", "/v1/customers/ada/invoices?limit=100")).data as {
      id: string;
      status: string;
      total: number;
      paymentId: string | null;
    }[];
  const plan = (code: string, credits: number, more: object = {}) =>
    ask(201, "POST", "/v1/plans", {
      code,
      name: code,
      grants: { asset: "CREDIT", amount: credits },
      prices: [{ amount: credits * 100, currency: "USD" }],
      interval: "month",
      ...more,
    });
  const save = async (name: string) =>
    String((await ask(201, "POST", "/v1/customers/ada/payment-methods", { paymentMethodId: name, default: true })).id);
  await ask(201, "PUT", "/v1/customers/ada", { email: "ada@example.com" });
  await plan("team", 30, { trialDays: 14, trialGrants: 5 });
  await plan("studio", 90);
  await until("01-01");
  return { ask, settle, until, wallet, spend, invoices, save, declineNext };
}

t.test("a year of one customer: every balance and every invoice", async (t) => {
  const service = await startTestService(t);
  const { ask, settle, until, wallet, spend, invoices, save, declineNext } = await begin(service);
  const she = async (has: number, owes: number, when: string) => t.match(await wallet(), { has, owes }, when);

  // January: two weeks to try it with five credits, then the first month.
  const card = await save("pm_card_visa");
  const made = await ask(201, "POST", "/v1/subscriptions", {
    customerId: "ada",
    plan: "team",
    flow: "payment_intent",
    paymentMethodId: card,
  });
  const subscription = `/v1/subscriptions/${made.id}`;
  await settle();
  t.match(await ask(200, "GET", subscription), { status: "trialing" });
  await she(5, 0, "the trial");
  await until("01-15");
  t.match(await ask(200, "GET", subscription), { status: "active" });
  await she(35, 0, "the first month is paid, and adds to what is left");
  await spend(20);

  // February: it renews. In the middle of the cycle she wants more.
  await until("02-15");
  await she(45, 0, "15 left and 30 new");
  await until("03-01");
  const change = { plan: "studio", proration: "invoice_now" };
  const preview = await ask(200, "POST", `${subscription}/preview`, change);
  t.match(preview, { amountDue: 3_000, grants: [{ asset: "CREDIT", amount: 30 }] }, "half a month of each plan");
  await ask(200, "PATCH", subscription, { ...change, prorationDate: preview.prorationDate });
  await settle();
  await she(75, 0, "she got what she paid for: half of 90, less half of 30");
  await until("03-15");
  await she(165, 0, "a whole month of the larger plan");
  await spend(100);

  // April: her card fails, and another one works.
  await declineNext();
  await until("04-15");
  t.match(await ask(200, "GET", subscription), { status: "past_due" });
  await she(65, 0, "nothing is granted that is not paid");
  const [april] = await invoices();
  t.match(april, { status: "open", total: 9_000 });
  await ask(200, "POST", `/v1/invoices/${april?.id}/pay`, { paymentMethodId: await save("pm_card_mastercard") });
  await settle();
  t.match(await ask(200, "GET", subscription), { status: "active" });
  await she(155, 0, "paid late, and granted then");

  // She spends nearly all of it and wants a third of April's money back.
  await spend(150);
  const paid = (await invoices())[0]?.paymentId;
  await ask(201, "POST", `/v1/payments/${paid}/refunds`, { amount: 3_000 });
  await she(0, 25, "thirty credits go back: five are there, the rest is owed");
  await until("05-15");
  await she(65, 0, "May repays it first");

  // June: her bank takes May's money, and gives it back.
  await until("06-01");
  const may = (await invoices())[0]?.paymentId;
  const { providerReference } = await ask(200, "GET", `/v1/payments/${may}`);
  await callJson("POST", `${service.stripe.url}/sandbox/disputes`, { payment_intent: providerReference });
  await settle();
  await she(0, 25, "ninety are disputed: what is there is taken");
  const [dispute] = (await ask(200, "GET", `/v1/disputes?paymentId=${may}`)).data as { id: string }[];
  await ask(200, "POST", `/v1/disputes/${dispute?.id}/evidence`, {
    evidence: { uncategorized_text: "winning_evidence" },
    submit: true,
  });
  await settle();
  await she(65, 0, "won, and restored");
  await until("06-15");
  await she(155, 0, "June");

  // July: she leaves at the end of what she paid for.
  await until("07-01");
  await ask(200, "POST", `${subscription}/cancel`, { at: "period_end" });
  await until("07-15");
  t.match(await ask(200, "GET", subscription), { status: "canceled" });
  await until("12-31");
  await she(155, 0, "nothing comes any more, and what she has stays hers");

  t.same(
    (await invoices()).map(({ total, status }) => [total, status]),
    [9_000, 9_000, 9_000, 9_000, 3_000, 3_000, 3_000, 0].map((total) => [total, "paid"]),
    "eight invoices, newest first",
  );
  const { data } = await ask(200, "GET", "/v1/ledger/accounts?kind=system&limit=100");
  const books = Object.fromEntries(
    (data as { code: string; asset: string; balance: number }[])
      .filter(({ balance }) => balance !== 0)
      .map(({ code, asset, balance }) => [`${code} ${asset}`, balance]),
  );
  // 450.00 came, 30.00 went back, and the bank kept 15.00 for the dispute.
  t.match(books, { "stripe_clearing USD": 40_500, "provider_fees USD": 1_500, "deferred_revenue USD": -42_000 });
  t.match(books, { "credits_used CREDIT": 270 });
});
