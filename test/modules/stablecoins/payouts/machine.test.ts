import fc from "fast-check";
import t from "tap";
import { assertBooks } from "../../../helpers/invariants.js";
import { startSteppedCoins } from "../../../helpers/stablecoins.js";
import { type Deed, Machine, story } from "./machine.js";

const RUNS = 20;

/** It failed, a person sent it again, and then the chain took both. */
const LEFT_TWICE: Deed[] = [
  { do: "send", outcome: "failed", kind: undefined },
  { do: "retry", which: 0, bySelf: true },
  { do: "submit", which: 0 },
  { do: "settle", which: 0, attempt: 1, status: "success" },
  { do: "sweep", minutes: 6 },
  { do: "settle", which: 0, attempt: 0, status: "success" },
];

t.test("whatever people, the provider and time do, no payout is sent twice and no money is lost", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, call, expectStatus, keyOf, systemBalances, sql } = service;
  const approver = await keyOf("approver");
  const { data } = await expectStatus(200, call("GET", "/v1/payout-policies"));
  const usdc = (data as Record<string, unknown>[]).find(({ asset }) => asset === "USDC");
  const { asset: _, updatedBy: __, updatedAt: ___, ...policy } = usdc ?? {};
  const body = { ...policy, customerDayMax: null, globalDayMax: null };
  await expectStatus(200, call("PUT", "/v1/payout-policies/USDC", { body }));
  await chain.post("wallets/base/fund", { asset: "USDC", amount: "100000000", set: true });
  const left = async () => {
    const sent = (await chain.get("withdrawals")).data as { status: string; amount: string }[];
    return sent.reduce((sum, each) => sum + (each.status === "SUCCESS" ? Number(each.amount) * 1_000_000 : 0), 0);
  };
  // Newest first, and each twice; only when a deed asks for it.
  await chain.post("webhooks/mode", { drop: false, repeat: 1, reorder: true, delayMs: 600_000 });
  const seen = new Map<string, number>();
  let run = 0;
  let takenBack = 0;
  await fc.assert(
    fc.asyncProperty(story, async (deeds: Deed[]) => {
      run += 1;
      await chain.delete("withdrawals/rules");
      await chain.rule({ outcome: "pending" });
      const machine = new Machine(service, approver, `run-${run}`, seen);
      await machine.live(deeds);
      takenBack += machine.takenBack;
    }),
    { numRuns: RUNS, endOnFailure: true, examples: [[LEFT_TWICE]] },
  );
  for (const status of ["awaiting_approval", "approved", "unknown", "submitted", "confirmed", "failed", "canceled"]) {
    t.ok(seen.get(status), `${status} came up`);
  }
  t.equal(
    -((await systemBalances())["custody USDC"] ?? 0),
    (await left()) + takenBack,
    "what left, by the sandbox's count, is what the books say",
  );
  await assertBooks(t, sql);
  t.ok(
    seen.get("left twice"),
    `${run} runs; what left twice, by a person's decision, halted payouts and called a person`,
  );
});
