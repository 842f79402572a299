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

interface Subscriber {
  readonly customerId: string;
  readonly method: string;
  subscriptionId: string;
}

/** The subscription of the case before: time that goes by at the provider is time for all. */
const former = new WeakMap<Stage, string>();

async function ask(stage: Stage, status: number, route: string, body: object): Promise<Record<string, unknown>> {
  const reply = await stage.call("POST", route, { body });
  if (reply.status !== status) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

async function saved(stage: Stage, customerId: string): Promise<Subscriber> {
  const before = former.get(stage);
  if (before) await stage.call("POST", `/v1/subscriptions/${before}/cancel`, { body: { at: "now" } });
  await ask(stage, 201, "/v1/grants", { customerId, asset: "CREDIT", amount: 1, note: "opens the wallet" });
  const body = { paymentMethodId: "pm_card_visa", default: true };
  const method = await ask(stage, 201, `/v1/customers/${customerId}/payment-methods`, body);
  await settled(stage);
  return { customerId, method: String(method.id), subscriptionId: "" };
}

async function settled(stage: Stage): Promise<undefined> {
  await stage.deliver();
  await stage.work();
  return undefined;
}

const subscribe = async (stage: Stage, state: Subscriber) => {
  const reply = await stage.call("POST", "/v1/subscriptions", {
    key: `subscribe-${state.customerId}`,
    body: {
      customerId: state.customerId,
      plan: "monthly_basic",
      flow: "payment_intent",
      paymentMethodId: state.method,
    },
  });
  if (reply.status === 201) {
    state.subscriptionId = String(reply.body.id);
    former.set(stage, state.subscriptionId);
  }
  return reply;
};

/** So many cycles were paid, each once, and each granted once. */
const cycles =
  (count: number) =>
  async (t: Test, stage: Stage, { customerId, subscriptionId }: Subscriber): Promise<void> => {
    t.equal(await balanceOf(stage, customerId), 1 + 25 * count, "granted once each");
    t.match((await stage.call("GET", `/v1/subscriptions/${subscriptionId}`)).body, { status: "active", failure: null });
    const made = await effectsOf(stage, "subscriptions", "coffer_subscription_id", subscriptionId);
    t.match(made, [{ created: 1 }]);
    t.equal(made.length, 1, "one subscription");
    const { body } = await stage.call("GET", `/v1/customers/${customerId}/invoices`);
    const invoices = body.data as { status: string; paymentId: string }[];
    t.equal(invoices.length, count);
    t.ok(invoices.every(({ status, paymentId }) => status === "paid" && paymentId));
    const { rows } = await stage.world.sql.query("SELECT amount FROM payments WHERE customer_id = $1", [customerId]);
    t.same(
      rows.map(({ amount }) => Number(amount)),
      Array(count).fill(1_999),
      "a payment each",
    );
  };

const begin: Scenario<Subscriber> = {
  prepare: saved,
  steps: [subscribe, (stage) => settled(stage)],
  check: cycles(1),
};

const renewal: Scenario<Subscriber> = {
  prepare: async (stage, customerId) => {
    const state = await saved(stage, customerId);
    await subscribe(stage, state);
    await settled(stage);
    await stage.stripe("POST", "/sandbox/clock/advance", { by: { days: 32 } });
    return state;
  },
  steps: [(stage) => settled(stage)],
  check: cycles(2),
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of a subscription", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  const stages = await openStages(t);
  const flows = { "begins it once": begin, "grants a renewal once": renewal };
  for (const [name, scenario] of Object.entries(flows)) {
    await t.test(name, { timeout: CRASH_TIMEOUT_MS }, (t) =>
      killAtEveryPoint(t, scenario as Scenario<unknown>, stages),
    );
  }
});
