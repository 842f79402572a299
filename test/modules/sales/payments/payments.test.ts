import t from "tap";
import { MINUTE_MS } from "../../../../src/core/clock.js";
import { sweepPayments } from "../../../../src/modules/sales/payments/index.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { customerToken } from "../../../helpers/jwt.js";
import { eventually, startTestService, type TestService } from "../../../helpers/service.js";

interface PaymentBody {
  id: string;
  status: string;
  providerReference: string;
  checkoutUrl: string;
  transferIds: string[];
  reviewReason: string | null;
  failure: { code: string; declineCode?: string; message: string } | null;
  nextAction: { type: string; url?: string } | null;
}

const control = async (sandbox: { url: string }, route: string, body: object = {}) => {
  const reply = await fetch(`${sandbox.url}/sandbox/${route}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${route}: ${reply.status} ${await reply.text()}`);
  return reply.json();
};

const create = async (service: TestService, body: object = {}, key?: string) => {
  const reply = await service.call("POST", "/v1/payments", {
    body: { customerId: "buyer", package: "starter", provider: "stripe", flow: "payment_intent", ...body },
    ...(key === undefined ? {} : { key }),
  });
  return {
    status: reply.status,
    body: reply.body as unknown as PaymentBody & { code?: string },
    headers: reply.headers,
  };
};

const read = async (service: TestService, id: string) =>
  (await service.call("GET", `/v1/payments/${id}`)).body as unknown as PaymentBody;

const credits = async (service: TestService, customerId = "buyer") => {
  const reply = await service.call("GET", `/v1/customers/${customerId}/wallet`);
  return (reply.body.balances as { asset: string; balance: number }[]).find((each) => each.asset === "CREDIT")?.balance;
};

const reaches = (service: TestService, id: string, status: string) =>
  eventually(async () => {
    const payment = await read(service, id);
    return payment.status === status && payment;
  });

