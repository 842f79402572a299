import t, { type Test } from "tap";
import { startWorker } from "../../../../src/worker.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { eventually, startTestService } from "../../../helpers/service.js";

/** A service with a worker, and what tests of refunds ask for again and again. */
async function start(t: Test, options: Parameters<typeof startTestService>[1] = {}) {
  const service = await startTestService(t, options);
  const worker = await startWorker(service.deps);
  t.teardown(() => worker.stop());
  const { call } = service;
  const stripe = (route: string, body: object = {}) => callJson("POST", `${service.stripe.url}/sandbox/${route}`, body);
  const buy = async (customerId: string, method = "pm_card_visa", bundle: object = { package: "starter" }) => {
    const { body } = await call("POST", "/v1/payments", {
      body: { customerId, ...bundle, provider: "stripe", flow: "payment_intent" },
    });
    const paid = await call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: method } });
    if (paid.status !== 200) throw new Error(JSON.stringify(paid.body));
    return body.id as string;
  };
  const refund = (paymentId: string, body: object = {}, options: object = {}) =>
    call("POST", `/v1/payments/${paymentId}/refunds`, { body, ...options });
  const payment = async (id: string) => (await call("GET", `/v1/payments/${id}`)).body;
  const intentOf = async (id: string) => (await payment(id)).providerReference as string;
  const wallet = async (customerId: string) => {
    const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
    const credit = (body.balances as { asset: string; balance: number; owed: number }[]).find(
      (b) => b.asset === "CREDIT",
    );
    return { id: body.id as string, balance: credit?.balance ?? 0, owed: credit?.owed ?? 0 };
  };
  const spend = async (customerId: string, amount: number) => {
    const { id } = await wallet(customerId);
    const reply = await call("POST", `/v1/wallets/${id}/debits`, { body: { asset: "CREDIT", amount } });
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
  };
  const paymentIs = (id: string, status: string) =>
    eventually(async () => {
      const now = await payment(id);
      return now.status === status && now;
    }, 15_000);
  return { ...service, stripe, buy, refund, payment, intentOf, wallet, spend, paymentIs };
}

t.test("a refund takes the credits back in proportion, exactly over any series", async (t) => {
  const { buy, refund, payment, wallet, call } = await start(t);
  const id = await buy("ada");
  // 9.99 for 10 credits: thirds of neither come out even.
  const first = await refund(id, { amount: 333 });
  t.match(first, { status: 201, body: { status: "succeeded", amount: 333, origin: "api" } });
  t.match(await payment(id), { status: "partially_refunded", amountRefunded: 333, grantsTakenBack: 3 });
  t.match(await wallet("ada"), { balance: 7 });
  t.match(await refund(id, { amount: 333 }), { status: 201 });
  t.match(await wallet("ada"), { balance: 4 });
  t.match(await refund(id, { amount: 334 }), {
    status: 422,
    body: { code: "refunds.exceeds_remainder", remaining: 333 },
  });
  const preview = await call("POST", `/v1/payments/${id}/refunds?dryRun=true`, { body: {}, key: null });
  t.match(preview, { status: 200, body: { dryRun: true, amount: 333, takesBack: { asset: "CREDIT", amount: 4 } } });
  t.match(await refund(id), { status: 201, body: { amount: 333 } }, "what is left");
  t.match(await payment(id), { status: "refunded", amountRefunded: 999, grantsTakenBack: 10 });
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
  t.match(await refund(id), { status: 422, body: { code: "refunds.exceeds_remainder", remaining: 0 } });
});

t.test("what was spent is owed, and the next top-up repays it first", async (t) => {
  const { buy, refund, wallet, spend, call } = await start(t);
  const id = await buy("ada");
  await spend("ada", 8);
  await refund(id);
  t.match(await wallet("ada"), { balance: 0, owed: 8 });
  await buy("ada");
  t.match(await wallet("ada"), { balance: 2, owed: 0 });
  const { id: walletId } = await wallet("ada");
  const entries = (await call("GET", `/v1/wallets/${walletId}/entries`)).body.data as {
    type: string;
    amount: number;
  }[];
  t.strictSame(
    entries.map(({ type, amount }) => [type, amount]),
    [
      ["debt_repaid", -8],
      ["purchase", 10],
      ["take_back", -2],
      ["debit", -8],
      ["purchase", 10],
    ],
  );
});

