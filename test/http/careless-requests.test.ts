import t from "tap";
import { customerToken } from "../helpers/jwt.js";
import { startTestService } from "../helpers/service.js";

// What careless callers once achieved, each with the harm that it did.

t.test("a dry run of a confirmation charges nobody, and a query that a route does not know is refused", async (t) => {
  const { call } = await startTestService(t);
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  const { id } = (await call("POST", "/v1/payments", { body })).body;
  const paymentMethodId = "pm_card_visa";
  const dry = await call("POST", `/v1/payments/${id}/confirm?dryRun=true`, { body: { paymentMethodId }, key: null });
  t.match(dry.body, { status: "pending" });
  t.match((await call("POST", `/v1/payments/${id}/cancel?dryRun=true`)).body, { status: "pending" });
  t.match((await call("GET", "/v1/customers/ada/wallet")).body.balances, [{ balance: 0 }]);
  t.equal((await call("POST", "/v1/packages?dryRun=true", { body: {} })).status, 400);
  t.equal((await call("GET", `/v1/payments/${id}?x=1`)).status, 400);
  t.equal((await call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId } })).body.status, "succeeded");
  t.equal((await call("POST", `/v1/payments/${id}/confirm?dryRun=true`, { body: { paymentMethodId } })).status, 409);
});

t.test("one locked wallet does not stop the others", async (t) => {
  const { call, sql, deps } = await startTestService(t);
  const open = async (customerId: string) =>
    (await call("POST", "/v1/grants", { body: { customerId, asset: "CREDIT", amount: 100, note: "x" } })).body.walletId;
  const [stuck, free] = [await open("stuck"), await open("free")];
  const holder = await sql.connect();
  await holder.query("BEGIN");
  const lock =
    "SELECT 1 FROM ledger_accounts WHERE wallet_id = (SELECT id FROM wallets WHERE customer_id = 'stuck') FOR UPDATE";
  await holder.query(lock);
  const spend = (wallet: unknown) =>
    call("POST", `/v1/wallets/${wallet}/debits`, { body: { asset: "CREDIT", amount: 1 } });
  // The database's own clock: other statements of the service wait for a lock as long as this one does, a spend does not.
  const plain = deps.db.pool.query(lock).then(
    () => "got the lock",
    () => "gave up",
  );
  const first = await Promise.race([spend(stuck).then(({ status }) => status), plain]);
  t.equal(first, 503, "a spend gives up long before others would");
  await plain;
  const replies = await Promise.all(Array.from({ length: 40 }, (_, i) => spend(i % 2 === 0 ? stuck : free)));
  t.ok(replies.every((reply, i) => reply.status === (i % 2 === 0 ? 503 : 201)));
  await holder.query("ROLLBACK");
  holder.release();
  t.equal((await spend(stuck)).status, 201);
});

t.test("amounts that the wire cannot carry are refused before they are written", async (t) => {
  const { call } = await startTestService(t);
  const token = await customerToken("mallory");
  for (const amount of [10_000_000_000_000, 1_000_000_000_000_000, Number.MAX_SAFE_INTEGER]) {
    const body = { customerId: "mallory", amount, currency: "USD", provider: "coinbase", flow: "checkout" };
    t.match((await call("POST", "/v1/payments", { token, body })).body, {
      status: 422,
      code: "payments.price_refused",
    });
  }
  t.strictSame((await call("GET", "/v1/payments")).body.data, []);
});

t.test("times that could not be written back are refused", async (t) => {
  const { call } = await startTestService(t);
  const grant = await call("POST", "/v1/grants", {
    body: { customerId: "ada", asset: "CREDIT", amount: 9, note: "x" },
  });
  const debits = `/v1/wallets/${grant.body.walletId}/debits`;
  for (const effectiveAt of ["9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z"]) {
    t.equal(
      (await call("POST", debits, { body: { asset: "CREDIT", amount: 1, effectiveAt } })).status,
      400,
      effectiveAt,
    );
  }
  const early = await call("POST", debits, {
    body: { asset: "CREDIT", amount: 1, effectiveAt: "2020-02-02T02:02:02+02:00" },
  });
  t.equal(early.status, 201);
  const entries = (await call("GET", `/v1/wallets/${grant.body.walletId}/entries`)).body.data;
  t.match(entries, [{ effectiveAt: "2020-02-02T00:02:02.000Z" }, {}]);
});

