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
   * Runs `work` on one read-only REPEATABLE READ snapshot: everything that it reads is of one moment. `settled` says up to which
   * transaction the snapshot must have seen all ends, as `fence` gave it: when one of those is still open, `work` does not run and
   * the answer is undefined.
   */
  snapshot<T>(settled: bigint, work: (snapshot: Snapshot) => Promise<T>): Promise<T | undefined>;
  /** The number of the next transaction: every one that has written by now has a lower one. */
  fence(): Promise<bigint>;
}

/** How many rows a portion has: a few hundred kilobytes. */
const PORTION = 1_000;

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
    fence: async () => {
      const { rows } = await client.query<{ fence: string }>(
        "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS fence",
      );
      return BigInt(rows[0]?.fence ?? 0);
    },
    snapshot: async (settled, work) => {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      try {
        // Prepared transactions are among those that are open.
        const { rows } = await client.query<{ oldest: string }>(
          "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest",
        );
        if (BigInt(rows[0]?.oldest ?? 0) < settled) return undefined;
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
