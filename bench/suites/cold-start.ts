import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Line } from "../report.js";
import { formatNumber as f, median } from "../stats.js";
import { BUILD, cleanEnv } from "../world/processes.js";
import { answers, freePort } from "../world/world.js";

const ROOT = path.resolve(BUILD, "..");

/** `npm start` without npm: the time from the process's start until the API answers, in an empty folder and again. */
export async function coldStartSuite(rounds: number): Promise<Line[]> {
  execFileSync(process.execPath, [path.join(ROOT, "scripts", "build.mjs")], { stdio: "inherit" });
  const first: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = await mkdtemp(path.join(tmpdir(), "coffer-start-"));
    try {
      first.push(await startOnce(folder));
      later.push(await startOnce(folder), await startOnce(folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  console.log(`  first: ${first.map(Math.round).join(" ")} ms; later: ${later.map(Math.round).join(" ")} ms`);
  const line = (what: string, values: readonly number[], barMs: number): Line => ({
    what,
    bar: `<= ${f(barMs / 1_000)} s`,
    baseline: "",
    measured: `${(median(values) / 1_000).toFixed(2)} s`,
    ratio: "",
    pass: median(values) <= barMs,
  });
  return [
    line("cold start with embedded PostgreSQL, first", first, 1_500),
    line("cold start with embedded PostgreSQL, later", later, 500),
  ];
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
