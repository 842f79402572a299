import Stripe from "stripe";
import t from "tap";
import { jobsOf } from "../helpers/jobs.js";
import { callJson, press } from "../helpers/sandbox-client.js";
import { STRIPE_WEBHOOK_SECRET, type TestService } from "../helpers/service.js";
import { drain, permutations, type SentEvent, send, startQuietService, withDuplicates } from "./replay.js";

/** A customer with a subscription, and what is known of them at the provider. */
interface Subscriber {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly reference: string;
  readonly clientSecret: string | null;
  readonly checkoutUrl: string | null;
  readonly customer: string;
  readonly method: string;
  readonly wallet: string;
}

interface World {
  readonly service: TestService;
  readonly stripe: Stripe;
  readonly advance: (by: Record<string, number>) => Promise<void>;
  readonly control: (path: string, body?: object) => Promise<Record<string, unknown>>;
}

type Act = (world: World, subscriber: Subscriber) => Promise<unknown>;

/** One way in which a subscription can go, and how it ends whatever the order in which we hear of it. */
interface Flow {
  readonly name: string;
  readonly types: readonly string[];
  readonly subscribe?: { readonly plan?: string; readonly withMethod?: boolean; readonly flow?: "checkout" };
  /** What happens at the provider, to everybody: a step for each, or time that goes by for all. */
  readonly story: readonly (Act | { readonly by: Record<string, number> })[];
  readonly ends: { readonly status: string; readonly balance: number; readonly owed?: number };
}

const days = (count: number) => ({ by: { days: count } });
const spend: Act = async ({ service }, { wallet }) => {
  const reply = await service.call("POST", `/v1/wallets/${wallet}/debits`, { body: { asset: "CREDIT", amount: 25 } });
  if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
};
/** Lets the service hear of the first invoice, so that what it granted can be spent. */
const hear: Act = async (world, subscriber) => {
  for (const event of eventsOf(await allEvents(world), subscriber)) await send(world.service.url, event);
  await drain(world.service);
};
const payWith =
  (name: string): Act =>
  async ({ stripe }, { customer, reference }) => {
    const { id } = await stripe.paymentMethods.attach(name, { customer });
    await stripe.subscriptions.update(reference, { default_payment_method: id });
  };
const confirm: Act = async ({ stripe }, { clientSecret }) =>
  stripe.paymentIntents.confirm(String(clientSecret).split("_secret_")[0] ?? "", {
    payment_method: "pm_card_visa",
    return_url: "https://shop.test/back",
  });
const changeTo =
  (price: string, quantity: number, proration_behavior: "always_invoice" | "create_prorations"): Act =>
  async ({ stripe }, { reference }) => {
    const subscription = await stripe.subscriptions.retrieve(reference);
    const item = subscription.items.data[0];
    const prices = await stripe.prices.list({ limit: 100 });
    const found = prices.data.find((each) => each.unit_amount === Number(price));
    const items = [{ id: item?.id ?? "", price: found?.id ?? "", quantity }];
    await stripe.subscriptions.update(reference, { items, proration_behavior });
  };
/** The intent that paid the newest invoice. */
async function paidBy({ stripe }: World, { reference }: Subscriber): Promise<string> {
  const [invoice] = (await stripe.invoices.list({ subscription: reference, limit: 1, expand: ["data.payments"] })).data;
  const intent = invoice?.payments?.data[0]?.payment.payment_intent;
  return typeof intent === "string" ? intent : (intent?.id ?? "");
}
const refund =
  (amount?: number): Act =>
  async (world, subscriber) =>
    world.control("refunds", { payment_intent: await paidBy(world, subscriber), ...(amount ? { amount } : {}) });
const dispute =
  (verdict?: "win" | "lose"): Act =>
  async (world, subscriber) => {
    const { id } = await world.control("disputes", { payment_intent: await paidBy(world, subscriber) });
    if (verdict) await world.control(`disputes/${id}/${verdict}`);
  };