t.test("a balance as of the moment that a reply names includes what the reply was about", async (t) => {
  const { call } = await startTestService(t);
  for (let i = 1; i <= 5; i += 1) {
    const grant = await call("POST", "/v1/grants", {
      body: { customerId: "ada", asset: "CREDIT", amount: 1, note: "x" },
    });
    const then = await call("GET", `/v1/customers/ada/wallet?asOf=${grant.body.createdAt}`);
    t.match(then.body.balances, [{ balance: i }]);
  }
});

t.test("'try again shortly' is not an answer to keep, and a cancel that was refused can be tried again", async (t) => {
  const { call, stripe } = await startTestService(t);
  const control = (route: string, body: object = {}) =>
    fetch(`${stripe.url}/sandbox/${route}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  await control("faults", { match: { method: "POST", path: "/v1/payment_intents" }, kind: "cut_before", times: 1 });
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  t.equal((await call("POST", "/v1/payments", { body, key: "create" })).status, 503);
  const [promised] = (await call("GET", "/v1/payments")).body.data as { id: string }[];
  const confirm = () =>
    call("POST", `/v1/payments/${promised?.id}/confirm`, {
      body: { paymentMethodId: "pm_usBankAccount_processing" },
      key: "confirm",
    });
  t.match((await confirm()).body, { status: 409, code: "payments.not_ready" });
  const created = await call("POST", "/v1/payments", { body, key: "create" });
  t.equal(created.status, 201);
  t.match((await confirm()).body, { status: "processing" });
  t.match(await call("POST", `/v1/payments/${promised?.id}/cancel`), {
    status: 409,
    body: { code: "payments.wrong_state", paymentStatus: "processing" },
  });
  await control(`payment_intents/${created.body.providerReference}/fail`);
  t.match((await call("POST", `/v1/payments/${promised?.id}/cancel`)).body, { status: "canceled" });
});

t.test("keys of credits, grants and bulk items do not meet", async (t) => {
  const { call } = await startTestService(t);
  const item = { customerId: "ada", amount: 1 };
  await call("POST", "/v1/grants/bulk", { body: { asset: "CREDIT", note: "x", items: [item] }, key: "K" });
  const grant = await call("POST", "/v1/grants", { body: { ...item, asset: "CREDIT", note: "x" }, key: "K" });
  for (const key of ["K", "bulk:K:0"]) {
    const credit = await call("POST", `/v1/wallets/${grant.body.walletId}/credits`, {
      body: { asset: "CREDIT", amount: 1, reason: "x" },
      key,
    });
    t.equal(credit.status, 201);
    t.notOk(credit.headers["idempotency-replayed"]);
  }
  t.match((await call("GET", "/v1/customers/ada/wallet")).body.balances, [{ balance: 4 }]);
});

t.test("made-up cursors are 400, and card numbers are found wherever they stand", async (t) => {
  const { call } = await startTestService(t);
  const cursor = (...parts: string[]) => Buffer.from(JSON.stringify(parts)).toString("base64url");
  const wallet = (
    await call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount: 9, note: "x" } })
  ).body.walletId;
  for (const route of [
    `/v1/customers?cursor=${cursor("1", "a")}`,
    `/v1/customers?cursor=${cursor("2026-01-01T00:00:00.000Z", "\0")}`,
    `/v1/wallets/${wallet}/entries?cursor=${cursor("9999-99-99T99:99:99.000000Z", "1", "00000000-0000-0000-0000-000000000000")}`,
    `/v1/payments?cursor=${cursor("pay_x")}`,
  ]) {
    t.match((await call("GET", route)).body, { status: 400, code: "request.invalid_cursor" }, route);
  }
  const debit = { asset: "CREDIT", amount: 1 };
  for (const body of [
    { ...debit, reference: "4242424242424242" },
    { ...debit, description: "order 1234567890123 card 4242 4242 4242 4242" },
  ]) {
    t.equal((await call("POST", `/v1/wallets/${wallet}/debits`, { body })).status, 400);
  }
  const support = await call("POST", "/v1/api-keys", { body: { name: "desk", role: "support" } });
  t.equal((await call("GET", "/v1/webhook-events", { token: support.body.secret as string })).status, 200);
});
