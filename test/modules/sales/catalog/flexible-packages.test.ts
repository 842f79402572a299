import fc from "fast-check";
import t, { type Test } from "tap";
import { flexibleGrants } from "../../../../src/modules/sales/catalog/rules.js";
import { customerToken } from "../../../helpers/jwt.js";
import { startTestService } from "../../../helpers/service.js";

const DOLLARS = { currency: "USD", creditsPerUnit: "10", minimum: 500, maximum: 50_000 };
const TIERS = [
  { from: 2_000, bonusPercent: 5 },
  { from: 10_000, bonusPercent: 20 },
];
const OFFER = {
  code: "any",
  name: "Any amount",
  grants: { asset: "CREDIT" },
  flexible: [
    { ...DOLLARS, tiers: TIERS },
    { currency: "JPY", creditsPerUnit: "0.075", minimum: 500, maximum: 100_000 },
  ],
};

async function start(t: Test) {
  const service = await startTestService(t);
  const { call } = service;
  const pay = (price: object | undefined, options: { query?: string; token?: string; currency?: string } = {}) =>
    call("POST", `/v1/payments${options.query ?? ""}`, {
      body: { customerId: "ada", package: "any", price, provider: "stripe", flow: "payment_intent" },
      ...(options.token ? { token: options.token } : {}),
    });
  return { ...service, pay };
}

t.test("what an amount gives is exact, and rounded down once", async (t) => {
  const scales = { currency: 2, grants: 0 };
  const tiers = [
    { from: 1_000, bonusPercent: 10 },
    { from: 5_000, bonusPercent: 25 },
  ];
  const at = (creditsPerUnit: string, amount: bigint, withTiers = false) =>
    flexibleGrants({ ...DOLLARS, creditsPerUnit, ...(withTiers ? { tiers } : {}) }, amount, scales);
  t.equal(at("10", 999n), 99n, "99.9 credits");
  t.equal(at("12.5", 800n), 100n);
  t.equal(at("0.000000001", 100n), 0n);
  t.equal(at("10", 999n, true), 99n, "just below the first tier");
  t.equal(at("10", 1_000n, true), 110n);
  t.equal(at("10", 4_999n, true), 549n, "499.9 and a tenth more, rounded once");
  t.equal(at("10", 5_000n, true), 625n, "the highest tier that is reached, for the whole amount");
  t.equal(
    flexibleGrants({ ...DOLLARS, creditsPerUnit: "0.1" }, 9_007_199_254_740_991n, { currency: 0, grants: 2 }),
    90_071_992_547_409_910n,
    "far beyond what a float tells apart",
  );
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 12n),
      fc.bigInt(0n, 10n ** 6n),
      fc.integer({ min: 1, max: 10 ** 9 }),
      (a, more, rate) => {
        const flexible = { ...DOLLARS, creditsPerUnit: `${rate}`, tiers };
        t.ok(
          flexibleGrants(flexible, a + more, scales) >= flexibleGrants(flexible, a, scales),
          "paying more never gives less",
        );
      },
    ),
  );
});

