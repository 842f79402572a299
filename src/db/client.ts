import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { FaultHook } from "../core/faults.js";
import { type OwnSession, ownSession } from "./own-session.js";
import { prepareSession } from "./session.js";

/** Anything one may read from: the pool, or an open transaction. */
export type Db = NodePgDatabase;

declare const inTransaction: unique symbol;
/** Proof that a transaction is open. Every write asks for it, so a stray write does not compile. */
export type Tx = NodePgDatabase & {
  readonly $client: pg.PoolClient;
  readonly [inTransaction]: true;
  /**
   * Has something done in this process once the transaction is committed: counted, remembered, told to nobody else. After a
   * rollback it is not, and neither when the process dies or the answer to the commit is lost, so nothing durable may depend on it.
   */
  readonly afterCommit: (effect: () => void) => void;
};

export interface Database {
  /** For reads outside a transaction. */
  readonly read: Db;
  readonly pool: pg.Pool;
  /**
   * Runs `work` in one READ COMMITTED transaction. Serialisation failures and deadlocks are retried, the whole of it, at
   * most three times; so `work` must not act on anything but the database;
   * `tx.afterCommit` is for what else there is to do.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs one statement outside a transaction, prepared once per connection under `name`. For the hot paths. */
  prepared<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]>;
  /** Runs `work` on a connection beside the pool, for what takes minutes; it ends with the work. */
  aside<T>(work: (session: OwnSession) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize?: number;
  readonly applicationName?: string;
  readonly faults?: FaultHook | undefined;
  /** Told of errors on idle connections, which would otherwise end the process. */
  readonly onIdleError?: (error: Error) => void;
  readonly statementTimeoutMs?: number;
}

const TRANSACTION_ATTEMPTS_MAX = 4;
const READ_ONLY_ATTEMPTS_MAX = 2;

/** Opens the pool. Nothing connects until the first query. */
export function createDatabase(options: DatabaseOptions): Database {
  const { statementTimeoutMs = 10_000 } = options;
  const pool = new ServicePool({
    connectionString: options.url,
    max: options.poolSize ?? 12,
    // A request that gets no connection in this time is refused with 503 rather than left to hang.
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: options.applicationName ?? "coffer",
    // The server's own limit is of no use when nothing comes back from it: a dead network must not hold a request for ever.
    query_timeout: statementTimeoutMs + 2_000,
    onConnect: prepareSession({ statementTimeoutMs, lockTimeoutMs: 5_000, idleInTransactionTimeoutMs: 15_000 }),
    types: { getTypeParser },
    ...(options.faults ? { Client: clientWithFaults(options.faults) } : {}),
  });
  pool.on("error", (error) => options.onIdleError?.(error));
  // A connection that breaks while a transaction holds it fails the statement under way, and tells only its own listeners.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const handles: Handles = new WeakMap();
  return {
    read: drizzle(pool),
    pool,
    transaction: (work) => runTransaction(pool, handles, work),
    prepared: async <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) =>
      (await pool.query<Row>({ name, text, values })).rows,
    aside: (work) => runAside(options, work),
    close: () => pool.end(),
  };
}

const ASIDE_STATEMENT_MS = 1_800_000;
const ASIDE_IDLE_MS = 900_000;

async function runAside<T>(options: DatabaseOptions, work: (session: OwnSession) => Promise<T>): Promise<T> {
  const Client = options.faults ? clientWithFaults(options.faults) : pg.Client;
  const client = new Client({
    connectionString: options.url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: `${options.applicationName ?? "coffer"}-aside`,
    query_timeout: ASIDE_STATEMENT_MS + 2_000,
    types: { getTypeParser },
  });
  // Its end fails the statement under way, and is told to nobody else.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await prepareSession({
      statementTimeoutMs: ASIDE_STATEMENT_MS,
      lockTimeoutMs: 5_000,
      idleInTransactionTimeoutMs: ASIDE_IDLE_MS,
    })(client);
    return await work(ownSession(client));
  } finally {
    await client.end().catch(() => undefined);
  }
}

const unconnected = new WeakSet<Error>();

/** Whether this is why no connection came about, whatever the reason: nothing was asked of the database yet. */
export function isUnconnected(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause)
    if (unconnected.has(current)) return true;
  return false;
}

/** Tells errors of connecting from errors of statements: a full disk, for one, has no code of its own before there is a session. */
class ServicePool extends pg.Pool {
  // biome-ignore lint/suspicious/noExplicitAny: the signature is pg's own, by callback or by promise.
  override connect(callback?: any): any {
    const note = (error: unknown) => {
      if (error instanceof Error) unconnected.add(error);
    };
    if (callback)
      return super.connect((error, client, done) => {
        note(error);
        callback(error, client, done);
      });
    return super.connect().catch((error: unknown) => {
      note(error);
      throw error;
    });
  }
}

