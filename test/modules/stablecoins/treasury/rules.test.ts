import t from "tap";
import { mayBeLate, type ReceiptDecision, settleReceipt } from "../../../../src/modules/stablecoins/treasury/rules.js";

type Known = Parameters<typeof settleReceipt>[0];

const known = (status: NonNullable<Known>["status"]): Known => ({
  status,
  providerReference: "tx_1",
  asset: "USDC",
  amount: 100n,
});
const told = (
  status: "submitted" | "confirmed" | "failed",
  more: { amount?: bigint; asset?: string; id?: string } = {},
) => ({
  status,
  providerReference: more.id ?? "tx_1",
  asset: more.asset ?? "USDC",
  amount: more.amount ?? 100n,
});

t.test("what news does to coins that came to a master wallet, whatever is known of them", async (t) => {
  const news = {
    "there, as known": told("confirmed"),
    "there, another amount": told("confirmed", { amount: 90n }),
    "there, another asset": told("confirmed", { asset: "USDT" }),
    "not there": told("failed"),
    "not there, under another id": told("failed", { id: "tx_2" }),
  };
  // A row for each state, a column for each news.
  const table: readonly [string, Known, readonly ReceiptDecision[]][] = [
    ["unheard of", undefined, ["book", "book", "book", "nothing", "nothing"]],
    ["booked", known("booked"), ["nothing", "correct", "contradiction", "undo", "nothing"]],
    ["held", known("held"), ["nothing", "nothing", "nothing", "forget", "nothing"]],
    ["rejected", known("rejected"), ["nothing", "nothing", "nothing", "nothing", "nothing"]],
    ["gone", known("gone"), ["book", "book", "book", "nothing", "nothing"]],
  ];
  for (const [state, row, expected] of table) {
    for (const [index, [what, each]] of Object.entries(news).entries()) {
      t.equal(settleReceipt(row, each), expected[index], `${state}: ${what}`);
    }
  }
  t.equal(settleReceipt(undefined, told("confirmed", { amount: 0n })), "nothing", "nothing came");
});

t.test("what undoes, changes or redoes what was booked may be late", async (t) => {
  const cases: readonly [Known, ReceiptDecision, boolean][] = [
    [undefined, "book", false],
    [known("gone"), "book", true],
    [known("booked"), "correct", true],
    [known("booked"), "undo", true],
    [known("booked"), "nothing", false],
    [known("booked"), "contradiction", false],
    [known("held"), "forget", false],
  ];
  for (const [row, decision, expected] of cases) {
    t.equal(mayBeLate(row, decision), expected, `${row?.status ?? "unheard of"}: ${decision}`);
  }
});
