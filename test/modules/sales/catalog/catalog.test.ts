import t from "tap";
import { startTestService } from "../../../helpers/service.js";

t.test("packages and plans", async (t) => {
  const { call, sql } = await startTestService(t);

  await t.test("are seeded", async (t) => {
    const packages = (await call("GET", "/v1/packages", {})).body.data as object[];
    t.match(packages, [
      { code: "starter", grants: { asset: "CREDIT", amount: 10 }, price: { amount: 999, currency: "USD" } },
      { code: "professional", grants: { asset: "CREDIT", amount: 50 }, price: { amount: 3_999, currency: "USD" } },
      { code: "enterprise", grants: { asset: "CREDIT", amount: 150 }, price: { amount: 9_999, currency: "USD" } },
    ]);
    t.match((await call("GET", "/v1/plans")).body.data, [
      { code: "monthly_basic", grants: { amount: 25 }, price: { amount: 1_999 }, interval: "month" },
      { code: "monthly_pro", grants: { amount: 100 }, price: { amount: 5_999 }, interval: "month" },
    ]);
  });

  const mini = {
    code: "mini",
    name: "Mini",
    grants: { asset: "CREDIT", amount: 5 },
    prices: [
      { amount: 499, currency: "USD" },
      { amount: 450, currency: "EUR" },
    ],
  };

  await t.test("are created once, changed, and taken off sale", async (t) => {
    const created = await call("POST", "/v1/packages", { body: mini, key: "mini" });
    t.equal(created.status, 201);
    t.strictSame((await call("POST", "/v1/packages", { body: mini, key: "mini" })).body, created.body);
    t.match((await call("POST", "/v1/packages", { body: mini })).body, { status: 409, code: "catalog.code_taken" });
    // As after a crash between the creation and its reply.
    await sql.query("UPDATE idempotency_keys SET response_status = NULL, locked_until = '-infinity'");
    t.strictSame((await call("POST", "/v1/packages", { body: mini, key: "mini" })).body, created.body);
    const changed = await call("PATCH", "/v1/packages/mini", { body: { prices: [{ amount: 599, currency: "USD" }] } });
    t.match(changed.body, { price: { amount: 599 }, prices: [{ amount: 599 }], name: "Mini" });

    const bought = await call("POST", "/v1/payments", {
      body: { customerId: "c", package: "mini", provider: "stripe", flow: "payment_intent" },
    });
    t.equal(bought.body.amount, 599);
    t.match((await call("PATCH", `/v1/packages/${created.body.id}`, { body: { status: "retired" } })).body, {
      status: "retired",
    });
    t.notOk(((await call("GET", "/v1/packages")).body.data as { code: string }[]).some((each) => each.code === "mini"));
    t.ok(
      ((await call("GET", "/v1/packages?status=all")).body.data as { code: string }[]).some(
        (each) => each.code === "mini",
      ),
    );
    const late = await call("POST", "/v1/payments", {
      body: { customerId: "c", package: "mini", provider: "stripe", flow: "payment_intent" },
    });
    t.match(late.body, { status: 409, code: "catalog.package_retired" });
    const paid = await call("POST", `/v1/payments/${bought.body.id}/confirm`, {
      body: { paymentMethodId: "pm_card_visa" },
    });
    t.equal(paid.body.status, "succeeded", "what was begun before is still honoured");
  });

  await t.test("are sold in each of their currencies", async (t) => {
    await call("POST", "/v1/packages", { body: { ...mini, code: "mini2" } });
    const euro = await call("POST", "/v1/payments", {
      body: { customerId: "c", package: "mini2", currency: "EUR", provider: "stripe", flow: "payment_intent" },
    });
    t.match(euro.body, { amount: 450, currency: "EUR" });
  });

  await t.test("what is refused", async (t) => {
    const refusals: [change: object, status: number, code: string][] = [
      [{ prices: [] }, 400, "request.invalid"],
      [{ prices: [{ amount: 9.99, currency: "USD" }] }, 400, "request.invalid"],
      [
        {
          prices: [
            { amount: 499, currency: "USD" },
            { amount: 500, currency: "USD" },
          ],
        },
        400,
        "request.invalid",
      ],
      [{ prices: [{ amount: 1_001, currency: "KWD" }] }, 422, "catalog.price_refused"],
      [{ prices: [{ amount: 1, currency: "JPY" }] }, 422, "catalog.price_refused"],
      [{ prices: [{ amount: 500, currency: "CREDIT" }] }, 422, "catalog.price_refused"],
      [{ prices: [{ amount: 500, currency: "XXA" }] }, 422, "ledger.asset_not_found"],
      [{ grants: { asset: "NOPE", amount: 1 } }, 422, "ledger.asset_not_found"],
      [{ grants: { asset: "CREDIT", amount: 0 } }, 400, "request.invalid"],
      [{ code: "Not A Code" }, 400, "request.invalid"],
      [{ status: "retired" }, 400, "request.invalid"],
    ];
    for (const [change, status, code] of refusals) {
      const reply = await call("POST", "/v1/packages", { body: { ...mini, code: "bad", ...change } });
      t.equal(reply.status, status, JSON.stringify(change));
      t.equal(reply.body.code, code);
    }
    t.equal((await call("GET", "/v1/packages/bad")).status, 404);
    t.equal((await call("PATCH", "/v1/packages/bad", { body: { name: "x" } })).status, 404);
    t.equal((await call("DELETE", "/v1/packages/starter")).status, 405, "nothing is deleted");
  });

  await t.test("plans likewise", async (t) => {
    const plan = { ...mini, code: "yearly", interval: "year" };
    t.match((await call("POST", "/v1/plans", { body: plan })).body, {
      code: "yearly",
      interval: "year",
      intervalCount: 1,
    });
    for (const [change, status, code] of [
      [{ intervalCount: 4 }, 400, "request.invalid"],
      [{ prices: [{ amount: 1, currency: "USD" }] }, 422, "catalog.price_refused"],
      [{ prices: [{ amount: 9_990_000, currency: "USDC" }] }, 422, "catalog.price_refused"],
    ] as const) {
      const reply = await call("POST", "/v1/plans", { body: { ...plan, code: "unsold", ...change } });
      t.match(reply, { status, body: { code } }, "Stripe could not collect it");
    }
    const cent = { prices: [{ amount: 1, currency: "USD" }] };
    t.equal((await call("PATCH", "/v1/plans/yearly", { body: cent })).status, 422);
    t.match((await call("PATCH", "/v1/plans/yearly", { body: { status: "retired" } })).body, { status: "retired" });
    t.match((await call("GET", "/v1/plans/yearly")).body, { status: "retired", interval: "year" });
  });
});

