import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { caller, eventually } from "../helpers/service.js";

const MAIN = fileURLToPath(new URL("../../src/dev/main.js", import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly key: string;
  readonly stripe: string;
  readonly output: () => string;
}

/** Starts what `npm start` starts, and waits for its banner. */
async function start(t: Test, dataDir: string, env: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, COFFER_DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
  t.teardown(() => child.kill("SIGKILL"));
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output}`);
    return output.includes("Ctrl-C stops everything");
  }, 30_000);
  const find = (pattern: RegExp) => pattern.exec(output)?.[1] ?? "";
  return {
    child,
    url: find(/Coffer is up at (\S+)/),
    key: find(/Admin API key\s+(\S+)/),
    stripe: find(/Stripe sandbox\s+(\S+)/),
    output: () => output,
  };
}

const stop = async (started: Started, signal: NodeJS.Signals) => {
  const exit = once(started.child, "exit");
  started.child.kill(signal);
  return (await exit) as [number | null, string | null];
};

/** Processes whose command line or working directory is in this folder: PostgreSQL's, once the service is gone. */
function leftOver(folder: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

t.test("npm start: everything comes up, survives kill -9 of the service, and leaves nothing behind", async (t) => {
  t.setTimeout(120_000);
  const folder = await mkdtemp(path.join(tmpdir(), "coffer start "));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const dataDir = path.join(folder, "data");

  const first = await start(t, dataDir);
  const call = caller(first.url);
  t.match((await call("GET", "/readyz", { token: null })).body, { status: "ok" });
  const grant = await call("POST", "/v1/grants", {
    token: first.key,
    body: { customerId: "ada", asset: "CREDIT", amount: 5, note: "x" },
  });
  t.equal(grant.status, 201);
  const payment = await call("POST", "/v1/payments", {
    token: first.key,
    body: { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  t.equal(payment.status, 201);
  await stop(first, "SIGKILL");
  if (process.platform === "linux") t.ok(leftOver(dataDir).length > 0, "PostgreSQL outlives it, to be adopted");

  const second = await start(t, dataDir);
  const again = caller(second.url);
  t.equal(second.key, first.key);
  t.match((await again("GET", "/v1/customers/ada/wallet", { token: second.key })).body.balances, [{ balance: 5 }]);
  const confirmed = await again("POST", `/v1/payments/${payment.body.id}/confirm`, {
    token: second.key,
    body: { paymentMethodId: "pm_card_visa" },
  });
  t.equal(confirmed.body.status, "succeeded", "the sandbox remembers what the database remembers");
  t.match((await again("GET", "/v1/customers/ada/wallet", { token: second.key })).body.balances, [{ balance: 15 }]);
  t.strictSame(await stop(second, "SIGTERM"), [0, null]);
  t.strictSame(leftOver(dataDir), [], "no process is left behind");
});

t.test("SIGTERM: requests in flight are answered, new ones get 503 and a closed connection", async (t) => {
  t.setTimeout(120_000);
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-drain-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const started = await start(t, path.join(folder, "data"));
  const call = caller(started.url);
  await fetch(`${started.stripe}/sandbox/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      match: { method: "POST", path: "/v1/payment_intents" },
      kind: "delay",
      delayMs: 2_000,
      times: 1,
    }),
  });
  const slow = call("POST", "/v1/payments", {
    token: started.key,
    body: { customerId: "slow", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const exit = once(started.child, "exit");
  started.child.kill("SIGTERM");
  const refused = await eventually(async () => {
    const reply = await call("GET", "/livez", { token: null });
    return reply.status === 503 && reply;
  });
  t.match(refused.body, { code: "service.stopping" });
  t.equal(refused.headers.connection, "close");
  t.equal((await slow).status, 201);
  t.strictSame(await exit, [0, null]);
});
