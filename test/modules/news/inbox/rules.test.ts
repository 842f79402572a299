import t from "tap";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../src/core/clock.js";
import { retryAt } from "../../../../src/modules/news/inbox/rules.js";

t.test("an event that failed is tried again ever later, and then a person must look", async (t) => {
  const now = new Date("2026-03-01T12:00:00Z");
  const waits = Array.from({ length: 10 }, (_, attempts) => {
    const at = retryAt(now, attempts);
    return at && at.getTime() - now.getTime();
  });
  t.strictSame(waits, [
    undefined,
    2 * SECOND_MS,
    10 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    undefined,
  ]);
});
