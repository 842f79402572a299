import t from "tap";
import { chart } from "../../src/kernel/charts.js";

const door = chart({
  name: "door",
  table: "doors",
  statuses: ["open", "closed", "locked", "ajar"],
  final: ["locked"],
  former: ["ajar"],
  begins: [{ to: "open", by: ["caller"], event: "door.open" }],
  transitions: [
    { from: ["open", "ajar"], to: "closed", by: ["caller", "sweeper"], event: "door.closed" },
    { from: ["closed"], to: "open", by: ["caller"], event: "door.open" },
    { from: ["closed"], to: "locked", by: ["approver"], moves: "the bolt", event: "door.locked" },
    { from: ["closed"], to: "locked", by: ["approver"], moves: "the bar", event: "door.barred" },
  ],
});

t.test("a chart knows what may follow what, and by whom", async (t) => {
  t.match(door.begin("d1", "open", "caller"), { event: "door.open" });
  t.match(door.step({ id: "d1", status: "ajar" }, "closed", "sweeper"), { event: "door.closed" });
  t.match(door.step({ id: "d1", status: "closed" }, "locked", "approver"), { moves: "the bolt" });
  t.match(door.step({ id: "d1", status: "closed" }, "locked", "approver", "door.barred"), { moves: "the bar" });
  t.ok(door.mayGo("closed", "open"));
  t.notOk(door.mayGo("open", "locked"));
  t.strictSame(door.statuses.filter(door.isFinal), ["locked"]);
  t.equal(door.column, "status");
});

t.test("a step that it does not have is an error of ours, and says which", async (t) => {
  t.throws(() => door.step({ id: "d1", status: "locked" }, "open", "caller"), {
    message: "door d1: no caller gets it from locked to open",
  });
  t.throws(
    () => door.step({ id: "d1", status: "closed" }, "locked", "caller"),
    /no caller gets it from closed to locked/,
  );
  t.throws(() => door.begin("d1", "open", "provider"), /no provider has one begin as open/);
  t.throws(() => door.begin("d1", "locked", "caller"), /no caller has one begin as locked/);
});

t.test("two rows for one step are refused, since they could say different things", async (t) => {
  const twice = {
    name: "door",
    table: "doors",
    statuses: ["open", "closed"],
    final: ["closed"],
    begins: [{ to: "open", by: ["caller"] }],
  } as const;
  const close = { from: ["open"], to: "closed", by: ["caller"] } as const;
  t.throws(
    () => chart({ ...twice, transitions: [close, { ...close, by: ["caller", "sweeper"], moves: "money" }] }),
    /two steps to closed by caller/,
  );
  t.throws(() => chart({ ...twice, begins: [...twice.begins, ...twice.begins], transitions: [] }), /two steps to open/);
});