t.test("what is owed can be written off, by a decision", async (t) => {
  const { buy, refund, wallet, spend, call } = await start(t);
  const id = await buy("ada");
  await spend("ada", 8);
  await refund(id);
  const { id: walletId } = await wallet("ada");
  const writeOff = (body: object, key?: string, query = "") =>
    call("POST", `/v1/wallets/${walletId}/debt-write-offs${query}`, { body, ...(key ? { key } : {}) });
  t.match(await writeOff({ asset: "CREDIT", amount: 9, reason: "too much" }), {
    status: 422,
    body: { code: "wallets.exceeds_debt", owed: 8 },
  });
  const tried = await writeOff({ asset: "CREDIT", reason: "to see" }, undefined, "?dryRun=true");
  t.match(tried, { status: 200, body: { amount: 8, owed: 0, dryRun: true } });
  t.match(await wallet("ada"), { owed: 8 });
  const done = await writeOff({ asset: "CREDIT", amount: 3, reason: "goodwill" }, "once");
  t.match(done, { status: 201, body: { amount: 3, owed: 5 } });
  t.match(await writeOff({ asset: "CREDIT", amount: 3, reason: "goodwill" }, "once"), {
    status: 201,
    body: { owed: 5 },
  });
  t.match(await writeOff({ asset: "CREDIT", reason: "the rest" }), { status: 201, body: { amount: 5, owed: 0 } });
  t.match(await writeOff({ asset: "CREDIT", reason: "more" }), { status: 409, body: { code: "wallets.nothing_owed" } });
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
});

