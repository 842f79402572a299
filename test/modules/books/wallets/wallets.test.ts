import t from "tap";
import { customerToken } from "../../../helpers/jwt.js";
import { startTestService, type TestService } from "../../../helpers/service.js";

/** A customer with some credits; returns the wallet's id. */
async function walletWith(service: TestService, customerId: string, credits: number): Promise<string> {
  const grant = await service.call("POST", "/v1/grants", {
    body: { customerId, asset: "CREDIT", amount: credits, note: "start" },
  });
  if (grant.status !== 201) throw new Error(JSON.stringify(grant.body));
  return grant.body.walletId as string;
}

t.test("spending", async (t) => {
  const service = await startTestService(t);
  const { call, sql } = service;
  const wallet = await walletWith(service, "spender", 10);
  const debits = `/v1/wallets/${wallet}/debits`;
  const balance = async () => {
    const reply = await call("GET", "/v1/customers/spender/wallet");
    return (reply.body.balances as { asset: string; balance: number }[]).find((each) => each.asset === "CREDIT")
      ?.balance;
  };
  const transfers = async () => Number((await sql.query("SELECT count(*) FROM ledger_transfers")).rows[0].count);

  await t.test("more than there is: 402 with the available amount, and nothing changes", async (t) => {
    const reply = await call("POST", debits, { body: { asset: "CREDIT", amount: 11 } });
    t.equal(reply.status, 402);
    const detail = "The available balance is 10 CREDIT; 11 CREDIT were asked for.";
    t.match(reply.body, { code: "wallets.insufficient_balance", available: 10, asset: "CREDIT", detail });
    t.equal(await balance(), 10);
  });

  await t.test("an asset the wallet never held is a balance of zero", async (t) => {
    const reply = await call("POST", debits, { body: { asset: "USD", amount: 1 } });
    const detail = "The available balance is 0.00 USD; 0.01 USD were asked for.";
    t.match(reply.body, { status: 402, code: "wallets.insufficient_balance", available: 0, detail });
  });

  await t.test("what is refused, and how", async (t) => {
    const before = await transfers();
    const refusals: [body: unknown, status: number, code: string][] = [
      [{ asset: "CREDIT", amount: 0 }, 400, "request.invalid"],
      [{ asset: "CREDIT", amount: -1 }, 400, "request.invalid"],
      [{ asset: "CREDIT", amount: 1.5 }, 400, "request.invalid"],
      [{ asset: "CREDIT", amount: 2 ** 53 }, 400, "request.invalid"],
      [{ asset: "CREDIT", amount: "3" }, 400, "request.invalid"],
      [{ asset: "CREDIT", amount: null }, 400, "request.invalid"],
      [{ asset: "CREDIT" }, 400, "request.invalid"],
      [{ asset: "CREDIT", amount: 1, currency: "USD" }, 400, "request.invalid"],
      [{ asset: "credit", amount: 1 }, 400, "request.invalid"],
      [{ asset: "NOPE", amount: 1 }, 422, "ledger.asset_not_found"],
      [{ asset: "CREDIT", amount: 1, metadata: { a: 1 } }, 400, "request.invalid"],
      [[], 400, "request.invalid"],
    ];
    for (const [body, status, code] of refusals) {
      const reply = await call("POST", debits, { body });
      t.equal(reply.status, status, JSON.stringify(body));
      t.equal(reply.body.code, code);
    }
    const unknown = await call("POST", "/v1/wallets/wal_01h455vb4pex5vsknk084sn02q/debits", {
      body: { asset: "CREDIT", amount: 1 },
    });
    t.match(unknown.body, { status: 404, code: "wallets.not_found" });
    t.equal(
      (await call("POST", debits, { body: { asset: "CREDIT", amount: 1 }, key: null })).body.code,
      "request.idempotency_key_missing",
    );
    t.equal(
      (await call("POST", debits, { body: { asset: "CREDIT", amount: 1 }, key: "x".repeat(256) })).body.code,
      "request.idempotency_key_invalid",
    );
    t.equal(await transfers(), before, "nothing was written");
  });

  await t.test("the same key and body: the same reply, once", async (t) => {
    const body = { asset: "CREDIT", amount: 2, description: "ü ✓", reference: "r-1", metadata: { z: "1", a: "2" } };
    const first = await call("POST", debits, { body, key: "repeat" });
    t.equal(first.status, 201);
    t.notOk(first.headers["idempotency-replayed"]);
    for (let i = 0; i < 3; i += 1) {
      const again = await call("POST", debits, { body: { ...body, metadata: { a: "2", z: "1" } }, key: "repeat" });
      t.equal(again.status, 201);
      t.equal(again.headers["idempotency-replayed"], "true");
      t.strictSame(again.body, first.body);
    }
    t.equal(await balance(), 8);
  });

  await t.test("the same key and another body: 422, nothing spent", async (t) => {
    const other = await call("POST", debits, { body: { asset: "CREDIT", amount: 3 }, key: "repeat" });
    t.match(other.body, { status: 422, code: "request.idempotency_key_reused" });
    t.equal(await balance(), 8);
  });

  await t.test("a key belongs to its caller", async (t) => {
    const key = await call("POST", "/v1/api-keys", { body: { name: "other", role: "service" } });
    const reply = await call("POST", debits, {
      body: { asset: "CREDIT", amount: 1 },
      key: "repeat",
      token: key.body.secret as string,
    });
    t.equal(reply.status, 201);
    t.notOk(reply.headers["idempotency-replayed"]);
    t.equal(await balance(), 7);
  });

  await t.test("a refused spend is judged anew with the same key", async (t) => {
    const body = { asset: "CREDIT", amount: 9 };
    t.equal((await call("POST", debits, { body, key: "later" })).status, 402);
    await walletWith(service, "spender", 5);
    t.equal((await call("POST", debits, { body, key: "later" })).status, 201);
    t.equal(await balance(), 3);
  });

  await t.test("dryRun says what would happen and writes nothing", async (t) => {
    const before = await transfers();
    const reply = await call("POST", `${debits}?dryRun=true`, { body: { asset: "CREDIT", amount: 2 }, key: null });
    t.equal(reply.status, 200);
    t.match(reply.body, { dryRun: true, balanceAfter: 1 });
    t.equal((await call("POST", `${debits}?dryRun=true`, { body: { asset: "CREDIT", amount: 4 } })).status, 402);
    t.equal((await call("POST", `${debits}?dryRun=yes`, { body: { asset: "CREDIT", amount: 1 } })).status, 400);
    t.equal(await transfers(), before);
    t.equal(await balance(), 3);
  });

  await t.test("a balance cannot pass 2^53 - 1", async (t) => {
    const max = Number.MAX_SAFE_INTEGER;
    const target = await walletWith(service, "whale", 1);
    const reply = await call("POST", `/v1/wallets/${target}/credits`, {
      body: { asset: "CREDIT", amount: max, reason: "too much" },
    });
    t.match(reply.body, { status: 422, code: "wallets.balance_limit" });
    const fits = await call("POST", `/v1/wallets/${target}/credits`, {
      body: { asset: "CREDIT", amount: max - 1, reason: "all" },
    });
    t.equal(fits.body.balanceAfter, max);
    const spent = await call("POST", `/v1/wallets/${target}/debits`, { body: { asset: "CREDIT", amount: max } });
    t.match(spent.body, { amount: max, balanceAfter: 0 });
  });
});

