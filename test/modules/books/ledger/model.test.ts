import fc from "fast-check";
import pg from "pg";
import t from "tap";
import { decodeId, encodeId, systemIds } from "../../../../src/core/ids.js";
import { migrate } from "../../../../src/db/migrate.js";
import { isPosted, type PostingResult } from "../../../../src/modules/books/ledger/types.js";
import { createTestDatabase } from "../../../helpers/cluster.js";
import { assertBooks } from "../../../helpers/invariants.js";
import { startTestService } from "../../../helpers/service.js";
import { type Book, type Move, openBook, toPosting } from "./book.js";
import { LedgerModel, type ModelResult } from "./model.js";

const RUNS = 120;
const MAX = 9_007_199_254_740_991n;

/** A move between places rather than accounts, so that each run can have accounts of its own. */
interface Plan {
  readonly from: number;
  readonly to: number;
  readonly amount: bigint;
  readonly key: string | undefined;
  readonly fingerprint: string | undefined;
}

const CUSTOMERS = 3;
// Three customers, one that counts another asset, two system accounts, and one account that does not exist.
const place = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: CUSTOMERS - 1 }) },
  { weight: 5, arbitrary: fc.constantFrom(CUSTOMERS + 1, CUSTOMERS + 2) },
  { weight: 1, arbitrary: fc.constantFrom(CUSTOMERS, CUSTOMERS + 3) },
);
const amount = fc.oneof(
  { weight: 12, arbitrary: fc.bigInt({ min: 1n, max: 20n }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, -1n, MAX, MAX - 5n, MAX + 1n, 2n ** 63n - 1n, -(2n ** 63n)) },
);
const plan: fc.Arbitrary<Plan> = fc.record({
  from: place,
  to: place,
  amount,
  key: fc.option(fc.constantFrom("a", "b", "c", "d"), { nil: undefined }),
  fingerprint: fc.option(fc.constantFrom("1", "2"), { nil: undefined, freq: 8 }),
});
const batches = fc.array(fc.array(plan, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });

const toMoves = (book: Book, nobody: string, plans: readonly Plan[]): Move[] => {
  const places = [...book.customers, book.foreign, book.issued, book.used, nobody];
  return plans.map(({ from, to, ...rest }) => ({ ...rest, from: places[from] ?? "", to: places[to] ?? "" }));
};

const bigints = {
  getTypeParser: (oid: number, format?: "text") => (oid === 20 ? BigInt : pg.types.getTypeParser(oid, format)),
} as pg.CustomTypesConfig;

const uuidOf = (id: string) => decodeId("acc", id);

function sameResult(actual: PostingResult, expected: ModelResult): boolean {
  if (actual.outcome !== expected.outcome) return false;
  if (isPosted(actual)) return actual.balanceAfter === (expected.balanceAfter ?? null);
  return actual.available === (expected.available ?? null);
}

t.test("a batch of postings is the same as posting them one by one", async (t) => {
  const database = await createTestDatabase({ migrate });
  const sql = new pg.Pool({ connectionString: database.url, max: 2, types: bigints });
  t.teardown(async () => {
    await sql.end();
    await database.drop();
  });
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(batches, async (runs) => {
      const book = await openBook(sql, { customers: CUSTOMERS });
      const model = new LedgerModel(book);
      const nobody = encodeId("acc", systemIds.uuid());
      const balances: (bigint | null)[] = [];
      for (const plans of runs) {
        const moves = toMoves(book, nobody, plans);
        const results = await book.post(moves);
        for (const [index, result] of results.entries()) {
          const move = moves[index];
          const expected = move && model.post(move);
          if (!expected || !sameResult(result, expected)) throw new Error(describe(moves, results, index, expected));
          if (expected.outcome === "posted") balances.push(expected.balanceAfter ?? null);
          seen.set(expected.outcome, (seen.get(expected.outcome) ?? 0) + 1);
        }
      }
      for (const [id, { customer, balance, version }] of model.accounts) {
        const { rows } = await sql.query("SELECT balance, version FROM ledger_chart WHERE id = $1", [uuidOf(id)]);
        if (rows[0].balance !== balance || rows[0].version !== version)
          throw new Error(`${customer ? "customer" : "system"} account: ${rows[0].balance} is not ${balance}`);
      }
    }),
    { numRuns: RUNS },
  );
  const every = ["posted", "replayed", "key_reused", "insufficient_balance", "balance_limit", "unknown_account"];
  for (const outcome of [...every, "asset_mismatch", "invalid_amount"]) t.ok(seen.get(outcome), `${outcome} came up`);
  await assertBooks(t, sql);
});

t.test("postings that share a group commit keep the sum and never go below zero", async (t) => {
  const { deps, sql } = await startTestService(t);
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { minLength: 20, maxLength: 120 }), async (plans) => {
      const book = await openBook(sql, { customers: CUSTOMERS });
      await book.post(book.customers.map((to) => ({ from: book.issued, to, amount: 25n })));
      const moves = toMoves(book, encodeId("acc", systemIds.uuid()), plans);
      const results = await Promise.all(
        moves.map(async (move, index) => {
          if (index % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          return deps.poster.add({ ...toPosting(move), key: `${move.key ?? `own-${index}`}` });
        }),
      );
      const expected = new Map(book.customers.map((id) => [id, 25n]));
      for (const [index, { outcome }] of results.entries()) {
        const move = moves[index];
        if (outcome !== "posted" || !move) continue;
        expected.set(move.from, (expected.get(move.from) ?? 0n) - move.amount);
        expected.set(move.to, (expected.get(move.to) ?? 0n) + move.amount);
      }
      for (const id of book.customers) {
        const { rows } = await sql.query("SELECT balance::text FROM ledger_accounts WHERE id = $1", [uuidOf(id)]);
        if (BigInt(rows[0].balance) !== expected.get(id))
          throw new Error(`${rows[0].balance} is not ${expected.get(id)}`);
        if (BigInt(rows[0].balance) < 0n) throw new Error("a balance is below zero");
      }
    }),
    { numRuns: 20 },
  );
  t.pass("in every run");
});

function describe(moves: Move[], results: PostingResult[], index: number, expected: ModelResult | undefined): string {
  const show = (value: unknown) => JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? `${each}` : each));
  return `item ${index}: ${show(results[index])} is not ${show(expected)} in ${show(moves)}`;
}
