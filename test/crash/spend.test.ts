import t from "tap";
import { balanceOf, CRASH_TIMEOUT_MS, killAtEveryPoint, openStages, type Scenario } from "./harness.js";

const spend: Scenario<{ customerId: string; walletId: string }> = {
  prepare: async (stage, customerId) => {
    const granted = await stage.call("POST", "/v1/grants", {
      body: { customerId, asset: "CREDIT", amount: 10, note: "start" },
    });
    return { customerId, walletId: String(granted.body.walletId) };
  },
  steps: [
    (stage, { customerId, walletId }) =>
      stage.call("POST", `/v1/wallets/${walletId}/debits`, {
        key: `spend-${customerId}`,
        body: { asset: "CREDIT", amount: 3, reference: "job", metadata: { b: "2", a: "1" } },
      }),
  ],
  check: async (t, stage, { customerId, walletId }) => {
    t.equal(await balanceOf(stage, customerId), 7, "spent exactly once");
    const { body } = await stage.call("GET", `/v1/wallets/${walletId}/entries`);
    t.match(body.data, [
      { type: "debit", amount: -3, balanceAfter: 7 },
      { type: "grant", amount: 10, balanceAfter: 10 },
    ]);
    t.equal((body.data as unknown[]).length, 2);
  },
};

const grants: Scenario<{ customerIds: string[] }> = {
  sideBySide: true,
  prepare: async (_stage, customerId) => ({ customerIds: ["a", "b", "c"].map((letter) => `${customerId}-${letter}`) }),
  steps: [
    (stage, { customerIds }) =>
      stage.call("POST", "/v1/grants/bulk", {
        key: `grants-${customerIds[0]}`,
        body: {
          asset: "CREDIT",
          note: "thanks",
          items: customerIds.map((customerId, index) => ({ customerId, amount: 5 + index })),
        },
      }),
  ],
  check: async (t, stage, { customerIds }) => {
    for (const [index, customerId] of customerIds.entries()) {
      t.equal(await balanceOf(stage, customerId), 5 + index, "granted exactly once");
    }
  },
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of movements in a wallet", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  const stages = await openStages(t);
  await t.test("spends exactly once", { timeout: CRASH_TIMEOUT_MS }, (t) => killAtEveryPoint(t, spend, stages));
  await t.test("gives everybody of a bulk grant exactly once", { timeout: CRASH_TIMEOUT_MS }, (t) =>
    killAtEveryPoint(t, grants, stages),
  );
});