t.test("a customer sees its own things and nobody else's", async (t) => {
  const service = await startTestService(t);
  const { call } = service;
  const mine = await walletWith(service, "me", 5);
  const theirs = await walletWith(service, "them", 5);
  const token = await customerToken("me");
  t.equal((await call("GET", "/v1/customers/me/wallet", { token })).body.id, mine);
  t.equal((await call("GET", `/v1/wallets/${mine}/entries`, { token })).status, 200);
  const hidden = await call("GET", "/v1/customers/them/wallet", { token });
  const absent = await call("GET", "/v1/customers/nobody/wallet", { token });
  t.match(hidden.body, { status: 404, code: "customers.not_found" });
  t.equal(
    String(hidden.body.detail).replace("them", "x"),
    String(absent.body.detail).replace("nobody", "x"),
    "not told apart from absent",
  );
  t.match((await call("GET", `/v1/wallets/${theirs}/entries`, { token })).body, {
    status: 404,
    code: "wallets.not_found",
  });
  t.equal((await call("GET", "/v1/customers/them", { token })).status, 404);
  t.equal(
    (await call("POST", `/v1/wallets/${mine}/debits`, { token, body: { asset: "CREDIT", amount: 1 } })).status,
    403,
  );
  const other = await call("POST", "/v1/payments", {
    token,
    body: { customerId: "them", package: "starter", provider: "stripe", flow: "checkout" },
  });
  t.match(other.body, { status: 404, code: "customers.not_found" });
  const created = await call("POST", "/v1/payments", {
    body: { customerId: "them", package: "starter", provider: "stripe", flow: "checkout" },
  });
  t.equal((await call("GET", `/v1/payments/${created.body.id}`, { token })).status, 404);
  t.strictSame((await call("GET", "/v1/payments?customerId=them", { token })).body.data, []);
});

