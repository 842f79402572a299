import { sql } from "drizzle-orm";
import t from "tap";
import { createDatabase, type Db, statementName, type Tx } from "../../src/db/client.js";
import { insertWallet } from "../../src/modules/books/wallets/queries.js";
import { insertPayment } from "../../src/modules/sales/payments/queries.js";
import { createTestDatabase } from "../helpers/cluster.js";
import { eventually, startTestService } from "../helpers/service.js";

// Checked by the compiler: a write asks for a transaction, a read takes either.
export function writesNeedTransactions(read: Db, tx: Tx): void {
  const row = { id: "wal_01h455vb4pex5vsknk084sn02q", customerId: "a", createdAt: new Date() } as const;
  void insertWallet(tx, row);
  // @ts-expect-error the pool is no transaction
  void insertWallet(read, row);
  // @ts-expect-error nor is it for payments
  void insertPayment(read, {});
}

t.test("transactions", async (t) => {
  const { url, drop } = await createTestDatabase({ template: "empty" });
  const idle: Error[] = [];
  const db = createDatabase({ url, poolSize: 3, onIdleError: (error) => idle.push(error) });
  t.teardown(async () => {
    await db.close();
    await drop();
  });
  await db.pool.query("CREATE TABLE numbers (n int)");
  const fail = (tx: Tx, state: string) =>
    tx.execute(sql.raw(`DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '${state}'; END $$`));

  for (const state of ["40001", "40P01"]) {
    await t.test(`the whole of it is done again after ${state}, and a bounded number of times`, async (t) => {
      await db.pool.query("TRUNCATE numbers");
      let tries = 0;
      await db.transaction(async (tx) => {
        tries += 1;
        await tx.execute(sql`INSERT INTO numbers VALUES (${tries})`);
        if (tries < 3) await fail(tx, state);
      });
      t.strictSame((await db.pool.query("SELECT n FROM numbers")).rows, [{ n: 3 }]);
      tries = 0;
      await t.rejects(
        db.transaction(async (tx) => {
          tries += 1;
          await fail(tx, state);
        }),
      );
      t.equal(tries, 4);
    });
  }

  await t.test(
    "effects are carried out once, after the commit, and those of what was rolled back never are",
    async (t) => {
      const done: string[] = [];
      let tries = 0;
      await db.transaction(async (tx) => {
        tries += 1;
        tx.afterCommit(() => done.push(`try ${tries}`));
        if (tries === 1) await fail(tx, "40001");
        t.strictSame(done, [], "nothing before the commit");
      });
      t.strictSame(done, ["try 2"]);
      await t.rejects(
        db.transaction(async (tx) => {
          tx.afterCommit(() => done.push("never"));
          await fail(tx, "22012");
        }),
      );
      // The connection that was used goes on with nothing left over; an effect that throws undoes nothing.
      const warning = new Promise((resolve) => process.once("warning", resolve));
      const answer = await db.transaction(async (tx) => {
        tx.afterCommit(() => {
          throw new Error("an effect of a test");
        });
        tx.afterCommit(() => done.push("third"));
        return "committed";
      });
      t.equal(answer, "committed");
      t.strictSame(done, ["try 2", "third"]);
      t.match(await warning, { message: "an effect of a test" });
    },
  );

  await t.test("other errors roll back at once, and the connection goes on", async (t) => {
    let tries = 0;
    await t.rejects(
      db.transaction(async (tx) => {
        tries += 1;
        await tx.execute(sql`INSERT INTO numbers VALUES (99)`);
        throw new Error("no");
      }),
    );
    t.equal(tries, 1);
    t.equal((await db.pool.query("SELECT 1 FROM numbers WHERE n = 99")).rowCount, 0);
  });

  await t.test("a connection that the server ends does not end the process", async (t) => {
    const { rows } = await db.pool.query("SELECT pg_backend_pid() AS pid");
    const other = createDatabase({ url, poolSize: 1 });
    await other.pool.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
    await other.close();
    await eventually(async () => idle.length > 0);
    t.equal((await db.pool.query("SELECT 1 AS one")).rows[0].one, 1);
  });
});

t.test("statements have stable names without values", async (t) => {
  t.equal(statementName('insert into "payments" ("id") values ($1)'), "insert payments");
  t.equal(statementName('select "id" from "payments" where "id" = $1 for update'), "select payments");
  t.equal(statementName("SELECT * FROM ledger_post($1,$2)"), "select ledger_post");
  t.equal(statementName('update "payments" set "x" = $1'), "update payments");
  t.equal(statementName("COMMIT"), "COMMIT");
});

t.test("our own trouble is 503, quickly and as a problem document", async (t) => {
  const { call, sql: admin, url } = await startTestService(t, { env: { DATABASE_POOL_SIZE: "2" } });
  const grant = await call("POST", "/v1/grants", {
    body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" },
  });
  const debits = `/v1/wallets/${grant.body.walletId}/debits`;

  await t.test("a locked account", async (t) => {
    const holder = await admin.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM ledger_accounts FOR UPDATE");
    const blocked = call("POST", debits, { body: { asset: "CREDIT", amount: 1 }, key: "locked" });
    const reply = await blocked;
    t.match(reply.body, { status: 503, code: "service.unavailable" });
    t.ok(reply.headers["retry-after"]);
    await holder.query("ROLLBACK");
    holder.release();
    t.equal((await call("POST", debits, { body: { asset: "CREDIT", amount: 1 }, key: "locked" })).status, 201);
  });

  await t.test("an exhausted pool", async (t) => {
    const holder = await admin.connect();
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE customers IN ACCESS EXCLUSIVE MODE");
    const startedAt = Date.now();
    const replies = await Promise.all(Array.from({ length: 6 }, (_, i) => call("GET", `/v1/customers/c${i}`)));
    t.ok(replies.every((reply) => reply.status === 503));
    t.ok(Date.now() - startedAt < 9_000);
    t.equal((await fetch(`${url}/livez`)).status, 200);
    await holder.query("ROLLBACK");
    holder.release();
    t.equal((await call("GET", "/v1/customers/ada")).status, 200);
  });

  await t.test("a read-only database", async (t) => {
    const { rows } = await admin.query("SELECT current_database() AS name");
    await admin.query(`ALTER DATABASE ${rows[0].name} SET default_transaction_read_only = on`);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coffer' AND datname = $1",
      [rows[0].name],
    );
    const reply = await eventually(async () => {
      const each = await call("POST", debits, { body: { asset: "CREDIT", amount: 1 }, key: "read-only" });
      return each.status === 503 && each;
    });
    t.match(reply.body, { code: "service.unavailable" });
    t.equal((await call("GET", "/v1/customers/ada")).status, 200, "reads go on");
    await admin.query(`ALTER DATABASE ${rows[0].name} RESET default_transaction_read_only`);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coffer' AND datname = $1",
      [rows[0].name],
    );
    await eventually(
      async () =>
        (await call("POST", debits, { body: { asset: "CREDIT", amount: 1 }, key: "read-only" })).status === 201,
    );
    t.match((await call("GET", "/v1/customers/ada/wallet")).body.balances, [{ balance: 8 }]);
  });
});
