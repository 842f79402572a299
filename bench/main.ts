import { parseArgs } from "node:util";
import { type Line, printTable, writeReport } from "./report.js";
import { assertBooks } from "./suites/books.js";
import { coldStartSuite } from "./suites/cold-start.js";
import { debitSuite } from "./suites/debits.js";
import { largeSuite } from "./suites/large.js";
import { webhookSuite } from "./suites/webhooks.js";
import { createWorld, type World } from "./world/world.js";

const USAGE = `npm run bench -- [options]
  --quick          short rounds: for a look, not for a record
  --only a,b       of: debits, webhooks, cold-start
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

async function loadSuites(world: World): Promise<Line[]> {
  const lines: Line[] = [];
  if (wanted("debits")) lines.push(...(await debitSuite(world, pace)));
  if (wanted("webhooks")) lines.push(...(await webhookSuite(world, pace)));
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
  if (flags.write) writeReport(lines, [], world.postgresVersion);
  if (lines.some((line) => !line.pass)) process.exitCode = 1;
}

await main();
