import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import pg from "pg";
import { program } from "./binaries.js";
import { type Cluster, directoryArgument, SUPERUSER } from "./cluster.js";
import { inUrl } from "./loopback.js";
import { isAlive, serverEnvironment, sleep } from "./process.js";

const POLL_MS = 3;
const POLL_MS_MAX = 25;
const READY_TIMEOUT_MS = 60_000;
const FAST_SHUTDOWN_MS = 10_000;
const STRANGER_MS = 500;
const LOG_BYTES_MAX = 16 * 1024 * 1024;

/** For a small machine and one developer. fsync and synchronous_commit keep their defaults: on. */
const SETTINGS: Readonly<Record<string, string>> = {
  // A socket's path may have 107 bytes at most, and a project's folder is often longer.
  unix_socket_directories: "",
  cluster_name: "coffer",
  max_connections: "200",
  shared_buffers: "128MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
};

/** What postmaster.pid names: our server, or what became of its pid after it died (nothing, a zombie, a stranger). */
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
      return isPostgres && sameFolder(`/proc/${pid}/cwd`, dataDir);
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
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const port = Number(lines[3]);
  const known = Number.isInteger(port) && port > 0 ? port : undefined;
  return { pid, ours: isAlive(pid) && servesCluster(pid, cluster.dataDir), port: known };
}

/** The address of a database. The secret is hexadecimal, so it needs no escaping. */
export function databaseUrl(cluster: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${cluster.secret}@${inUrl(cluster.host)}:${port}/${encodeURIComponent(database)}`;
}

/** Not there yet, or starting up, shutting down, full: conditions that pass. */
const PASSING = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "57P01", "57P02", "57P03", "53300"]);
const WRONG_PASSWORD = "28P01";

/** True when the server itself says that it is the one with this pid, which it reads from its own data directory. */
async function prepareDatabase(client: pg.Client, pid: number, database: string): Promise<boolean> {
  const { rows } = await client.query<{ pid: string; known: boolean }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS pid,
            EXISTS (SELECT FROM pg_database WHERE datname = $1) AS known`,
    [database],
  );
  if (Number(rows[0]?.pid) !== pid) return false;
  if (rows[0]?.known !== true) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  return true;
}

/** Connects once and creates the database when it is missing. False when it is too early, or this is not our server. */
async function answers(cluster: Cluster, server: Ready, database: string): Promise<boolean> {
  const connectionString = databaseUrl(cluster, server.port, SUPERUSER);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  // A server that goes away between two of our messages must fail the call, not the process.
  client.on("error", () => {});
  try {
    await client.connect();
    return await prepareDatabase(client, server.pid, database);
  } catch (error) {
    const code = (error as { code?: string }).code;
    // Without a code: the connection was cut or timed out while the server was coming up or going down.
    if (code === undefined || PASSING.has(code)) return false;
    if (code !== WRONG_PASSWORD) throw error;
    throw new Error(
      `PostgreSQL on port ${server.port} refuses the secret in ${cluster.control}. Restore that file, or remove ${cluster.dataDir} to start empty.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** Waits until the server accepts connections and has the database. False when it ended first. */
async function becomesReady(
  cluster: Cluster,
  server: Ready,
  database: string,
  isGone: () => boolean,
): Promise<boolean> {
  const start = Date.now();
  while (!isGone()) {
    if (await answers(cluster, server, database)) return true;
    const waited = Date.now() - start;
    if (waited > READY_TIMEOUT_MS) throw new Error(`PostgreSQL did not accept connections for ${waited} ms.`);
    // A clean start takes some 20 ms and is met at once; a long recovery need not hear of us 200 times a second.
    await sleep(Math.min(POLL_MS + waited / 20, POLL_MS_MAX));
  }
  return false;
}

/** Takes over a server that a killed process left behind. Undefined when it was going down and now is. */
export async function adopt(cluster: Cluster, found: Found, database: string): Promise<Ready | undefined> {
  if (found.port === undefined) {
    await sleep(POLL_MS);
    return undefined;
  }
  const server = { pid: found.pid, port: found.port };
  const ready = await becomesReady(cluster, server, database, () => !isAlive(found.pid));
  return ready ? server : undefined;
}

/** Binds and releases a port (0: any free one) and returns it; undefined when it is taken. */
function listen(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, host, () => {
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
  if (Number.isInteger(last) && last > 0 && (await listen(cluster.host, last)) !== undefined) return last;
  const port = await listen(cluster.host, 0);
  if (port === undefined) throw new Error(`No free port on ${cluster.host}.`);
  writeFileSync(file, String(port), { mode: 0o600 });
  return port;
}

/** What to tell a server that is about to start. */
export interface LaunchOptions {
  readonly native: string;
  readonly database: string;
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** The pid in postmaster.pid, which is known not to be a server of this cluster. */
  readonly stale: number | undefined;
}

function spawnPostgres(cluster: Cluster, options: LaunchOptions, port: number, logFile: number): ChildProcess {
  const settings = Object.entries({ listen_addresses: cluster.host, ...SETTINGS, ...options.settings });
  const child = spawn(
    program(options.native, "postgres"),
    [
      ...["-D", directoryArgument(cluster, cluster.dataDir), "-p", String(port)],
      ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    {
      ...cluster.account,
      cwd: cluster.dataDir,
      // Postgres takes whatever has the pid in postmaster.pid for a running server, be it another program or a zombie
      // that a container's first process never collects. This is pg_ctl's way of telling it that the pid is none; it
      // still checks the shared memory of the server that died.
      env: serverEnvironment(options.stale === undefined ? {} : { PG_GRANDPARENT_PID: String(options.stale) }),
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

function signal(pid: number, name: "SIGINT" | "SIGQUIT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself a moment ago, which is what we wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Starts the server. Undefined when it ended for a reason that passes: a port just taken, remains of a dead server. */
export async function launch(cluster: Cluster, options: LaunchOptions): Promise<Ready | undefined> {
  const port = await choosePort(cluster, options.port);
  const log = openLog(cluster);
  const child = spawnPostgres(cluster, options, port, log.handle);
  closeSync(log.handle);
  let end: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const note = (how: string): void => {
      end = how;
      resolve();
    };
    child.once("error", (error) => note(error.message));
    child.once("exit", (code, signal) => note(`exit ${code ?? signal}`));
  });
  const { pid } = child;
  if (pid === undefined) await ended;
  else {
    try {
      const server = { pid, port };
      if (await becomesReady(cluster, server, options.database, () => end !== undefined)) return server;
    } catch (error) {
      // Who refused us may be a stranger that took the port just before our server, which then ends by itself.
      await Promise.race([ended, sleep(STRANGER_MS)]);
      if (end === undefined) {
        signal(pid, "SIGINT");
        throw error;
      }
    }
  }
  const said = readFileSync(log.file, "utf8").slice(log.start).trim();
  const portTaken = options.port === undefined && /could not create any TCP\/IP sockets/.test(said);
  const remains = /is still in use|lock file .* already exists/.test(said);
  if (portTaken || remains) return undefined;
  throw new Error(`PostgreSQL did not start (${end}). It said:\n${said.slice(-2_000)}`);
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
  signal(pid, "SIGINT");
  if (await isGoneWithin(pid, FAST_SHUTDOWN_MS)) return;
  cluster.log(`PostgreSQL (pid ${pid}) did not stop within ${FAST_SHUTDOWN_MS} ms; it will recover at its next start.`);
  signal(pid, "SIGQUIT");
  if (!(await isGoneWithin(pid, FAST_SHUTDOWN_MS))) throw new Error(`PostgreSQL (pid ${pid}) does not stop.`);
}
