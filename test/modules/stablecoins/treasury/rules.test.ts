import t from "tap";
import { type ReceiptStatus, receiptChart } from "../../../../src/modules/stablecoins/treasury/rules/chart.js";
import {
  mayBeLate,
  type ReceiptDecision,
  settleReceipt,
} from "../../../../src/modules/stablecoins/treasury/rules/settle.js";
import {
  chainKeyOf,
  isExact,
  strayKey,
  type Told,
} from "../../../../src/modules/stablecoins/treasury/service/identity.js";
import {
  CUSTODY_PROVIDER_NAMES,
  type DepositNews,
  NETWORKS,
  type WithdrawalNews,
} from "../../../../src/providers/ports/index.js";

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

t.test("a key begins with the chain when it says which transfer it means, else with the provider", async (t) => {
  const told = {
    provider: "blockradar",
    providerReference: "tx_1",
    network: "base",
    transactionHash: "0xabc",
  } as Told<DepositNews>;
  const loose = chainKeyOf(told);
  const exact = chainKeyOf({ ...told, logIndex: 3 });
  t.strictSame([loose, exact], ["blockradar:tx_1", "base:0xabc:3"]);
  t.strictSame([isExact("blockradar", loose), isExact("blockradar", exact)], [false, true]);
  for (const name of CUSTODY_PROVIDER_NAMES) t.notOk(Object.hasOwn(NETWORKS, name), `${name} is not a chain's name`);
});

t.test("coins that leave are booked under the provider's name, except for the one that was there alone", async (t) => {
  const stray = { provider: "blockradar", providerReference: "tx_1" } as Told<WithdrawalNews>;
  t.equal(strayKey(stray), "withdrawal:tx_1");
  t.equal(strayKey({ ...stray, provider: "other" as Told<WithdrawalNews>["provider"] }), "withdrawal:other:tx_1");
});

t.test("whatever news says of whatever receipt, it leads only where the chart does", async (t) => {
  // What each decision writes, one step after the other. What was never heard of is written down as gone.
  const steps: Partial<Record<ReceiptDecision, readonly (readonly ReceiptStatus[])[]>> = {
    book: [["booked"], ["held"], ["rejected"]],
    correct: [["gone", "booked"]],
    undo: [["gone"]],
    forget: [["gone"]],
  };
  const reached = new Set<string>();
  for (const status of receiptChart.statuses) {
    for (const news of [told("confirmed"), told("confirmed", { amount: 90n }), told("failed")]) {
      for (const way of steps[settleReceipt(known(status), news)] ?? []) {
        let from = status;
        for (const to of way) {
          receiptChart.step({ id: "trc_1", status: from }, to, "provider");
          reached.add(`${from} ${to}`);
          from = to;
        }
      }
    }
  }
  const drawn = receiptChart.transitions
    .filter(({ by }) => by.includes("provider"))
    .flatMap(({ from, to }) => from.map((status) => `${status} ${to}`));
  t.strictSame([...reached].sort(), [...new Set(drawn)].sort(), "and everywhere where the chart says that it may");
});
