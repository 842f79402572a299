import t, { type Test } from "tap";
import { decodeId } from "../../src/core/ids.js";
import { SOMEWHERE } from "../helpers/stablecoins.js";
import { CRASH_TIMEOUT_MS, killAtEveryPoint, openStages, type Scenario, type Stage } from "./harness.js";

const MILLION = 1_000_000;
const APPROVED_ABOVE = 5 * MILLION;
const AMOUNT = 10 * MILLION;

interface Customer {
  readonly customerId: string;
  readonly walletId: string;
}

interface Outgoing extends Customer {
  payoutId: string;
  termsHash: unknown;
  readonly approver: string;
}

const approvers = new WeakMap<Stage, string>();

/** A customer with coins whom 10 USDC can be paid out to, once a second person has approved it. */
async function payee(stage: Stage, customerId: string): Promise<Outgoing> {
  const { coins } = stage;
  if (!approvers.has(stage)) {
    await coins.noCooling();
    const { data } = await coins.expectStatus(200, stage.call("GET", "/v1/payout-policies"));
    const usdc = (data as Record<string, unknown>[]).find(({ asset }) => asset === "USDC");
    const { asset: _, updatedBy: __, updatedAt: ___, ...policy } = usdc ?? {};
    const body = { ...policy, approvalAbove: APPROVED_ABOVE, globalDayMax: null };
    await coins.expectStatus(200, stage.call("PUT", "/v1/payout-policies/USDC", { body }));
    approvers.set(stage, await coins.keyOf("approver"));
  }
  const walletId = await coins.walletOf(customerId);
  await coins.fund(customerId, 50 * MILLION);
  await coins.listAddress(customerId);
  return { customerId, walletId, payoutId: "", termsHash: undefined, approver: approvers.get(stage) ?? "" };
}

const steps = {
  request: async (stage: Stage, state: Outgoing) => {
    const body = { walletId: state.walletId, asset: "USDC", amount: AMOUNT, network: "base", address: SOMEWHERE };
    const reply = await stage.call("POST", "/v1/payouts", { key: `ask-${state.customerId}`, body });
    state.payoutId = String(reply.body.id);
    state.termsHash = reply.body.termsHash;
    return reply;
  },
  approve: (stage: Stage, { customerId, payoutId, termsHash, approver }: Outgoing) =>
    stage.call("POST", `/v1/payouts/${payoutId}/approve`, {
      key: `approve-${customerId}`,
      token: approver,
      body: { termsHash },
    }),
  submit: async (stage: Stage, { payoutId }: Outgoing) => {
    await stage.job("payouts:submit", { payoutId });
    return undefined;
  },
  work: async (stage: Stage) => {
    await stage.deliver();
    await stage.work();
    return undefined;
  },
};

type Attempts = { id: string; status: string }[];

/** One attempt; its coins left once and are booked, or did not leave and nobody has sent them again. */
async function sentOnce(t: Test, stage: Stage, { customerId, payoutId }: Outgoing, ends: string[]): Promise<void> {
  const { body } = await stage.call("GET", `/v1/payouts/${payoutId}`);
  const attempts = body.attempts as Attempts;
  t.equal(attempts.length, 1, "one attempt");
  const effects = (await stage.coins.chain.references())[attempts[0]?.id ?? ""];
  // Killed before it was about to send, it is known not to have been sent, and goes on by itself a minute later.
  const waits = ["unknown", "submitting", "approved"];
  if (effects === undefined) t.ok(waits.includes(String(body.status)), `nothing left: ${body.status}`);
  else {
    t.same(effects, { accepted: 1, sent: 1, confirmed: 1 }, "one effect");
    t.ok(ends.includes(String(body.status)), `${body.status}`);
  }
  t.equal(await stage.coins.balanceOf(customerId, "USDC"), 40 * MILLION, "taken once");
}

/** From the request to the reply that says that the coins have left. No webhook ever comes. */
const byReply: Scenario<Outgoing> = {
  prepare: async (stage, customerId) => {
    const { chain } = stage.coins;
    await chain.post("webhooks/mode", { drop: true });
    await chain.delete("withdrawals/rules");
    await chain.rule({ outcome: "success", afterMs: 0 });
    return payee(stage, customerId);
  },
  steps: [steps.request, steps.approve, steps.submit],
  check: (t, stage, state) => sentOnce(t, stage, state, ["confirmed"]),
};

