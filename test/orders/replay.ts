import Stripe from "stripe";
import type { Test } from "tap";
import { request } from "undici";
import { encodeId } from "../../src/core/ids.js";
import { jobsOf } from "../helpers/jobs.js";
import { callJson } from "../helpers/sandbox-client.js";
import { STRIPE_WEBHOOK_SECRET, startTestService, type TestEnv, type TestService } from "../helpers/service.js";

/** An event as its provider would send it. */
export interface SentEvent {
  readonly type: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** One way in which a payment can go, and how it ends whatever the order in which we hear of it. */
export interface Flow {
  readonly name: string;
  /** Which events there are, in the order in which they happened. */
  readonly types: readonly string[];
  /** Makes a fresh payment and drives it to its end at the provider. Returns its events, of any type. */
  drive(service: TestService, customerId: string): Promise<{ paymentId: string; events: SentEvent[] }>;
  readonly ends: { readonly status: string; readonly balance: number };
}

export function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

/** The order with events repeated: the first at once and at the very end, and another one somewhere. */
export function withDuplicates<T>(order: readonly T[], round: number): T[] {
  const [first] = order;
  const other = order[round % order.length];
  if (first === undefined || other === undefined) return [];
  return [first, ...order.toSpliced((round % order.length) + 1, 0, other), first];
}

/** A service whose provider sends no webhooks by itself. */
export async function startQuietService(t: Test, env: TestEnv = {}): Promise<TestService> {
  const service = await startTestService(t, { env });
  await callJson("POST", `${service.stripe.url}/sandbox/webhooks/mode`, { drop: true });
  return service;
}

/** Replays every order of the flow's events, each into a payment of its own, and checks that all end alike. */
export async function replayEveryOrder(t: Test, service: TestService, flow: Flow): Promise<void> {
  let round = 0;
  for (const order of permutations(flow.types)) {
    round += 1;
    const customerId = `${flow.name.replaceAll(/[^a-z0-9]+/gi, "-")}-${round}`;
    const { paymentId, events } = await flow.drive(service, customerId);
    const byType = new Map(events.map((event) => [event.type, event]));
    for (const type of withDuplicates(order, round)) {
      const event = byType.get(type);
      if (!event) throw new Error(`no ${type} among ${[...byType.keys()].join(", ")}`);
      const status = await send(service.url, event);
      if (status !== 200) t.fail(`${type} was answered ${status}`);
      // The worker may be quick or slow; half of the orders have it work after every event.
      if (round % 2 === 0) await drain(service);
    }
    for (let again = 0; again < 3; again += 1) await drain(service);
    const { body } = await service.call("GET", `/v1/payments/${paymentId}`);
    const wallet = await service.call("GET", `/v1/customers/${customerId}/wallet`);
    const balances = wallet.body.balances as { asset: string; balance: number }[];
    const ended = { status: body.status, balance: balances.find(({ asset }) => asset === "CREDIT")?.balance };
    t.same(ended, flow.ends, `${flow.name}: ${order.join(", ")}`);
    if (flow.ends.status === "succeeded") t.equal(body.failure, null);
  }
  const { rows } = await service.sql.query(
    "SELECT type, status, note FROM webhook_events WHERE status NOT IN ('processed', 'ignored')",
  );
  t.same(rows, [], "the inbox is drained");
}

export async function drain({ sql, deps }: Pick<TestService, "sql" | "deps">): Promise<void> {
  const { rows } = await sql.query<{ id: string }>(
    "SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY id",
  );
  for (const { id } of rows) await jobsOf(deps)["webhooks:process"]?.({ eventId: encodeId("whe", id) });
}

export async function send(url: string, { path, headers, body }: SentEvent): Promise<number> {
  const reply = await request(`${url}${path}`, { method: "POST", headers, body });
  await reply.body.dump();
  return reply.statusCode;
}

const signer = new Stripe("sk_test_0").webhooks;
const STRIPE_KEY = { authorization: "Bearer sk_test_0123456789" };

/** What Stripe has recorded about one payment of ours, signed anew. */
export async function stripeEvents({ stripe }: TestService, paymentId: string): Promise<SentEvent[]> {
  const { body } = await callJson("GET", `${stripe.url}/v1/events?limit=30`, undefined, STRIPE_KEY);
  const events = body.data as { type: string; data: { object: { metadata?: Record<string, string> } } }[];
  return events
    .filter(({ data }) => data.object.metadata?.coffer_payment_id === paymentId)
    .map((event) => {
      const payload = JSON.stringify(event);
      const signature = signer.generateTestHeaderString({ payload, secret: STRIPE_WEBHOOK_SECRET });
      const headers = { "content-type": "application/json", "stripe-signature": signature };
      return { type: event.type, path: "/webhooks/stripe", headers, body: payload };
    });
}

/** Opens a payment with Stripe; the money part is left to the flow. */
export async function openPayment(service: TestService, customerId: string, flow: "payment_intent" | "checkout") {
  const { body, status } = await service.call("POST", "/v1/payments", {
    body: { customerId, package: "starter", provider: "stripe", flow },
  });
  if (status !== 201) throw new Error(`payment answered ${status}`);
  return { paymentId: String(body.id), reference: String(body.providerReference) };
}

/** What the customer's browser would ask of Stripe; a decline is an answer too. */
export async function askStripe({ stripe }: TestService, path: string, fields: Record<string, string> = {}) {
  const reply = await request(`${stripe.url}/v1/${path}`, {
    method: "POST",
    headers: { ...STRIPE_KEY, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
  const text = await reply.body.text();
  if (reply.statusCode !== 200 && reply.statusCode !== 402) throw new Error(`${path} answered ${text}`);
}

/** What the bank or the customer does at the provider. */
export async function atStripe({ stripe }: TestService, path: string): Promise<void> {
  const { status, body } = await callJson("POST", `${stripe.url}/sandbox/${path}`);
  if (status !== 200) throw new Error(`${path} answered ${JSON.stringify(body)}`);
}
