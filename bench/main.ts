import { parseArgs } from "node:util";
import { type Line, printTable, writeReport } from "./report.js";
import { assertBooks } from "./suites/books.js";
import { coldStartSuite } from "./suites/cold-start.js";
import { debitSuite } from "./suites/debits.js";
import { largeSuite } from "./suites/large.js";
import { statementSuite } from "./suites/statements.js";
import { webhookSuite } from "./suites/webhooks.js";
import { createWorld, type World } from "./world/world.js";

const USAGE = `npm run bench -- [options]
  --quick          short rounds: for a look, not for a record
  --only a,b       of: debits, webhooks, statements, cold-start
  --large          also with 10 million transfers (takes many minutes and some 10 GB of disk)
  --write          write docs/performance.md
  --profile DIR    the service writes a CPU profile there`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    large: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const pace = flags.quick ? { rounds: 3, roundMs: 1_500 } : { rounds: 7, roundMs: 3_000 };
const wanted = (suite: string) => flags.only === undefined || flags.only.split(",").includes(suite);

const REMARKS = [
  "Rates are medians of interleaved rounds: service and baseline take turns, every other round in reverse order. Only ratios of one run are judged, since machines differ by a factor of four; absolute figures are shown. Mind that the baseline's 16 connections get more turns of a contended processor than the service's one or two posting calls.",
  "The baseline (`bench/baseline.ts`) has bare Fastify routes with one transaction a request, prepared statements and a pool of 16: a debit, and a webhook that stripe-node verifies; no authentication, schemas, audit trail, log or metrics. The service does all of these. A further route answers at once.",
  "The service runs as `NODE_ENV=production`, `COFFER_ROLE=api`, `LOG_LEVEL=info`, rate limits off; its log is written and thrown away.",
  "At a fixed rate, latency counts from the moment a request was due (no coordinated omission). The generator's clock ticks every millisecond, which is part of each latency.",
  "Processor time is that of the node process, and of all PostgreSQL processes, divided by the requests of the round.",
  "Every payment of the webhook runs has its own customer and wallet; preparing the rows and signing the bodies is not timed. After the load every wallet is checked to be credited exactly once, and the books to have no gap.",
  "The statement's entries are payments with a fee, of a list that costs nothing; the baseline reads the same pages and inserts each in a transaction. Both are in this process, on the service's database.",
  "A cold start is timed from the start of `node dist/dev/main.js` until `/readyz` answers, sandboxes and migrations included; its baseline (`bench/baseline-start.ts`) starts the same PostgreSQL and a Fastify that does nothing.",
];

async function loadSuites(world: World): Promise<Line[]> {
  const lines: Line[] = [];
  if (wanted("debits")) lines.push(...(await debitSuite(world, pace)));
  if (wanted("webhooks")) lines.push(...(await webhookSuite(world, pace)));
  if (wanted("statements")) lines.push(...(await statementSuite(world, flags.quick ? 10_000 : 100_000, 4)));
  if (flags.large) lines.push(...(await largeSuite(world, pace.rounds)));
  await assertBooks(world.sql);
  return lines;
}

async function main(): Promise<void> {
  if (flags.help) return console.log(USAGE);
  const lines: Line[] = [];
  const world = await createWorld({ profile: flags.profile });
  try {
    lines.push(...(await loadSuites(world)));
  } finally {
    await world.stop();
  }
  if (wanted("cold-start")) lines.push(...(await coldStartSuite(pace.rounds)));
  printTable(lines);
  if (flags.write) writeReport(lines, REMARKS, world.postgresVersion);
  if (lines.some((line) => !line.pass)) process.exitCode = 1;
}

await main();
