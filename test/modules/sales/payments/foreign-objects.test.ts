import Stripe from "stripe";
import t, { type Test } from "tap";
import { jobsOf } from "../../../helpers/jobs.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import {
  STRIPE_THIN_WEBHOOK_SECRET,
  STRIPE_WEBHOOK_SECRET,
  startTestService,
  type TestService,
} from "../../../helpers/service.js";

// Others use the same Stripe account: another application, another installation, a connected account, somebody's hands in the
// dashboard. Whatever is said of their things is ignored at the first try, with the reason, and holds nobody up.

type Fields = Record<string, unknown>;

const KINDS: Readonly<Record<string, (metadata: Fields) => Fields>> = {
  payment_intent: (metadata) => ({
    id: "pi_foreign",
    object: "payment_intent",
    status: "succeeded",
    amount: 500,
    amount_received: 500,
    currency: "usd",
    metadata,
  }),
  "checkout.session": (metadata) => ({
    id: "cs_test_foreign",
    object: "checkout.session",
    mode: "payment",
    status: "complete",
    payment_status: "paid",
    amount_total: 500,
    currency: "usd",
    payment_intent: "pi_foreign",
    metadata,
  }),
  "subscription session": (metadata) => ({
    id: "cs_test_foreign",
    object: "checkout.session",
    mode: "subscription",
    status: "complete",
    payment_status: "paid",
    subscription: "sub_1foreign",
    metadata,
  }),
  refund: (metadata) => ({
    id: "re_foreign",
    object: "refund",
    status: "succeeded",
    amount: 100,
    currency: "usd",
    payment_intent: "pi_foreign",
    charge: "ch_foreign",
    metadata,
  }),
  "refund of a charge": (metadata) => ({ id: "re_foreign", object: "refund", payment_intent: null, metadata }),
  charge: (metadata) => ({ id: "ch_foreign", object: "charge", payment_intent: "pi_foreign", metadata }),
  dispute: (metadata) => ({
    id: "du_foreign",
    object: "dispute",
    status: "needs_response",
    amount: 500,
    currency: "usd",
    payment_intent: "pi_foreign",
    metadata,
  }),
  subscription: (metadata) => ({ id: "sub_1foreign", object: "subscription", customer: "cus_foreign", metadata }),
  invoice: (metadata) => ({
    id: "in_1foreign",
    object: "invoice",
    customer: "cus_foreign",
    parent: { subscription_details: { subscription: "sub_1foreign", metadata } },
    metadata: {},
  }),
  "invoice without a subscription": () => ({ id: "in_1foreign", object: "invoice", customer: null, parent: null }),
  "upcoming invoice": () => ({ object: "invoice", customer: "cus_foreign", parent: null }),
  credit_note: (metadata) => ({ id: "cn_1foreign", object: "credit_note", invoice: "in_1foreign", metadata }),
  invoice_payment: () => ({ id: "inpay_1foreign", object: "invoice_payment", invoice: "in_1foreign" }),
  payment_method: (metadata) => ({
    id: "pm_1foreign",
    object: "payment_method",
    customer: "cus_foreign",
    metadata,
  }),
  "detached method": (metadata) => ({ id: "pm_1foreign", object: "payment_method", customer: null, metadata }),
  customer: (metadata) => ({ id: "cus_foreign", object: "customer", metadata }),
  product: (metadata) => ({ id: "prod_foreign", object: "product", metadata }),
  price: (metadata) => ({ id: "price_1foreign", object: "price", metadata }),
};

