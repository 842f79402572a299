import t from "tap";
import { z } from "zod";
import { readPart } from "../../src/http/request-words.js";
import { startTestService } from "../helpers/service.js";

const PAYMENT = { customerId: "ada", package: "starter", provider: "stripe", flow: "checkout" };
const CUSTOM = { customerId: "ada", amount: 999, currency: "USD", provider: "stripe", flow: "checkout" };
const WALLET = "/v1/wallets/wal_01h455vb4pex5vsknk084sn02q";
const DEBIT = { asset: "CREDIT", amount: 3 };
const POLICY = { code: "any", name: "Any", grants: { asset: "CREDIT" } };
const FLEXIBLE = { currency: "USD", creditsPerUnit: "10", minimum: 500, maximum: 50_000 };
const SUBSCRIPTION = { customerId: "ada", plan: "monthly_basic", flow: "payment_intent" };
const TOP_UP = { asset: "CREDIT", threshold: 5, package: "starter", monthlyCap: { amount: 5_000, currency: "USD" } };

/** What is sent, and each fault that is named: where, and in which words. */
type Row = readonly [request: string, body: unknown, ...faults: (readonly [pointer: string, detail: string])[]];

const ROWS: readonly Row[] = [
  ["POST /v1/payments", { ...CUSTOM, amount: undefined }, ["/package", "Name either package or amount."]],
  ["POST /v1/payments", { ...PAYMENT, amount: 1, currency: "USD" }, ["/package", "Name either package or amount."]],
  ["POST /v1/payments", { ...CUSTOM, currency: undefined }, ["/currency", "currency is required with amount."]],
  ["POST /v1/payments", { ...CUSTOM, amount: "999" }, ["/amount", "amount must be a whole number of minor units."]],
  ["POST /v1/payments", { ...CUSTOM, amount: 9.99 }, ["/amount", "amount must be a whole number of minor units."]],
  ["POST /v1/payments", { ...CUSTOM, amount: null }, ["/amount", "amount must be a whole number of minor units."]],
  ["POST /v1/payments", { ...CUSTOM, amount: 0 }, ["/amount", "amount must be at least 1."]],
  ["POST /v1/payments", { ...CUSTOM, amount: 2 ** 53 }, ["/amount", "amount must be at most 9007199254740991."]],
  ["POST /v1/payments", { ...PAYMENT, foo: 1 }, ["/foo", "`foo` is not a field of this request."]],
  [
    "POST /v1/payments",
    { ...PAYMENT, foo: 1, "a/b": 2 },
    ["/foo", "`foo` is not a field of this request."],
    ["/a~1b", "`a/b` is not a field of this request."],
  ],
  [
    "POST /v1/payments",
    { ...PAYMENT, provider: "paypal" },
    ["/provider", "provider must be stripe, coinbase or bank_transfer."],
  ],
  ["POST /v1/payments", { ...PAYMENT, provider: undefined }, ["/provider", "provider is required."]],
  ["POST /v1/payments", { ...PAYMENT, flow: 7 }, ["/flow", "flow must be payment_intent, checkout or transfer."]],
  [
    "POST /v1/payments",
    { ...PAYMENT, customerId: "ada lovelace" },
    [
      "/customerId",
      "customerId must be 1 to 128 letters, digits or characters of `_.:@|+-`, and neither `.` nor `..`.",
    ],
  ],
  ["POST /v1/payments", { ...PAYMENT, customerId: 42 }, ["/customerId", "customerId must be a string."]],
  [
    "POST /v1/payments",
    { ...PAYMENT, successUrl: "thanks.html" },
    ["/successUrl", "successUrl must be a web address, such as https://shop.example/thanks."],
  ],
  [
    "POST /v1/payments",
    { ...PAYMENT, description: "x".repeat(201) },
    ["/description", "description must have at most 200 characters."],
  ],
  ["POST /v1/payments", { ...PAYMENT, description: "" }, ["/description", "description must not be empty."]],
  ["POST /v1/payments", { ...PAYMENT, metadata: [] }, ["/metadata", "metadata must be a JSON object."]],
  [
    "POST /v1/payments",
    { ...PAYMENT, metadata: { "two words": "x" } },
    ["/metadata/two words", "The name `two words` in metadata must be 1 to 40 letters, digits or characters of `_.-`."],
  ],
  ["POST /v1/payments", { ...PAYMENT, metadata: { a: 1 } }, ["/metadata/a", "metadata.a must be a string."]],
  [
    "POST /v1/payments",
    { ...PAYMENT, metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, "x"])) },
    ["/metadata", "metadata has more than 50 pairs."],
  ],
  [
    "POST /v1/payments",
    { ...PAYMENT, grants: { asset: "CREDIT", amount: 3 } },
    ["/grants", "A package grants what it says: leave grants out."],
  ],
  [
    "POST /v1/payments",
    { ...CUSTOM, currency: "usd" },
    ["/currency", "currency must be a currency's code in capital letters, such as USD."],
  ],
  [
    "POST /v1/payments",
    { ...CUSTOM, grants: { asset: "credit", amount: "3", more: 1 } },
    ["/grants/asset", "grants.asset must be an asset's code in capital letters, such as USD or CREDIT."],
    ["/grants/amount", "grants.amount must be a whole number of minor units."],
    ["/grants/more", "`more` is not a field of grants."],
  ],
  [
    "POST /v1/payments",
    { ...PAYMENT, price: { amount: 999, currency: "USD" }, currency: "USD" },
    ["/currency", "currency is named in price already: leave it out."],
  ],
  [
    "POST /v1/payments",
    { ...PAYMENT, paymentMethodId: "pm_1" },
    ["/paymentMethodId", "A checkout asks for the method itself: leave paymentMethodId out."],
  ],
  ["POST /v1/payments", [PAYMENT], ["/", "The body must be a JSON object."]],
  ["POST /v1/payments", "starter", ["/", "The body must be a JSON object."]],
  [
    "POST /v1/payments",
    { ...PAYMENT, description: "4242 4242 4242 4242" },
    ["/description", "description contains what looks like a card number."],
  ],
  ["POST /v1/payments?dryRun=yes", PAYMENT, ["/querystring/dryRun", "dryRun must be true or false."]],
  [
    "POST /v1/payments/pay_1/confirm",
    {},
    ["/params/paymentId", "paymentId must be an id such as pay_01h455vb4pex5vsknk084sn02q."],
  ],
  [
    "POST /v1/payments/pay_01h455vb4pex5vsknk084sn02q/confirm",
    {},
    ["/paymentMethodId", "paymentMethodId is required."],
  ],
  ["GET /v1/payments?limit=0", undefined, ["/querystring/limit", "limit must be at least 1."]],
  ["GET /v1/payments?limit=101", undefined, ["/querystring/limit", "limit must be at most 100."]],
  ["GET /v1/payments?limit=all", undefined, ["/querystring/limit", "limit must be a whole number."]],
  ["GET /v1/payments?limit=1.5", undefined, ["/querystring/limit", "limit must be a whole number."]],
  ["GET /v1/payments?limit=1&limit=2", undefined, ["/querystring/limit", "limit is given more than once."]],
  [
    "GET /v1/payments?customer=ada",
    undefined,
    ["/querystring/customer", "`customer` is not a query parameter of this request."],
  ],
  [
    "GET /v1/payments?status=paid",
    undefined,
    [
      "/querystring/status",
      "status must be one of pending, requires_action, processing, succeeded, failed, canceled, expired, partially_refunded, refunded, disputed.",
    ],
  ],
  [
    "GET /v1/payments?from=yesterday",
    undefined,
    ["/querystring/from", "from must be a time with its zone, such as 2026-11-20T12:00:00Z."],
  ],
  [
    "GET /v1/payments?from=1960-01-01T00:00:00Z",
    undefined,
    ["/querystring/from", "from must be between 1970 and 2199."],
  ],
  ["GET /v1/payments?metadata=%00", undefined, ["/querystring/metadata", "metadata contains control characters."]],
  [
    "POST /v1/wallets/ada/debits",
    DEBIT,
    ["/params/walletId", "walletId must be an id such as wal_01h455vb4pex5vsknk084sn02q."],
  ],
  [`POST ${WALLET}/debits`, { asset: "CREDIT" }, ["/amount", "amount is required."]],
  [`POST ${WALLET}/credits`, DEBIT, ["/reason", "reason is required."]],
  ["POST /v1/grants", { asset: "CREDIT", amount: 3, note: "hi" }, ["/customerId", "Name either customerId or email."]],
  [
    "POST /v1/grants/bulk",
    { asset: "CREDIT", note: "hi", items: [{ customerId: "ada", amount: -1 }] },
    ["/items/0/amount", "items[0].amount must be at least 1."],
  ],
  ["POST /v1/grants/bulk", { asset: "CREDIT", note: "hi", items: [] }, ["/items", "items must not be empty."]],
  ["POST /v1/grants/bulk", { asset: "CREDIT", note: "hi", items: {} }, ["/items", "items must be an array."]],
  [
    "PUT /v1/customers/ada",
    { email: "ada", country: "gb", name: 7 },
    ["/email", "email must be an e-mail address."],
    ["/name", "name must be a string."],
    ["/country", "country must be a country's code of two capital letters, such as GB."],
  ],
  ["POST /v1/packages", POLICY, ["/prices", "Give either prices and grants.amount, or flexible."]],
  [
    "POST /v1/packages",
    { ...POLICY, flexible: [{ ...FLEXIBLE, minimum: 60_000 }] },
    ["/flexible/0/minimum", "flexible[0].minimum must not be above maximum."],
  ],
  [
    "POST /v1/packages",
    { ...POLICY, flexible: [{ ...FLEXIBLE, creditsPerUnit: "0" }] },
    [
      "/flexible/0/creditsPerUnit",
      "flexible[0].creditsPerUnit must be a decimal above zero, written as a string such as 12.5.",
    ],
  ],
  ["POST /v1/subscriptions", { ...SUBSCRIPTION, quantity: 1.5 }, ["/quantity", "quantity must be a whole number."]],
  [
    "POST /v1/subscriptions",
    { ...SUBSCRIPTION, plan: "Monthly" },
    ["/plan", "plan must be an id or a code: small letters, digits, `_` and `-`, a letter first."],
  ],
  [
    `PUT ${WALLET}/auto-top-up`,
    { ...TOP_UP, consent: { acceptedAt: "2026-11-20T12:00:00Z", version: "3", ip: "here" } },
    ["/consent/ip", "consent.ip must be an IPv4 address or an IPv6 address."],
  ],
  ["PUT /v1/payout-controls", { halted: "yes" }, ["/halted", "halted must be true or false."]],
  [
    "POST /v1/payouts",
    { walletId: "wal_01h455vb4pex5vsknk084sn02q", network: "base", address: "0x0" },
    ["/walletId", "Name either walletId, asset and amount, or paymentId."],
  ],
];

