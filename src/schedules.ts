import { sql } from "drizzle-orm";
import type { ParsedCronItem } from "graphile-worker";
import { DAY_MS, MINUTE_MS } from "./core/clock.js";
import type { Deps } from "./deps.js";

const TICK_MS = 250;
// Every schedule has an occurrence within a day, so looking further back finds nothing more.
const LOOK_BACK_MS = 2 * DAY_MS;

/**
 * Runs jobs and schedules by the service's clock instead of the database's, for a clock that is moved by hand. A jump over
 * several occurrences of a schedule is one run of it: move in steps that are as small as what is tried needs.
 */
export function followClock(deps: Deps, schedules: readonly ParsedCronItem[]): { stop(): Promise<void> } {
  let last = deps.clock.now().getTime();
  let lastReal = Date.now();
  let running: Promise<void> = Promise.resolve();
  const tick = async () => {
    const now = deps.clock.now().getTime();
    const real = Date.now();
    const jumpMs = Math.max(0, now - last - (real - lastReal));
    const due = schedules.filter((item) => hasOccurrence(item, last, now));
    await deps.db.transaction(async (tx) => {
      for (const { task } of due)
        await tx.execute(
          sql`SELECT FROM graphile_worker.add_job(${task}, job_key := ${`schedule:${task}`}, max_attempts := 1)`,
        );
      // What failed waits for its next try in the time that went by, and not in the one that it was moved to.
      await tx.execute(sql`
        UPDATE graphile_worker._private_jobs SET run_at = now()
         WHERE locked_at IS NULL AND attempts < max_attempts AND run_at > now()
           AND (attempts = 0 AND run_at <= ${new Date(now).toISOString()}::timestamptz
                OR run_at <= now() + make_interval(secs => ${jumpMs / 1_000}))`);
    });
    last = Math.max(now, last);
    lastReal = real;
  };
  const timer = setInterval(() => {
    running = running.then(tick).catch((error: unknown) => deps.log.warn({ err: error }, "schedules wait"));
  }, TICK_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

function hasOccurrence({ match }: ParsedCronItem, after: number, until: number): boolean {
  const first = Math.max(after, until - LOOK_BACK_MS);
  for (let at = Math.floor(first / MINUTE_MS) * MINUTE_MS + MINUTE_MS; at <= until; at += MINUTE_MS) {
    const time = new Date(at);
    const digest = {
      min: time.getUTCMinutes(),
      hour: time.getUTCHours(),
      date: time.getUTCDate(),
      month: time.getUTCMonth() + 1,
      dow: time.getUTCDay(),
    };
    if (match(digest)) return true;
  }
  return false;
}