/** Every type of event that is handled, and some that are not, with the kind of object that comes with it. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  "payment_intent.created": ["payment_intent"],
  "payment_intent.succeeded": ["payment_intent"],
  "payment_intent.payment_failed": ["payment_intent"],
  "payment_intent.processing": ["payment_intent"],
  "payment_intent.requires_action": ["payment_intent"],
  "payment_intent.canceled": ["payment_intent"],
  "checkout.session.completed": ["checkout.session", "subscription session"],
  "checkout.session.async_payment_succeeded": ["checkout.session"],
  "checkout.session.async_payment_failed": ["checkout.session"],
  "checkout.session.expired": ["checkout.session", "subscription session"],
  "refund.created": ["refund", "refund of a charge"],
  "refund.updated": ["refund"],
  "refund.failed": ["refund"],
  "charge.refunded": ["charge"],
  "charge.refund.updated": ["refund"],
  "charge.dispute.created": ["dispute"],
  "charge.dispute.updated": ["dispute"],
  "charge.dispute.closed": ["dispute"],
  "charge.dispute.funds_withdrawn": ["dispute"],
  "charge.dispute.funds_reinstated": ["dispute"],
  "customer.subscription.created": ["subscription"],
  "customer.subscription.updated": ["subscription"],
  "customer.subscription.deleted": ["subscription"],
  "customer.subscription.paused": ["subscription"],
  "invoice.created": ["invoice", "invoice without a subscription"],
  "invoice.finalized": ["invoice"],
  "invoice.paid": ["invoice"],
  "invoice.payment_failed": ["invoice"],
  "invoice.voided": ["invoice"],
  "invoice.upcoming": ["upcoming invoice"],
  "credit_note.created": ["credit_note"],
  "credit_note.voided": ["credit_note"],
  "invoice_payment.paid": ["invoice_payment"],
  "payment_method.attached": ["payment_method"],
  "payment_method.detached": ["detached method"],
  "payment_method.updated": ["payment_method"],
  "payment_method.automatically_updated": ["payment_method"],
  "customer.updated": ["customer"],
  "customer.deleted": ["customer"],
  "product.updated": ["product"],
  "price.created": ["price"],
  "charge.succeeded": ["charge"],
};

const ids = (payment: string, subscription: string) => ({
  coffer_payment_id: payment,
  coffer_subscription_id: subscription,
  coffer_refund_id: payment.replace("pay_", "ref_"),
  coffer_customer_id: "ada",
});
const STRANGE = ids("pay_01jd0000000000000000000000", "sub_01jd0000000000000000000000");

interface Variant {
  readonly metadata: Fields;
  readonly event?: Fields;
  /** Stripe does not show it to our key. */
  readonly isForbidden?: true;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  "another application's": { metadata: {} },
  "with ids that are not ours": { metadata: STRANGE },
  "with ids that are none": { metadata: ids("pay_nonsense", "sub_nonsense") },
  "another installation's": {
    metadata: { ...STRANGE, coffer_installation: "019ac000-0000-7000-8000-000000000000" },
  },
  "a connected account's": { metadata: STRANGE, event: { account: "acct_1foreign" } },
  "hidden from our key": { metadata: STRANGE, isForbidden: true },
  "of another version": { metadata: STRANGE, event: { api_version: "2024-06-20" } },
};

let sent = 0;

async function deliver(service: TestService, payload: string, secret: string): Promise<number> {
  const header = new Stripe("sk_test_1").webhooks.generateTestHeaderString({ payload, secret });
  const headers = { "content-type": "application/json", "stripe-signature": header };
  const { status } = await fetch(`${service.url}/webhooks/stripe`, { method: "POST", headers, body: payload });
  return status;
}

/** What became of an event at its first try. */
async function outcome(service: TestService, eventId: string) {
  const find = async () => {
    const { rows } = await service.sql.query(
      "SELECT id::text, status, attempts, note FROM webhook_events WHERE event_id = $1",
      [eventId],
    );
    return rows[0] as { id: string; status: string; attempts: number; note: string | null } | undefined;
  };
  if ((await find())?.status === "pending") {
    const { body } = await service.call("GET", "/v1/webhook-events?status=pending");
    for (const { id } of body.data as { id: string }[])
      await jobsOf(service.deps)["webhooks:process"]?.({ eventId: id });
  }
  const row = await find();
  return { status: row?.status, tries: row?.attempts ?? 0, note: row?.note };
}

