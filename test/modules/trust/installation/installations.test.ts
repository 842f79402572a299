import t, { type Test } from "tap";
import { encodeId, systemIds } from "../../../../src/core/ids.js";
import { ownKey } from "../../../../src/providers/stripe/installation.js";
import { startWorker } from "../../../../src/worker.js";
import { billingActs } from "../../../helpers/billing.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { createWorld, eventually, startTestService } from "../../../helpers/service.js";

const WAIT_MS = 15_000;

/** Two installations, each with a database of its own, on one Stripe account. */
async function startTwo(t: Test) {
  const worlds = [await createWorld(t), await createWorld(t)] as const;
  const { stripe } = worlds[0];
  const start = async (world: (typeof worlds)[number]) => {
    const service = await startTestService(t, { world: { ...world, stripe }, env: { STRIPE_API_BASE: stripe.url } });
    const worker = await startWorker(service.deps);
    t.teardown(() => worker.stop());
    return { ...service, ...billingActs(service) };
  };
  return { a: await start(worlds[0]), b: await start(worlds[1]), stripe };
}

t.test(
  "B6: the same customer id at two installations is two customers, and no card of one is charged by the other",
  async (t) => {
    const { a, b, stripe } = await startTwo(t);
    stripe.setWebhookUrl(`${a.url}/webhooks/stripe`);
    await a.saveCard("42");
    await b.must("PUT", "/v1/customers/42", {});
    const other = await b.saveCard("42", "pm_card_mastercard");
    t.not(await a.customerAt("42"), await b.customerAt("42"));
    t.match((await b.call("GET", "/v1/customers/42/payment-methods")).body.data, [{ id: other }]);
    t.equal(((await b.call("GET", "/v1/customers/42/payment-methods")).body.data as unknown[]).length, 1);
    const { body: log } = await callJson("GET", `${stripe.url}/sandbox/requests`);
    const keys = (log.data as { idempotencyKey: string | null }[]).flatMap(({ idempotencyKey: key }) => key ?? []);
    t.ok(keys.length > 0);
    for (const key of keys) t.match(key, /^(ins_[0-9a-z]{26}:|stripe-node)/, key);
  },
);

t.test(
  "B7: two installations sell a plan of the same code; each ignores what is the other's",
  { timeout: 120_000 },
  async (t) => {
    const { a, b, stripe } = await startTwo(t);
    const hear = (url: string) => stripe.setWebhookUrl(`${url}/webhooks/stripe`);
    hear(a.url);
    for (const each of [a, b]) await each.plan("team", { prices: [{ amount: 900, currency: "USD" }] });
    const first = await a.subscribe("ada", "team");
    await a.balanceIs("ada", 100);
    const seeded = await a.subscribe("ada", "monthly_basic");
    t.ok(seeded.id);
    hear(b.url);
    const second = await b.subscribe("ada", "team");
    await b.subscribe("ada", "monthly_basic");
    t.not(first.providerReference, second.providerReference);
    await eventually(async () => (await b.wallet("ada")).balance === 125, WAIT_MS);
    // What happens at A is told to B.
    await a.control("refunds", { payment_intent: (await paymentsOf(a))[0]?.providerReference });
    const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
    const { body: made } = await a.call("POST", "/v1/payments", { body });
    await a.call("POST", `/v1/payments/${made.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    await a.control("webhooks/flush");
    await eventually(async () => {
      const { rows } = await b.sql.query("SELECT 1 FROM webhook_events WHERE status = 'pending'");
      return rows.length === 0;
    }, WAIT_MS);
    const { rows } = await b.sql.query(
      "SELECT status, note FROM webhook_events WHERE convert_from(body, 'UTF8')::jsonb #>> '{data,object,metadata,coffer_payment_id}' = $1",
      [made.id],
    );
    t.ok(rows.length > 0);
    for (const row of rows) t.match(row, { status: "ignored", note: "foreign: of another installation" });
    const { rows: dead } = await b.sql.query(
      "SELECT type, note FROM webhook_events WHERE status NOT IN ('processed', 'ignored')",
    );
    t.strictSame(dead, []);
    t.match(await b.wallet("ada"), { balance: 125 });
  },
);

const paymentsOf = async ({ call }: { call: Awaited<ReturnType<typeof startTwo>>["a"]["call"] }) =>
  (await call("GET", "/v1/payments?customerId=ada")).body.data as { providerReference: string }[];

t.test("the name of an installation is made once, and is the same for every process", async (t) => {
  const world = await createWorld(t);
  const services = await Promise.all([startTestService(t, { world }), startTestService(t, { world })]);
  const names = await Promise.all(services.map(({ deps }) => deps.installation.get()));
  t.match(names[0], /^ins_/);
  t.equal(names[0], names[1]);
});

t.test("a key that was made before the installation had a name stays as it is", async (t) => {
  const older = encodeId("ref", systemIds.uuid());
  await new Promise((resolve) => setTimeout(resolve, 2));
  const installation = encodeId("ins", systemIds.uuid());
  const newer = systemIds.uuid();
  t.equal(ownKey(installation, older), older);
  t.equal(ownKey(installation, `${older}:confirm:${newer}`), `${older}:confirm:${newer}`);
  t.equal(ownKey(installation, `${newer}:setup:cus_1`), `${installation}:${newer}:setup:cus_1`);
  t.equal(ownKey(installation, "customer:42:abc"), `${installation}:customer:42:abc`);
});

t.test("B6, B7: two installations on one Coinbase account leave each other's checkouts alone", async (t) => {
  const worlds = [await createWorld(t), await createWorld(t)] as const;
  const { coinbase, env } = worlds[0];
  const shared = {
    COINBASE_API_BASE: `${coinbase.url}/api/v1`,
    COINBASE_API_KEY_ID: String(env.COINBASE_API_KEY_ID),
    COINBASE_API_KEY_SECRET: String(env.COINBASE_API_KEY_SECRET),
  };
  const [a, b] = [
    await startTestService(t, { world: worlds[0], env: shared }),
    await startTestService(t, { world: { ...worlds[1], coinbase }, env: shared }),
  ];
  const body = { customerId: "42", package: "starter", provider: "coinbase", flow: "checkout" };
  // B knows its own name once it has made something.
  t.equal((await b.call("POST", "/v1/payments", { body })).status, 201);
  const { body: made } = await a.call("POST", "/v1/payments", { body });
  coinbase.setWebhookUrl(`${b.url}/webhooks/coinbase`);
  await callJson("POST", `${coinbase.url}/sandbox/checkouts/${made.providerReference}/pay`, {});
  const told = await eventually(async () => {
    const { rows } = await b.sql.query("SELECT status, note FROM webhook_events WHERE status <> 'pending'");
    return rows[0];
  }, WAIT_MS);
  t.strictSame(told, { status: "ignored", note: "foreign: another installation" });
  t.strictSame((await b.sql.query("SELECT * FROM unexplained_receipts")).rows, []);
});
