import pg from "pg";
import t from "tap";
import { migrate } from "../../../../src/db/migrate.js";
import { eventually, startTestService } from "../../../helpers/service.js";

type Event = { id: string; type: string; resource: string };

t.test("F2: whoever follows events misses none that commits late", async (t) => {
  const { call, databaseUrl, sql } = await startTestService(t);
  const follow = async (after: string, more = "") => {
    const { status, body } = await call("GET", `/v1/events?limit=100&after=${encodeURIComponent(after)}${more}`);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body as unknown as { data: Event[]; nextCursor: string };
  };
  const emit = (client: pg.Client | pg.Pool, resource: string) =>
    client.query(
      `INSERT INTO outbox_events (id, type, resource, data, created_at)
       VALUES (gen_random_uuid(), 'payouts.resumed', $1, '{}', now())`,
      [resource],
    );
  const start = await follow("start");
  const clients = await Promise.all(
    [1, 2].map(async () => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      t.teardown(() => client.end());
      return client;
    }),
  );
  const [slow, quick] = clients as [pg.Client, pg.Client];
  await slow.query("BEGIN");
  await emit(slow, "slow");
  await emit(quick, "quick");
  const between = await follow(start.nextCursor);
  t.strictSame(between.data, [], "what is younger than a transaction that still runs waits for it");
  await slow.query("COMMIT");
  const all = await eventually(async () => {
    const page = await follow(between.nextCursor);
    return page.data.length === 2 && page;
  });
  t.strictSame(
    all.data.map(({ resource }) => resource),
    ["slow", "quick"],
  );
  t.strictSame((await follow(all.nextCursor)).data, []);

  await t.test("many writers at once, and a reader that never waits", async (t) => {
    const seen: string[] = [];
    let cursor = all.nextCursor;
    let isDone = false;
    const read = async () => {
      const page = await follow(cursor);
      cursor = page.nextCursor;
      seen.push(...page.data.map(({ resource }) => resource));
    };
    const reader = (async () => {
      while (!isDone) await read();
    })();
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      for (let count = 0; count < 25; count += 1) {
        await client.query("BEGIN");
        await emit(client, `${writer}-${count}`);
        await client.query("SELECT pg_sleep($1)", [Math.random() / 50]);
        await client.query(count % 5 === 4 ? "ROLLBACK" : "COMMIT");
      }
      await client.end();
    });
    await Promise.all(writers);
    isDone = true;
    await reader;
    // Transactions in other databases of the cluster are waited for too.
    await eventually(async () => {
      await read();
      return seen.length >= 120;
    });
    const { rows } = await sql.query(
      "SELECT resource FROM outbox_events WHERE resource LIKE '%-%' AND type = 'payouts.resumed'",
    );
    t.strictSame(seen.sort(), rows.map(({ resource }) => resource).sort());
    t.equal(seen.length, 120);
  });

  await t.test("events of before, of this cluster, and of the one that a dump is restored into", async (t) => {
    await sql.query("UPDATE outbox_events SET xid = NULL, epoch = NULL WHERE resource = 'slow'");
    const { data } = await follow("start", "&type=payouts.resumed");
    t.equal(data[0]?.resource, "slow", "first those that have no number");
    await sql.query("UPDATE event_epochs SET cluster = 'another'");
    await sql.query("UPDATE outbox_events SET xid = (xid::text::bigint + 1000000)::text::xid8 WHERE xid IS NOT NULL");
    await migrate(databaseUrl);
    const before = await follow("start", "&type=payouts.resumed");
    t.equal(before.data.length, 100, "numbers of the old cluster hold nothing up");
    const last = await follow(before.nextCursor, "&type=payouts.resumed");
    await emit(quick, "restored");
    await eventually(async () => (await follow(last.nextCursor)).data.length > 0);
    t.strictSame(
      (await follow(last.nextCursor)).data.map(({ resource }) => resource),
      ["restored"],
    );
  });

  for (const cursor of ["x", "e30", Buffer.from('["1","2","evt_x"]').toString("base64url")]) {
    t.match(await call("GET", `/v1/events?after=${cursor}`), { status: 400, body: { code: "request.invalid_cursor" } });
  }
});

t.test("an event that an earlier version wrote otherwise does not keep the others from being read", async (t) => {
  const { call, sql } = await startTestService(t);
  const { rows } = await sql.query(
    `INSERT INTO outbox_events (id, type, resource, data, created_at)
     VALUES (gen_random_uuid(), 'payment.created', 'pay_1', '{"status": 7}', now()),
            (gen_random_uuid(), 'payment.forgotten', 'pay_2', '{}', now()) RETURNING id`,
  );
  const { status, body } = await call("GET", "/v1/events");
  t.equal(status, 200);
  t.strictSame((body.data as { data: unknown }[]).map(({ data }) => JSON.stringify(data)).sort(), [
    '{"status":7}',
    "{}",
  ]);
  await sql.query("DELETE FROM outbox_events WHERE id = ANY($1)", [rows.map(({ id }: { id: string }) => id)]);
});
