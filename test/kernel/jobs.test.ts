import t from "tap";
import { untilNothingIsDue } from "../../src/kernel/jobs.js";

t.test("what is due is looked at until nothing is, and failures are told", async (t) => {
  const portions = [3, 2, 0, 5];
  let rounds = 0;
  const told: string[] = [];
  const look = async () => {
    const checked = portions[rounds] ?? 0;
    rounds += 1;
    return { checked, failures: checked > 0 ? [`one of ${checked}`] : [] };
  };
  await untilNothingIsDue(look, (failure) => told.push(failure));
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
