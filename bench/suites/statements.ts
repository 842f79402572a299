import pg from "pg";
import { loadConfig } from "../../src/config.js";
import { newId } from "../../src/core/ids.js";
import { buildDeps, type Deps } from "../../src/deps.js";
import { createLogger } from "../../src/http/logging.js";
import { postTogether, systemAccount } from "../../src/modules/books/ledger/index.js";
import { reconcile } from "../../src/modules/finance/reconciliation/index.js";
import type { BalanceProvider, BalanceTransaction, ListingQuery } from "../../src/providers/ports/index.js";
import type { Line } from "../report.js";
import { formatNumber, median } from "../stats.js";
import { residentMb } from "../world/processes.js";
import type { World } from "../world/world.js";

const PAGE = 50;
const DAY_MS = 86_400_000;
const RATIO_MAX = 3;
const GROWTH_MAX_MB = 120;
const PREPARE_AT_ONCE = 500;

const entry = (index: number, at: Date): BalanceTransaction => ({
  reference: `txn_${index}`,
  category: "payment",
  providerCategory: "charge",
  asset: "USD",
  amount: "9.99",
  fee: "0.59",
  net: "9.40",
  fees: [{ kind: "stripe_fee", amount: "0.59", description: "Stripe processing fees" }],
  subject: { kind: "payment", reference: `pi_${index}` },
  status: "available",
  occurredAt: at,
  raw: { id: `txn_${index}`, object: "balance_transaction", amount: 999, fee: 59, net: 940, currency: "usd" },
});

/** A provider whose list has so many entries, at no cost of its own. */
function listing(from: number, until: number, at: Date): BalanceProvider {
  return {
    name: "stripe",
    listBalanceTransactions: async ({ cursor }: ListingQuery) => {
      const start = cursor === undefined ? from : Number(cursor);
      const end = Math.min(start + PAGE, until);
      const data = Array.from({ length: end - start }, (_, index) => entry(start + index, at));
      return { outcome: "accepted", value: { data, nextCursor: end < until ? String(end) : null } };
    },
    getProviderBalances: async () => ({ outcome: "rejected", failure: { code: "not_supported", message: "" } }),
  };
}

/** Our side: what the payments of the list have booked. */
async function bookPayments(deps: Deps, from: number, until: number): Promise<void> {
  const clearing = await systemAccount(deps, "stripe_clearing", "USD");
  const deferred = await systemAccount(deps, "deferred_revenue", "USD");
  for (let start = from; start < until; start += PREPARE_AT_ONCE) {
    const postings = Array.from({ length: Math.min(PREPARE_AT_ONCE, until - start) }, (_, index) => ({
      id: newId(deps.ids, "trf"),
      from: deferred,
      to: clearing,
      amount: 999n,
      asset: "USD",
      type: "payment_received" as const,
      key: `bench:${start + index}`,
      reference: `pi_${start + index}`,
      actor: "bench",
    }));
    await deps.db.transaction((tx) => postTogether(tx, postings));
  }
}

/** What the work is compared with: the same pages, each inserted in a transaction. */
async function bareLoop(sql: pg.Pool, provider: BalanceProvider): Promise<void> {
  await sql.query(
    "CREATE TABLE IF NOT EXISTS bare_entries (reference text PRIMARY KEY, amount bigint, fee bigint, net bigint, asset text, at timestamptz, raw json)",
  );
  let cursor: string | undefined;
  do {
    const page = await provider.listBalanceTransactions({ since: new Date(0), ...(cursor ? { cursor } : {}) });
    if (page.outcome !== "accepted") throw new Error("the list ended");
    const client = await sql.connect();
    await client.query("BEGIN");
    const values = page.value.data.flatMap((each) => [
      each.reference,
      999,
      59,
      940,
      each.asset,
      each.occurredAt,
      JSON.stringify(each.raw),
    ]);
    const rows = page.value.data.map((_, row) => `(${[1, 2, 3, 4, 5, 6, 7].map((n) => `$${row * 7 + n}`).join(",")})`);
    await client.query(`INSERT INTO bare_entries VALUES ${rows.join(",")} ON CONFLICT DO NOTHING`, values);
    await client.query("COMMIT");
    client.release();
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** A statement of so many entries, read, booked and matched, in rounds that take turns with a bare loop over other entries. */
export async function statementSuite(world: World, entries: number, rounds: number): Promise<Line[]> {
  const env = { NODE_ENV: "test", DATABASE_URL: world.databaseUrl, LOG_LEVEL: "silent" };
  const deps = buildDeps(loadConfig(env), createLogger({ level: "silent", destination: { write: () => undefined } }));
  const at = new Date(Date.now() - DAY_MS);
  const each = Math.floor(entries / rounds);
  const ours: number[] = [];
  const bare: number[] = [];
  let growth = 0;
  try {
    const sql = new pg.Pool({ connectionString: world.databaseUrl, max: 1 });
    for (let round = 0; round < rounds; round += 1) {
      const provider = listing(round * each, (round + 1) * each, at);
      await bookPayments(deps, round * each, (round + 1) * each);
      const before = residentMb(process.pid);
      ours.push(await timed(() => reconcile(deps, provider)));
      // The first round loads what every later one has.
      if (round > 0) growth = Math.max(growth, residentMb(process.pid) - before);
      bare.push(await timed(() => bareLoop(sql, provider)));
    }
    await sql.end();
    const { rows } = await world.sql.query(
      "SELECT count(*)::int AS n FROM provider_transactions WHERE rule = 'reference'",
    );
    if (rows[0].n !== each * rounds) throw new Error(`${rows[0].n} of ${each * rounds} entries found their partner`);
  } finally {
    await deps.close();
  }
  const ratio = median(ours.map((ms, round) => ms / (bare[round] ?? Number.NaN)));
  const perSecond = (ms: number) => `${formatNumber((each * 1_000) / ms)}/s`;
  return [
    {
      what: `a statement of ${formatNumber(each * rounds)} entries: read, booked, matched`,
      bar: `<= ${RATIO_MAX} x`,
      baseline: perSecond(median(bare)),
      measured: perSecond(median(ours)),
      ratio: `${formatNumber(ratio)} x`,
      pass: ratio <= RATIO_MAX,
    },
    {
      what: "memory that it takes, beyond its first round",
      bar: `<= ${GROWTH_MAX_MB} MB`,
      baseline: "",
      measured: `${formatNumber(growth)} MB`,
      ratio: "",
      pass: growth <= GROWTH_MAX_MB,
    },
  ];
}
