import t from "tap";
import { methodChart } from "../../../../src/modules/sales/payment-methods/rules/chart.js";
import { columnsOf, compareMethods } from "../../../../src/modules/sales/payment-methods/rules/compare.js";
import type { PaymentMethod } from "../../../../src/modules/sales/payment-methods/types.js";
import type { MethodFacts } from "../../../../src/providers/ports/index.js";

const CARD = { brand: "visa", last4: "4242", expMonth: 12, expYear: 2026, fingerprint: "fp_1", funding: "credit" };
const listed = (methodReference: string, card: Partial<typeof CARD> = {}) =>
  ({ methodReference, type: "card", card: { ...CARD, ...card } }) as MethodFacts;
const rowOf = (id: string, status: PaymentMethod["status"] = "attached") =>
  ({ ...columnsOf(listed(id)), id, status }) as PaymentMethod;

t.test("a card is good until its month ends", async (t) => {
  t.strictSame(columnsOf(listed("pm_1")).expiresAt, new Date("2027-01-01T00:00:00Z"));
  t.strictSame(columnsOf(listed("pm_1", { expMonth: 2 })).expiresAt, new Date("2026-03-01T00:00:00Z"));
  const bank = columnsOf({ methodReference: "pm_2", type: "sepa_debit" } as MethodFacts);
  t.match(bank, { type: "sepa_debit", brand: null, last4: null, expiresAt: null });
});

t.test("what a look at the provider's list changes", async (t) => {
  const cases: readonly [string, PaymentMethod[], MethodFacts[], string[]][] = [
    ["nothing on either side", [], [], []],
    ["the same", [rowOf("pm_1")], [listed("pm_1")], []],
    ["a new one", [], [listed("pm_1")], ["attached pm_1"]],
    ["one that is back", [rowOf("pm_1", "detached")], [listed("pm_1")], ["attached pm_1"]],
    ["one that is gone", [rowOf("pm_1")], [], ["detached pm_1"]],
    ["one that was gone before", [rowOf("pm_1", "detached")], [], []],
    ["one that was on its way out", [rowOf("pm_1", "detaching")], [], ["detached pm_1"]],
    ["and is there yet", [rowOf("pm_1", "detaching")], [listed("pm_1")], []],
    [
      "a renewed card, whose end follows from its month",
      [rowOf("pm_1")],
      [listed("pm_1", { expMonth: 6, expYear: 2030 })],
      ["updated pm_1: expMonth, expYear"],
    ],
    ["another card", [rowOf("pm_1")], [listed("pm_1", { last4: "1881" })], ["updated pm_1: last4"]],
    ["one for another", [rowOf("pm_1")], [listed("pm_2")], ["attached pm_2", "detached pm_1"]],
  ];
  for (const [what, rows, list, expected] of cases) {
    const { attached, updated, detached } = compareMethods(rows, list);
    const said = [
      ...attached.map(({ methodReference }) => `attached ${methodReference}`),
      ...updated.map(({ row, fields }) => `updated ${row.id}: ${fields.join(", ")}`),
      ...detached.map(({ id }) => `detached ${id}`),
    ];
    t.strictSame(said, expected, what);
  }
});

t.test("whatever the provider lists, a method goes only where the chart does", async (t) => {
  const reached = new Set<string>();
  for (const status of methodChart.statuses) {
    for (const list of [[], [listed("pm_1")]]) {
      const { attached, detached } = compareMethods([rowOf("pm_1", status)], list);
      const to = attached.length > 0 ? "attached" : "detached";
      if (attached.length + detached.length === 0) continue;
      reached.add(`${status} ${to} ${methodChart.step({ id: "pm_1", status }, to, "provider").event}`);
    }
  }
  t.strictSame([...reached].sort(), [
    "attached detached payment_method.detached",
    "detached attached payment_method.attached",
    "detaching detached payment_method.detached",
  ]);
  t.equal(methodChart.step({ id: "pm_1", status: "detaching" }, "attached", "provider").event, undefined, "it stays");
  t.throws(
    () => methodChart.step({ id: "pm_1", status: "detached" }, "detaching", "caller"),
    "what is gone cannot leave",
  );
});
