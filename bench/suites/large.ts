import { bucketOf, inBucketOf } from "../../src/core/buckets.js";
import { encodeId, systemIds } from "../../src/core/ids.js";
import { runLoad } from "../load/client.js";
import type { Line } from "../report.js";
import { formatNumber as f, median, percentile } from "../stats.js";
import { API_KEY, type World } from "../world/world.js";
import { debits, fundWallets } from "./debits.js";

const SMALL = 10_000;
const LARGE = 10_000_000;
const ACCOUNTS = 10_000;
const CHUNK = 500_000;
const RATE = 200;

// Account number n gets one transfer in every ACCOUNTS rows, so its k-th row is its version k: the chain is whole, and the
// rows are what ledger_post would have written, ids that sort by time included. The triggers see every row. Within a chunk
// they come account by account: in the order of time each would dirty its own page of every index, for an hour.
const OPEN = `
  WITH item AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[]) WITH ORDINALITY AS u(wallet, account, bucket, n)),
  customer AS (INSERT INTO customers (id, metadata, created_at, updated_at) SELECT 'many-' || n, '{}', now(), now() FROM item),
  opened AS (INSERT INTO wallets (id, customer_id, created_at) SELECT wallet, 'many-' || n, now() FROM item)
  INSERT INTO ledger_accounts (id, bucket, wallet_id, asset) SELECT account, bucket, wallet, 'CREDIT' FROM item`;

const FILL = `
  WITH row AS (
    SELECT g, ($1::uuid[])[g % ${ACCOUNTS} + 1] AS account, ($5::int[])[g % ${ACCOUNTS} + 1] AS bucket, g / ${ACCOUNTS} + 1 AS version,
           timestamptz '2025-01-01' + g * interval '3 seconds' AS at
      FROM generate_series($2::bigint, $3::bigint - 1) AS g)
  INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type,
         balance_after, account_version, key_hash, fingerprint, description, metadata, created_by, created_at)
  SELECT bucket, account, overlay(uuidv7(at - now())::text PLACING right(account::text, 2) FROM 35)::uuid, $4, account, 'CREDIT', 100, 'grant', version * 100, version,
         md5('fill-' || g)::uuid, '\\x00112233445566778899aabbccddeeff', 'filled', '{"model":"sd-3.5"}', 'bench', at FROM row ORDER BY account, version`;

const SETTLE = `
  UPDATE ledger_accounts a SET balance = s.version * 100, version = s.version, last_posted_at = s.at
    FROM (SELECT account_id, max(account_version) AS version, max(created_at) AS at FROM ledger_transfers
           WHERE account_id = ANY ($1) GROUP BY 1) s
   WHERE a.id = s.account_id`;

/** Spend latency and balances of the past, first with ten thousand and then with ten million transfers in the books. */
export async function largeSuite(world: World, rounds: number): Promise<Line[]> {
  // Spent from are other wallets, whose chains of balances grow meanwhile.
  const { wallets: spenders } = await fundWallets(world);
  const uuids = () => Array.from({ length: ACCOUNTS }, () => systemIds.uuid());
  const wallets = uuids();
  const accounts = wallets.map((wallet) => inBucketOf(systemIds.uuid(), wallet));
  await world.sql.query(OPEN, [wallets, accounts, wallets.map(bucketOf)]);
  const { rows } = await world.sql.query<{ id: string }>(
    "SELECT id FROM ledger_system_accounts WHERE code = 'credits_issued' AND asset = 'CREDIT'",
  );
  const fill = (from: number, to: number) => fillTransfers(world, accounts, rows[0]?.id ?? "", from, to);
  await fill(0, SMALL);
  const small = await spendLatency(world, spenders, rounds);
  await fill(SMALL, LARGE);
  const large = await spendLatency(world, spenders, rounds);
  const { past, read } = await pastBalances(world, rounds);
  return [
    {
      what: `spend latency, ${f(LARGE)} transfers against ${f(SMALL)} (p50 at ${RATE}/s)`,
      bar: "<= 1.25 x",
      baseline: `${f(small)} ms`,
      measured: `${f(large)} ms`,
      ratio: `${f(large / small)} x`,
      pass: large <= 1.25 * small,
    },
    {
      what: `balance as of a past time, ${f(LARGE)} transfers, p99, against reading one transfer by its id`,
      bar: "<= 3 x",
      baseline: `${f(read)} ms`,
      measured: `${f(past)} ms`,
      ratio: `${f(past / read)} x`,
      pass: past <= 3 * read,
    },
  ];
}

async function fillTransfers(world: World, accounts: string[], issued: string, from: number, to: number) {
  for (let start = from; start < to; start += CHUNK) {
    await world.sql.query(FILL, [accounts, start, Math.min(start + CHUNK, to), issued, accounts.map(bucketOf)]);
    console.log(`  ${f(Math.min(start + CHUNK, to))} transfers`);
  }
  await world.sql.query(SETTLE, [accounts]);
  await world.sql.query("VACUUM ANALYZE ledger_transfers, ledger_accounts");
  await world.sql.query("CHECKPOINT");
}

async function spendLatency(world: World, wallets: readonly string[], rounds: number): Promise<number> {
  await debits(world, world.service, wallets, { durationMs: 3_000 });
  const results: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    results.push((await debits(world, world.service, wallets, { durationMs: 3_000, rate: RATE })).p50);
  return median(results);
}

async function pastBalances(world: World, rounds: number): Promise<{ past: number; read: number }> {
  const { rows } = await world.sql.query<{ id: string }>(
    "SELECT id FROM ledger_transfers TABLESAMPLE SYSTEM (0.1) LIMIT 5000",
  );
  const transfers = rows.map(({ id }) => encodeId("trf", id));
  const pathOf = {
    past: () => {
      const customer = Math.floor(Math.random() * ACCOUNTS) + 1;
      const asOf = new Date(Date.UTC(2025, 0, 1) + Math.random() * LARGE * 3_000).toISOString();
      return `/v1/customers/many-${customer}/wallet?asOf=${encodeURIComponent(asOf)}`;
    },
    read: () => `/v1/transfers/${transfers[Math.floor(Math.random() * transfers.length)]}`,
  };
  const p99s = { past: [] as number[], read: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of ["past", "read"] as const) {
      const next = () =>
        `GET ${pathOf[kind]()} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${API_KEY}\r\n\r\n`;
      const pace = { durationMs: 3_000, rate: RATE };
      const result = await runLoad({ port: world.service.port, connections: 8 }, pace, next);
      if (result.statuses["200"] !== result.sent) throw new Error(`replies: ${JSON.stringify(result.statuses)}`);
      console.log(`  ${kind}: p50 ${f(result.p50)} ms, p99 ${f(result.p99)} ms`);
      // The first round warms the path up.
      if (round > 0) p99s[kind].push(result.p99);
    }
  }
  return { past: percentile(p99s.past, 0.5), read: percentile(p99s.read, 0.5) };
}
