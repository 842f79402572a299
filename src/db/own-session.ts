import type pg from "pg";

/** What one statement sees, in an order of its own: rows come a portion at a time, so memory does not grow with them. */
export interface Snapshot {
  query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** The rows of a SELECT by way of a cursor, in portions. One at a time: the next begins when this one has ended. */
  portions<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): AsyncGenerator<Row[]>;
}

/** A connection of one's own, for what takes minutes: it takes none of the pool's, and its locks end with it. */
export interface OwnSession {
  /** Takes a lock by its name until the session ends; false when another session has it. */
  tryLock(name: string): Promise<boolean>;
  /**
   * Runs `work` on one read-only REPEATABLE READ snapshot: everything that it reads is of one moment. The snapshot must see the end
   * of all transactions in `ended`: when one of them is still open, `work` does not run and the answer is undefined.
   */
  snapshot<T>(ended: readonly string[], work: (snapshot: Snapshot) => Promise<T>): Promise<T | undefined>;
  /** The transactions of this database that have written and not ended, those that are prepared included, by their numbers. */
  openTransactions(): Promise<string[]>;
}

/** How many rows a portion has: a few hundred kilobytes. */
const PORTION = 1_000;

// Prepared ones are looked for second: one that is being prepared is in the first list or in the second.
const OPEN = `
  WITH active AS MATERIALIZED (
    SELECT a.backend_xid::text AS xid FROM pg_stat_activity a
     WHERE a.datid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) AND a.backend_xid IS NOT NULL)
  SELECT xid FROM active
  UNION ALL SELECT p.transaction::text FROM pg_prepared_xacts p WHERE p.database = current_database()`;
// A session shows its transaction by the lower half of the number.
const STILL_OPEN = `
  SELECT EXISTS (SELECT FROM pg_snapshot_xip(pg_current_snapshot()) x
                  WHERE (x::text::numeric % 4294967296)::text = ANY ($1::text[])) AS open`;

/** The session of a client that is connected, and that nobody else uses. */
export function ownSession(client: pg.ClientBase): OwnSession {
  return {
    tryLock: async (name) => {
      const { rows } = await client.query<{ locked: boolean }>(
        "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked",
        [name],
      );
      return rows[0]?.locked ?? false;
    },
    openTransactions: async () => {
      const { rows } = await client.query<{ xid: string }>(OPEN);
      return rows.map(({ xid }) => xid);
    },
    snapshot: async (ended, work) => {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      try {
        const { rows } = await client.query<{ open: boolean }>(STILL_OPEN, [[...ended]]);
        if (rows[0]?.open !== false) return undefined;
        return await work({
          query: async (text, values) => (await client.query(text, [...values])).rows,
          portions: (text, values) => portionsOf(client, text, values),
        });
      } finally {
        await client.query("ROLLBACK");
      }
    },
  };
}

async function* portionsOf<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
): AsyncGenerator<Row[]> {
  await client.query(`DECLARE portions NO SCROLL CURSOR FOR ${text}`, [...values]);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH FORWARD ${PORTION} FROM portions`);
    if (rows.length > 0) yield rows;
    if (rows.length < PORTION) break;
  }
  await client.query("CLOSE portions");
}
