import { setInterval } from "node:timers";
import t from "tap";
import { startExports } from "./exports.js";

// `npm run prove -- exports` has 400,000 transfers; here there are a few portions of them.
const TRANSFERS = Number(process.env.COFFER_PROVE_TRANSFERS ?? "6000");
const MORE_MB = 160;

const mb = (bytes: number) => Math.round(bytes / 1024 / 1024);

t.test(`exports of ${TRANSFERS} transfers take the memory of a small one`, { timeout: 3_000_000 }, async (t) => {
  const { grant, sql, make } = await startExports(t);
  const { walletId } = await grant("ada", 1);
  const plant = (count: number, day: string) =>
    sql.query(
      `INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type, reference, description, metadata,
         created_by, created_at)
       SELECT 60, a.id, overlay(gen_random_uuid()::text PLACING '00' FROM 35)::uuid, a.id, b.id, 'CREDIT', 1 + n % 1000, 'expired',
              'reference ' || n, 'a description of some length, as callers write them, number ' || n, json_build_object('n', n::text),
              'planted', $2::timestamptz + n * interval '100 milliseconds'
         FROM generate_series(1, $1::int) n,
              (SELECT id FROM ledger_system_accounts WHERE code = 'credits_issued') a,
              (SELECT id FROM ledger_system_accounts WHERE code = 'credits_used') b`,
      [count, day],
    );
  await sql.query(
    "INSERT INTO ledger_system_accounts (id, code, asset) VALUES (overlay(gen_random_uuid()::text PLACING '8' FROM 15)::uuid, 'credits_used', 'CREDIT') ON CONFLICT DO NOTHING",
  );
  await plant(2_000, "2026-02-01T00:00:00Z");
  await plant(TRANSFERS, "2026-03-01T00:00:00Z");
  const small = { from: "2026-02-01T00:00:00.000Z", to: "2026-03-01T00:00:00.000Z" };
  const large = { from: "2026-03-01T00:00:00.000Z", to: "2026-04-01T00:00:00.000Z" };
  t.ok(walletId);
  for (const [kind, format] of [
    ["transfers", "csv"],
    ["entries", "ndjson"],
    ["transfers", "parquet"],
    ["journal", "hledger"],
  ] as const) {
    t.match(await make({ kind, format, ...small }), { status: "ready" });
    global.gc?.();
    const before = process.memoryUsage().rss;
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 20);
    const startedAt = performance.now();
    const shown = await make({ kind, format, ...large });
    clearInterval(timer);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    t.equal(shown.rows, kind === "entries" ? 2 * TRANSFERS : TRANSFERS);
    const said = `${kind} as ${format}: ${shown.rows} rows, ${mb(Number(shown.bytes))} MB in ${seconds} s; from ${mb(before)} to ${mb(peak)} MB`;
    t.ok(peak - before < MORE_MB * 1024 * 1024, said);
    t.comment(said);
  }
});
