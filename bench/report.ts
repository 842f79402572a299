import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { formatNumber, median } from "./stats.js";
import { BUILD } from "./world/processes.js";
import type { Cost } from "./world/world.js";

/** One line of the table. */
export interface Line {
  readonly what: string;
  readonly bar: string;
  /** What it is compared with, where it is a comparison. */
  readonly baseline: string;
  readonly measured: string;
  readonly ratio: string;
  readonly pass: boolean;
}

/** A line that compares a latency with the baseline's, each at half of its own peak. */
export function latencyLine(what: string, ours: Latency, theirs: Latency): Line {
  const render = ({ p99, p50, rate }: Latency) =>
    `${formatNumber(p99)} ms (p50 ${formatNumber(p50)} ms) at ${formatNumber(rate)}/s`;
  return {
    what,
    bar: "<= baseline",
    baseline: render(theirs),
    measured: render(ours),
    ratio: `${formatNumber(ours.p99 / theirs.p99)} x`,
    pass: ours.p99 <= theirs.p99,
  };
}

/** Latencies in ms at a fixed rate. */
export interface Latency {
  readonly p99: number;
  readonly p50: number;
  readonly rate: number;
}

/** A line about the processor time of one request; a fact without a bar, and steadier than a rate on a busy machine. */
export function costLine(what: string, costs: readonly Cost[], baseline: readonly Cost[] = []): Line {
  const middle = (of: readonly Cost[]) => ({
    node: median(of.map((cost) => cost.node)),
    postgres: median(of.map((cost) => cost.postgres)),
  });
  const render = ({ node, postgres }: Cost) => `${formatNumber(node)} + ${formatNumber(postgres)} us`;
  const [ours, theirs] = [middle(costs), middle(baseline)];
  const ratio = (theirs.node + theirs.postgres) / (ours.node + ours.postgres);
  const compared = baseline.length > 0;
  return {
    what: `processor time of ${what}: node + PostgreSQL`,
    bar: "-",
    baseline: compared ? render(theirs) : "",
    measured: render(ours),
    ratio: compared ? `${formatNumber(ratio)} x` : "",
    pass: true,
  };
}

const HEADER = ["what", "bar", "baseline", "measured", "ratio", ""] as const;

const cells = (line: Line): string[] => [
  line.what,
  line.bar,
  line.baseline,
  line.measured,
  line.ratio,
  line.bar === "-" ? "" : line.pass ? "pass" : "FAIL",
];

/** The table for people at a terminal. */
export function printTable(lines: readonly Line[]): void {
  const rows = [[...HEADER], ...lines.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const render = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  console.log(`\n${rows.map(render).join("\n")}\n`);
}

const startLoad = os.loadavg();

function machine(postgresVersion: string): string[] {
  const [cpu] = os.cpus();
  return [
    `- ${cpu?.model.trim()}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB of memory, ${os.type()} ${os.release()}`,
    `- Node ${process.versions.node}, PostgreSQL ${postgresVersion}, \`fsync=on\`, \`synchronous_commit=on\`, \`shared_buffers=128MB\``,
    `- Load average before the run ${startLoad.map((value) => value.toFixed(1)).join(", ")}: what other work there was on the machine`,
    "- Service, baseline, PostgreSQL and load generator all on this machine; the service is one process",
  ];
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: BUILD, encoding: "utf8" }).trim();
    return git("rev-parse", "--short", "HEAD");
  } catch {
    return "unknown";
  }
}

/** Writes docs/performance.md. */
export function writeReport(lines: readonly Line[], remarks: readonly string[], postgresVersion: string): void {
  const rows = lines.map((line) => `| ${cells(line).join(" | ")} |`);
  const text = `# Performance

Measured by \`npm run bench -- ${process.argv.slice(2).join(" ")}\` on ${new Date().toISOString().slice(0, 10)} at commit ${commit()}. This
file is written by that command (\`--write\`); run it to get the figures of your own machine.

${machine(postgresVersion).join("\n")}

| ${HEADER.join(" | ")} |
|---|---|---|---|---|---|
${rows.join("\n")}

## How to read it

${remarks.map((remark) => `- ${remark}`).join("\n")}
`;
  writeFileSync(path.resolve(BUILD, "../docs/performance.md"), text);
}
