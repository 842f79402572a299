import t from "tap";
import { depositChart, UNBOOKED } from "../../../../src/modules/stablecoins/deposits/rules/chart.js";
import {
  assetOf,
  besideForeignTwin,
  besideTwin,
  type Decision,
  isUnbooked,
  mayBeLate,
  settle,
} from "../../../../src/modules/stablecoins/deposits/rules/settle.js";
import type { Deposit, DepositFacts, DepositStatus } from "../../../../src/modules/stablecoins/deposits/types.js";
import type { DepositNews } from "../../../../src/providers/ports/index.js";

const depositOf = (status: DepositStatus, version = 3) => {
  const known: Partial<Deposit> = { id: "dep_1", status, version, providerReference: "tx_1", reason: "as before" };
  return known as Deposit;
};
const NEWS = ["submitted", "confirmed", "failed"] as const;
const newsOf = (status: DepositNews["status"], more: Partial<DepositNews> = {}) =>
  ({ status, providerReference: "tx_1", transactionHash: "0xabc", ...more }) as DepositNews;
const factsOf = (news: DepositNews, more: Partial<DepositFacts> = {}) =>
  ({ news, problem: undefined, isUnscreened: false, isChecked: true, ...more }) as DepositFacts;

/** What a decision comes to, short. */
function short(decision: Decision): string {
  switch (decision.kind) {
    case "note":
      return `note ${decision.status}`;
    case "withhold":
      return `withhold ${decision.status}, ${decision.reason}`;
    case "suspect":
      return `suspect ${decision.twin.status}`;
    default:
      return decision.kind;
  }
}

/** Where a decision gets a deposit to, as the service carries it out; undefined when nothing of it is told. */
function goalOf(deposit: Deposit, decision: Decision, news: DepositNews) {
  switch (decision.kind) {
    case "credit":
      return { to: "credited" } as const;
    case "withhold":
      return { to: decision.status };
    case "reverse":
      return { to: "reversed" } as const;
    case "unbook":
      return { to: "failed" } as const;
    case "note":
      if (decision.status === deposit.status && deposit.version > 0) return undefined;
      if (decision.status !== deposit.status) return { to: decision.status };
      return { to: decision.status, event: news.swept ? "deposit.swept" : "deposit.pending" } as const;
    default:
      return undefined;
  }
}

t.test("whatever news says of whatever deposit, it leads only where the chart does", async (t) => {
  let count = 0;
  const reached = new Set<string>();
  for (const status of depositChart.statuses) {
    for (const version of status === "pending" ? [0, 3] : [3]) {
      for (const said of NEWS) {
        for (const more of [{}, { swept: {} }, { providerReference: "tx_2" }, { amlFlag: "mixer" }]) {
          for (const problem of [undefined, "unknown_address"] as const) {
            for (const isUnscreened of [false, true]) {
              for (const isChecked of [false, true]) {
                count += 1;
                const deposit = depositOf(status, version);
                const news = newsOf(said, more as Partial<DepositNews>);
                const decision = settle(deposit, factsOf(news, { problem, isUnscreened, isChecked }));
                const goal = goalOf(deposit, decision, news);
                if (!goal) continue;
                const event = "event" in goal ? goal.event : undefined;
                const step = depositChart.step(deposit, goal.to, "provider", event);
                reached.add(`${status} ${goal.to} ${step.event}`);
                // Where coins are to be booked, they may be another deposit's, told again.
                if (decision.kind !== "credit" && decision.kind !== "withhold") continue;
                for (const twin of ["credited", "held", "rejected", "quarantined"] as const) {
                  const beside = depositChart.step(deposit, besideTwin(twin), "provider");
                  reached.add(`${status} ${besideTwin(twin)} ${beside.event}`);
                }
              }
            }
          }
        }
      }
    }
  }
  t.ok(count > 700, `${count} cases`);
  const drawn = depositChart.transitions
    .filter(({ by }) => by.includes("provider"))
    .flatMap(({ from, to, event }) => from.map((status) => `${status} ${to} ${event}`));
  t.strictSame([...reached].sort(), drawn.sort(), "and everywhere where the chart says that it may");
});