t.test("statements", async (t) => {
  const service = await startTestService(t);
  const { call } = service;
  const wallet = await walletWith(service, "reader", 100);
  for (let i = 1; i <= 7; i += 1) {
    await call("POST", `/v1/wallets/${wallet}/debits`, { body: { asset: "CREDIT", amount: i, reference: `r${i}` } });
  }
  await call("POST", `/v1/wallets/${wallet}/credits`, { body: { asset: "USD", amount: 500, reason: "cash" } });

  await t.test("pages follow each other without gap or repeat", async (t) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const reply = await call("GET", `/v1/wallets/${wallet}/entries?limit=3${cursor ? `&cursor=${cursor}` : ""}`);
      seen.push(...(reply.body.data as { id: string }[]).map((entry) => entry.id));
      cursor = reply.body.nextCursor as string | null;
    } while (cursor);
    t.equal(seen.length, 9);
    t.equal(new Set(seen).size, 9);
  });

  await t.test("filters by asset, type and time", async (t) => {
    const list = async (query: string) =>
      (await call("GET", `/v1/wallets/${wallet}/entries?${query}`)).body.data as Record<string, unknown>[];
    t.match(await list("asset=USD"), [{ amount: 500, type: "grant", description: "cash" }]);
    t.equal((await list("type=debit")).length, 7);
    t.equal((await list("type=debit&asset=USD")).length, 0);
    t.equal((await list("to=2020-01-01T00:00:00Z")).length, 0);
    t.equal((await list("from=2020-01-01T00:00:00Z")).length, 9);
    t.equal((await call("GET", `/v1/wallets/${wallet}/entries?from=yesterday`)).status, 400);
  });

  await t.test("balances as of a past moment are those of the last entry before it", async (t) => {
    const all = (await call("GET", `/v1/wallets/${wallet}/entries?asset=CREDIT`)).body.data as {
      createdAt: string;
      balanceAfter: number;
    }[];
    const third = all.at(-3);
    const at = new Date(Date.parse(third?.createdAt ?? "") + 1).toISOString();
    const reply = await call("GET", `/v1/customers/reader/wallet?asOf=${at}`);
    const expected = all.filter((entry) => entry.createdAt < at)[0]?.balanceAfter;
    t.match((reply.body.balances as object[])[0], { asset: "CREDIT", balance: expected });
    const before = await call("GET", "/v1/customers/reader/wallet?asOf=2020-01-01T00:00:00Z");
    t.match((before.body.balances as object[])[0], { balance: 0 });
  });
});

