import { usableNative } from "./binaries.js";
import { type Cluster, ensureDataDirectory, openCluster } from "./cluster.js";
import { addUser, removeUser, withLock } from "./lock.js";
import { loopback } from "./loopback.js";
import { adopt, databaseUrl, findPostmaster, launch, type Ready, stopPostmaster } from "./postmaster.js";
import { sleep } from "./process.js";

export { holderOf, holdFolder, withLock } from "./lock.js";
export { isMarkAlive, markOf, type ProcessMark } from "./process.js";

const START_TIMEOUT_MS = 60_000;
const RETRY_MS = 25;

export interface EmbeddedPostgresOptions {
  /** The cluster's data directory, e.g. `.coffer/postgres`. Secret, port, lock and log lie in `<dataDir>.control`. */
  readonly dataDir: string;
  /** Created when missing. Default `coffer`. */
  readonly database?: string;
  /** Server settings beyond ours. They have no effect on a server that is adopted. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Insist on this port. Default: the port of the last start when it is free, else any free one. */
  readonly port?: number;
  /** Folder with `bin`, `lib` and `share`, instead of the installed platform package. */
  readonly native?: string;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** `postgres://` address of the database. It holds the cluster's secret. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The server was running already: a killed process left it, or another live one uses it too. */
  readonly adopted: boolean;
  /** Ends our use of the server. The last user that is alive stops it. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL in a folder, or takes over the one that runs there.
 *
 * The server outlives a process that is killed, so a start never assumes that it is the first: under a lock it looks
 * for a living server of this folder, adopts it, and only otherwise launches one.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = openCluster(options.dataDir, await loopback(), options.log ?? (() => {}));
  const database = options.database ?? "coffer";
  return withLock(cluster.control, async () => {
    const { adopted, ready } = await adoptOrLaunch(cluster, database, options);
    const user = addUser(cluster.control);
    cluster.log(`PostgreSQL ${adopted ? "adopted" : "started"}: pid ${ready.pid}, port ${ready.port}.`);
    let stopping: Promise<void> | undefined;
    return {
      url: databaseUrl(cluster, ready.port, database),
      ...ready,
      adopted,
      stop: () => {
        stopping ??= withLock(cluster.control, () => endUse(cluster, user, options));
        return stopping;
      },
    };
  });
}

const nativeFor = (cluster: Cluster, options: EmbeddedPostgresOptions): Promise<string> =>
  usableNative({ native: options.native, account: cluster.account, log: cluster.log });

async function adoptOrLaunch(
  cluster: Cluster,
  database: string,
  options: EmbeddedPostgresOptions,
): Promise<{ adopted: boolean; ready: Ready }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let native: string | undefined;
  while (Date.now() < deadline) {
    const found = findPostmaster(cluster);
    if (found?.ours === true) {
      const ready = await adopt(cluster, found, database);
      if (ready !== undefined) return { adopted: true, ready };
      continue;
    }
    native ??= await nativeFor(cluster, options);
    await ensureDataDirectory(cluster, native);
    const { port, settings = {} } = options;
    const ready = await launch(cluster, { native, database, port, settings, stale: found?.pid });
    if (ready !== undefined) return { adopted: false, ready };
    await sleep(RETRY_MS);
  }
  throw new Error(
    `PostgreSQL in ${cluster.dataDir} could be neither adopted nor started. See ${cluster.control}/postgres.log.`,
  );
}

async function endUse(cluster: Cluster, user: string, options: EmbeddedPostgresOptions): Promise<void> {
  const others = removeUser(cluster.control, user);
  if (others > 0) {
    cluster.log(`PostgreSQL stays up for ${others} other user(s).`);
    return;
  }
  const found = findPostmaster(cluster);
  if (found?.ours === true) await stopPostmaster(cluster, found.pid, () => nativeFor(cluster, options));
}