t.test("card payments", async (t) => {
  const service = await startTestService(t);
  const { call, stripe } = service;

  await t.test("a decline keeps the payment open with its reason, and another card pays it", async (t) => {
    const { body } = await create(service, { customerId: "declined" });
    const declined = await call("POST", `/v1/payments/${body.id}/confirm`, {
      body: { paymentMethodId: "pm_card_chargeDeclined" },
    });
    t.equal(declined.status, 200);
    t.match(declined.body, { status: "pending", failure: { code: "card_declined", declineCode: "generic_decline" } });
    for (const act of ["confirm", "cancel"]) {
      const dry = await call("POST", `/v1/payments/${body.id}/${act}?dryRun=true`, {
        ...(act === "confirm" ? { body: { paymentMethodId: "pm_card_visa" } } : {}),
        key: null,
      });
      t.match(dry, { status: 200, body: { dryRun: true } }, act);
    }
    const paid = await call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    t.match(paid.body, { status: "succeeded", failure: null });
    t.equal(await credits(service, "declined"), 10);
  });

  await t.test("3-D Secure comes back as a next action, and pays once it is passed", async (t) => {
    const { body } = await create(service, { customerId: "secure" });
    const asked = await call("POST", `/v1/payments/${body.id}/confirm`, {
      body: { paymentMethodId: "pm_card_authenticationRequired" },
    });
    t.match(asked.body, { status: "requires_action", nextAction: { type: "redirect" } });
    const { url } = asked.body.nextAction as { url: string };
    await fetch(url, { method: "POST", body: new URLSearchParams({ action: "complete" }), redirect: "manual" });
    await reaches(service, body.id, "succeeded");
    t.equal(await credits(service, "secure"), 10);
  });

  await t.test("a bank debit that settles late is credited late, not before", async (t) => {
    const { body } = await create(service, { customerId: "late" });
    const processing = await call("POST", `/v1/payments/${body.id}/confirm`, {
      body: { paymentMethodId: "pm_usBankAccount_success" },
    });
    t.equal(processing.body.status, "processing");
    t.equal(await credits(service, "late"), 0);
    await control(stripe, `payment_intents/${body.providerReference}/succeed`);
    await reaches(service, body.id, "succeeded");
    t.equal(await credits(service, "late"), 10);
  });

  await t.test("hosted checkout: session and intent news are one payment", async (t) => {
    const { body } = await create(service, {
      customerId: "hosted",
      flow: "checkout",
      successUrl: "https://shop.example/ok",
    });
    t.match(body, { status: "pending", providerReference: /^cs_/, checkoutUrl: /^http/ });
    await control(stripe, `checkout/sessions/${body.providerReference}/pay`);
    const paid = await reaches(service, body.id, "succeeded");
    t.match(paid.providerReference, /^cs_/);
    t.equal(await credits(service, "hosted"), 10);
  });

  await t.test("a custom amount gives what it says, or the same amount of its currency", async (t) => {
    const custom = { package: undefined, amount: 2_500, currency: "USD" };
    const { body } = await create(service, {
      ...custom,
      customerId: "custom",
      grants: { asset: "CREDIT", amount: 30 },
    });
    await call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    t.equal(await credits(service, "custom"), 30);
    const cash = await create(service, { ...custom, customerId: "cash" });
    await call("POST", `/v1/payments/${cash.body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    t.match((await call("GET", "/v1/customers/cash/wallet")).body.balances, [
      { asset: "CREDIT", balance: 0 },
      { asset: "USD", balance: 2_500 },
    ]);
  });

  await t.test("canceling: once paid it is refused, twice is once", async (t) => {
    const { body } = await create(service, { customerId: "cancels" });
    t.match((await call("POST", `/v1/payments/${body.id}/cancel`)).body, { status: "canceled" });
    t.match((await call("POST", `/v1/payments/${body.id}/cancel`)).body, { status: "canceled" });
    t.match(
      (await call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } })).body,
      { status: 409, code: "payments.wrong_state" },
    );
    const paid = await create(service, { customerId: "cancels" });
    await call("POST", `/v1/payments/${paid.body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    t.match((await call("POST", `/v1/payments/${paid.body.id}/cancel`)).body, {
      status: 409,
      code: "payments.wrong_state",
      paymentStatus: "succeeded",
    });
    t.equal(await credits(service, "cancels"), 10);
  });

  await t.test("a hosted checkout that was canceled says so, to whoever asks and however often", async (t) => {
    const hosted = { customerId: "changes-mind", flow: "checkout", successUrl: "https://shop.example/ok" };
    const { body } = await create(service, hosted);
    const cancel = (id: string) => call("POST", `/v1/payments/${id}/cancel`);
    t.match(await cancel(body.id), { status: 200, body: { status: "canceled" } });
    await control(stripe, "webhooks/flush");
    t.match(await read(service, body.id), { status: "canceled" });
    t.match(await cancel(body.id), { status: 200, body: { status: "canceled" } }, "a new key, the same answer");

    // The provider did it and its answer was lost: asked under a new key it refuses, since there is nothing open.
    await control(stripe, "webhooks/mode", { drop: true });
    const lost = (await create(service, hosted)).body;
    const path = `/v1/checkout/sessions/${lost.providerReference}/expire`;
    await control(stripe, "faults", { match: { method: "POST", path }, kind: "cut_after", times: 1 });
    t.equal((await cancel(lost.id)).status, 503);
    t.match(await cancel(lost.id), { status: 200, body: { status: "canceled" } });
    await control(stripe, "webhooks/mode", { drop: false });

    const left = (await create(service, hosted)).body;
    await control(stripe, `checkout/sessions/${left.providerReference}/expire`);
    await reaches(service, left.id, "expired");
    t.match((await cancel(left.id)).body, { status: 409, paymentStatus: "expired" }, "nobody canceled this one");
  });

  await t.test("the same key: the same payment; another body: 422", async (t) => {
    const first = await create(service, { customerId: "repeats" }, "pay-1");
    const again = await create(service, { customerId: "repeats" }, "pay-1");
    t.equal(again.status, 201);
    t.equal(again.headers["idempotency-replayed"], "true");
    t.strictSame(again.body, first.body);
    t.match((await create(service, { customerId: "other" }, "pay-1")).body, {
      status: 422,
      code: "request.idempotency_key_reused",
    });
    t.equal(((await call("GET", "/v1/payments?customerId=repeats")).body.data as object[]).length, 1);
  });

  await t.test("what is refused, before anything is written or asked", async (t) => {
    const before = (await service.sql.query("SELECT count(*)::int AS n FROM payments")).rows[0].n;
    const refusals: [body: object, status: number, code: string][] = [
      [{ package: "nothing" }, 404, "catalog.package_not_found"],
      [{ currency: "EUR" }, 422, "catalog.no_price"],
      [{ amount: 5, currency: "USD" }, 400, "request.invalid"],
      [{ package: undefined, amount: 100 }, 400, "request.invalid"],
      [{ package: undefined, amount: 49, currency: "USD" }, 422, "payments.price_refused"],
      [{ package: undefined, amount: 1_005, currency: "KWD" }, 422, "payments.price_refused"],
      [{ package: undefined, amount: 100, currency: "CREDIT" }, 422, "payments.currency_not_supported"],
      [{ package: undefined, amount: 100, currency: "XYZ" }, 422, "ledger.asset_not_found"],
      [{ provider: "paypal" }, 400, "request.invalid"],
      [{ flow: "checkout", paymentMethodId: "pm_card_visa" }, 400, "request.invalid"],
      [{ provider: "coinbase" }, 422, "payments.flow_not_supported"],
      [{ successUrl: "javascript:alert(1)" }, 400, "request.invalid"],
      [{ cardNumber: "4242424242424242" }, 400, "request.invalid"],
      [{ description: "4242 4242 4242 4242" }, 400, "request.invalid"],
    ];
    for (const [body, status, code] of refusals) {
      const reply = await create(service, body);
      t.equal(reply.status, status, `${JSON.stringify(body)} ${JSON.stringify(reply.body)}`);
      t.equal(reply.body.code, code);
    }
    t.equal((await service.sql.query("SELECT count(*)::int AS n FROM payments")).rows[0].n, before);
  });

  await t.test("dryRun quotes and writes nothing", async (t) => {
    const reply = await call("POST", "/v1/payments?dryRun=true", {
      key: null,
      body: { customerId: "thinking", package: "starter", provider: "coinbase", flow: "checkout" },
    });
    t.equal(reply.status, 200);
    t.match(reply.body, { dryRun: true, amount: 9_990_000, currency: "USDC", grants: { asset: "CREDIT", amount: 10 } });
    t.equal((await call("GET", "/v1/customers/thinking")).status, 404);
  });

  await t.test("a customer pays for itself", async (t) => {
    const token = await customerToken("self");
    const reply = await call("POST", "/v1/payments", {
      token,
      body: { customerId: "self", package: "starter", provider: "stripe", flow: "payment_intent" },
    });
    t.equal(reply.status, 201);
    const paid = await call("POST", `/v1/payments/${reply.body.id}/confirm`, {
      token,
      body: { paymentMethodId: "pm_card_visa" },
    });
    t.equal(paid.body.status, "succeeded");
    const own = { customerId: "self", amount: 100, currency: "USD", provider: "stripe", flow: "payment_intent" };
    const priced = await call("POST", "/v1/payments", {
      token,
      body: { ...own, grants: { asset: "CREDIT", amount: 1_000_000 } },
    });
    t.match(priced.body, { status: 403, code: "payments.grants_not_allowed" });
    t.match((await call("POST", "/v1/payments", { token, body: own })).body, { grants: { asset: "USD", amount: 100 } });
    const support = await call("POST", "/v1/api-keys", { body: { name: "desk", role: "support" } });
    const seen = await call("GET", `/v1/payments/${reply.body.id}`, { token: support.body.secret as string });
    t.match(seen.body, { id: reply.body.id, clientSecret: null });
  });

  await t.test("lists by customer, status, provider and time", async (t) => {
    const list = async (query: string) => (await call("GET", `/v1/payments?${query}`)).body.data as PaymentBody[];
    t.equal((await list("customerId=custom")).length, 1);
    t.ok((await list("status=succeeded&limit=100")).every((payment) => payment.status === "succeeded"));
    t.equal((await list("provider=coinbase")).length, 0);
    t.equal((await list("to=2020-01-01T00:00:00Z")).length, 0);
  });
});

t.test("money that is not what was asked for is credited to nobody", async (t) => {
  const service = await startTestService(t);
  const { call, stripe } = service;
  const cases: [customerId: string, override: object, reason: string, received: object][] = [
    ["under", { amount_received: 998 }, "underpaid", { amount: 998, asset: "USD" }],
    ["over", { amount_received: 1_000 }, "overpaid", { amount: 1_000, asset: "USD" }],
    ["euro", { currency: "eur" }, "wrong_currency", { amount: 999, asset: "EUR" }],
    ["krona", { currency: "sek" }, "wrong_currency", { amount: 999, asset: "SEK" }],
  ];
  for (const [customerId, override, reason, received] of cases) {
    const { body } = await create(service, { customerId });
    await control(stripe, `payment_intents/${body.providerReference}/succeed`, override);
    const payment = await reaches(service, body.id, "processing");
    t.equal(payment.reviewReason, reason);
    t.equal(await credits(service, customerId), 0, `${customerId} got nothing`);
    const receipts = (await call("GET", "/v1/unexplained-receipts")).body.data as { paymentId: string }[];
    t.match(
      receipts.find((each) => each.paymentId === body.id),
      { reason, expectedAmount: 999, expectedAsset: "USD", ...received },
    );
    await control(stripe, "webhooks/flush");
    await call("POST", `/v1/payments/${body.id}/cancel`).then((reply) => t.equal(reply.status, 409));
  }
  const accounts = (await call("GET", "/v1/ledger/accounts?kind=system&limit=100")).body.data as {
    code: string;
    asset: string;
    balance: number;
  }[];
  t.strictSame(
    accounts
      .filter((account) => account.code === "unexplained" && account.balance !== 0)
      .map((a) => `${a.asset} ${a.balance}`)
      .sort(),
    ["EUR -999", "SEK -999", "USD -1998"],
  );
});

t.test("a provider that does not answer", async (t) => {
  let now = Date.now();
  const service = await startTestService(t, {
    overrides: { clock: { now: () => new Date(now) }, idempotencyLeaseMs: 1_000, providerTimeoutMs: 300 },
  });
  const { call, stripe, deps } = service;
  const fault = (body: object) => control(stripe, "faults", body);

  await t.test("5xx and lost replies: 503, and the same request again finishes the same payment", async (t) => {
    for (const kind of ["status_after", "cut_after", "malformed_after", "status", "cut_before", "rate_limit"]) {
      const customerId = `flaky-${kind}`;
      await fault({
        match: { method: "POST", path: "/v1/payment_intents" },
        kind,
        status: kind.startsWith("status") ? 500 : undefined,
        times: 1,
      });
      const lost = await create(service, { customerId }, `key-${kind}`);
      t.match(lost.body, { status: 503, code: "provider.unavailable" }, kind);
      t.ok(lost.headers["retry-after"]);
      const found = await create(service, { customerId }, `key-${kind}`);
      // Where Stripe repeats a stored 500 for its key, its list says that the payment exists.
      t.equal(found.status, 201, kind);
      t.match(found.body.providerReference, /^pi_/);
      const [payment] = (await call("GET", `/v1/payments?customerId=${customerId}`)).body.data as PaymentBody[];
      t.equal(payment?.status, "pending");
      const effects = (await (await fetch(`${stripe.url}/sandbox/effects`)).json()) as {
        payment_intents: Record<string, { metadata?: { coffer_payment_id?: string } }>;
      };
      const made = Object.values(effects.payment_intents).filter(
        (each) => each.metadata?.coffer_payment_id === payment?.id,
      );
      t.equal(made.length, 1, `${kind}: one intent at the provider`);
    }
  });

  await t.test(
    "a customer that could not be linked at first is linked once, and the payment is the same",
    async (t) => {
      for (const kind of ["cut_before", "cut_after", "status_after"]) {
        const customerId = `link-${kind}`;
        await call("PUT", `/v1/customers/${customerId}`, { body: { email: "old@example.com" } });
        await fault({ match: { method: "POST", path: "/v1/customers" }, kind, status: 500, times: 1 });
        t.equal((await create(service, { customerId }, `key-${customerId}`)).status, 503, kind);
        if (kind === "cut_before")
          await call("PUT", `/v1/customers/${customerId}`, { body: { email: "new@example.com" } });
        const found = await eventually(async () => {
          const again = await create(service, { customerId }, `key-${customerId}`);
          return again.status === 201 && again;
        });
        t.match(found.body.providerReference, /^pi_/);
        const { rows } = await service.sql.query("SELECT reference FROM customer_links WHERE customer_id = $1", [
          customerId,
        ]);
        t.equal(rows.length, 1);
      }
    },
  );

  await t.test(
    "a customer that was deleted at the provider is made anew, and the payment asked for anew",
    async (t) => {
      const links = async (customerId: string) =>
        (await service.sql.query("SELECT reference FROM customer_links WHERE customer_id = $1", [customerId])).rows;
      const deleteAt = async (customerId: string) => {
        const [{ reference }] = await links(customerId);
        const headers = { authorization: "Bearer sk_test_0123456789" };
        await fetch(`${stripe.url}/v1/customers/${reference}`, { method: "DELETE", headers });
        return reference as string;
      };
      for (const flow of ["payment_intent", "checkout"]) {
        const customerId = `deleted-${flow}`;
        await create(service, { customerId, flow });
        const old = await deleteAt(customerId);
        const { status, body } = await create(service, { customerId, flow });
        t.match({ status, body }, { status: 201, body: { status: "pending", failure: null } }, flow);
        const [link] = await links(customerId);
        t.not(link.reference, old);
        t.match((await create(service, { customerId, flow })).body, { status: "pending" });
        t.strictSame(await links(customerId), [link], "and from then on it is the one");
      }

      // The second question is lost: whoever asks again asks the second one, not the first, which is answered already.
      await create(service, { customerId: "deleted-twice" });
      await deleteAt("deleted-twice");
      await fault({ match: { method: "POST", path: "/v1/payment_intents" }, kind: "delay", delayMs: 1, times: 1 });
      await fault({ match: { method: "POST", path: "/v1/payment_intents" }, kind: "cut_after", times: 1 });
      t.equal((await create(service, { customerId: "deleted-twice" }, "key-deleted-twice")).status, 503);
      now += 2 * MINUTE_MS;
      t.match(await sweepPayments(deps), { failures: [] });
      const found = await create(service, { customerId: "deleted-twice" }, "key-deleted-twice");
      t.match(found, { status: 201, body: { status: "pending", providerReference: /^pi_/ } });
      const intents = (await (await fetch(`${stripe.url}/sandbox/effects`)).json()) as {
        payment_intents: Record<string, { metadata?: { coffer_payment_id?: string } }>;
      };
      const made = Object.values(intents.payment_intents).filter(
        (each) => each.metadata?.coffer_payment_id === found.body.id,
      );
      t.equal(made.length, 1);

      // What else may be missing costs no customer its link.
      const [kept] = await links("deleted-payment_intent");
      const missing = await create(service, { customerId: "deleted-payment_intent", paymentMethodId: "pm_nothing" });
      t.match(missing, { status: 422, body: { code: "payments.rejected", providerCode: "resource_missing" } });
      t.strictSame(await links("deleted-payment_intent"), [kept]);
    },
  );

  await t.test("a webhook that never comes: the sweeper asks and credits once", async (t) => {
    await control(stripe, "webhooks/mode", { drop: true });
    const { body } = await create(service, { customerId: "silent" });
    await control(stripe, `payment_intents/${body.providerReference}/succeed`);
    t.equal((await read(service, body.id)).status, "pending");
    now += 2 * MINUTE_MS;
    t.match(await sweepPayments(deps), { failures: [] });
    t.equal((await read(service, body.id)).status, "succeeded");
    await control(stripe, "webhooks/mode", { drop: false });
    now += 10 * MINUTE_MS;
    await sweepPayments(deps);
    t.equal(await credits(service, "silent"), 10);
  });

  await t.test("a promise that never reached the provider is kept by the sweeper", async (t) => {
    await fault({ match: { method: "POST", path: "/v1/payment_intents" }, kind: "cut_before", times: 1 });
    const { status } = await create(service, { customerId: "promised" });
    t.equal(status, 503);
    now += 2 * MINUTE_MS;
    await sweepPayments(deps);
    const [payment] = (await call("GET", "/v1/payments?customerId=promised")).body.data as PaymentBody[];
    t.match(payment, { status: "pending", providerReference: /^pi_/ });
  });

  await t.test(
    "once the provider has forgotten the key, it is looked for in the list, and failed when it is not there",
    async (t) => {
      await fault({ match: { method: "POST", path: "/v1/payment_intents" }, kind: "cut_before", times: 1 });
      await create(service, { customerId: "never" });
      now += 25 * 60 * MINUTE_MS;
      await sweepPayments(deps);
      const [payment] = (await call("GET", "/v1/payments?customerId=never")).body.data as PaymentBody[];
      t.match(payment, { status: "failed", failure: { code: "never_reached_provider" } });
    },
  );

  await t.test("a method that the provider does not have is refused, and nothing is written down", async (t) => {
    const refused = await create(service, { customerId: "refused", paymentMethodId: "pm_does_not_exist" });
    t.match(refused, { status: 422, body: { code: "payments.rejected", providerCode: "resource_missing" } });
    t.strictSame((await call("GET", "/v1/payments?customerId=refused")).body.data, []);
  });
});

t.test("one run of the sweeper goes on until nothing is due, however many payments that are", async (t) => {
  let now = Date.now();
  const service = await startTestService(t, { overrides: { clock: { now: () => new Date(now) } } });
  await control(service.stripe, "webhooks/mode", { drop: true });
  const payments = [];
  // More than two of the pages that it reads.
  for (let index = 0; index < 210; index += 10) {
    const some = Array.from({ length: 10 }, (_, each) => create(service, { customerId: `many-${index + each}` }));
    payments.push(...(await Promise.all(some)).map(({ body }) => body));
  }
  for (const { providerReference } of payments) {
    await control(service.stripe, `payment_intents/${providerReference}/succeed`);
  }
  now += 2 * MINUTE_MS;
  await jobsOf(service.deps)["payments:sweep"]?.({});
  const { rows } = await service.sql.query("SELECT status, count(*)::int AS n FROM payments GROUP BY status");
  t.strictSame(rows, [{ status: "succeeded", n: 210 }]);
});

t.test("crypto payments", async (t) => {
  const service = await startTestService(t);
  const { call, coinbase } = service;
  const buy = (customerId: string) => create(service, { customerId, provider: "coinbase", flow: "checkout" });

  await t.test("the fee is booked with the money", async (t) => {
    const { body } = await buy("crypto");
    await control(coinbase, `checkouts/${body.providerReference}/pay`);
    const paid = await reaches(service, body.id, "succeeded");
    t.equal(paid.transferIds.length, 3);
    const accounts = (await call("GET", "/v1/ledger/accounts?kind=system&asset=USDC")).body.data as {
      code: string;
      balance: number;
    }[];
    const balances = Object.fromEntries(accounts.map((account) => [account.code, account.balance]));
    t.equal(balances.deferred_revenue, -9_990_000);
    t.equal((balances.coinbase_clearing ?? 0) + (balances.provider_fees ?? 0), 9_990_000);
    t.ok((balances.provider_fees ?? 0) > 0);
  });

  await t.test("failure, expiry and deactivation end it without credit", async (t) => {
    const failed = await buy("unlucky");
    await control(coinbase, `checkouts/${failed.body.providerReference}/fail`);
    await reaches(service, failed.body.id, "failed");
    const expired = await buy("unlucky");
    await control(coinbase, `checkouts/${expired.body.providerReference}/expire`);
    await reaches(service, expired.body.id, "expired");
    const canceled = await buy("unlucky");
    t.match((await call("POST", `/v1/payments/${canceled.body.id}/cancel`)).body, { status: "canceled" });
    t.equal(await credits(service, "unlucky"), 0);
  });

  await t.test("a wrong amount is quarantined", async (t) => {
    const { body } = await buy("short");
    await control(coinbase, `checkouts/${body.providerReference}/pay`, { totalAmount: "5.00" });
    await reaches(service, body.id, "processing");
    t.equal(await credits(service, "short"), 0);
  });

  await t.test("money of which nobody says how much it is, is credited once somebody does", async (t) => {
    const { body } = await buy("unsettled");
    await control(coinbase, `checkouts/${body.providerReference}/pay`, { unsettled: true });
    const event = await eventually(async () => {
      const listed = await call("GET", `/v1/webhook-events?resource=${body.id}&provider=coinbase`);
      return (listed.body.data as { id: string }[])[0];
    });
    const work = () => jobsOf(service.deps)["webhooks:process"]?.({ eventId: event.id });
    await work();
    t.match((await call("GET", `/v1/webhook-events/${event.id}`)).body, { status: "pending", attempts: 1 });
    t.equal(await credits(service, "unsettled"), 0);
    await control(coinbase, `checkouts/${body.providerReference}/settle`);
    await work();
    t.match(await read(service, body.id), { status: "succeeded" });
    t.equal(await credits(service, "unsettled"), 10);
  });

  await t.test("it is not confirmed from here", async (t) => {
    const { body } = await buy("confirmer");
    const reply = await call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    t.match(reply.body, { status: 422, code: "payments.confirm_not_supported" });
  });
});

t.test("a provider without keys is off", async (t) => {
  const service = await startTestService(t, {
    env: {
      STRIPE_SECRET_KEY: "",
      COINBASE_API_KEY_ID: "",
      COINBASE_API_KEY_SECRET: "",
      BLOCKRADAR_API_KEY: "",
      BLOCKRADAR_WALLET_ID: "",
    },
  });
  t.match((await create(service)).body, { status: 503, code: "provider.not_configured" });
  for (const provider of ["stripe", "coinbase", "blockradar"]) {
    t.match((await service.call("POST", `/webhooks/${provider}`, { body: {}, token: null })).body, {
      status: 503,
      code: "provider.not_configured",
    });
  }
  t.strictSame((await service.call("GET", "/v1/config", { token: null })).body, { providers: [] });
});
