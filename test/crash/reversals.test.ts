import t, { type Test } from "tap";
import {
  balanceOf,
  CRASH_TIMEOUT_MS,
  effectsOf,
  killAtEveryPoint,
  openStages,
  type Scenario,
  type Stage,
} from "./harness.js";

interface Paid {
  readonly customerId: string;
  readonly walletId: string;
  readonly paymentId: string;
  readonly intent: string;
  disputeId: string;
}

/** A customer who paid 9.99 USD for 10 credits and has spent 7 of them. */
async function paid(stage: Stage, customerId: string): Promise<Paid> {
  const { body } = await stage.call("POST", "/v1/payments", {
    body: { customerId, package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  await stage.call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
  await settled(stage);
  const wallet = await stage.call("GET", `/v1/customers/${customerId}/wallet`);
  const walletId = String(wallet.body.id);
  await stage.call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset: "CREDIT", amount: 7 } });
  return {
    customerId,
    walletId,
    paymentId: String(body.id),
    intent: String(body.providerReference),
    disputeId: "",
  };
}

async function settled(stage: Stage): Promise<undefined> {
  await stage.deliver();
  await stage.work();
  return undefined;
}

/** Five of ten credits go: three are there, two are owed. */
async function halfTaken(t: Test, stage: Stage, { customerId, paymentId }: Paid): Promise<void> {
  const { body } = await stage.call("GET", `/v1/payments/${paymentId}`);
  t.match(body, { status: "partially_refunded", amountRefunded: 500, grantsTakenBack: 5 });
  t.equal(await balanceOf(stage, customerId), 0, "taken once");
  const wallet = await stage.call("GET", `/v1/customers/${customerId}/wallet`);
  t.match(wallet.body.balances, [{ asset: "CREDIT", owed: 2 }]);
}

const refund: Scenario<Paid> = {
  prepare: (stage, customerId) => paid(stage, customerId),
  steps: [
    (stage, { customerId, paymentId }) =>
      stage.call("POST", `/v1/payments/${paymentId}/refunds`, {
        key: `refund-${customerId}`,
        body: { amount: 500, reason: "requested_by_customer" },
      }),
    (stage) => settled(stage),
  ],
  check: async (t, stage, state) => {
    const { body } = await stage.call("GET", `/v1/refunds?paymentId=${state.paymentId}`);
    const [refund, ...others] = body.data as { id: string }[];
    t.match(refund, { amount: 500, status: "succeeded" });
    t.same(others, []);
    t.same(await effectsOf(stage, "refunds", "coffer_refund_id", refund?.id), [{ created: 1 }], "sent back once");
    await halfTaken(t, stage, state);
  },
};

const dashboardRefund: Scenario<Paid> = {
  prepare: async (stage, customerId) => {
    const state = await paid(stage, customerId);
    await stage.stripe("POST", "/sandbox/refunds", { payment_intent: state.intent, amount: 500 });
    return state;
  },
  steps: [(stage) => settled(stage)],
  check: halfTaken,
};

const dispute: Scenario<Paid> = {
  prepare: async (stage, customerId) => {
    const state = await paid(stage, customerId);
    await stage.stripe("POST", "/sandbox/disputes", { payment_intent: state.intent });
    return state;
  },
  steps: [
    (stage) => settled(stage),
    async (stage, state) => {
      const { body } = await stage.call("GET", `/v1/disputes?paymentId=${state.paymentId}`);
      state.disputeId = String((body.data as { id: string }[])[0]?.id);
      return undefined;
    },
    (stage, { customerId, disputeId }) =>
      stage.call("POST", `/v1/disputes/${disputeId}/evidence`, {
        key: `evidence-${customerId}`,
        body: { evidence: { uncategorized_text: "winning_evidence" }, submit: true },
      }),
    (stage) => settled(stage),
  ],
  check: async (t, stage, { customerId, paymentId, disputeId }) => {
    t.match((await stage.call("GET", `/v1/disputes/${disputeId}`)).body, { status: "won" });
    t.match((await stage.call("GET", `/v1/payments/${paymentId}`)).body, { status: "succeeded", grantsTakenBack: 0 });
    t.equal(await balanceOf(stage, customerId), 3, "taken and restored once");
  },
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of money going back", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  const stages = await openStages(t);
  const flows = {
    "refunds once and takes back once": refund,
    "hears of a refund of the dashboard once": dashboardRefund,
    "takes for a dispute once and restores it once": dispute,
  };
  for (const [name, scenario] of Object.entries(flows)) {
    await t.test(name, { timeout: CRASH_TIMEOUT_MS }, (t) =>
      killAtEveryPoint(t, scenario as Scenario<unknown>, stages),
    );
  }
});