const CREATED = "customer.subscription.created";
const UPDATED = "customer.subscription.updated";
const DELETED = "customer.subscription.deleted";
const PAID = "invoice.paid";
const FAILED = "invoice.payment_failed";
const WITHDRAWN = "charge.dispute.funds_withdrawn";

const FLOWS: readonly Flow[] = [
  {
    name: "subscribed with a card",
    types: [CREATED, PAID, "invoice.finalized"],
    story: [],
    ends: { status: "active", balance: 30 },
  },
  {
    name: "paid in the front end",
    types: [UPDATED, PAID, "payment_intent.succeeded"],
    subscribe: { withMethod: false },
    story: [confirm],
    ends: { status: "active", balance: 30 },
  },
  {
    name: "subscribed on the hosted page",
    types: ["checkout.session.completed", CREATED, PAID],
    subscribe: { withMethod: false, flow: "checkout" },
    story: [async (_world, { checkoutUrl }) => press(String(checkoutUrl), "pay")],
    ends: { status: "active", balance: 30 },
  },
  {
    name: "a hosted page whose time is over",
    types: ["checkout.session.expired"],
    subscribe: { withMethod: false, flow: "checkout" },
    story: [{ by: { hours: 25 } }],
    ends: { status: "incomplete_expired", balance: 0 },
  },
  {
    name: "never paid",
    types: [CREATED, UPDATED, "invoice.voided"],
    subscribe: { withMethod: false },
    story: [{ by: { hours: 24 } }],
    ends: { status: "incomplete_expired", balance: 0 },
  },
  {
    name: "a trial",
    types: [CREATED, PAID],
    subscribe: { plan: "tried" },
    story: [],
    ends: { status: "trialing", balance: 5 },
  },
  {
    name: "a trial that becomes paid",
    types: [UPDATED, PAID, "invoice.created"],
    subscribe: { plan: "tried" },
    story: [days(15)],
    ends: { status: "active", balance: 35 },
  },
  {
    name: "a renewal",
    types: [PAID, UPDATED, "invoice.finalized"],
    story: [days(32)],
    ends: { status: "active", balance: 60 },
  },
  {
    name: "a renewal that fails",
    types: [FAILED, UPDATED, PAID],
    story: [payWith("pm_card_chargeCustomerFail"), days(32)],
    ends: { status: "past_due", balance: 30 },
  },
  {
    name: "a renewal that fails and recovers",
    types: [FAILED, PAID, UPDATED],
    story: [payWith("pm_card_chargeCustomerFail"), days(32), payWith("pm_card_visa"), days(5)],
    ends: { status: "active", balance: 60 },
  },
  {
    name: "a renewal that fails for good",
    types: [FAILED, DELETED, PAID],
    story: [payWith("pm_card_chargeCustomerFail"), days(32), days(30)],
    ends: { status: "canceled", balance: 30 },
  },
  {
    name: "canceled at once",
    types: [DELETED, PAID, CREATED],
    story: [({ stripe }, { reference }) => stripe.subscriptions.cancel(reference)],
    ends: { status: "canceled", balance: 30 },
  },
  {
    name: "canceled at the period's end",
    types: [UPDATED, DELETED, PAID],
    story: [
      ({ stripe }, { reference }) => stripe.subscriptions.update(reference, { cancel_at_period_end: true }),
      days(32),
    ],
    ends: { status: "canceled", balance: 30 },
  },
  {
    name: "upgraded and invoiced at once",
    types: [PAID, UPDATED, "invoice.created"],
    story: [changeTo("9000", 1, "always_invoice")],
    ends: { status: "active", balance: 90 },
  },
  {
    name: "more of the same, with the next invoice",
    types: [PAID, UPDATED],
    // Two of it: the rest of this cycle and the whole next one.
    story: [changeTo("3000", 2, "create_prorations"), days(32)],
    ends: { status: "active", balance: 120 },
  },
  {
    name: "paused over a renewal",
    types: [UPDATED, PAID, "invoice.voided"],
    story: [
      ({ stripe }, { reference }) => stripe.subscriptions.update(reference, { pause_collection: { behavior: "void" } }),
      days(32),
    ],
    ends: { status: "active", balance: 30 },
  },
  {
    name: "a first payment refunded after spending",
    types: [PAID, "refund.created", "charge.refunded"],
    story: [hear, spend, refund()],
    ends: { status: "active", balance: 0, owed: 25 },
  },
  {
    name: "a renewal refunded by a third before we heard of it",
    types: [PAID, "refund.created", UPDATED],
    story: [days(32), refund(1_000)],
    ends: { status: "active", balance: 50 },
  },
  {
    name: "a payment disputed before we heard of it",
    types: [PAID, "charge.dispute.created", WITHDRAWN],
    story: [dispute()],
    ends: { status: "active", balance: 0 },
  },
  {
    name: "a dispute won",
    types: [PAID, WITHDRAWN, "charge.dispute.funds_reinstated"],
    story: [dispute("win")],
    ends: { status: "active", balance: 30 },
  },
];

