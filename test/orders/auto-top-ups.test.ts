import t from "tap";
import { jobsOf } from "../helpers/jobs.js";
import type { TestService } from "../helpers/service.js";
import { askStripe, atStripe, type Flow, replayEveryOrder, startQuietService, stripeEvents } from "./replay.js";

/** A customer with nothing left is topped up by a card, while away. */
async function topUp(service: TestService, customerId: string, card: string) {
  const { call, deps } = service;
  const ask = async (method: string, route: string, body?: object) => {
    const reply = await call(method, route, { body });
    if (reply.status >= 300) throw new Error(`${route} answered ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const saved = await ask("POST", `/v1/customers/${customerId}/payment-methods`, { paymentMethodId: card });
  const wallet = await ask("GET", `/v1/customers/${customerId}/wallet`);
  const route = `/v1/wallets/${wallet.id}/auto-top-up`;
  const { id } = await ask("PUT", route, {
    asset: "CREDIT",
    threshold: 5,
    package: "starter",
    monthlyCap: { amount: 5_000, currency: "USD" },
    consent: { acceptedAt: new Date().toISOString(), version: "1" },
  });
  await jobsOf(deps)["top-ups:check"]?.({ autoTopUpId: id });
  const [attempt] = (await ask("GET", `${route}/history`)).data as { paymentId: string }[];
  if (!attempt) throw new Error("nothing was charged");
  const { providerReference } = await ask("GET", `/v1/payments/${attempt.paymentId}`);
  return { paymentId: attempt.paymentId, intent: String(providerReference), method: String(saved.id) };
}

const flow = (
  name: string,
  card: string,
  types: readonly string[],
  ends: Flow["ends"],
  rest: (service: TestService, charge: { intent: string; method: string }) => Promise<void> = async () => undefined,
): Flow => ({
  name,
  types: types.map((type) => `payment_intent.${type}`),
  ends,
  drive: async (service, customerId) => {
    const charge = await topUp(service, customerId, card);
    await rest(service, charge);
    return { paymentId: charge.paymentId, events: await stripeEvents(service, charge.paymentId) };
  },
});

const PAID = { status: "succeeded", balance: 10 };
const UNPAID = { status: "canceled", balance: 0 };

const FLOWS: readonly Flow[] = [
  flow("charged while away", "pm_card_visa", ["created", "succeeded"], PAID),
  flow("declined while away", "pm_card_chargeCustomerFail", ["created", "payment_failed", "canceled"], UNPAID),
  flow(
    "the bank wants the customer, who comes",
    "pm_card_authenticationRequired",
    ["created", "payment_failed", "requires_action", "succeeded"],
    PAID,
    async (service, { intent, method }) => {
      await askStripe(service, `payment_intents/${intent}/confirm`, {
        payment_method: method,
        return_url: "https://shop.example/back",
      });
      await atStripe(service, `payment_intents/${intent}/succeed`);
    },
  ),
];

t.setTimeout(200_000);
t.test("events of a charge that nobody asked for lead to the same end in every order", async (t) => {
  t.setTimeout(200_000);
  const service = await startQuietService(t);
  for (const each of FLOWS) await replayEveryOrder(t, service, each);
  const jobs = await service.sql.query<{ payload: { paymentId: string } }>(
    "SELECT payload FROM graphile_worker._private_jobs WHERE key LIKE 'top-ups:follow:%'",
  );
  t.ok(jobs.rows.length > 0, "their news waits for the worker");
  for (const { payload } of jobs.rows) await jobsOf(service.deps)["top-ups:follow"]?.(payload);
  const left = await service.sql.query(
    `SELECT a.status, p.status AS payment FROM auto_top_up_attempts a JOIN payments p ON p.id = a.payment_id
      WHERE (a.status, p.status) NOT IN (('succeeded', 'succeeded'), ('failed', 'canceled'))`,
  );
  t.same(left.rows, [], "an attempt ends as its payment does");
});
