import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { DAY_MS } from "../../../../src/core/clock.js";
import { parseSignedDecimal } from "../../../../src/core/money.js";
import { startExports } from "./exports.js";
import { openRandomLedger, type RandomLedger } from "./random-book.js";

// Programs of others read every export of random books. `npm run prove -- books` has 200 of them.

const BOOKS = Number(process.env.COFFER_PROVE_BOOKS ?? "1");
const SEED = Number(process.env.COFFER_PROVE_SEED ?? "20261128");
const TRANSFERS = 60;
const SPAN_DAYS = 5;
const FIRST = Date.UTC(2022, 0, 1, 17, 30);
const XSD = fileURLToPath(new URL("../../../../../test/modules/finance/exports/camt053.xsd", import.meta.url));

const has = (program: string) => !spawnSync(program, ["--version"]).error;
/** Runs a program; undefined, and said so once, where it is not installed. */
function judge(t: Test, program: string, args: readonly string[]): void {
  if (missing.has(program)) return;
  if (!has(program)) {
    missing.add(program);
    t.comment(`no ${program} here: its judgement is skipped (Debian has hledger, beancount, libxml2-utils and ofx)`);
    return;
  }
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) t.fail(`${program} ${args.join(" ")}`, { said: `${stdout}${stderr}`.slice(0, 2_000) });
}
const missing = new Set<string>();

type World = Awaited<ReturnType<typeof startExports>>;
interface Span {
  readonly from: string;
  readonly to: string;
}