const JARGON = /invalid|expected|received|pattern|regex|input|schema|unrecognized|NaN|undefined|\bint\b/i;

t.test("clients: what is wrong with a request is said in sentences, at the field", async (t) => {
  const { call, url } = await startTestService(t);
  for (const [request, body, ...faults] of ROWS) {
    const [method = "", path = ""] = request.split(" ");
    const reply = await call(method, path, { body });
    const sent = `${request} ${JSON.stringify(body)?.slice(0, 120) ?? ""}`;
    t.equal(reply.status, 400, sent);
    const { code, detail, errors } = reply.body as { code: string; detail: string; errors: { detail: string }[] };
    t.equal(code, "request.invalid", sent);
    t.strictSame(
      errors,
      faults.map(([pointer, detail]) => ({ pointer, detail })),
      sent,
    );
    t.ok(detail.startsWith(errors[0]?.detail ?? "?"), `the problem's own sentence is the first of them: ${detail}`);
    for (const each of errors) t.notMatch(each.detail, JARGON);
  }

  await t.test("headers", async (t) => {
    const long = await call("POST", "/v1/payments", { body: PAYMENT, key: "x".repeat(256) });
    t.match(long.body, { detail: "Idempotency-Key is 1 to 255 visible ASCII characters." });
    const none = await call("POST", "/v1/payments", { body: PAYMENT, key: null });
    t.match(none.body, { detail: "Send an Idempotency-Key header with this request." });
    const card = await call("POST", "/v1/payments", { body: PAYMENT, key: "4242-4242-4242-4242" });
    t.match(card.body, {
      errors: [
        {
          pointer: "/headers/idempotency-key",
          detail: "idempotency-key contains what looks like a card number.",
        },
      ],
    });
  });

  await t.test("several faults", async (t) => {
    const { body } = await call("POST", "/v1/payments", { body: {} });
    t.equal(body.detail, "customerId is required. 2 more are in `errors`.");
    const two = await call("POST", "/v1/payments", { body: { ...PAYMENT, a: 1, b: 2 } });
    t.equal(two.body.detail, "`a` is not a field of this request. 1 more is in `errors`.");
  });

  await t.test("a body that is not there", async (t) => {
    const reply = await fetch(`${url}${WALLET}/debits`, { method: "POST" });
    t.equal(reply.status, 401, "a stranger learns nothing of the schema");
  });
});

