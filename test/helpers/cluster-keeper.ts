// Runs one throwaway PostgreSQL for the process named by the mark in its argument, and takes it down when that process
// is gone or when it is told to (SIGTERM). Started by cluster.ts.
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { isMarkAlive, markOf, type ProcessMark, startEmbeddedPostgres } from "@coffer/postgres";
import { type ClusterNote, noteFile } from "./cluster.js";

const WATCH_MS = 200;
/** A machine without a container engine must not notice that we asked. */
const ENGINE_TIMEOUT_MS = 80;

interface Cluster {
  readonly kind: ClusterNote["kind"];
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** Where the container engine would listen. */
function engineAddress(): net.NetConnectOpts | undefined {
  const host = process.env.DOCKER_HOST;
  if (!host) return fs.existsSync("/var/run/docker.sock") ? { path: "/var/run/docker.sock" } : undefined;
  const url = new URL(host);
  return url.protocol === "unix:" ? { path: url.pathname } : { host: url.hostname, port: Number(url.port || 2375) };
}

function engineAnswers(): Promise<boolean> {
  const address = engineAddress();
  if (address === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = net.connect({ ...address, timeout: ENGINE_TIMEOUT_MS });
    const settle = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}

/** Undefined without an engine, or when it cannot run the image (none stored, and no network to fetch it). */
async function startContainer(): Promise<Cluster | undefined> {
  try {
    if (!(await engineAnswers())) return undefined;
    const { PostgreSqlContainer } = await import("@testcontainers/postgresql");
    const container = await new PostgreSqlContainer("postgres:18")
      .withCommand(["postgres", "-c", "fsync=off", "-c", "max_connections=300", "-c", "max_prepared_transactions=20"])
      .withStartupTimeout(60_000)
      .start();
    return {
      kind: "testcontainers",
      adminUrl: container.getConnectionUri(),
      stop: async () => {
        await container.stop();
      },
    };
  } catch {
    return undefined;
  }
}

async function startEmbedded(): Promise<Cluster> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "coffer-test-cluster-"));
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
  try {
    const server = await startEmbeddedPostgres({
      dataDir: path.join(folder, "postgres"),
      // Thrown away after the run, so nothing has to survive a power cut.
      settings: { fsync: "off", full_page_writes: "off", max_connections: "300", max_prepared_transactions: "20" },
    });
    return {
      kind: "embedded",
      adminUrl: server.url,
      stop: async () => {
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function leaveNote(note: ClusterNote): void {
  const file = noteFile(note.client.pid);
  fs.writeFileSync(`${file}.draft`, JSON.stringify(note), { mode: 0o600 });
  fs.renameSync(`${file}.draft`, file);
}

const client = JSON.parse(process.argv[2] ?? "") as ProcessMark;
const keeper = markOf(process.pid);
const told = new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
const gone = new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    if (isMarkAlive(client)) return;
    clearInterval(timer);
    resolve();
  }, WATCH_MS);
});
try {
  const { kind, adminUrl, stop } = (await startContainer()) ?? (await startEmbedded());
  leaveNote({ kind, adminUrl, keeper, client });
  await Promise.race([told, gone]);
  await stop();
  fs.rmSync(noteFile(client.pid), { force: true });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  leaveNote({ kind: "embedded", adminUrl: "", keeper, client, error: message });
}
process.exit();
