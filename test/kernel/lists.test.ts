import t from "tap";
import { DAY_MS, HOUR_MS } from "../../src/core/clock.js";
import { pagesSince, sinceLast, sinceLastOrDaily } from "../../src/kernel/lists.js";

t.test("a list is read to its end, each page from where the one before ended", async (t) => {
  const since = new Date("2026-01-01T00:00:00Z");
  const asked: (string | undefined)[] = [];
  const list = async ({ since: from, cursor }: { since: Date; cursor?: string }) => {
    t.equal(from, since);
    asked.push(cursor);
    return { data: asked.length, nextCursor: asked.length < 3 ? `after-${asked.length}` : null };
  };
  const read: number[] = [];
  for await (const page of pagesSince(list, since)) read.push(page.data);
  t.same(read, [1, 2, 3]);
  t.same(asked, [undefined, "after-1", "after-2"]);
});

t.test("a list that does not end is an error, not a run for ever", async (t) => {
  let pages = 0;
  const list = async () => {
    pages += 1;
    return { nextCursor: "more" };
  };
  const readAll = async () => {
    for await (const _ of pagesSince(list, new Date(0)));
  };
  await t.rejects(readAll(), /has more than 100 pages/);
  t.equal(pages, 100);
});

t.test("a list is read from a little before where the last run ended, and at first from further back", (t) => {
  const at = (iso: string) => new Date(`2026-03-${iso}:00Z`);
  const month = 30 * DAY_MS;
  const [now, today, yesterday] = [at("10T12:00"), at("10T11:50"), at("09T23:50")];
  const back = (from: Date, ms: number) => new Date(from.getTime() - ms);
  for (const [what, given, expected] of [
    ["the first run", sinceLast(undefined, now, month), back(now, month + 2 * HOUR_MS)],
    ["a later run", sinceLast(today, now, month), back(today, 2 * HOUR_MS)],
    ["a later run of the next day", sinceLast(yesterday, now, month), back(yesterday, 2 * HOUR_MS)],
    ["the first of a daily one", sinceLastOrDaily(undefined, now, month), back(now, month + 2 * HOUR_MS)],
    ["a later one of the day", sinceLastOrDaily(today, now, month), back(today, 2 * HOUR_MS)],
    ["the first of the next day", sinceLastOrDaily(yesterday, now, month), back(now, month + 2 * HOUR_MS)],
    ["after a long silence", sinceLastOrDaily(back(now, 2 * month), now, month), back(now, 2 * month + 2 * HOUR_MS)],
  ] as const)
    t.same(given, expected, what);
  t.end();
});
