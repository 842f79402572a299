import pg from "pg";

/**
 * What the code relies on in every session, said by the session itself: a database or a role may have other defaults, and a
 * pooler may drop what a client asks for when it connects.
 */
export const SESSION_SETTINGS = [
  "SET search_path = public",
  "SET datestyle = 'ISO, MDY'",
  "SET default_transaction_isolation = 'read committed'",
  "SET bytea_output = 'hex'",
  "SET standard_conforming_strings = on",
  "SET array_nulls = on",
].join("; ");

/** Limits of a session's statements, in milliseconds. */
export interface SessionLimits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs?: number;
  readonly idleInTransactionTimeoutMs?: number;
}

/** What a pool does with every new connection, before its first statement: sets what we rely on. */
export function prepareSession(limits: SessionLimits): (client: pg.ClientBase) => Promise<void> {
  const text = [
    SESSION_SETTINGS,
    `SET statement_timeout = ${limits.statementTimeoutMs}`,
    ...(limits.lockTimeoutMs === undefined ? [] : [`SET lock_timeout = ${limits.lockTimeoutMs}`]),
    ...(limits.idleInTransactionTimeoutMs === undefined
      ? []
      : [`SET idle_in_transaction_session_timeout = ${limits.idleInTransactionTimeoutMs}`]),
  ].join("; ");
  // Past the wrapper that tests hang faults on: nothing here lasts longer than the connection.
  return async (client) => void (await (pg.Client.prototype.query as PlainQuery).call(client, text));
}

type PlainQuery = (this: pg.ClientBase, text: string) => Promise<unknown>;

/** What is wrong with the database as it is reached by this address, in words for whoever set it up. */
export class DatabaseUnfit extends Error {
  constructor(problem: string) {
    super(`DATABASE_URL: ${problem}`);
    this.name = "DatabaseUnfit";
  }
}

const VERSION_MIN = 150_000;
const PROBES = 3;

/**
 * Looks whether sessions are what the service needs: a server that is new enough, UTF-8, and a connection that stays with its
 * session. Throws DatabaseUnfit. Returns what is dangerous but not refused.
 */
export async function checkDatabase(url: string): Promise<string[]> {
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({
      connectionString: url,
      application_name: "coffer-check",
      connectionTimeoutMillis: 5_000,
    });
    client.on("error", () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  try {
    const first = await connect();
    const { rows } = await first.query<{ version: number; encoding: string; fsync: string; commit: string }>(
      `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
              current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`,
    );
    const [server] = rows;
    if (!server || server.version < VERSION_MIN) throw new DatabaseUnfit("PostgreSQL 15 or later is needed.");
    if (server.encoding !== "UTF8")
      throw new DatabaseUnfit(`the database's encoding is ${server.encoding}; create it with ENCODING 'UTF8'.`);
    await checkSessionStays(first, connect);
    return [
      ...(server.fsync === "off"
        ? ["PostgreSQL runs with fsync=off: an answered request may be lost with the power"]
        : []),
      ...(server.commit === "off"
        ? ["PostgreSQL runs with synchronous_commit=off: an answered request may be lost in a crash"]
        : []),
    ];
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

/** Behind a transaction pooler, one client's session is handed to the next as soon as no transaction is open. */
async function checkSessionStays(first: pg.Client, connect: () => Promise<pg.Client>): Promise<void> {
  const mark = `${process.pid}.${process.hrtime.bigint()}`;
  const pid = async (client: pg.Client) =>
    (
      await client.query<{ pid: number; mark: string | null }>(
        "SELECT pg_backend_pid() AS pid, current_setting('coffer.session', true) AS mark",
      )
    ).rows[0];
  await first.query("SELECT set_config('coffer.session', $1, false)", [mark]);
  const before = await pid(first);
  for (let probe = 0; probe < PROBES; probe += 1) {
    const other = await connect();
    await other.query("BEGIN");
    const seen = await pid(other);
    const after = await pid(first);
    const isShared = seen?.mark === mark || seen?.pid === before?.pid;
    if (isShared || after?.pid !== before?.pid || after?.mark !== mark)
      throw new DatabaseUnfit(
        "it leads through a transaction pooler, which gives one session to several clients; prepared statements, LISTEN and locks need a session of their own. Use the pooler in session mode, or PostgreSQL itself.",
      );
  }
}