/** A payout that has left, of which we have not heard yet. */
async function submitted(stage: Stage, customerId: string, drop: boolean): Promise<Outgoing> {
  const { chain, payoutIs } = stage.coins;
  await chain.post("webhooks/mode", { drop });
  await chain.delete("withdrawals/rules");
  await chain.rule({ outcome: "pending" });
  const state = await payee(stage, customerId);
  await steps.request(stage, state);
  await steps.approve(stage, state);
  await steps.submit(stage, state);
  const { attempts } = await payoutIs(state.payoutId, "submitted");
  await chain.settle((attempts as Attempts)[0]?.id ?? "", { status: "success" });
  return state;
}

const byWebhook: Scenario<Outgoing> = {
  prepare: (stage, customerId) => submitted(stage, customerId, false),
  steps: [steps.work],
  check: (t, stage, state) => sentOnce(t, stage, state, ["confirmed"]),
};

const bySweeper: Scenario<Outgoing> = {
  prepare: (stage, customerId) => submitted(stage, customerId, true),
  steps: [
    async (stage, { payoutId }) => {
      // Payouts that earlier cases left unknown come due as time goes by, and on a busy machine in the middle of a case.
      await stage.world.sql.query(
        `UPDATE payouts SET next_check_at = now() + CASE id WHEN $1 THEN interval '-1 hour' ELSE interval '1 day' END
          WHERE id = $1 OR next_check_at IS NOT NULL`,
        [decodeId("po", payoutId)],
      );
      await stage.job("payouts:sweep");
      const { body } = await stage.call("GET", `/v1/payouts/${payoutId}`);
      if (body.status !== "confirmed") throw new Error(`swept, and still ${body.status}`);
      return undefined;
    },
  ],
  check: (t, stage, state) => sentOnce(t, stage, state, ["confirmed"]),
};

const deposit: Scenario<Customer> = {
  prepare: async (stage, customerId) => {
    const { chain, walletOf, giveAddress } = stage.coins;
    await chain.post("webhooks/mode", { drop: false });
    const walletId = await walletOf(customerId);
    const { address } = await giveAddress(walletId, { network: "bsc" });
    await chain.deposit({ address: String(address), asset: "USDT", amount: "12.0000001", network: "bsc", sweep: true });
    return { customerId, walletId };
  },
  steps: [
    steps.work,
    // A webhook may be given up while nobody is there to take it.
    async (stage) => {
      await stage.job("deposits:catch-up");
      return undefined;
    },
  ],
  check: async (t, stage, { customerId, walletId }) => {
    t.equal(await stage.coins.balanceOf(customerId, "USDT"), 12 * MILLION, "credited exactly once");
    const { body } = await stage.call("GET", `/v1/deposits?walletId=${walletId}`);
    t.match(body.data, [{ status: "credited", amount: 12 * MILLION }]);
  },
};

const conversion: Scenario<Customer> = {
  sideBySide: true,
  prepare: async (stage, customerId) => {
    const walletId = await stage.coins.walletOf(customerId);
    await stage.coins.fund(customerId, 50 * MILLION);
    return { customerId, walletId };
  },
  steps: [
    (stage, { customerId, walletId }) =>
      stage.call("POST", `/v1/wallets/${walletId}/conversions`, {
        key: `convert-${customerId}`,
        body: { asset: "USDC", package: "starter" },
      }),
  ],
  check: async (t, stage, { customerId }) => {
    const balances = [
      await stage.coins.balanceOf(customerId, "USDC"),
      await stage.coins.balanceOf(customerId, "CREDIT"),
    ];
    t.same(balances, [50 * MILLION - 9_990_000, 10], "paid once, got once");
  },
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of a flow of coins", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  const stages = await openStages(t);
  const flows = {
    "credits a deposit once": deposit,
    "converts once": conversion,
    "sends a payout at most once": byReply,
    "books a payout once that a webhook tells of": byWebhook,
    "books a payout once that the sweeper finds": bySweeper,
  };
  for (const [name, scenario] of Object.entries(flows)) {
    await t.test(name, { timeout: CRASH_TIMEOUT_MS }, (t) =>
      killAtEveryPoint(t, scenario as Scenario<unknown>, stages),
    );
  }
});
