import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Line } from "../report.js";
import { formatNumber as f, median } from "../stats.js";
import { BUILD, cleanEnv, nextMessage, startChild } from "../world/processes.js";
import { answers, freePort } from "../world/world.js";

const ROOT = path.resolve(BUILD, "..");

/**
 * `npm start` without npm: the time from the process's start until the API answers, in an empty folder and again; against a process
 * that starts the same PostgreSQL and a bare Fastify.
 */
export async function coldStartSuite(rounds: number): Promise<Line[]> {
  execFileSync(process.execPath, [path.join(ROOT, "scripts", "build.mjs")], { stdio: "inherit" });
  const times = { service: { first: [], later: [] }, baseline: { first: [], later: [] } } satisfies Record<
    string,
    Times
  >;
  const start = { service: startOnce, baseline: startBaseline };
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? (["service", "baseline"] as const) : (["baseline", "service"] as const)) {
      const folder = await mkdtemp(path.join(tmpdir(), "coffer-start-"));
      const { first, later }: Times = times[side];
      try {
        first.push(await start[side](folder));
        later.push(await start[side](folder), await start[side](folder));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  }
  const line = (which: keyof Times, bar: number): Line => {
    const [ours, theirs] = [times.service[which], times.baseline[which]].map((values) => median(values) / 1_000);
    const [measured = Number.NaN, baseline = Number.NaN] = [ours, theirs];
    return {
      what: `cold start with embedded PostgreSQL, ${which}`,
      bar: `<= ${f(bar)} x`,
      baseline: `${baseline.toFixed(2)} s`,
      measured: `${measured.toFixed(2)} s`,
      ratio: `${f(measured / baseline)} x`,
      pass: measured <= bar * baseline,
    };
  };
  return [line("first", 1.4), line("later", 2)];
}

interface Times {
  readonly first: number[];
  readonly later: number[];
}

async function startBaseline(folder: string): Promise<number> {
  const startedAt = performance.now();
  const child = startChild("bench/baseline-start.js", { COFFER_DATA_DIR: folder });
  await nextMessage(child);
  const took = performance.now() - startedAt;
  await child.stop();
  return took;
}

async function startOnce(folder: string): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [path.join(ROOT, "dist", "dev", "main.js")], {
    env: cleanEnv({ COFFER_DATA_DIR: folder, PORT: String(port), LOG_LEVEL: "info" }),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  try {
    await Promise.race([
      saysItIsUp(child.stdout),
      ended.then(([code]) => Promise.reject(new Error(`the service ended with ${code}`))),
    ]);
    await answers(`http://127.0.0.1:${port}/readyz`, 10_000);
    return performance.now() - startedAt;
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

// Asking over and over would slow the start down that is measured.
function saysItIsUp(stdout: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve) => {
    let text = "";
    stdout.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4_096);
      if (text.includes("Coffer is up")) resolve();
    });
  });
}