async function forbid(service: TestService, isForbidden: boolean): Promise<void> {
  const body = { error: { type: "invalid_request_error", message: "The provided key does not have access." } };
  const faults = `${service.stripe.url}/sandbox/faults`;
  await callJson("DELETE", faults);
  const fault = { match: { method: "GET", path: "/v1/" }, kind: "status", status: 403, body };
  if (isForbidden) await callJson("POST", faults, fault);
}

async function isIgnored(t: Test, service: TestService, eventId: string, what: string): Promise<void> {
  const { status, tries, note } = await outcome(service, eventId);
  t.ok(status === "ignored" && tries <= 1 && note, `${what}: ${status} after ${tries} tries, ${note}`);
}

t.test("objects that are not ours are ignored at once, and hold nobody up", { timeout: 900_000 }, async (t) => {
  const service = await startTestService(t);
  for (const [variant, { metadata, event = {}, isForbidden = false }] of Object.entries(VARIANTS)) {
    await forbid(service, isForbidden);
    for (const [type, kinds] of Object.entries(EVENTS)) {
      for (const kind of kinds) {
        sent += 1;
        const id = `evt_foreign_${sent}`;
        const created = Math.floor(Date.now() / 1_000);
        const envelope = { id, object: "event", api_version: "2026-10-28.endive", created, livemode: false, type };
        const payload = JSON.stringify({ ...envelope, data: { object: KINDS[kind]?.(metadata) }, ...event });
        t.equal(await deliver(service, payload, STRIPE_WEBHOOK_SECRET), 200);
        await isIgnored(t, service, id, `${type} with a ${kind}, ${variant}`);
      }
    }
  }
  await forbid(service, false);
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  const { body: made } = await service.call("POST", "/v1/payments", { body });
  const confirm = { body: { paymentMethodId: "pm_card_visa" } };
  t.match(await service.call("POST", `/v1/payments/${made.id}/confirm`, confirm), { status: 200 });
  t.match((await service.call("GET", "/v1/customers/ada/wallet")).body.balances, [{ balance: 10 }]);
  t.strictSame((await service.call("GET", "/v1/webhook-events?status=dead")).body.data, []);
});

const COLLECTIONS: Readonly<Record<string, string>> = {
  payment_intent: "payment_intents",
  "checkout.session": "checkout/sessions",
  refund: "refunds",
  dispute: "disputes",
  subscription: "subscriptions",
  invoice: "invoices",
  credit_note: "credit_notes",
  payment_method: "payment_methods",
  customer: "customers",
};

t.test("so are thin events of objects that our key does not see", { timeout: 600_000 }, async (t) => {
  const service = await startTestService(t);
  const types = Object.entries(EVENTS).filter(([, [kind = ""]]) => COLLECTIONS[kind]);
  const ways = { "gone or never there": {}, hidden: {}, "a connected account's": { context: "acct_1foreign" } };
  for (const [way, more] of Object.entries(ways)) {
    await forbid(service, way === "hidden");
    for (const [type, [kind = ""]] of types) {
      sent += 1;
      const id = `evt_foreign_${sent}`;
      const object = KINDS[kind]?.({}) ?? {};
      const related_object = { id: object.id, type: kind, url: `/v1/${COLLECTIONS[kind]}/${object.id}` };
      const created = new Date().toISOString();
      const event = {
        id,
        object: "v2.core.event",
        type: `v1.${type}`,
        created,
        livemode: false,
        related_object,
        ...more,
      };
      t.equal(await deliver(service, JSON.stringify(event), STRIPE_THIN_WEBHOOK_SECRET), 200);
      await isIgnored(t, service, id, `v1.${type}, ${way}`);
    }
  }
});
