import type { FormObject } from "../form.js";
import { randomId } from "../ids.js";
import { checkAmount } from "./amounts.js";
import { stripeRoute } from "./api.js";
import { composeSubscription } from "./billing/create.js";
import { productName } from "./billing/subscriptions.js";
import type { Checkout } from "./checkout.js";
import { invalidParameter } from "./errors.js";
import { LIST_PARAMETERS, lineItems, listPage } from "./listing.js";
import type { CheckoutSession, LineItem } from "./objects.js";
import { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

const HOUR_SECONDS = 3_600;
/** Stripe's bounds are 30 minutes and 24 hours from its own now; a minute allows for the way. */
const SLACK_SECONDS = 60;

const CREATE_PARAMETERS = [
  "mode",
  "line_items",
  "payment_intent_data",
  "payment_method_collection",
  "subscription_data",
  "success_url",
  "cancel_url",
  "client_reference_id",
  "customer",
  "customer_email",
  "customer_creation",
  "metadata",
  "expires_at",
  "adaptive_pricing",
  "allowed_payment_method_types",
  "excluded_payment_method_types",
  "ui_mode",
  "locale",
  "submit_type",
];

function readLineItem(params: Params, now: number): LineItem {
  params.onlyKnown("price_data", "quantity", "metadata");
  const quantity = params.integer("quantity") ?? 1;
  if (quantity < 1) throw invalidParameter("line_items[0][quantity]", "This value must be greater than or equal to 1.");
  const price = params
    .requiredObject("price_data")
    .onlyKnown("currency", "unit_amount", "product_data", "tax_behavior");
  const product = price.requiredObject("product_data").onlyKnown("name", "description", "metadata", "images");
  const currency = price.requiredText("currency").toLowerCase();
  const unitAmount = price.requiredInteger("unit_amount");
  if (unitAmount < 0) throw invalidParameter("line_items[0][price_data][unit_amount]", "Invalid non-negative integer");
  const total = unitAmount * quantity;
  return {
    id: randomId("li_1"),
    object: "item",
    amount_discount: 0,
    amount_subtotal: total,
    amount_tax: 0,
    amount_total: total,
    currency,
    description: product.requiredText("name"),
    price: {
      id: randomId("price_1"),
      object: "price",
      active: false,
      billing_scheme: "per_unit",
      created: now,
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: randomId("prod_", 14),
      recurring: null,
      type: "one_time",
      unit_amount: unitAmount,
    },
    quantity,
  };
}

function readLineItems(params: Params, now: number): { items: LineItem[]; currency: string } {
  const items = params.objects("line_items").map((item) => readLineItem(item, now));
  const [first] = items;
  if (!first) throw invalidParameter("line_items", "Missing required param: line_items.", "parameter_missing");
  if (items.some(({ currency }) => currency !== first.currency)) {
    throw invalidParameter("line_items", "All prices of a Checkout Session must have the same currency.");
  }
  checkAmount(
    items.reduce((sum, item) => sum + item.amount_total, 0),
    first.currency,
    "line_items[0][price_data][unit_amount]",
  );
  return { items, currency: first.currency };
}

/** Recurring prices, and the form that makes a subscription to them. Throws what making it now would throw. */
function readSubscription(world: StripeWorld, params: Params) {
  if (params.has("payment_intent_data")) {
    throw invalidParameter("payment_intent_data", "You can not pass `payment_intent_data` in `subscription` mode.");
  }
  if (params.has("customer_creation")) {
    throw invalidParameter("customer_creation", "`customer_creation` can only be used in `payment` and `setup` mode.");
  }
  params.choice("payment_method_collection", ["always"]);
  const customer = params.text("customer");
  if (customer === undefined) {
    throw invalidParameter("customer", "This sandbox subscribes only customers that there are already.");
  }
  const data = params.object("subscription_data")?.onlyKnown("description", "metadata", "trial_period_days");
  const items = params.objects("line_items").map((item): FormObject => {
    item.onlyKnown("price", "quantity");
    return { price: item.requiredText("price"), quantity: String(item.integer("quantity") ?? 1) };
  });
  const texts = data?.flat() ?? {};
  const form: FormObject = { ...texts, customer, items, metadata: data?.metadata() ?? {} };
  const composed = composeSubscription(world, new Params(form), "sub_of_a_page");
  const lineItems = composed.items.data.map(({ price, quantity }): LineItem => {
    const subtotal = price.unit_amount * quantity;
    const total = composed.trial_end === null ? subtotal : 0;
    return {
      id: randomId("li_1"),
      object: "item",
      amount_discount: 0,
      amount_subtotal: total,
      amount_tax: 0,
      amount_total: total,
      currency: price.currency,
      description: productName(world, price.product),
      price: { ...price },
      quantity,
    };
  });
  return { form, items: lineItems, currency: composed.currency };
}

function createFromParams(world: StripeWorld, checkout: Checkout, params: Params): CheckoutSession {
  params.onlyKnown(...CREATE_PARAMETERS);
  params.requiredText("mode");
  const mode = params.choice("mode", ["payment", "subscription"]);
  const now = world.now();
  const expiresAt = params.integer("expires_at") ?? now + 24 * HOUR_SECONDS;
  if (expiresAt < now + HOUR_SECONDS / 2 - SLACK_SECONDS || expiresAt > now + 24 * HOUR_SECONDS + SLACK_SECONDS) {
    throw invalidParameter(
      "expires_at",
      "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
    );
  }
  const customer = params.text("customer");
  const customerEmail = params.text("customer_email");
  if (customer !== undefined && customerEmail !== undefined) {
    throw invalidParameter("customer_email", "You may only specify one of these parameters: customer, customer_email.");
  }
  const subscribed = mode === "subscription" ? readSubscription(world, params) : undefined;
  if (!subscribed && params.has("subscription_data")) {
    throw invalidParameter("subscription_data", "You can not pass `subscription_data` in `payment` mode.");
  }
  const { items, currency } = subscribed ?? readLineItems(params, world.now());
  const intent = params
    .object("payment_intent_data")
    ?.onlyKnown("metadata", "description", "setup_future_usage", "receipt_email", "statement_descriptor");
  return checkout.create({
    currency,
    lineItems: items,
    customer: customer === undefined ? undefined : world.customer(customer, "customer").id,
    customerEmail,
    clientReferenceId: params.text("client_reference_id"),
    metadata: params.metadata(),
    intent: {
      description: intent?.text("description") ?? null,
      metadata: intent?.metadata() ?? {},
      setup_future_usage: intent?.text("setup_future_usage") ?? null,
    },
    subscription: subscribed?.form,
    successUrl: params.url("success_url"),
    cancelUrl: params.url("cancel_url"),
    expiresAt,
  });
}

/** `/v1/checkout/sessions`. */
export function installCheckoutRoutes(world: StripeWorld, checkout: Checkout): void {
  const base = "/v1/checkout/sessions";
  stripeRoute(world, "POST", base, (params) => createFromParams(world, checkout, params));
  stripeRoute(world, "GET", base, (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "customer", "payment_intent", "status", "subscription");
    const filters = (["customer", "payment_intent", "status", "subscription"] as const).map(
      (name) => [name, params.text(name)] as const,
    );
    const sessions = world.sessions
      .values()
      .map(({ wire }) => wire)
      .filter((wire) => filters.every(([name, value]) => value === undefined || wire[name] === value));
    return listPage(sessions, params, base);
  });
  stripeRoute(world, "GET", `${base}/:id`, (_params, { params: { id = "" } }) => world.session(id).wire);
  stripeRoute(world, "GET", `${base}/:id/line_items`, (params, { params: { id = "" } }) => {
    params.onlyKnown(...LIST_PARAMETERS);
    return lineItems(world, id);
  });
  stripeRoute(world, "POST", `${base}/:id/expire`, (params, { params: { id = "" } }) => {
    params.onlyKnown();
    return checkout.expire(id);
  });
}
