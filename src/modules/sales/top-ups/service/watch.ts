import type { Clock } from "../../../../core/clock.js";
import { MINUTE_MS, SECOND_MS } from "../../../../core/clock.js";
import type { AccountId } from "../../../../core/ids.js";
import type { Database } from "../../../../db/client.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import * as queries from "../queries.js";
import type { AutoTopUp } from "../types.js";

const REFRESH_MS = 10 * SECOND_MS;
/** While a balance stays low and is spent from, it is spoken of so often and no oftener: the job decides. */
const SILENCE_MS = SECOND_MS;
const WATCHED_MAX = 200_000;
const PAGE = 10_000;

/**
 * Which accounts are topped up by themselves, and below what: in memory, so that a spend costs one look into a map and no
 * SQL. It is a hint and may be old, since other processes change settings, too; the sweeper finds within a minute what it
 * misses. A balance below its threshold sets off the job that decides.
 */
export class TopUpWatch {
  readonly #deps: { readonly db: Database; readonly clock: Clock; readonly log: (error: unknown) => void };
  readonly #watched = new Map<AccountId, { readonly id: AutoTopUp["id"]; readonly threshold: bigint }>();
  /** Accounts that were spoken of a moment ago, and whether there was more to say since. */
  readonly #silent = new Map<AccountId, { readonly timer: NodeJS.Timeout; again: boolean }>();
  readonly #running = new Set<Promise<void>>();
  #refreshAt = 0;
  #seen = new Date(0);

  constructor(deps: { readonly db: Database; readonly clock: Clock; readonly log: (error: unknown) => void }) {
    this.#deps = deps;
  }

  /** Told of every spend, on its path: it never waits and never throws. */
  spent(account: AccountId, balance: bigint): void {
    const now = performance.now();
    if (now >= this.#refreshAt) {
      this.#refreshAt = now + REFRESH_MS;
      this.#run(this.#refresh());
    }
    const watched = this.#watched.get(account);
    if (watched === undefined || balance >= watched.threshold) return;
    const silent = this.#silent.get(account);
    if (silent) silent.again = true;
    else this.#speak(account, watched.id);
  }

  /** An auto top-up was set up, paused, resumed or switched off by this process. */
  update(row: Pick<AutoTopUp, "id" | "accountId" | "threshold" | "status">): void {
    if (row.status !== "active") {
      this.#watched.delete(row.accountId);
    } else if (this.#watched.size < WATCHED_MAX || this.#watched.has(row.accountId)) {
      this.#watched.set(row.accountId, { id: row.id, threshold: row.threshold });
    }
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    for (const { timer } of this.#silent.values()) clearTimeout(timer);
    this.#silent.clear();
    await Promise.all(this.#running);
  }

  #speak(account: AccountId, id: AutoTopUp["id"]): void {
    const timer = setTimeout(() => {
      const { again } = this.#silent.get(account) ?? { again: false };
      this.#silent.delete(account);
      if (again && this.#watched.has(account)) this.#speak(account, id);
    }, SILENCE_MS).unref();
    this.#silent.set(account, { timer, again: false });
    this.#run(this.#deps.db.transaction((tx) => checkSoon(tx, id)));
  }

  async #refresh(): Promise<void> {
    for (;;) {
      const rows = await queries.listChanged(this.#deps.db.read, this.#seen, PAGE);
      for (const row of rows) this.update(row);
      const last = rows.at(-1)?.updatedAt;
      if (rows.length < PAGE || last === undefined || last <= this.#seen) break;
      this.#seen = last;
    }
    // What commits late has an older time: some is read twice.
    this.#seen = new Date(Math.max(this.#seen.getTime(), this.#deps.clock.now().getTime() - MINUTE_MS));
  }

  #run(work: Promise<void>): void {
    const done: Promise<void> = work.catch(this.#deps.log).finally(() => this.#running.delete(done));
    this.#running.add(done);
  }
}

/** Sets off the look at a balance when the caller's transaction commits. Many at once are one. */
export const checkSoon = (tx: Parameters<typeof enqueueJob>[0], id: AutoTopUp["id"]): Promise<void> =>
  enqueueJob(tx, "top-ups:check", { autoTopUpId: id }, { key: `top-ups:check:${id}` });
