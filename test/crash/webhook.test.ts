import t, { type Test } from "tap";
import { decodeId, encodeId } from "../../src/core/ids.js";
import {
  balanceOf,
  CRASH_TIMEOUT_MS,
  effectsOf,
  killAtEveryPoint,
  openStages,
  type Scenario,
  type Stage,
} from "./harness.js";

interface Purchase {
  readonly customerId: string;
  readonly paymentId: string;
  readonly reference: string;
}

async function open(stage: Stage, customerId: string): Promise<Purchase> {
  const { body } = await stage.call("POST", "/v1/payments", {
    body: { customerId, package: "starter", provider: "stripe", flow: "checkout" },
  });
  await stage.deliver();
  return { customerId, paymentId: String(body.id), reference: String(body.providerReference) };
}

const checkout: Scenario<Purchase> = {
  prepare: async (stage, customerId) => {
    const purchase = await open(stage, customerId);
    await stage.stripe("POST", `/sandbox/checkout/sessions/${purchase.reference}/pay`);
    return purchase;
  },
  steps: [
    async (stage) => {
      await stage.deliver();
      return undefined;
    },
  ],
  check: paidOnce,
};

const swept: Scenario<Purchase> = {
  prepare: async (stage, customerId) => {
    const purchase = await open(stage, customerId);
    await stage.stripe("POST", "/sandbox/webhooks/mode", { drop: true });
    await stage.stripe("POST", `/sandbox/checkout/sessions/${purchase.reference}/pay`);
    await stage.stripe("POST", "/sandbox/webhooks/mode", { drop: false });
    return purchase;
  },
  steps: [
    async (stage, { paymentId }) => {
      await stage.world.sql.query("UPDATE payments SET next_check_at = now() - interval '1 hour' WHERE id = $1", [
        uuidOf(paymentId),
      ]);
      await stage.job("payments:sweep");
      const { body } = await stage.call("GET", `/v1/payments/${paymentId}`);
      if (body.status !== "succeeded") throw new Error(`swept, and still ${body.status}`);
      return undefined;
    },
  ],
  check: paidOnce,
};

const promised: Scenario<{ customerId: string; paymentId: string }> = {
  prepare: async (stage, customerId) => {
    const fault = { match: { method: "POST", path: "/v1/payment_intents" }, kind: "cut_after", times: 1 };
    await stage.stripe("POST", "/sandbox/faults", fault);
    const key = `promised-${customerId}`;
    const body = { customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
    await stage.call("POST", "/v1/payments", { key, body });
    const { rows } = await stage.world.sql.query("SELECT id FROM payments WHERE customer_id = $1", [customerId]);
    return { customerId, paymentId: encodeId("pay", rows[0].id) };
  },
  steps: [
    async (stage, { paymentId }) => {
      await stage.world.sql.query("UPDATE payments SET next_check_at = now() - interval '1 hour' WHERE id = $1", [
        uuidOf(paymentId),
      ]);
      await stage.job("payments:sweep");
      const { body } = await stage.call("GET", `/v1/payments/${paymentId}`);
      if (!body.providerReference) throw new Error("swept, and still unknown");
      return undefined;
    },
    // The client gave up on its own request before; now it comes back to it.
    (stage, { customerId }) =>
      stage.call("POST", "/v1/payments", {
        key: `promised-${customerId}`,
        body: { customerId, package: "starter", provider: "stripe", flow: "payment_intent" },
      }),
  ],
  check: async (t, stage, { paymentId }) => {
    t.same(await effectsOf(stage, "payment_intents", "coffer_payment_id", paymentId), [{ created: 1 }]);
    const { body } = await stage.call("GET", `/v1/payments/${paymentId}`);
    t.match(body, { status: "pending", failure: null });
  },
};

async function paidOnce(t: Test, stage: Stage, { customerId, paymentId }: Purchase): Promise<void> {
  t.equal(await balanceOf(stage, customerId), 10, "credited exactly once");
  t.same(await effectsOf(stage, "payment_intents", "coffer_payment_id", paymentId), [{ created: 1, charged: 1 }]);
  t.same(await effectsOf(stage, "checkout_sessions", "coffer_payment_id", paymentId), [{ created: 1, paid: 1 }]);
  const { body } = await stage.call("GET", `/v1/payments/${paymentId}`);
  t.match(body, { status: "succeeded", failure: null });
}

const uuidOf = (paymentId: string) => decodeId("pay", paymentId);

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of what happens to a payment", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  const stages = await openStages(t);
  for (const [rule, scenario] of [
    ["credits it exactly once by the webhooks of a checkout", checkout],
    ["credits it exactly once by the sweep, when nobody told us about it", swept],
    ["asks for one payment when it asks again", promised],
  ] as const) {
    await t.test(rule, { timeout: CRASH_TIMEOUT_MS }, (t) =>
      killAtEveryPoint(t, scenario as Scenario<unknown>, stages),
    );
  }
});