t.test("refunds that cannot be are refused, with nothing changed", async (t) => {
  const { buy, refund, wallet, call } = await start(t);
  const { body: open } = await call("POST", "/v1/payments", {
    body: { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  t.match(await refund(open.id as string), { status: 409, body: { code: "refunds.not_paid" } }, "unpaid");
  const id = await buy("ada");
  t.match(await refund(id, { amount: 1_000 }), { status: 422, body: { code: "refunds.exceeds_remainder" } });
  t.match(await refund(id, { amount: 0 }), { status: 400 });
  t.match(await refund(id, { amount: 1, grants: 1 }), { status: 400 });
  t.match(await refund("pay_01h455vb4pex5vsknk084sn02q"), { status: 404 });
  t.match(await wallet("ada"), { balance: 10, owed: 0 });
  const once = await refund(id, { grants: 5 }, { key: "one" });
  t.match(once, { status: 201, body: { amount: 500 } }, "five credits cost 4.995; 4.99 would take back four");
  t.match(await wallet("ada"), { balance: 5, owed: 0 });
  const again = await refund(id, { grants: 5 }, { key: "one" });
  t.match(again, { status: 201, body: { id: once.body.id }, headers: { "idempotency-replayed": "true" } });
  t.match(await refund(id, { grants: 6 }, { key: "one" }), { status: 422 }, "the key with another body");
});

t.test("refunds in credits take back what was asked for, one by one, and all the money in the end", async (t) => {
  const { buy, refund, wallet, payment } = await start(t);
  const id = await buy("ada");
  for (let left = 9; left >= 0; left -= 1) {
    t.match(await refund(id, { grants: 1 }), { status: 201 });
    t.match(await wallet("ada"), { balance: left, owed: 0 });
  }
  t.match(await payment(id), { status: "refunded", amountRefunded: 999 });
  t.match(await refund(id, { grants: 1 }), { status: 422 });
});

t.test("the refund of a payment whose money was kept aside takes it from there", async (t) => {
  const { call, stripe, intentOf, payment, wallet, sql } = await start(t);
  const { body } = await call("POST", "/v1/payments", {
    body: { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  const id = body.id as string;
  await stripe(`payment_intents/${await intentOf(id)}/succeed`, { amount_received: 998 });
  await eventually(async () => (await payment(id)).reviewReason === "underpaid", 15_000);
  await stripe("refunds", { payment_intent: await intentOf(id) });
  const refunds = await eventually(async () => {
    const { data } = (await call("GET", `/v1/refunds?paymentId=${id}`)).body as { data: { status: string }[] };
    return data[0]?.status === "succeeded" && data;
  }, 15_000);
  t.match(refunds, [{ amount: 998, excess: 998, origin: "provider" }]);
  t.match(await payment(id), { status: "processing", reviewReason: "underpaid", amountRefunded: 0 });
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
  const { rows } = await sql.query(
    "SELECT sum(CASE WHEN t.to_account_id = a.id THEN amount ELSE -amount END)::int AS balance FROM ledger_chart a JOIN ledger_transfers t ON a.id IN (t.from_account_id, t.to_account_id) WHERE a.code = 'unexplained' AND a.asset = 'USD'",
  );
  t.equal(rows[0].balance, 0, "nothing is left there");
});

t.test("twenty refunds at once never send back more than was paid", async (t) => {
  const { buy, refund, payment, wallet } = await start(t);
  const id = await buy("ada");
  const replies = await Promise.all(Array.from({ length: 20 }, () => refund(id, { amount: 100 })));
  t.equal(replies.filter((reply) => reply.status === 201).length, 9);
  t.match(await payment(id), { amountRefunded: 900, grantsTakenBack: 9 });
  t.match(await wallet("ada"), { balance: 1 });
});

t.test("a refund that fails later gives the credits again", async (t) => {
  const { buy, refund, paymentIs, wallet, spend, call } = await start(t);
  const id = await buy("ada", "pm_card_refundFail");
  await spend("ada", 4);
  const { body } = await refund(id);
  t.match(body, { status: "succeeded" });
  await paymentIs(id, "succeeded");
  t.match((await call("GET", `/v1/refunds/${body.id}`)).body, {
    status: "failed",
    failure: { code: "lost_or_stolen_card" },
  });
  t.match(await wallet("ada"), { balance: 6, owed: 0 }, "as before the refund");
});

t.test("a refund made in the dashboard, and one that is too much", async (t) => {
  const { buy, refund, paymentIs, intentOf, wallet, stripe, call } = await start(t);
  const id = await buy("ada");
  await stripe("refunds", { payment_intent: await intentOf(id), amount: 333 });
  await paymentIs(id, "partially_refunded");
  t.match(await wallet("ada"), { balance: 7 });
  const { data } = (await call("GET", `/v1/refunds?paymentId=${id}`)).body as { data: object[] };
  t.match(data, [{ origin: "provider", amount: 333, status: "succeeded", requestedBy: "system" }]);
  await refund(id, { amount: 600 });
  // More than the payment had left: the bank did it all the same.
  await stripe("refunds", { payment_intent: await intentOf(id), amount: 166 });
  await paymentIs(id, "refunded");
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
  const accounts = (await call("GET", "/v1/ledger/accounts?kind=system&limit=100")).body.data as Record<
    string,
    unknown
  >[];
  t.match(
    accounts.find((account) => account.code === "unexplained"),
    { asset: "USD", balance: 100 },
    "the excess is on unexplained",
  );
});

t.test("a dispute takes the credits, and gives them again when it is won", async (t) => {
  const { buy, paymentIs, wallet, spend, call, stripe } = await start(t);
  const id = await buy("ada", "pm_card_createDispute");
  await paymentIs(id, "disputed");
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
  const [dispute] = (await call("GET", "/v1/disputes")).body.data as { id: string; providerReference: string }[];
  t.match(dispute, { paymentId: id, funds: "withdrawn", amount: 999, fee: { amount: 1_500, asset: "USD" } });
  const body = { evidence: { uncategorized_text: "winning_evidence" }, submit: true };
  const won = await call("POST", `/v1/disputes/${dispute?.id}/evidence`, { body });
  t.match(won, { status: 200, body: { status: "won", funds: "reinstated" } });
  t.match(await paymentIs(id, "succeeded"), { amountDisputed: 0, grantsTakenBack: 0 });
  t.match(await wallet("ada"), { balance: 10, owed: 0 });
  const late = await call("POST", `/v1/disputes/${dispute?.id}/evidence`, { body });
  t.match(late, { status: 409, body: { code: "disputes.evidence_closed" } });

  const second = await buy("bob");
  await spend("bob", 10);
  await stripe("disputes", { payment_intent: (await call("GET", `/v1/payments/${second}`)).body.providerReference });
  await paymentIs(second, "disputed");
  t.match(await wallet("bob"), { balance: 0, owed: 10 });
  const open = (await call("GET", `/v1/disputes?paymentId=${second}`)).body.data as { providerReference: string }[];
  await stripe(`disputes/${open[0]?.providerReference}/lose`);
  await eventually(async () => {
    const { data } = (await call("GET", `/v1/disputes?paymentId=${second}`)).body as { data: { funds: string }[] };
    return data[0]?.funds === "lost";
  }, 15_000);
  t.match(await wallet("bob"), { balance: 0, owed: 10 }, "lost is final");
});

t.test("evidence after the deadline is refused, and changes nothing", async (t) => {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const { buy, paymentIs, call, wallet } = await start(t, { overrides: { clock } });
  const id = await buy("ada", "pm_card_createDispute");
  await paymentIs(id, "disputed");
  const [dispute] = (await call("GET", "/v1/disputes")).body.data as { id: string; evidenceDueBy: string }[];
  ahead = Date.parse(dispute?.evidenceDueBy ?? "") - Date.now() + 1_000;
  const body = { evidence: { uncategorized_text: "winning_evidence" }, submit: true };
  t.match(await call("POST", `/v1/disputes/${dispute?.id}/evidence`, { body }), {
    status: 409,
    body: { code: "disputes.evidence_closed", detail: /deadline/ },
  });
  t.match((await call("GET", `/v1/disputes/${dispute?.id}`)).body, { status: "needs_response", funds: "withdrawn" });
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
});

t.test("an inquiry moves nothing; refund and dispute together never take more than was paid", async (t) => {
  const { buy, refund, paymentIs, payment, intentOf, wallet, call, stripe } = await start(t);
  const id = await buy("ada", "pm_card_createDisputeInquiry");
  await eventually(async () => ((await call("GET", "/v1/disputes")).body.data as object[]).length === 1, 15_000);
  t.match(await payment(id), { status: "succeeded", amountDisputed: 0 });
  t.match(await wallet("ada"), { balance: 10 });

  const other = await buy("bob");
  await refund(other, { amount: 500 });
  // The bank takes the whole charge, though half of it went back already.
  await stripe("disputes", { payment_intent: await intentOf(other) });
  await paymentIs(other, "disputed");
  t.match(await payment(other), { amountRefunded: 500, amountDisputed: 999, grantsTakenBack: 10 });
  t.match(await wallet("bob"), { balance: 0, owed: 0 });
  t.match(await refund(other, { amount: 1 }), {
    status: 422,
    body: { code: "refunds.exceeds_remainder", remaining: 0 },
  });
});

t.test("crypto payments are refunded too", async (t) => {
  const { call, wallet, paymentIs, coinbase, refund } = await start(t);
  const { body } = await call("POST", "/v1/payments", {
    body: { customerId: "ada", package: "starter", provider: "coinbase", flow: "checkout" },
  });
  const checkout = `${coinbase.url}/sandbox/checkouts/${body.providerReference}`;
  await callJson("POST", `${checkout}/pay`, {});
  const id = body.id as string;
  await paymentIs(id, "succeeded");
  const asked = await refund(id, { amount: 4_990_000 });
  t.match(asked, { status: 201, body: { status: "pending", amount: 4_990_000, currency: "USDC" } });
  t.match(await wallet("ada"), { balance: 6 });
  await callJson("POST", `${checkout}/refunds/complete`, {});
  await eventually(async () => (await call("GET", `/v1/refunds/${asked.body.id}`)).body.status === "succeeded", 15_000);
  const list = (await call("GET", `/v1/refunds?paymentId=${id}`)).body.data as object[];
  t.equal(list.length, 1, "the webhook found ours, and made none of its own");
  t.match(await refund(id), { status: 201, body: { amount: 5_000_000 } });
  await callJson("POST", `${checkout}/refunds/fail`, {});
  await paymentIs(id, "partially_refunded");
  t.match(await wallet("ada"), { balance: 6, owed: 0 });
});

t.test("a refund that comes before the news of the payment takes back what that news gives", async (t) => {
  const { call, wallet, paymentIs, stripe } = await start(t);
  await stripe("webhooks/mode", { reorder: true, delayMs: 600_000 });
  for (const [customerId, amount, status, balance] of [
    ["all", 999, "refunded", 0],
    ["some", 333, "partially_refunded", 7],
  ] as const) {
    const { body } = await call("POST", "/v1/payments", {
      body: { customerId, package: "starter", provider: "stripe", flow: "payment_intent" },
    });
    await stripe(`payment_intents/${body.providerReference}/succeed`);
    await stripe("refunds", { payment_intent: body.providerReference, amount });
    await stripe("webhooks/flush");
    await paymentIs(body.id as string, status);
    t.match(await wallet(customerId), { balance, owed: 0 }, customerId);
  }
});
