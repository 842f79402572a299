import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, readlinkSync, statSync, truncateSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import pg from "pg";
import { program } from "./binaries.js";
import { type Cluster, directoryArgument, SUPERUSER } from "./cluster.js";
import { isAlive, serverEnvironment, sleep } from "./process.js";

const POLL_MS = 3;
const READY_TIMEOUT_MS = 60_000;
const FAST_SHUTDOWN_MS = 10_000;
const LOG_BYTES_MAX = 16 * 1024 * 1024;

/** For a small machine and one developer. fsync and synchronous_commit keep their defaults: on. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  // A socket's path may have 107 bytes at most, and a project's folder is often longer.
  unix_socket_directories: "",
  cluster_name: "coffer",
  max_connections: "200",
  shared_buffers: "128MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
};

/** The server that postmaster.pid names: ours, or a process that got the pid of a server which died. */
interface Found {
  readonly pid: number;
  readonly ours: boolean;
  /** Undefined in the instant before the server has written it. */
  readonly port: number | undefined;
}

/** A server that accepts connections. */
export interface Ready {
  readonly pid: number;
  readonly port: number;
}

function sameFolder(a: string, b: string): boolean {
  const [first, second] = [statSync(a), statSync(b)];
  return first.ino === second.ino && first.dev === second.dev;
}

/** Whether a process is the server of this data directory. A postmaster's working directory is its data directory. */
function servesCluster(pid: number, dataDir: string): boolean {
  try {
    if (process.platform === "linux") {
      const isPostgres = readFileSync(`/proc/${pid}/comm`, "latin1").trim() === "postgres";
      return isPostgres && sameFolder(`/proc/${pid}/cwd`, dataDir) && readlinkSync(`/proc/${pid}/cwd`) !== "";
    }
  } catch {
    return false;
  }
  if (process.platform === "win32") return true;
  const command = spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  return command.includes("postgres") && command.includes(dataDir);
}

/** Reads postmaster.pid: line 1 the pid, line 4 the port. The file itself is never touched. */
export function findPostmaster(cluster: Cluster): Found | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path.join(cluster.dataDir, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  const port = Number(lines[3]);
  const known = Number.isInteger(port) && port > 0 ? port : undefined;
  return { pid, ours: servesCluster(pid, cluster.dataDir), port: known };
}

/** The address of a database. The secret is hexadecimal, so it needs no escaping. */
export function databaseUrl(cluster: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${cluster.secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Not there yet, or starting up, shutting down, full: conditions that pass. */
const PASSING = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "57P01", "57P02", "57P03", "53300"]);
const NO_SUCH_DATABASE = "3D000";

async function withClient<Result>(url: string, action: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that goes away between two of our messages must fail the call, not the process.
  client.on("error", () => {});
  try {
    await client.connect();
    return await action(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Connects once: true when the server answers (the database may still be missing), false when it is too early. */
async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, async () => {});
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === NO_SUCH_DATABASE) return true;
    // Without a code: the connection was cut or timed out while the server was coming up or going down.
    if (code === undefined || PASSING.has(code)) return false;
    if (code === "28P01")
      throw new Error(`PostgreSQL refuses the secret in its control folder; was it replaced?`, { cause: error });
    throw error;
  }
}

/** Waits until the server accepts connections. False when it ended first. */
async function becomesReady(url: string, isGone: () => boolean): Promise<boolean> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!isGone()) {
    if (await answers(url)) return !isGone();
    if (Date.now() > deadline) throw new Error(`PostgreSQL did not accept connections within ${READY_TIMEOUT_MS} ms.`);
    await sleep(POLL_MS);
  }
  return false;
}

/** Takes over a server that a killed process left behind. Undefined when it was going down and now is. */
export async function adopt(cluster: Cluster, found: Found, database: string): Promise<Ready | undefined> {
  if (found.port === undefined) {
    await sleep(POLL_MS);
    return undefined;
  }
  const isGone = (): boolean => !isAlive(found.pid);
  const ready = await becomesReady(databaseUrl(cluster, found.port, database), isGone);
  return ready ? { pid: found.pid, port: found.port } : undefined;
}

async function isFree(port: number): Promise<boolean> {
  return (await listen(port)) !== undefined;
}

/** Binds and releases a port (0: any free one) and returns it; undefined when it is taken. */
function listen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

