import t from "tap";
import { balanceOf, CRASH_TIMEOUT_MS, effectsOf, killAtEveryPoint, type Scenario } from "./harness.js";

interface Purchase {
  readonly customerId: string;
  paymentId: string;
}

const byCard: Scenario<Purchase> = {
  prepare: async (_stage, customerId) => ({ customerId, paymentId: "" }),
  steps: [
    async (stage, state) => {
      const reply = await stage.call("POST", "/v1/payments", {
        key: `create-${state.customerId}`,
        body: { customerId: state.customerId, package: "starter", provider: "stripe", flow: "payment_intent" },
      });
      if (reply.status === 201) state.paymentId = String(reply.body.id);
      return reply;
    },
    (stage, state) =>
      stage.call("POST", `/v1/payments/${state.paymentId}/confirm`, {
        key: `confirm-${state.customerId}`,
        body: { paymentMethodId: "pm_card_visa" },
      }),
    async (stage) => {
      await stage.deliver();
      return undefined;
    },
  ],
  check: async (t, stage, { customerId, paymentId }) => {
    t.equal(await balanceOf(stage, customerId), 10, "credited exactly once");
    t.same(await effectsOf(stage, "payment_intents", "coffer_payment_id", paymentId), [{ created: 1, charged: 1 }]);
    t.same(await effectsOf(stage, "customers", "coffer_customer_id", customerId), [{ created: 1 }]);
    const { body } = await stage.call("GET", `/v1/payments/${paymentId}`);
    t.match(body, { status: "succeeded", failure: null });
    const { rows } = await stage.world.sql.query("SELECT count(*)::int AS n FROM payments WHERE customer_id = $1", [
      customerId,
    ]);
    t.equal(rows[0].n, 1, "one payment");
  },
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of a card payment credits it exactly once", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  await killAtEveryPoint(t, byCard);
});
