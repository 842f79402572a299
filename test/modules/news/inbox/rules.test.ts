import t from "tap";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../src/core/clock.js";
import { hearsWhatIsListed, retryAt } from "../../../../src/modules/news/inbox/rules.js";

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

t.test("events are looked for where they would be heard", async (t) => {
  const isListed = (type: string) => !type.startsWith("v1.");
  t.ok(hearsWhatIsListed([], isListed), "who has heard nothing may have missed everything");
  t.ok(hearsWhatIsListed(["a", "v1.a"], isListed));
  t.notOk(hearsWhatIsListed(["v1.a", "v1.b"], isListed), "these come from an endpoint of another kind");
  t.ok(hearsWhatIsListed(["v1.a"]));
});