/** The port of the last start when it is free, so that a developer's database client keeps working; else a new one. */
async function choosePort(cluster: Cluster, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) return wanted;
  const file = path.join(cluster.control, "port");
  let last = Number.NaN;
  try {
    last = Number(readFileSync(file, "utf8"));
  } catch {
    // First start.
  }
  if (Number.isInteger(last) && last > 0 && (await isFree(last))) return last;
  const port = await listen(0);
  if (port === undefined) throw new Error("No free port on 127.0.0.1.");
  writeFileSync(file, String(port), { mode: 0o600 });
  return port;
}

/** What to tell a server that is about to start. */
export interface LaunchOptions {
  readonly native: string;
  readonly database: string;
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** A living stranger with the pid in postmaster.pid. */
  readonly stranger: number | undefined;
}

function spawnPostgres(cluster: Cluster, options: LaunchOptions, port: number, logFile: number): ChildProcess {
  const settings = Object.entries({ ...SETTINGS, ...options.settings });
  const child = spawn(
    program(options.native, "postgres"),
    [
      ...["-D", directoryArgument(cluster, cluster.dataDir), "-p", String(port)],
      ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    {
      ...cluster.account,
      cwd: cluster.dataDir,
      // Postgres takes a living process with the pid in postmaster.pid for a running server. This is pg_ctl's way of
      // telling it that the pid is not one; it still checks the shared memory of the server that died.
      env: serverEnvironment(options.stranger === undefined ? {} : { PG_GRANDPARENT_PID: String(options.stranger) }),
      // Its own process group: Ctrl-C reaches us alone, and the server stays until we have drained.
      detached: true,
      // A file, since a pipe would break, and with it the server, when we are killed.
      stdio: ["ignore", logFile, logFile],
    },
  );
  child.unref();
  return child;
}

function openLog(cluster: Cluster): { file: string; handle: number; start: number } {
  const file = path.join(cluster.control, "postgres.log");
  const handle = openSync(file, "a", 0o600);
  if (statSync(file).size > LOG_BYTES_MAX) truncateSync(file, 0);
  return { file, handle, start: statSync(file).size };
}

/** Starts the server. Undefined when it ended for a reason that passes: a port just taken, remains of a dead server. */
export async function launch(cluster: Cluster, options: LaunchOptions): Promise<Ready | undefined> {
  const port = await choosePort(cluster, options.port);
  const log = openLog(cluster);
  const child = spawnPostgres(cluster, options, port, log.handle);
  closeSync(log.handle);
  let end: string | undefined;
  child.once("error", (error) => {
    end = error.message;
  });
  child.once("exit", (code, signal) => {
    end = `exit ${code ?? signal}`;
  });
  const ready = await becomesReady(databaseUrl(cluster, port, options.database), () => end !== undefined);
  if (ready && child.pid !== undefined) return { pid: child.pid, port };
  const said = readFileSync(log.file, "utf8").slice(log.start).trim();
  const portTaken = options.port === undefined && /could not create any TCP\/IP sockets/.test(said);
  const remains = /is still in use|lock file .* already exists/.test(said);
  if (portTaken || remains) return undefined;
  throw new Error(`PostgreSQL did not start (${end}). It said:\n${said.slice(-2_000)}`);
}

/** Creates the database when it is missing. */
export async function ensureDatabase(cluster: Cluster, port: number, database: string): Promise<void> {
  try {
    await withClient(databaseUrl(cluster, port, database), async () => {});
  } catch (error) {
    if ((error as { code?: string }).code !== NO_SUCH_DATABASE) throw error;
    const name = pg.escapeIdentifier(database);
    await withClient(databaseUrl(cluster, port, SUPERUSER), (client) => client.query(`CREATE DATABASE ${name}`));
  }
}

async function isGoneWithin(pid: number, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Fast shutdown: open transactions are rolled back, and the data is left clean. SIGQUIT only when that hangs. */
export async function stopPostmaster(cluster: Cluster, pid: number, native: () => Promise<string>): Promise<void> {
  if (process.platform === "win32") {
    // Windows has no signals to send; pg_ctl knows the server's event.
    spawnSync(program(await native(), "pg_ctl"), ["stop", "-D", cluster.dataDir, "-m", "fast", "-w"]);
    return;
  }
  process.kill(pid, "SIGINT");
  if (await isGoneWithin(pid, FAST_SHUTDOWN_MS)) return;
  cluster.log(`PostgreSQL (pid ${pid}) did not stop within ${FAST_SHUTDOWN_MS} ms; it will recover at its next start.`);
  process.kill(pid, "SIGQUIT");
  if (!(await isGoneWithin(pid, FAST_SHUTDOWN_MS))) throw new Error(`PostgreSQL (pid ${pid}) does not stop.`);
}
