import t from "tap";
import { lookAtEach, untilNothingIsDue } from "../../src/kernel/jobs.js";

t.test("what is due is looked at until nothing is, and failures are told", async (t) => {
  const portions = [3, 2, 0, 5];
  let rounds = 0;
  const told: unknown[] = [];
  const look = async () => {
    const checked = portions[rounds] ?? 0;
    rounds += 1;
    return { checked, failures: checked > 0 ? [{ id: `one of ${checked}`, error: new Error("no") }] : [] };
  };
  await untilNothingIsDue(look, ({ id }) => told.push(id));
  t.equal(rounds, 3);
  t.same(told, ["one of 3", "one of 2"]);
});

t.test("what is always due does not keep the others waiting", async (t) => {
  let rounds = 0;
  await untilNothingIsDue(
    async () => {
      rounds += 1;
      return { checked: 100, failures: [] };
    },
    () => t.fail("nothing failed"),
  );
  t.equal(rounds, 20);
});

t.test("what fails keeps its id and its error, and keeps nothing else from being looked at", async (t) => {
  const error = new Error("no");
  const seen: string[] = [];
  const { checked, failures } = await lookAtEach([{ id: "a" }, { id: "b" }, { id: "c" }], async ({ id }) => {
    seen.push(id);
    if (id === "b") throw error;
  });
  t.equal(checked, 3);
  t.strictSame(seen.sort(), ["a", "b", "c"]);
  t.strictSame(failures, [{ id: "b", error }]);
  t.equal(failures[0]?.error, error, "the error itself, with its stack");
});