/** Of a journal's lines `  account  amount commodity [= balance commodity]`. */
const POSTING = /^ {2}([a-z][a-z0-9:-]+) {2}(-?[\d.]+) ("?)([A-Z][A-Z0-9_]*)\3(?: = (-?[\d.]+) .*)?$/;
const SCALE = 18;

/** Sums and assertions of an hledger journal, at eighteen decimals. */
function readJournal(text: string) {
  const sums = new Map<string, bigint>();
  const closings = new Map<string, bigint>();
  for (const line of text.split("\n")) {
    const [, account = "", amount = "0", , commodity = "", closing] = POSTING.exec(line) ?? [];
    if (account === "") continue;
    sums.set(commodity, (sums.get(commodity) ?? 0n) + parseSignedDecimal(amount, SCALE));
    if (closing !== undefined) closings.set(`${account} ${commodity}`, parseSignedDecimal(closing, SCALE));
  }
  return { sums, closings };
}

const NEGATED = /^(wallet|credits_\w+|platform_fees)$/;
const PATHS: Readonly<Record<string, string>> = {
  wallet: "liabilities:customers",
  stripe_clearing: "assets:providers:stripe",
  deferred_revenue: "liabilities:deferred-revenue",
  credits_issued: "equity:credits:issued",
  provider_fees: "expenses:provider-fees",
};

async function judgeJournals(t: Test, { fileOf, call, folder }: World, span: Span, nth: number): Promise<void> {
  const hledger = await fileOf({ kind: "journal", format: "hledger", ...span });
  writeFileSync(path.join(folder, "book.journal"), hledger.bytes);
  judge(t, "hledger", ["-f", path.join(folder, "book.journal"), "check", "--strict"]);
  // The first book shows that they do look: a closing that is a unit off is refused.
  if (nth === 0)
    refuses(t, "hledger", path.join(folder, "wrong.journal"), hledger.text.replace(/ = (-?\d*)(\d)/, oneOff), [
      "check",
    ]);
  const { sums, closings } = readJournal(hledger.text);
  for (const [commodity, sum] of sums) if (sum !== 0n) t.fail(`${commodity} sums to ${sum}`);
  // What the API says of the same moment is worked out in another way.
  if (nth < 3) {
    const said = new Map<string, bigint>();
    const asOf = new Date(Date.parse(span.to) - 1).toISOString();
    for (let cursor: unknown = ""; cursor !== null; ) {
      const page = await call("GET", `/v1/ledger/accounts?limit=100&asOf=${asOf}${cursor ? `&cursor=${cursor}` : ""}`);
      for (const row of page.body.data as { code: string; asset: string; scale?: number; exactBalance: string }[]) {
        const at = PATHS[row.code];
        if (at === undefined) continue;
        const scale = SCALES[row.asset] ?? 0;
        const amount = BigInt(row.exactBalance) * 10n ** BigInt(SCALE - scale) * (NEGATED.test(row.code) ? -1n : 1n);
        said.set(`${at} ${row.asset}`, (said.get(`${at} ${row.asset}`) ?? 0n) + amount);
      }
      cursor = page.body.nextCursor;
    }
    let compared = 0;
    for (const [name, amount] of said) {
      if (!closings.has(name) && amount === 0n) continue;
      compared += 1;
      if (closings.get(name) !== amount)
        t.fail(`${name} closes with ${closings.get(name)}, and the ledger says ${amount}`);
    }
    t.ok(compared > 10, `${compared} closings are the ledger's`);
  }
  const beancount = await fileOf({ kind: "journal", format: "beancount", ...span });
  writeFileSync(path.join(folder, "book.beancount"), beancount.bytes);
  judge(t, "bean-check", [path.join(folder, "book.beancount")]);
  const wrong = beancount.text.replace(/(balance \S+ {2}-?\d*)(\d)/, (_, head, digit) =>
    oneOff(_, head, digit).slice(3),
  );
  if (nth === 0) refuses(t, "bean-check", path.join(folder, "wrong.beancount"), wrong, []);
}

const oneOff = (_: string, head: string, digit: string) => ` = ${head}${(Number(digit) + 1) % 10}`;

function refuses(t: Test, program: string, file: string, text: string, args: readonly string[]): void {
  if (!has(program)) return;
  writeFileSync(file, text);
  const { status } = spawnSync(program, program === "hledger" ? ["-f", file, ...args] : [file], { encoding: "utf8" });
  t.not(status, 0, `${program} refuses a closing that is wrong`);
}
const SCALES: Readonly<Record<string, number>> = {
  USD: 2,
  KWD: 3,
  JPY: 0,
  CREDIT: 0,
  POINTS_: 4,
  USDC: 6,
  USDT_DUST: 18,
};

async function judgeStatements(t: Test, { fileOf, folder }: World, span: Span, ledger: RandomLedger): Promise<void> {
  const wallet = ledger.wallets.find(({ asset }) => asset === "USD");
  const wanted = { kind: "customer_statement", walletId: wallet?.walletId, asset: "USD", ...span };
  const camt = await fileOf({ ...wanted, format: "camt053" });
  writeFileSync(path.join(folder, "book.xml"), camt.bytes);
  judge(t, "xmllint", ["--noout", "--nonet", "--schema", XSD, path.join(folder, "book.xml")]);
  const ofx = await fileOf({ ...wanted, format: "ofx" });
  writeFileSync(path.join(folder, "book.ofx"), ofx.bytes);
  judge(t, "xmllint", ["--noout", "--nonet", path.join(folder, "book.ofx")]);
  judge(t, "ofxdump", [path.join(folder, "book.ofx")]);
  const { text } = await fileOf({ ...wanted, format: "csv" });
  const rows = text.trim().split("\r\n").length - 1;
  t.equal((ofx.text.match(/<STMTTRN>/g) ?? []).length, rows - 2);
  t.equal((camt.text.match(/<Ntry>/g) ?? []).length, rows - 2);
}

/** Reads tables with DuckDB, where it is installed. */
async function duck(t: Test): Promise<((query: string) => Promise<unknown[][]>) | undefined> {
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    return async (query) => (await connection.runAndReadAll(query)).getRows();
  } catch (error) {
    t.comment(`DuckDB does not run here, so its judgement is skipped: ${String(error).slice(0, 200)}`);
    return undefined;
  }
}

