import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import pg from "pg";

/**
 * What the debits are compared with: a bare Fastify route that does the same work as most services would, one transaction
 * a request. No authentication, no schemas, no log, no metrics. Its statements are prepared by name, which is faster than
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

await pool.query(TABLES);
await app.listen({ port: 0, host: "127.0.0.1" });
process.send?.({ port: (app.server.address() as AddressInfo).port });
