import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import pg from "pg";
import Stripe from "stripe";

/**
 * What the service is compared with: bare Fastify routes that do the same work as most services would, one transaction a request; and
 * one that does nothing, which is what a request costs at the least. No authentication, no schemas, no log, no metrics. Its statements are prepared by name, which is faster than
 * most services are, so the comparison errs in its favour.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS accounts (
    id text PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0), version bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 60);
  CREATE TABLE IF NOT EXISTS transfers (
    id uuid PRIMARY KEY, account_id text NOT NULL, amount bigint NOT NULL, balance_after bigint NOT NULL,
    account_version bigint NOT NULL, idempotency_key text NOT NULL, description text, reference text, metadata json,
    created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (account_id, idempotency_key)
  );
  CREATE TABLE IF NOT EXISTS payments (
    id text PRIMARY KEY, reference text NOT NULL UNIQUE, account_id text NOT NULL, amount bigint NOT NULL, grants bigint NOT NULL,
    status text NOT NULL, updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS events (
    id text PRIMARY KEY, type text NOT NULL, payload json NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
  );`;

const LOCK = { name: "lock", text: "SELECT balance, version FROM accounts WHERE id = $1 FOR UPDATE" };
const SPEND = { name: "spend", text: "UPDATE accounts SET balance = $2, version = $3 WHERE id = $1" };
const RECORD = {
  name: "record",
  text: `INSERT INTO transfers (id, account_id, amount, balance_after, account_version, idempotency_key, description, reference, metadata)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
};

interface Body {
  readonly amount: number;
  readonly description: string;
  readonly reference: string;
  readonly metadata: Record<string, string>;
}

const KEEP = {
  name: "keep",
  text: "INSERT INTO events (id, type, payload) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id",
};
const FIND = {
  name: "find",
  text: "SELECT id, account_id, grants, status FROM payments WHERE reference = $1 FOR UPDATE",
};
const PAY = { name: "pay", text: "UPDATE payments SET status = 'succeeded', updated_at = now() WHERE id = $1" };

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 });
const app = Fastify();

app.post<{ Params: { id: string }; Body: Body }>("/v1/wallets/:id/debits", async (request, reply) => {
  const { amount, description, reference, metadata } = request.body;
  const account = request.params.id;
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query<{ balance: string; version: string }>({ ...LOCK, values: [account] });
    const balance = Number(rows[0]?.balance ?? 0) - amount;
    if (balance < 0) {
      await client.query("ROLLBACK");
      return reply.code(402).send({ error: "insufficient balance" });
    }
    const version = Number(rows[0]?.version) + 1;
    const id = randomUUID();
    await client.query({ ...SPEND, values: [account, balance, version] });
    const key = request.headers["idempotency-key"];
    const values = [id, account, amount, balance, version, key, description, reference, metadata];
    await client.query({ ...RECORD, values });
    await client.query("COMMIT");
    return reply.code(201).send({ id, amount, balanceAfter: balance, description, reference, metadata });
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
});

app.post("/v1/wallets/:id/empty", async (_request, reply) => reply.code(201).send({ id: "nothing" }));

const { webhooks } = new Stripe("sk_test_bench_0123456789");
const secret = process.env.STRIPE_WEBHOOK_SECRET ?? "";

/** Keeps an event and credits its payment in one transaction; one that was kept before changes nothing. */
async function credit(event: Stripe.Event, raw: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const kept = await client.query({ ...KEEP, values: [event.id, event.type, raw] });
    const { id: reference } = event.data.object as Stripe.PaymentIntent;
    const { rows } = await client.query<{ id: string; account_id: string; grants: string; status: string }>({
      ...FIND,
      values: [reference],
    });
    const [payment] = rows;
    if (kept.rowCount === 1 && payment?.status === "pending") {
      const account = await client.query<{ balance: string; version: string }>({
        ...LOCK,
        values: [payment.account_id],
      });
      const balance = Number(account.rows[0]?.balance) + Number(payment.grants);
      const version = Number(account.rows[0]?.version) + 1;
      await client.query({ ...SPEND, values: [payment.account_id, balance, version] });
      const values = [
        randomUUID(),
        payment.account_id,
        payment.grants,
        balance,
        version,
        reference,
        "purchase",
        payment.id,
        {},
      ];
      await client.query({ ...RECORD, values });
      await client.query({ ...PAY, values: [payment.id] });
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

await app.register(async (scope) => {
  scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
  scope.post<{ Body: string }>("/webhooks/stripe", async (request) => {
    const event = webhooks.constructEvent(request.body, request.headers["stripe-signature"] ?? "", secret);
    await credit(event, request.body);
    return { received: true };
  });
});

await pool.query(TABLES);
await app.listen({ port: 0, host: "127.0.0.1" });
process.send?.({ port: (app.server.address() as AddressInfo).port });