async function judgeTables(
  t: Test,
  world: World,
  span: Span,
  ask: (query: string) => Promise<unknown[][]>,
): Promise<void> {
  const { fileOf, folder } = world;
  const files = new Map<string, string>();
  for (const format of ["parquet", "csv", "ndjson"]) {
    const { bytes } = await fileOf({ kind: "entries", format, ...span });
    files.set(format, path.join(folder, `book.${format}`));
    writeFileSync(path.join(folder, `book.${format}`), bytes);
  }
  const sources = {
    parquet: `read_parquet('${files.get("parquet")}')`,
    csv: `read_csv('${files.get("csv")}', header = true, all_varchar = true)`,
    ndjson: `(SELECT * FROM read_json('${files.get("ndjson")}', format = 'newline_delimited', union_by_name = true) WHERE transfer_id IS NOT NULL)`,
  };
  const said = [];
  for (const source of Object.values(sources)) {
    const [whole] = await ask(
      `SELECT count(*)::int, sum(amount_minor::hugeint)::varchar, count(description)::int, min(amount_minor::bigint)::varchar, md5(string_agg(transfer_id || ':' || amount_minor, ',' ORDER BY transfer_id, amount_minor::bigint)) FROM ${source}`,
    );
    said.push(JSON.stringify(whole));
    const open = await ask(`SELECT asset FROM ${source} GROUP BY asset HAVING sum(amount_minor::hugeint) <> 0`);
    if (open.length > 0) t.fail("an asset does not sum to zero", { open: open.map(String) });
  }
  t.equal(new Set(said).size, 1, `the three formats say the same: ${said.join(" ")}`);
  const [[type] = []] = await ask(
    `SELECT typeof(created_at) || ' ' || typeof(amount_minor) FROM ${sources.parquet} LIMIT 1`,
  );
  t.match(String(type), /^TIMESTAMP.* BIGINT$/);
}

async function judgeSummaries(t: Test, { fileOf }: World, span: Span): Promise<void> {
  for (const format of ["quickbooks", "xero"]) {
    const { text } = await fileOf({ kind: "journal", format, ...span });
    const days = new Map<string, bigint>();
    const lines = new Map<string, number>();
    for (const line of text.trim().split("\r\n").slice(1)) {
      const cells = line.split(",");
      const amount =
        format === "xero"
          ? parseSignedDecimal(cells[5] ?? "", 3)
          : parseSignedDecimal(cells[3] || "0", 3) - parseSignedDecimal(cells[4] || "0", 3);
      const name = String(cells[0]);
      days.set(name, (days.get(name) ?? 0n) + amount);
      const day = name.split("-").slice(0, 5).join("-");
      lines.set(day, (lines.get(day) ?? 0) + 1);
    }
    t.ok(days.size > 0);
    for (const [name, sum] of days) if (sum !== 0n) t.fail(`${name} does not balance: ${sum}`);
    for (const [day, count] of lines) if (count > 20) t.fail(`${day} has ${count} lines`);
  }
}

t.test(`the judges accept the exports of ${BOOKS} random books`, { timeout: 3_000_000 }, async (t) => {
  const world = await startExports(t);
  const ask = await duck(t);
  const ledger = await openRandomLedger(world.sql, SEED);
  for (let nth = 0; nth < BOOKS; nth += 1) {
    const from = FIRST + nth * SPAN_DAYS * DAY_MS;
    const span = { from: new Date(from).toISOString(), to: new Date(from + SPAN_DAYS * DAY_MS).toISOString() };
    await ledger.post(TRANSFERS, new Date(span.from), new Date(span.to));
    await judgeJournals(t, world, span, nth);
    await judgeStatements(t, world, span, ledger);
    await judgeSummaries(t, world, span);
    if (ask) await judgeTables(t, world, span, ask);
  }
  t.pass(`seed ${SEED}`);
});
