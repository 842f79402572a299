import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { program } from "./binaries.js";
import { canReach, type RunAs, serverEnvironment } from "./process.js";

export const SUPERUSER = "postgres";
/** Postgres refuses uid 0; this is the account without rights on the systems we know. */
const NOBODY: RunAs = { uid: 65534, gid: 65534 };

/** Where one cluster lives. Beside its data directory lies `<dataDir>.control`: secret, port, lock, users, log. */
export interface Cluster {
  readonly dataDir: string;
  readonly control: string;
  readonly secret: string;
  /** The account the server runs under, when it is not our own. */
  readonly account: RunAs | undefined;
  /** The loopback address of this machine. */
  readonly host: string;
  readonly log: (line: string) => void;
}

/** Creates what surrounds a cluster (parent folder, control folder, secret), and nothing of the cluster itself. */
export function openCluster(dataDir: string, host: string, log: (line: string) => void): Cluster {
  const wanted = path.resolve(dataDir);
  mkdirSync(path.dirname(wanted), { recursive: true });
  // One name for one place: the lock and the comparison with the running server must not be fooled by a symlink.
  const absolute = existsSync(wanted)
    ? realpathSync(wanted)
    : path.join(realpathSync(path.dirname(wanted)), path.basename(wanted));
  const control = `${absolute}.control`;
  mkdirSync(control, { recursive: true, mode: 0o700 });
  return { dataDir: absolute, control, secret: secretOf(control), account: accountOf(absolute), host, log };
}

/** The password of the cluster, made on first use. Linked into place so that two first users agree on one. */
function secretOf(control: string): string {
  const file = path.join(control, "secret");
  if (!existsSync(file)) {
    const draft = path.join(control, `secret.${randomBytes(8).toString("hex")}`);
    writeFileSync(draft, randomBytes(32).toString("hex"), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return readFileSync(file, "utf8").trim();
}

/** As root: the data's owner, so that a developer's own data survives one `sudo npm start`; nobody when it is new. */
function accountOf(dataDir: string): RunAs | undefined {
  const own = process.getuid?.();
  const owner = existsSync(dataDir) ? statSync(dataDir) : undefined;
  if (own === 0) return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
  if (own !== undefined && owner !== undefined && owner.uid !== own) {
    throw new Error(
      `${dataDir} belongs to user ${owner.uid} and we are user ${own}. Start as that user, or choose another COFFER_DATA_DIR.`,
    );
  }
  return undefined;
}

function giveTo(account: RunAs | undefined, target: string): void {
  if (account !== undefined) chownSync(target, account.uid, account.gid);
}

/**
 * How the server is told its data directory. Below a folder that its account may not enter (root's home), an absolute
 * path fails, and so does `-D .`, which postgres makes absolute. `/proc/self/cwd` is absolute already and leads to the
 * inherited working directory without walking through the parents; every child of the server inherits it too.
 */
export function directoryArgument(cluster: Cluster, folder: string): string {
  if (cluster.account === undefined || canReach(cluster.account, folder)) return folder;
  if (process.platform === "linux") return "/proc/self/cwd";
  throw new Error(
    `PostgreSQL refuses to run as root, and user ${cluster.account.uid} may not enter the folders above ${folder}. Run as an ordinary user, or set COFFER_DATA_DIR to a folder that everyone can reach.`,
  );
}

async function finished(child: ChildProcess): Promise<number | string | null> {
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return code ?? signal;
}

async function runInitdb(cluster: Cluster, native: string, folder: string): Promise<void> {
  const child = spawn(
    program(native, "initdb"),
    [
      ...["-D", directoryArgument(cluster, folder), "-U", SUPERUSER, "-E", "UTF8", "--no-instructions"],
      // The provider inside PostgreSQL sorts the same on every system and needs no locale to be installed.
      ...["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
      ...["-A", "scram-sha-256", "--pwfile=../password"],
    ],
    { ...cluster.account, cwd: folder, env: serverEnvironment(), stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const status = await finished(child);
  if (status !== 0) throw new Error(`initdb ended with ${status}: ${complaint.trim()}`);
}

function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Removes what a killed first start left. We hold the lock, so nobody who is alive works in there. */
function sweep(parent: string, prefix: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    try {
      rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch {
      // The killed process's initdb may still be writing there. The next start sweeps it.
    }
  }
}

/** Makes the data directory when it is missing. It appears by a rename after initdb has synced it: whole, or not at all. */
export async function ensureDataDirectory(cluster: Cluster, native: string): Promise<void> {
  const { dataDir, account } = cluster;
  const parent = path.dirname(dataDir);
  const prefix = `${path.basename(dataDir)}.init-`;
  sweep(parent, prefix);
  if (existsSync(path.join(dataDir, "PG_VERSION"))) return adoptOwnership(cluster);
  if (existsSync(dataDir)) {
    if (readdirSync(dataDir).length > 0) throw new Error(`${dataDir} is not empty and holds no PostgreSQL data.`);
    rmdirSync(dataDir);
  }
  const workshop = mkdtempSync(path.join(parent, prefix));
  try {
    const draft = path.join(workshop, "data");
    mkdirSync(draft, { mode: 0o700 });
    const password = path.join(workshop, "password");
    writeFileSync(password, cluster.secret, { mode: 0o600 });
    for (const made of [draft, password, workshop]) giveTo(account, made);
    await runInitdb(cluster, native, draft);
    renameSync(draft, dataDir);
    syncFolder(parent);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Data that root brought back from a backup belongs to root, whom postgres refuses; it also wants mode 0700. */
function adoptOwnership({ dataDir, account }: Cluster): void {
  const { uid, mode } = statSync(dataDir);
  if ((mode & 0o077) !== 0) chmodSync(dataDir, 0o700);
  if (account === undefined || uid === account.uid) return;
  for (const entry of readdirSync(dataDir, { recursive: true, encoding: "utf8" }))
    giveTo(account, path.join(dataDir, entry));
  // Last, because it is what tells a later start that all was done.
  giveTo(account, dataDir);
}