const signer = new Stripe("sk_test_0").webhooks;

/** Everything that the provider has recorded, newest first. */
const allEvents = ({ stripe }: World): Promise<Stripe.Event[]> =>
  stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });

/** What of it is about a subscriber, oldest first, signed anew. */
function eventsOf(all: readonly Stripe.Event[], { customer }: Subscriber): SentEvent[] {
  const subjects = new Set([customer]);
  type Facts = { id: string; customer?: string; payment_intent?: string };
  const facts = (event: Stripe.Event) => event.data.object as unknown as Facts;
  for (const event of all) if (facts(event).customer === customer) subjects.add(facts(event).id);
  return all
    .filter((event) =>
      [facts(event).customer, facts(event).payment_intent, facts(event).id].some((id) => id && subjects.has(id)),
    )
    .reverse()
    .map((event) => {
      const body = JSON.stringify(event);
      const signature = signer.generateTestHeaderString({ payload: body, secret: STRIPE_WEBHOOK_SECRET });
      const headers = { "content-type": "application/json", "stripe-signature": signature };
      return { type: event.type, path: "/webhooks/stripe", headers, body };
    });
}

async function startWorld(t: Parameters<typeof startQuietService>[0]): Promise<World> {
  const service = await startQuietService(t);
  const control = async (path: string, body: object = {}) => {
    const reply = await callJson("POST", `${service.stripe.url}/sandbox/${path}`, body);
    if (reply.status !== 200) throw new Error(`${path} answered ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const stripe = new Stripe("sk_test_0123456789", {
    host: "127.0.0.1",
    port: service.stripe.port,
    protocol: "http",
    telemetry: false,
    maxNetworkRetries: 0,
  });
  const plan = async (code: string, credits: number, more: object = {}) => {
    const body = {
      code,
      name: code,
      grants: { asset: "CREDIT", amount: credits },
      prices: [{ amount: credits * 100, currency: "USD" }],
      interval: "month",
      ...more,
    };
    const reply = await service.call("POST", "/v1/plans", { body });
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
  };
  await plan("team", 30);
  await plan("tried", 30, { trialDays: 14, trialGrants: 5 });
  await plan("studio", 90);
  await service.call("POST", "/v1/products/sync", { body: {} });
  return { service, stripe, control, advance: async (by) => void (await control("clock/advance", { by })) };
}

async function subscribe({ service }: World, flow: Flow, customerId: string): Promise<Subscriber> {
  const { plan = "team", withMethod = true, flow: way = "payment_intent" } = flow.subscribe ?? {};
  const ask = async (route: string, body: object) => {
    const reply = await service.call("POST", route, { body });
    if (reply.status !== 201) throw new Error(`${route}: ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const { walletId } = await ask("/v1/grants", { customerId, asset: "CREDIT", amount: 1, note: "opens the wallet" });
  await ask(`/v1/wallets/${walletId}/debits`, { asset: "CREDIT", amount: 1 });
  const method = withMethod
    ? (await ask(`/v1/customers/${customerId}/payment-methods`, { paymentMethodId: "pm_card_visa", default: true })).id
    : undefined;
  const made = await ask("/v1/subscriptions", {
    customerId,
    plan,
    flow: way,
    ...(method ? { paymentMethodId: method } : {}),
  });
  const { rows } = await service.sql.query("SELECT reference FROM customer_links WHERE customer_id = $1", [customerId]);
  return {
    customerId,
    subscriptionId: String(made.id),
    reference: String(made.providerReference),
    clientSecret: made.clientSecret as string | null,
    checkoutUrl: made.checkoutUrl as string | null,
    customer: rows[0].reference,
    method: String(method),
    wallet: String(walletId),
  };
}

/** What the worker was told to look up: refunds and disputes that came before the payment that they are of. */
async function lookAtRefunds({ sql, deps }: TestService): Promise<void> {
  const { rows } = await sql.query(
    `DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
      WHERE t.id = j.task_id AND t.identifier = 'refunds:look' RETURNING j.payload`,
  );
  for (const { payload } of rows) await jobsOf(deps)["refunds:look"]?.(payload);
}

async function happen(world: World, flow: Flow, subscribers: readonly Subscriber[]): Promise<void> {
  for (const step of flow.story) {
    if (typeof step === "function") for (const subscriber of subscribers) await step(world, subscriber);
    else await world.advance(step.by);
  }
}

t.setTimeout(240_000);
t.test("events of subscriptions lead to the same end in every order", async (t) => {
  t.setTimeout(240_000);
  const world = await startWorld(t);
  const { service, stripe } = world;
  for (const flow of FLOWS) {
    const orders = [...permutations(flow.types)];
    const subscribers: Subscriber[] = [];
    for (const index of orders.keys())
      subscribers.push(await subscribe(world, flow, `${flow.name.replaceAll(/[^a-z]+/g, "-")}-${index}`));
    await happen(world, flow, subscribers);
    const recorded = await allEvents(world);
    for (const [round, order] of orders.entries()) {
      const subscriber = subscribers[round] as Subscriber;
      const events = eventsOf(recorded, subscriber);
      for (const type of withDuplicates(order, round)) {
        for (const event of events.filter((each) => each.type === type)) {
          if ((await send(service.url, event)) !== 200) t.fail(`${type} was refused`);
        }
        // The worker may be quick or slow; half of the orders have it work after every event.
        if (round % 2 === 0) await drain(service);
      }
      for (let again = 0; again < 3; again += 1) await drain(service);
      await lookAtRefunds(service);
      const { body } = await service.call("GET", `/v1/subscriptions/${subscriber.subscriptionId}`);
      const wallet = await service.call("GET", `/v1/customers/${subscriber.customerId}/wallet`);
      const balances = wallet.body.balances as { asset: string; balance: number; owed: number }[];
      const credit = balances.find(({ asset }) => asset === "CREDIT");
      const ended = { status: body.status, balance: credit?.balance, owed: credit?.owed };
      t.same(ended, { owed: 0, ...flow.ends }, `${flow.name}: ${order.join(", ")}`);
    }
    // Time that goes by for the next flow is none of theirs.
    for (const { customer } of subscribers) {
      const left = await stripe.subscriptions.list({ customer });
      for (const { id } of left.data) await stripe.subscriptions.cancel(id).catch(() => undefined);
    }
  }
  const { rows } = await service.sql.query(
    "SELECT type, status, note FROM webhook_events WHERE status NOT IN ('processed', 'ignored')",
  );
  t.same(rows, [], "the inbox is drained");
});