async function runTransaction<T>(pool: pg.Pool, handles: Handles, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const { tx, effects } = handleOf(client, handles);
      effects.length = 0;
      const result = await work(tx);
      await client.query("COMMIT");
      for (const effect of effects.splice(0)) carryOut(effect);
      return result;
    } catch (error) {
      // A server that cannot write is one that a fail-over has left behind: its connections are of no use to us.
      if (isReadTimeout(error) || isReadOnly(error)) broken = error as Error;
      // When even the rollback fails the connection is gone; the server rolls back by itself.
      else
        await client.query("ROLLBACK").catch((rollbackError: Error) => {
          broken = rollbackError;
        });
      if (attempt >= (isReadOnly(error) ? READ_ONLY_ATTEMPTS_MAX : TRANSACTION_ATTEMPTS_MAX) || !isRetryable(error))
        throw error;
    } finally {
      client.release(broken);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
  }
}

// One drizzle handle per connection: building one for each transaction costs more than the statements it runs.
function handleOf(client: pg.PoolClient, handles: Handles): Handle {
  let handle = handles.get(client);
  if (!handle) {
    const effects: (() => void)[] = [];
    const afterCommit = (effect: () => void) => void effects.push(effect);
    handle = { tx: Object.assign(drizzle(client), { afterCommit }) as unknown as Tx, effects };
    handles.set(client, handle);
  }
  return handle;
}

/** What a connection's transactions are given, and what is to be done after the one that is open. */
interface Handle {
  readonly tx: Tx;
  readonly effects: (() => void)[];
}
type Handles = WeakMap<pg.PoolClient, Handle>;

// What was committed stays so, whatever an effect does: its error must not look like the transaction's.
function carryOut(effect: () => void): void {
  try {
    effect();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

/** The SQLSTATE of a database error, also when drizzle wrapped it. */
export function sqlState(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && typeof current.code === "string") return current.code;
  }
  return undefined;
}

/** Nothing came back in time. The statement is still the connection's current one, so nothing else can be sent on it. */
export function isReadTimeout(error: unknown): error is Error {
  for (let current = error; current instanceof Error; current = current.cause)
    if (current.message === "Query read timeout") return true;
  return false;
}

/** Serialisation failure, deadlock, a server left behind: nothing was committed, and the same work may succeed at once. */
function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === "40001" || state === "40P01" || state === READ_ONLY;
}

const READ_ONLY = "25006";
const isReadOnly = (error: unknown) => sqlState(error) === READ_ONLY;

/** Whether the database can be written to, asked of one of its connections; one that leads to a read-only server is closed. */
export async function canWrite(pool: pg.Pool): Promise<boolean> {
  const client = await pool.connect();
  let isWritable = false;
  try {
    const { rows } = await client.query<{ transaction_read_only: string }>("SHOW transaction_read_only");
    isWritable = rows[0]?.transaction_read_only === "off";
    return isWritable;
  } finally {
    client.release(!isWritable);
  }
}

const INT8_OID = 20;

// int8 as bigint: balances beyond 2^53 must not pass through a float, and a string would hide arithmetic mistakes.
function getTypeParser(oid: number, format?: "text" | "binary") {
  if (oid === INT8_OID && format !== "binary") return BigInt;
  return format === "binary" ? pg.types.getTypeParser(oid, "binary") : pg.types.getTypeParser(oid, "text");
}

/** `insert into "payments" ...` -> `insert payments`: stable names for fault points, with no values in them. */
export function statementName(text: string): string {
  const words = text.replace(/["()]/g, " ").trim().split(/\s+/);
  const verb = (words[0] ?? "").toLowerCase();
  if (verb === "begin" || verb === "commit" || verb === "rollback") return verb.toUpperCase();
  const table = /\b(?:from|into|update)\s+(?:only\s+)?"?([a-z_.]+)"?/i.exec(text)?.[1];
  return table ? `${verb} ${table}` : verb;
}

function clientWithFaults(faults: FaultHook): typeof pg.Client {
  const runWithFaults = async (text: string, run: () => Promise<unknown>) => {
    const name = `sql:${statementName(text)}`;
    await faults({ phase: "before", name });
    const result = await run();
    await faults({ phase: "after", name });
    return result;
  };
  class ClientWithFaults extends pg.Client {
    // The overloads of pg's query cannot be written again here; what goes in comes out unchanged.
    // biome-ignore lint/suspicious/noExplicitAny: the signature is pg's own, with six overloads.
    override query(...args: any[]): any {
      const text = typeof args[0] === "string" ? args[0] : args[0]?.text;
      if (typeof text !== "string") return super.query(...(args as Parameters<pg.Client["query"]>));
      const callback = typeof args.at(-1) === "function" ? args.pop() : undefined;
      const result = runWithFaults(text, () => super.query(...(args as [string])));
      if (!callback) return result;
      result.then(
        (value) => callback(null, value),
        (error) => callback(error),
      );
    }
  }
  return ClientWithFaults;
}