t.test("a package whose buyer says what to pay", async (t) => {
  const { call, pay } = await start(t);
  const created = await call("POST", "/v1/packages", { body: OFFER });
  t.match(created, {
    status: 201,
    body: {
      // Whoever lists packages shows from what it costs, and what that gives.
      grants: { asset: "CREDIT", amount: 50 },
      price: { amount: 500, currency: "USD" },
      prices: [{ amount: 500 }, { amount: 500, currency: "JPY" }],
      flexible: OFFER.flexible,
    },
  });

  await t.test("is quoted without being bought", async (t) => {
    const quotes: [price: object, grants: number][] = [
      [{ amount: 500, currency: "USD" }, 50],
      [{ amount: 1_999, currency: "USD" }, 199],
      [{ amount: 2_000, currency: "USD" }, 210],
      [{ amount: 50_000, currency: "USD" }, 6_000],
      [{ amount: 500, currency: "JPY" }, 37],
    ];
    for (const [price, amount] of quotes) {
      const quote = await pay(price, { query: "?dryRun=true" });
      t.match(quote, { status: 200, body: { dryRun: true, ...price, grants: { asset: "CREDIT", amount } } });
    }
    t.match((await call("GET", "/v1/payments")).body, { data: [] });
  });

  await t.test("is bought, by its customer too, and refunded in exact proportion", async (t) => {
    const token = await customerToken("ada");
    const bought = await pay({ amount: 2_500, currency: "USD" }, { token });
    t.match(bought, { status: 201, body: { amount: 2_500, grants: { asset: "CREDIT", amount: 262 } } });
    const { id } = bought.body;
    const paid = await call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    t.match(paid.body, { status: "succeeded" });
    t.match((await call("GET", "/v1/customers/ada/wallet")).body.balances, [{ asset: "CREDIT", balance: 262 }]);
    for (const [amount, taken] of [
      [833, 87],
      [833, 174],
      [834, 262],
    ] as const) {
      t.match(await call("POST", `/v1/payments/${id}/refunds`, { body: { amount } }), { status: 201 });
      t.match((await call("GET", `/v1/payments/${id}`)).body, { grantsTakenBack: taken });
    }
    t.match((await call("GET", "/v1/customers/ada/wallet")).body.balances, [{ balance: 0, owed: 0 }]);
  });

  await t.test("is refused outside of its bounds", async (t) => {
    const refusals: [price: object | undefined, code: string, members?: object][] = [
      [
        { amount: 499, currency: "USD" },
        "catalog.below_minimum",
        { minimum: 500, currency: "USD", detail: / costs 5\.00 USD or more\.$/ },
      ],
      [
        { amount: 50_001, currency: "USD" },
        "catalog.above_maximum",
        { maximum: 50_000, currency: "USD", detail: / at most 500\.00 USD\.$/ },
      ],
      [{ amount: 500, currency: "EUR" }, "catalog.no_price"],
      [undefined, "catalog.price_needed"],
    ];
    for (const [price, code, members = {}] of refusals) {
      t.match(await pay(price), { status: 422, body: { code, ...members } });
    }
    t.match(
      await call("POST", "/v1/payments", {
        body: {
          customerId: "ada",
          package: "starter",
          price: { amount: 1, currency: "USD" },
          provider: "stripe",
          flow: "checkout",
        },
      }),
      { status: 422, body: { code: "catalog.price_fixed" } },
      "and a fixed price is fixed",
    );
    for (const wrong of [{ amount: 500 }, { amount: 5.5, currency: "USD" }, { amount: -500, currency: "USD" }]) {
      t.match(await pay(wrong), { status: 400 });
    }
    t.match((await call("GET", "/v1/payments?status=pending")).body, { data: [] });
  });

  await t.test("changes its rates, and stays what it is", async (t) => {
    const change = (body: object, name = "any") => call("PATCH", `/v1/packages/${name}`, { body });
    t.match(await change({ flexible: [{ ...DOLLARS, creditsPerUnit: "20" }] }), {
      status: 200,
      body: { grants: { amount: 100 }, prices: [{ currency: "USD" }] },
    });
    t.match(await pay({ amount: 1_000, currency: "USD" }, { query: "?dryRun=true" }), {
      body: { grants: { amount: 200 } },
    });
    t.match(await change({ prices: [{ amount: 1, currency: "USD" }] }), {
      status: 422,
      body: { code: "catalog.kind_fixed" },
    });
    t.match(await change({ flexible: [DOLLARS] }, "starter"), { status: 422, body: { code: "catalog.kind_fixed" } });
    t.match(await change({ name: "Whatever you like" }), {
      status: 200,
      body: { name: "Whatever you like", grants: { amount: 100 } },
    });
  });

  await t.test("must make sense", async (t) => {
    const offers: [flexible: object, status: number, code: string, detail?: string][] = [
      [{ ...DOLLARS, minimum: 600, maximum: 500 }, 400, "request.invalid"],
      [{ ...DOLLARS, creditsPerUnit: "0" }, 400, "request.invalid"],
      [{ ...DOLLARS, creditsPerUnit: "1e3" }, 400, "request.invalid"],
      [{ ...DOLLARS, tiers: [...TIERS].reverse() }, 400, "request.invalid"],
      [
        {
          ...DOLLARS,
          tiers: [
            { from: 1, bonusPercent: 9 },
            { from: 2, bonusPercent: 8 },
          ],
        },
        400,
        "request.invalid",
      ],
      [{ ...DOLLARS, currency: "JPY", minimum: 1 }, 422, "catalog.price_refused"],
      [{ ...DOLLARS, creditsPerUnit: "0.1" }, 422, "catalog.grants_refused", "What 5.00 USD gives is nothing."],
      [
        { ...DOLLARS, creditsPerUnit: "999999999", maximum: 9_007_199_254_740_991 },
        422,
        "catalog.grants_refused",
        "What 90071992547409.91 USD gives is too much.",
      ],
      [{ ...DOLLARS, currency: "CREDIT" }, 422, "catalog.price_refused"],
    ];
    for (const [flexible, status, code, detail] of offers) {
      const reply = await call("POST", "/v1/packages", { body: { ...OFFER, code: "bad", flexible: [flexible] } });
      t.match(reply, { status, body: { code, ...(detail ? { detail } : {}) } }, JSON.stringify(flexible));
    }
    for (const wrong of [
      { prices: [{ amount: 500, currency: "USD" }] },
      { grants: { asset: "CREDIT", amount: 1 } },
      { flexible: undefined },
      { flexible: [DOLLARS, DOLLARS] },
    ]) {
      t.match(await call("POST", "/v1/packages", { body: { ...OFFER, code: "bad", ...wrong } }), { status: 400 });
    }
    t.equal((await call("GET", "/v1/packages/bad")).status, 404);
  });
});
