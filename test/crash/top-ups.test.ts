import t from "tap";
import { balanceOf, CRASH_TIMEOUT_MS, effectsOf, killAtEveryPoint, type Scenario, type Stage } from "./harness.js";

interface Spender {
  readonly customerId: string;
  readonly walletId: string;
  readonly autoTopUpId: string;
}

async function ask(stage: Stage, method: string, route: string, body: object): Promise<Record<string, unknown>> {
  const reply = await stage.call(method, route, { body });
  if (reply.status >= 300) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

async function settled(stage: Stage): Promise<undefined> {
  await stage.deliver();
  await stage.work();
  return undefined;
}

/** Nobody is there: the saved card is charged because three credits of twenty are left. */
const topUp: Scenario<Spender> = {
  prepare: async (stage, customerId) => {
    const grant = { customerId, asset: "CREDIT", amount: 20, note: "start" };
    const walletId = String((await ask(stage, "POST", "/v1/grants", grant)).walletId);
    const card = { paymentMethodId: "pm_card_visa", default: true };
    await ask(stage, "POST", `/v1/customers/${customerId}/payment-methods`, card);
    const { id } = await ask(stage, "PUT", `/v1/wallets/${walletId}/auto-top-up`, {
      asset: "CREDIT",
      threshold: 5,
      package: "starter",
      monthlyCap: { amount: 5_000, currency: "USD" },
      consent: { acceptedAt: new Date().toISOString(), text: "Charge my card when I run low.", version: "1" },
    });
    await settled(stage);
    await ask(stage, "POST", `/v1/wallets/${walletId}/debits`, { asset: "CREDIT", amount: 17 });
    return { customerId, walletId, autoTopUpId: String(id) };
  },
  steps: [
    async (stage, { autoTopUpId }) => {
      await stage.job("top-ups:check", { autoTopUpId });
      return undefined;
    },
    (stage) => settled(stage),
    // What was begun by a process that died is found a while later.
    async (stage, { customerId }) => {
      await stage.advance(3 * MINUTE_MS);
      await stage.job("top-ups:sweep");
      await stage.job("payments:sweep");
      await stage.job("top-ups:sweep");
      await stage.advance(-3 * MINUTE_MS);
      if ((await balanceOf(stage, customerId)) !== 13) throw new Error("not topped up yet");
      return undefined;
    },
  ],
  check: async (t, stage, { customerId, walletId }) => {
    t.equal(await balanceOf(stage, customerId), 13, "topped up once");
    const { rows } = await stage.world.sql.query(
      "SELECT id FROM payments WHERE customer_id = $1 AND status = 'succeeded'",
      [customerId],
    );
    t.equal(rows.length, 1, "one payment");
    t.match((await stage.call("GET", `/v1/wallets/${walletId}/auto-top-up`)).body, { status: "active", failures: 0 });
    const { body } = await stage.call("GET", `/v1/payments?customerId=${customerId}`);
    const charged = [];
    for (const { id } of body.data as { id: string }[]) {
      charged.push(...(await effectsOf(stage, "payment_intents", "coffer_payment_id", id)));
    }
    t.same(charged, [{ created: 1, charged: 1 }], "charged once");
  },
};

const MINUTE_MS = 60_000;

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of an auto top-up charges once", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  await killAtEveryPoint(t, topUp);
});