t.test("unions have one sentence", (t) => {
  const detailOf = (schema: z.ZodType, value: unknown) => {
    const read = readPart(z.strictObject({ field: schema }), "body", { field: value });
    return "error" in read ? read.error.extras.errors?.map(({ detail }) => detail) : read.value;
  };
  t.strictSame(detailOf(z.union([z.string(), z.boolean()]), 7), ["field must be a string or true or false."]);
  t.strictSame(detailOf(z.union([z.string(), z.string().min(3)]), 7), ["field must be a string."]);
  t.strictSame(detailOf(z.union([z.string(), z.int().min(3)]), null), ["field must be a string or a whole number."]);
  t.strictSame(detailOf(z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]), { c: 1 }), [
    "field is none of what it may be.",
  ]);
  t.end();
});

// A pattern means nothing to a reader, so each has words of its own. Walks the schemas of all requests.
t.test("clients: every pattern in a request has words", async (t) => {
  const { built } = await startTestService(t);
  const seen = new Set<unknown>();
  const wordless: string[] = [];
  const walk = (value: unknown, at: string): void => {
    if (value === null || typeof value !== "object" || seen.has(value)) return;
    seen.add(value);
    const def = (value as { _zod?: { def?: Record<string, unknown> } })._zod?.def;
    const isPattern = def?.check === "string_format" && def.format === "regex";
    if (isPattern && def.error === undefined) wordless.push(`${at}: ${String(def.pattern)}`);
    for (const [name, part] of Object.entries(def ?? value)) walk(part, `${at}.${name}`);
  };
  for (const { method, url, schema } of built.routes) {
    for (const part of ["body", "querystring", "params"] as const) walk(schema?.[part], `${method} ${url} ${part}`);
  }
  t.ok(seen.size > 200, `${seen.size} parts`);
  t.strictSame(wordless, []);
});