t.test("assets", async (t) => {
  const { call } = await startTestService(t);
  const body = { code: "GEMS", kind: "credit", scale: 2, name: "Gems" };
  t.match((await call("POST", "/v1/assets", { body })).body, body);
  t.equal((await call("POST", "/v1/assets", { body })).status, 201, "the same again is the same");
  t.match((await call("POST", "/v1/assets", { body: { ...body, scale: 3 } })).body, {
    status: 409,
    code: "ledger.asset_exists",
  });
  const grant = await call("POST", "/v1/grants", {
    body: { customerId: "ada", asset: "GEMS", amount: 150, note: "x" },
  });
  t.equal(grant.status, 201);
  t.match((await call("GET", "/v1/customers/ada/wallet")).body.balances, [
    { asset: "CREDIT" },
    { asset: "GEMS", scale: 2, balance: 150 },
  ]);
});

t.test("news and metrics tell what happened", async (t) => {
  const { call, url } = await startTestService(t);
  const created = await call("POST", "/v1/payments", {
    body: { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  await call("POST", `/v1/payments/${created.body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
  const { body } = await call("GET", `/v1/events?resource=${created.body.id}`);
  t.match(body.data, [
    { type: "payment.succeeded", customerId: "ada", data: { status: "succeeded", amount: 999, currency: "USD" } },
    { type: "payment.created" },
  ]);
  const audit = await call("GET", `/v1/audit-events?resource=${created.body.id}`);
  t.match(audit.body.data, [
    { action: "payment.succeeded", actor: "system" },
    { action: "confirmPayment", actor: /^prn_/ },
    { action: "createPayment" },
  ]);
  const wallet = (await call("GET", "/v1/customers/ada/wallet")).body.id;
  await call("POST", `/v1/wallets/${wallet}/debits`, { body: { asset: "CREDIT", amount: 1 } });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const line of [
    /coffer_payments_total\{provider="stripe",status="succeeded"\} 1/,
    /coffer_ledger_postings_total\{outcome="posted"\} 1/,
    /coffer_http_request_duration_seconds_count\{method="POST",route="\/v1\/payments",status="201"\} 1/,
    /coffer_db_pool_connections\{state="open"\} \d/,
    /nodejs_eventloop_lag_seconds /,
    /coffer_provider_call_duration_seconds_count\{provider="stripe",outcome="ok"\} 3/,
  ]) {
    t.match(metrics, line);
  }
});