t.test("grants", async (t) => {
  const service = await startTestService(t);
  const { call } = service;
  await call("PUT", "/v1/customers/ada", { body: { email: "Ada@Example.com" } });
  await call("PUT", "/v1/customers/bob", { body: { email: "shared@example.com" } });
  await call("PUT", "/v1/customers/eve", { body: { email: "shared@example.com" } });

  await t.test("by e-mail, whatever its case; never to one of several", async (t) => {
    const grant = await call("POST", "/v1/grants", {
      body: { email: "ada@EXAMPLE.com", asset: "CREDIT", amount: 5, note: "hi" },
    });
    t.match(grant.body, { customerId: "ada", balanceAfter: 5, note: "hi" });
    const several = await call("POST", "/v1/grants", {
      body: { email: "shared@example.com", asset: "CREDIT", amount: 5, note: "hi" },
    });
    t.match(several.body, { status: 409, code: "customers.email_ambiguous" });
    const nobody = await call("POST", "/v1/grants", {
      body: { email: "no@example.com", asset: "CREDIT", amount: 5, note: "hi" },
    });
    t.match(nobody.body, { status: 404, code: "customers.not_found" });
    const both = await call("POST", "/v1/grants", {
      body: { email: "ada@example.com", customerId: "ada", asset: "CREDIT", amount: 5, note: "hi" },
    });
    t.equal(both.status, 400);
  });

  await t.test("in bulk: one result per item, and sending it again repeats nothing", async (t) => {
    const items = [
      { customerId: "new-1", amount: 1 },
      { email: "ada@example.com", amount: 2 },
      { email: "shared@example.com", amount: 3 },
      { customerId: "new-1", amount: 4 },
    ];
    const body = { asset: "CREDIT", note: "launch", items };
    const first = await call("POST", "/v1/grants/bulk", { body, key: "bulk-1" });
    t.equal(first.status, 200);
    t.match(first.body, { granted: 3, refused: 1 });
    t.match(first.body.data, [
      { index: 0, status: "granted", customerId: "new-1" },
      { index: 1, status: "granted", customerId: "ada", balanceAfter: 7 },
      { index: 2, status: "refused", error: { code: "customers.email_ambiguous" } },
      { index: 3, status: "granted", customerId: "new-1" },
    ]);
    const again = await call("POST", "/v1/grants/bulk", { body, key: "bulk-1" });
    t.equal(again.headers["idempotency-replayed"], "true");
    t.strictSame(again.body, first.body);
    // As after a crash between the grants and their reply: the list is worked on again, item by item.
    await service.sql.query("UPDATE idempotency_keys SET response_status = NULL, locked_until = '-infinity'");
    const resumed = await call("POST", "/v1/grants/bulk", { body, key: "bulk-1" });
    t.match(resumed.body.data, [
      { status: "replayed" },
      { status: "replayed" },
      { status: "refused" },
      { status: "replayed" },
    ]);
    const wallet = await call("GET", "/v1/customers/new-1/wallet");
    t.match(wallet.body.balances, [{ balance: 5 }]);
  });

  await t.test("a thousand at once, and no more", async (t) => {
    const items = Array.from({ length: 1_000 }, (_, i) => ({ customerId: `many-${i}`, amount: i + 1 }));
    const reply = await call("POST", "/v1/grants/bulk", { body: { asset: "CREDIT", note: "many", items } });
    t.match(reply.body, { granted: 1_000, refused: 0 });
    const over = await call("POST", "/v1/grants/bulk", {
      body: { asset: "CREDIT", note: "many", items: [...items, items[0]] },
    });
    t.equal(over.status, 400);
    const dry = await call("POST", "/v1/grants/bulk?dryRun=true", {
      body: { asset: "CREDIT", note: "x", items: [{ customerId: "many-0", amount: 1 }] },
    });
    t.match(dry.body.data, [{ balanceAfter: 2 }]);
    t.match((await call("GET", "/v1/customers/many-0/wallet")).body.balances, [{ balance: 1 }]);
  });

  await t.test("a preview for somebody new opens nothing", async (t) => {
    const body = { customerId: "only-a-thought", asset: "CREDIT", amount: 7, note: "x" };
    const dry = await call("POST", "/v1/grants?dryRun=true", { body, key: null });
    t.match(dry.body, { dryRun: true, balanceAfter: 7, customerId: "only-a-thought" });
    t.equal((await call("GET", "/v1/customers/only-a-thought")).status, 404);
    t.match((await call("POST", "/v1/grants?dryRun=true", { body: { ...body, asset: "NOPE" }, key: null })).body, {
      status: 422,
    });
  });
});