t.test("what checked news does, case by case", async (t) => {
  // A column for each news: submitted, confirmed, failed; then of another of the provider's ids: confirmed, failed.
  const table: Readonly<Record<DepositStatus, readonly string[]>> = {
    pending: ["nothing", "credit", "note failed", "credit", "nothing"],
    credited: ["nothing", "nothing", "reverse", "note credited", "nothing"],
    held: ["nothing", "nothing", "unbook", "note held", "nothing"],
    quarantined: ["nothing", "nothing", "unbook", "note quarantined", "nothing"],
    rejected: ["nothing", "nothing", "unbook", "note rejected", "nothing"],
    failed: ["nothing", "credit", "nothing", "credit", "nothing"],
    reversed: ["nothing", "credit", "nothing", "credit", "nothing"],
  };
  const other = { providerReference: "tx_2" };
  const columns = [...NEWS.map((status) => newsOf(status)), newsOf("confirmed", other), newsOf("failed", other)];
  for (const status of depositChart.statuses) {
    const row = columns.map((news) => short(settle(depositOf(status), factsOf(news))));
    t.strictSame(row, table[status], status);
    const swept = columns.map((news) => short(settle(depositOf(status), factsOf({ ...news, swept: {} }))));
    t.strictSame(
      swept,
      columns.map(() => `note ${status}`),
      `${status}: news of a sweep moves nothing`,
    );
  }
  t.equal(
    short(settle(depositOf("pending", 0), factsOf(newsOf("submitted")))),
    "note pending",
    "seen for the first time",
  );
});

t.test("coins that nobody gets at once", async (t) => {
  const confirmed = newsOf("confirmed");
  const of = (news: DepositNews, more: Partial<DepositFacts> = {}) =>
    short(settle(depositOf("pending"), factsOf(news, more)));
  for (const problem of ["unknown_address", "unknown_token", "token_not_enabled", "wrong_network"] as const) {
    t.equal(of(confirmed, { problem }), `withhold quarantined, ${problem}`);
    t.equal(
      of({ ...confirmed, amlFlag: "mixer" }, { problem }),
      `withhold quarantined, ${problem}`,
      "whoever sent them",
    );
  }
  t.equal(of({ ...confirmed, amlFlag: "mixer" }), "withhold held, mixer");
  t.equal(of(confirmed, { isUnscreened: true }), "withhold held, the provider has not screened where it came from");
  const { transactionHash: _, ...nameless } = confirmed;
  t.equal(of(nameless as DepositNews), "withhold held, the provider does not say which transaction it was");
});

t.test("news that would undo or redo what is booked may be late", async (t) => {
  const table: Readonly<Record<DepositStatus, readonly boolean[]>> = {
    pending: [false, false, false],
    credited: [false, false, true],
    held: [false, false, true],
    rejected: [false, false, true],
    quarantined: [false, false, true],
    failed: [false, true, false],
    reversed: [false, true, false],
  };
  for (const status of depositChart.statuses) {
    for (const [index, said] of NEWS.entries()) {
      const isLate = table[status][index];
      t.equal(mayBeLate(status, newsOf(said)), isLate, `${status}, ${said}`);
      t.notOk(mayBeLate(status, newsOf(said, { swept: {} } as Partial<DepositNews>)), "a sweep undoes nothing");
      const unchecked = short(settle(depositOf(status), factsOf(newsOf(said), { isChecked: false })));
      t.equal(unchecked === "refetch", isLate, `${status}, ${said}: ${unchecked}`);
    }
  }
  t.strictSame(depositChart.statuses.filter(isUnbooked), ["pending", "failed", "reversed"]);
});

t.test("what it is called", async (t) => {
  t.equal(assetOf({ asset: "USDC", reason: null }), "USDC");
  t.equal(assetOf({ asset: "USDC", reason: "wrong_network" }), "USDC");
  t.equal(assetOf({ asset: "USDC", reason: "unknown_token" }), null, "any contract can call its token so");
});

t.test("beside one that another provider tells of, coins wait for a person, where they are anybody's", async (t) => {
  const address = { id: "dad_1" } as unknown as NonNullable<DepositFacts["address"]>;
  t.equal(besideForeignTwin({ address }), "held");
  t.equal(besideForeignTwin({ address: undefined }), "quarantined");
  for (const status of UNBOOKED)
    for (const to of ["held", "quarantined"] as const) t.ok(depositChart.step(depositOf(status), to, "provider"));
});
