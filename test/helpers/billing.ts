import type { Test } from "tap";
import { request } from "undici";
import { startWorker } from "../../src/worker.js";
import { callJson } from "./sandbox-client.js";
import { eventually, startTestService, type TestService } from "./service.js";

export interface SubscriptionBody {
  readonly id: string;
  readonly status: string;
  readonly planId: string;
  readonly quantity: number;
  readonly providerReference: string;
  readonly clientSecret: string | null;
  readonly checkoutUrl: string | null;
  readonly currentPeriodStart: string;
  readonly currentPeriodEnd: string;
  readonly cancelAt: string | null;
  readonly paused: boolean;
  readonly changePending: boolean;
  readonly dunning: { readonly consequence: string; readonly attempts: number; readonly invoiceId: string } | null;
}

export interface InvoiceBody {
  readonly id: string;
  readonly status: string;
  readonly billingReason: string;
  readonly providerReference: string;
  readonly total: number;
  readonly amountPaid: number;
  readonly paymentId: string | null;
  readonly grants: readonly { readonly asset: string; readonly amount: number; readonly expired: number }[];
  readonly lines: readonly { readonly amount: number; readonly proration: boolean; readonly credits: number | null }[];
  readonly failure: { readonly code: string } | null;
  readonly requiresAction: boolean;
  readonly attempts: number;
}

const STRIPE_KEY = { authorization: "Bearer sk_test_0123456789" };

/** A service with a worker, and what tests of subscriptions ask for again and again. */
export async function startBilling(t: Test, options: Parameters<typeof startTestService>[1] & { quiet?: true } = {}) {
  const service = await startTestService(t, options);
  if (!options.quiet) {
    const worker = await startWorker(service.deps);
    t.teardown(() => worker.stop());
  }
  return { ...service, ...billingActs(service) };
}

export function billingActs(service: Pick<TestService, "call" | "stripe" | "sql">) {
  const { call } = service;
  const control = async (route: string, body: object = {}, method: "POST" | "GET" | "DELETE" = "POST") => {
    const reply = await callJson(method, `${service.stripe.url}/sandbox/${route}`, method === "GET" ? undefined : body);
    if (reply.status !== 200) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const atStripe = async (route: string) => {
    const reply = await callJson("GET", `${service.stripe.url}/v1/${route}`, undefined, STRIPE_KEY);
    if (reply.status !== 200) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  /** What is done at Stripe itself: in its dashboard, its portal, or by the customer's browser. A decline is an answer too. */
  const doAtStripe = async (route: string, fields: Record<string, string> = {}, method: "POST" | "DELETE" = "POST") => {
    const reply = await request(`${service.stripe.url}/v1/${route}`, {
      method,
      headers: { ...STRIPE_KEY, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
    const body = (await reply.body.json()) as Record<string, unknown>;
    if (reply.statusCode !== 200 && reply.statusCode !== 402) throw new Error(`${route}: ${JSON.stringify(body)}`);
    return body;
  };
  const must = async (method: string, route: string, body?: object, status = [200, 201]) => {
    const reply = await call(method, route, {
      ...(body ? { body } : {}),
      ...(method === "PATCH" ? { key: key() } : {}),
    });
    if (!status.includes(reply.status)) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const plan = async (code: string, body: object = {}) =>
    must("POST", "/v1/plans", {
      code,
      name: code,
      grants: { asset: "CREDIT", amount: 100 },
      prices: [{ amount: 2000, currency: "USD" }],
      interval: "month",
      ...body,
    });
  /** A saved method of the customer's, as the front end would have left it. */
  const saveCard = async (customerId: string, card = "pm_card_visa") => {
    await must("PUT", `/v1/customers/${customerId}`, {});
    const saved = await must("POST", `/v1/customers/${customerId}/payment-methods`, { paymentMethodId: card });
    return saved.id as string;
  };
  const subscription = async (id: string) =>
    (await must("GET", `/v1/subscriptions/${id}`)) as unknown as SubscriptionBody;
  /** A subscription that a saved card pays for. */
  const subscribe = async (customerId: string, planCode: string, more: object = {}, card?: string) => {
    const paymentMethodId = await saveCard(customerId, card);
    const body = { customerId, plan: planCode, flow: "payment_intent", paymentMethodId, ...more };
    return (await must("POST", "/v1/subscriptions", body)) as unknown as SubscriptionBody;
  };
  const invoices = async (customerId: string) =>
    (await must("GET", `/v1/customers/${customerId}/invoices`)).data as unknown as InvoiceBody[];
  const wallet = async (customerId: string, asset = "CREDIT") => {
    const body = await must("GET", `/v1/customers/${customerId}/wallet`);
    const found = (body.balances as { asset: string; balance: number; owed: number; frozen: boolean }[]).find(
      (each) => each.asset === asset,
    );
    return {
      id: body.id as string,
      balance: found?.balance ?? 0,
      owed: found?.owed ?? 0,
      frozen: found?.frozen ?? false,
    };
  };
  const balanceIs = (customerId: string, balance: number) =>
    eventually(async () => (await wallet(customerId)).balance === balance, 15_000).catch(async () => {
      throw new Error(`balance of ${customerId} is ${(await wallet(customerId)).balance}, not ${balance}`);
    });
  const spend = async (customerId: string, amount: number) =>
    call("POST", `/v1/wallets/${(await wallet(customerId)).id}/debits`, { body: { asset: "CREDIT", amount } });
  const subscriptionIs = (id: string, wanted: Partial<SubscriptionBody>) =>
    eventually(async () => {
      const now = await subscription(id);
      const isSo = Object.entries(wanted).every(([name, value]) => now[name as keyof SubscriptionBody] === value);
      return isSo && now;
    }, 15_000).catch(async () => {
      throw new Error(`${JSON.stringify(await subscription(id))} is not ${JSON.stringify(wanted)}`);
    });
  /** Moves the provider's time; renewals and attempts happen on the way. */
  const advance = (by: object) => control("clock/advance", { by });
  const customerAt = async (customerId: string) => {
    const { rows } = await service.sql.query("SELECT reference FROM customer_links WHERE customer_id = $1", [
      customerId,
    ]);
    return rows[0].reference as string;
  };
  /** What the bank says to this customer's next charges. */
  const bankSays = async (customerId: string, rule: object) =>
    control(`customers/${await customerAt(customerId)}/charges`, rule);
  return {
    control,
    atStripe,
    doAtStripe,
    must,
    plan,
    saveCard,
    subscription,
    subscribe,
    invoices,
    wallet,
    balanceIs,
    spend,
    subscriptionIs,
    advance,
    customerAt,
    bankSays,
  };
}

let keys = 0;
/** A fresh idempotency key, for requests that are no POST. */
export const key = (): string => {
  keys += 1;
  return `billing-${process.pid}-${keys}`;
};
