import pg from "pg";
import Stripe from "stripe";
import t from "tap";
import { request } from "undici";
import { createTestDatabase } from "../helpers/cluster.js";
import { assertBooks } from "../helpers/invariants.js";
import { callJson } from "../helpers/sandbox-client.js";
import { STRIPE_WEBHOOK_SECRET } from "../helpers/service.js";
import { startReplicas } from "./cluster.js";

t.setTimeout(120_000);

async function deliver(url: string, payload: string): Promise<number> {
  const header = new Stripe("sk_test_0").webhooks.generateTestHeaderString({ payload, secret: STRIPE_WEBHOOK_SECRET });
  const reply = await request(`${url}/webhooks/stripe`, {
    method: "POST",
    headers: { "content-type": "application/json", "stripe-signature": header },
    body: payload,
  });
  await reply.body.dump();
  return reply.statusCode;
}

t.test("an event delivered fifty times at once to two processes has one effect", async (t) => {
  const { world, replicas } = await startReplicas(t, 2);
  const [first] = replicas;
  await callJson("POST", `${world.stripe.url}/sandbox/webhooks/mode`, { drop: true });
  const stripeKey = { authorization: "Bearer sk_test_0123456789" };
  for (let round = 0; round < 8; round += 1) {
    const customerId = `ada-${round}`;
    const purchase = { customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
    const created = await first?.call("POST", "/v1/payments", { body: purchase });
    const reference = created?.body.providerReference;
    await callJson("POST", `${world.stripe.url}/sandbox/payment_intents/${reference}/succeed`);
    const events = await callJson(
      "GET",
      `${world.stripe.url}/v1/events?type=payment_intent.succeeded&limit=1`,
      undefined,
      stripeKey,
    );
    const [event] = events.body.data as { id: string; data: { object: { id: string } } }[];
    t.equal(event?.data.object.id, reference);
    const payload = JSON.stringify(event);
    const statuses = await Promise.all(
      Array.from({ length: 50 }, (_, index) => deliver(replicas[index % 2]?.url ?? "", payload)),
    );
    t.ok(
      statuses.every((status) => status === 200),
      "all are answered 200",
      { statuses },
    );
    const wallet = await first?.call("GET", `/v1/customers/${customerId}/wallet`);
    t.match(wallet?.body.balances, [{ asset: "CREDIT", balance: 10 }]);
    const { rows } = await world.sql.query("SELECT status FROM webhook_events WHERE event_id = $1", [event?.id]);
    t.same(rows, [{ status: "processed" }]);
  }
  await assertBooks(t, world.sql);
});

t.test(
  "many events of many payments, each delivered to both processes in another order, count once each",
  async (t) => {
    const { world, replicas } = await startReplicas(t, 2);
    await callJson("POST", `${world.stripe.url}/sandbox/webhooks/mode`, { drop: true });
    const customers = Array.from({ length: 12 }, (_, index) => `many-${index}`);
    for (const customerId of customers) {
      const purchase = { customerId, package: "starter", provider: "stripe", flow: "checkout" };
      const created = await replicas[0]?.call("POST", "/v1/payments", { body: purchase });
      await callJson("POST", `${world.stripe.url}/sandbox/checkout/sessions/${created?.body.providerReference}/pay`);
    }
    const listed = await callJson("GET", `${world.stripe.url}/v1/events?limit=100`, undefined, {
      authorization: "Bearer sk_test_0123456789",
    });
    const events = (listed.body.data as object[]).map((event) => JSON.stringify(event));
    const [there, back] = [events, [...events].reverse()];
    const statuses = await Promise.all(
      [there, back].flatMap((order, index) => order.map((payload) => deliver(replicas[index]?.url ?? "", payload))),
    );
    t.ok(
      statuses.every((status) => status === 200),
      "all are answered 200",
      { statuses },
    );
    for (const { rows } of [await world.sql.query("SELECT id FROM webhook_events WHERE status = 'pending'")]) {
      t.same(rows, [], "nothing needed a second look");
    }
    for (const customerId of customers) {
      const wallet = await replicas[1]?.call("GET", `/v1/customers/${customerId}/wallet`);
      t.match(wallet?.body.balances, [{ asset: "CREDIT", balance: 10 }]);
    }
    await assertBooks(t, world.sql);
  },
);

t.test("three processes that migrate an empty database at once leave it migrated once", async (t) => {
  const { replicas } = await startReplicas(t, 3);
  const database = await createTestDatabase({ template: "empty" });
  const sql = new pg.Pool({ connectionString: database.url, max: 1 });
  t.teardown(async () => {
    await sql.end();
    await database.drop();
  });
  await Promise.all(replicas.map(({ child }) => child.tell({ do: "migrate", url: database.url })));
  const { rows } = await sql.query(
    "SELECT count(*)::int AS migrations, count(DISTINCT hash)::int AS different FROM drizzle.__drizzle_migrations",
  );
  t.equal(rows[0].migrations, rows[0].different);
  t.ok(rows[0].migrations > 0);
  const seeded = await sql.query("SELECT count(*)::int AS n FROM packages");
  t.equal(seeded.rows[0].n, 3, "and seeded once");
  await assertBooks(t, sql);
});
