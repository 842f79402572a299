import { type PageSection, renderPage } from "../html.js";
import { randomId } from "../ids.js";
import { Refusal } from "../refusal.js";
import type { Page } from "../server.js";
import { formatAmount } from "./amounts.js";
import { stripeRoute } from "./api.js";
import type { Subscription } from "./billing/objects.js";
import { isOver, periodOf, productName } from "./billing/subscriptions.js";
import { updateSubscription } from "./billing/updates.js";
import { orNotFound } from "./browser-routes.js";
import { updateCustomer } from "./customer-routes.js";
import { missingResource, wordsOf } from "./errors.js";
import { detachMethod } from "./methods.js";
import type { PaymentMethod, PortalSession } from "./objects.js";
import { Params } from "./params.js";
import { confirmSetup, createSetup, setSetupMethod } from "./setups.js";
import type { StripeWorld } from "./world.js";

function createSession(world: StripeWorld, params: Params): PortalSession {
  params.onlyKnown("customer", "return_url", "configuration", "locale");
  const id = randomId("bps_1");
  const session: PortalSession = {
    id,
    object: "billing_portal.session",
    configuration: params.text("configuration") ?? "bpc_sandbox",
    created: world.now(),
    customer: world.customer(params.requiredText("customer"), "customer").id,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: null,
    on_behalf_of: null,
    return_url: params.url("return_url") ?? null,
    url: `${world.server.url}/sandbox/portal/${id}`,
  };
  world.portalSessions.put(id, session);
  world.emit("billing_portal.session.created", session);
  return session;
}

function sessionOf(world: StripeWorld, id: string): PortalSession {
  const session = world.portalSessions.get(id);
  if (!session) throw missingResource("billing_portal.session", id, "session");
  world.customer(session.customer);
  return session;
}

const day = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 10);

function methodsSection(world: StripeWorld, customerId: string): PageSection {
  const preferred = world.customer(customerId).invoice_settings.default_payment_method;
  const nameOf = ({ card, type, us_bank_account: bank }: PaymentMethod) =>
    card
      ? `${card.brand} ending in ${card.last4}, expires ${card.exp_month}/${card.exp_year}`
      : (bank?.bank_name ?? type);
  const rows = world.methods
    .values()
    .filter(({ wire }) => wire.customer === customerId)
    .map(({ wire }) => ({
      text: `${nameOf(wire)}${wire.id === preferred ? " (default)" : ""}`,
      buttons: [
        ...(wire.id === preferred ? [] : [{ action: `default ${wire.id}`, label: "Make default" }]),
        { action: `detach ${wire.id}`, label: "Remove" },
      ],
    }));
  const add = { text: "Another test card", buttons: [{ action: "add pm_card_visa", label: "Add" }] };
  return { heading: "Payment methods", rows: [...rows, add] };
}

function subscriptionsSection(world: StripeWorld, customerId: string): PageSection {
  const textOf = (wire: Subscription) => {
    const what = wire.items.data.map(({ price, quantity }) => `${quantity} × ${productName(world, price.product)}`);
    const when = wire.cancel_at === null ? `renews on ${day(periodOf(wire).end)}` : `ends on ${day(wire.cancel_at)}`;
    return `${what.join(", ")}: ${wire.status}, ${when}`;
  };
  const rows = world.subscriptions
    .values()
    .filter(({ wire }) => wire.customer === customerId && !isOver(wire) && wire.status !== "incomplete")
    .map(({ wire }) => ({
      text: textOf(wire),
      buttons: [
        wire.cancel_at === null
          ? { action: `cancel ${wire.id}`, label: "Cancel at the end of the period" }
          : { action: `resume ${wire.id}`, label: "Do not cancel" },
      ],
    }));
  return { heading: "Subscriptions", rows };
}

function invoicesSection(world: StripeWorld, customerId: string): PageSection {
  const rows = world.invoices
    .values()
    .map(({ wire }) => wire)
    .filter(({ customer, hosted_invoice_url: page }) => customer === customerId && page)
    .reverse()
    .map((wire) => ({
      text: `${day(wire.created)}: ${formatAmount(wire.total, wire.currency)}, ${wire.status}`,
      links: [
        { href: wire.hosted_invoice_url ?? "", label: wire.number ?? wire.id },
        { href: wire.invoice_pdf ?? "", label: "PDF" },
      ],
    }));
  return { heading: "Invoices", rows };
}

function portalPage(world: StripeWorld, id: string, error?: string): Page {
  const { customer, return_url: back } = sessionOf(world, id);
  const { email } = world.customer(customer);
  return {
    html: renderPage({
      title: "Sandbox billing portal",
      lines: [email ?? customer],
      ...(error === undefined ? {} : { error }),
      sections: [
        subscriptionsSection(world, customer),
        methodsSection(world, customer),
        invoicesSection(world, customer),
      ],
      links: back === null ? [] : [{ href: back, label: "Go back" }],
    }),
  };
}

/** Nobody reaches into what belongs to another customer. */
function own<T>(found: { wire: T & { customer: string | null } } | undefined, customerId: string, id: string): T {
  if (found?.wire.customer !== customerId) throw missingResource("object", id, "action");
  return found.wire;
}

const ACTIONS: Readonly<Record<string, (world: StripeWorld, customerId: string, id: string) => unknown>> = {
  add: (world, customer, testName) => {
    const { id } = createSetup(world, { customer, metadata: {}, allowedTypes: ["card"] });
    setSetupMethod(world, id, testName);
    return confirmSetup(world, id, undefined);
  },
  default: (world, customerId, id) => {
    own(world.methods.get(id), customerId, id);
    return updateCustomer(world, new Params({ invoice_settings: { default_payment_method: id } }), customerId);
  },
  detach: (world, customerId, id) => {
    own(world.methods.get(id), customerId, id);
    return detachMethod(world, id);
  },
  cancel: (world, customerId, id) => {
    const wire = own<Subscription>(world.subscriptions.get(id), customerId, id);
    // In flexible billing mode the portal names the time, and `cancel_at_period_end` stays false.
    const atEnd = { cancel_at: String(periodOf(wire).end) };
    const change = wire.billing_mode.type === "flexible" ? atEnd : { cancel_at_period_end: "true" };
    return updateSubscription(world, new Params(change), id);
  },
  resume: (world, customerId, id) => {
    own(world.subscriptions.get(id), customerId, id);
    return updateSubscription(world, new Params({ cancel_at: "" }), id);
  },
};

function act(world: StripeWorld, id: string, action: string): Page {
  const { customer, url } = sessionOf(world, id);
  const [verb = "", object = ""] = action.split(" ");
  const work = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined;
  if (!work) return portalPage(world, id, "Please choose one of the buttons.");
  try {
    work(world, customer, object);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return portalPage(world, id, wordsOf(error.body));
  }
  return { redirect: url };
}

/** `/v1/billing_portal/sessions` and the page that it opens. */
export function installPortal(world: StripeWorld): void {
  stripeRoute(world, "POST", "/v1/billing_portal/sessions", (params) => createSession(world, params));
  world.server.page(
    "GET",
    "/sandbox/portal/:id",
    orNotFound(({ params: { id = "" } }) => portalPage(world, id)),
  );
  world.server.page(
    "POST",
    "/sandbox/portal/:id",
    orNotFound(({ params: { id = "" }, body }) => act(world, id, String(body.action))),
  );
}
