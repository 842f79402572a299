import { randomInt } from "node:crypto";
import pg from "pg";

/** The first half of the lock's name in the database, the same in every process; the second half is the process's number. */
export const LEASE_LOCK_CLASS = 726_300;

const NUMBER_MAX = 2 ** 31 - 1;
const AGAIN_AFTER_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * Says in the database that this process lives: a connection of its own holds an advisory lock on its number. A process that is
 * killed loses it at once, so what it had taken under its number can be given to others without waiting out a lease.
 */
export class ProcessLease {
  readonly #url: string;
  readonly #number = randomInt(1, NUMBER_MAX);
  #client: pg.Client | undefined;
  #isHeld = false;
  #isClosed = false;
  #again: NodeJS.Timeout | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** This process's number while its lock is held; undefined before that and while the connection is away. */
  get number(): number | undefined {
    void this.hold();
    return this.#isHeld ? this.#number : undefined;
  }

  /** Resolves when the lock is held, or could not be had now. It is tried again by itself. */
  async hold(): Promise<void> {
    if (!this.#client && !this.#isClosed && this.#again === undefined) await this.#take();
  }

  async #take(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "coffer-lease",
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    this.#client = client;
    client.on("error", () => this.#lost(client));
    client.on("end", () => this.#lost(client));
    try {
      await client.connect();
      const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS held", [
        LEASE_LOCK_CLASS,
        this.#number,
      ]);
      // Not held: the server has not noticed yet that the connection before this one is gone.
      if (rows[0]?.held !== true) throw new Error("the number is still held");
      this.#isHeld = this.#client === client;
    } catch {
      client.end().catch(() => undefined);
      this.#lost(client);
    }
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#isHeld = false;
    if (this.#isClosed) return;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      void this.#take();
    }, AGAIN_AFTER_MS).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#again);
    await this.#client?.end().catch(() => undefined);
  }
}
