import { checkAmount } from "./amounts.js";
import { stripeRoute } from "./api.js";
import { invalidParameter, missingResource, stripeError } from "./errors.js";
import { cancelIntent, confirmIntent, createIntent, putIntent, setMethod, unexpectedState } from "./intents.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { PaymentIntent } from "./objects.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

/** Only together with `confirm`. */
const CONFIRM_PARAMETERS = ["return_url", "off_session", "error_on_requires_action", "mandate_data", "use_stripe_sdk"];
const CREATE_PARAMETERS = [
  "amount",
  "currency",
  "customer",
  "payment_method",
  "confirm",
  "automatic_payment_methods",
  "allowed_payment_method_types",
  "excluded_payment_method_types",
  "metadata",
  "setup_future_usage",
  "capture_method",
  "description",
  "receipt_email",
  "statement_descriptor",
  "statement_descriptor_suffix",
  "payment_method_options",
];
const UPDATE_PARAMETERS = [
  "amount",
  "currency",
  "customer",
  "description",
  "metadata",
  "payment_method",
  "receipt_email",
  "setup_future_usage",
];
const CANCEL_REASONS = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];

function confirmation(params: Params) {
  // Besides booleans, Stripe takes one_off and recurring: both mean that the customer is away.
  const offSession = params.text("off_session");
  const returnUrl = params.text("return_url");
  if (returnUrl !== undefined && !URL.canParse(returnUrl)) {
    throw invalidParameter("return_url", "Not a valid URL", "url_invalid");
  }
  return {
    returnUrl,
    offSession: offSession !== undefined && offSession !== "false",
    errorOnRequiresAction: params.flag("error_on_requires_action"),
  };
}

function createFromParams(world: StripeWorld, params: Params): PaymentIntent {
  params.onlyKnown(...CREATE_PARAMETERS, ...CONFIRM_PARAMETERS);
  const confirm = params.flag("confirm");
  const early = CONFIRM_PARAMETERS.find((name) => !confirm && params.has(name));
  if (early !== undefined) {
    throw invalidParameter(early, `\`${early}\` can only be passed in when \`confirm\` is \`true\`.`);
  }
  const amount = params.requiredInteger("amount");
  const currency = params.requiredText("currency").toLowerCase();
  checkAmount(amount, currency);
  if (params.text("capture_method") === "manual") {
    throw invalidParameter("capture_method", "This sandbox does not capture by hand.");
  }
  const automatic = params.object("automatic_payment_methods")?.onlyKnown("enabled", "allow_redirects");
  const allowedTypes = params.has("allowed_payment_method_types")
    ? params.texts("allowed_payment_method_types")
    : undefined;
  const excludedTypes = params.has("excluded_payment_method_types")
    ? params.texts("excluded_payment_method_types")
    : undefined;
  if (allowedTypes && (automatic || excludedTypes)) {
    throw invalidParameter(
      "allowed_payment_method_types",
      "`allowed_payment_method_types` cannot be combined with `automatic_payment_methods` or `excluded_payment_method_types`.",
    );
  }
  const customer = params.text("customer");
  if (customer !== undefined) world.customer(customer, "customer");
  const methodId = params.text("payment_method");
  if (confirm && methodId === undefined) {
    throw invalidParameter("payment_method", "You must provide a `payment_method` when `confirm` is `true`.");
  }
  const allowRedirects = automatic?.text("allow_redirects") === "never" ? "never" : "always";
  if (confirm && !allowedTypes && allowRedirects === "always") params.requiredText("return_url");
  const { id } = createIntent(world, {
    amount,
    currency,
    customer,
    description: params.text("description"),
    metadata: params.metadata(),
    receiptEmail: params.text("receipt_email"),
    setupFutureUsage: params.text("setup_future_usage"),
    statementDescriptor: params.text("statement_descriptor"),
    statementDescriptorSuffix: params.text("statement_descriptor_suffix"),
    allowedTypes,
    excludedTypes,
    allowRedirects,
  });
  if (methodId !== undefined) setMethod(world, id, methodId);
  return confirm ? confirmIntent(world, id, confirmation(params)) : world.intent(id).wire;
}

function updateFromParams(world: StripeWorld, params: Params, id: string): PaymentIntent {
  params.onlyKnown(...UPDATE_PARAMETERS);
  const { wire, invoiceId } = world.intent(id);
  const changesMoney = ["amount", "currency", "customer", "payment_method"].some((name) => params.has(name));
  if (changesMoney && !["requires_payment_method", "requires_confirmation", "requires_action"].includes(wire.status)) {
    throw unexpectedState(wire, "update");
  }
  if (invoiceId !== undefined && (params.has("amount") || params.has("currency") || params.has("customer"))) {
    throw invalidParameter("amount", "The amount of an invoice's PaymentIntent is that of the invoice.");
  }
  const amount = params.integer("amount") ?? wire.amount;
  const currency = params.text("currency")?.toLowerCase() ?? wire.currency;
  if (changesMoney) checkAmount(amount, currency);
  const customer = params.text("customer");
  if (customer !== undefined) world.customer(customer, "customer");
  putIntent(world, id, {
    amount,
    currency,
    customer: customer ?? wire.customer,
    description: params.has("description") ? (params.text("description") ?? null) : wire.description,
    metadata: params.metadata(wire.metadata),
    receipt_email: params.has("receipt_email") ? (params.text("receipt_email") ?? null) : wire.receipt_email,
    setup_future_usage: params.text("setup_future_usage") ?? wire.setup_future_usage,
  });
  const methodId = params.text("payment_method");
  return methodId === undefined ? world.intent(id).wire : setMethod(world, id, methodId);
}

/** An intent of Checkout is the page's to use; one of an invoice is used freely, and ended by voiding the invoice. */
function refuseForeignIntent(world: StripeWorld, id: string, verb: "cancel" | "confirm"): void {
  const { sessionId, invoiceId } = world.intent(id);
  if (sessionId === undefined && (verb === "confirm" || invoiceId === undefined)) return;
  throw stripeError(
    400,
    {
      type: "invalid_request_error",
      code: "payment_intent_unexpected_state",
      message: `You cannot ${verb} this PaymentIntent because it was created by ${sessionId === undefined ? "an invoice" : "Checkout"}.`,
    },
    true,
  );
}

function confirmFromParams(world: StripeWorld, params: Params, id: string): PaymentIntent {
  params.onlyKnown(
    "payment_method",
    "setup_future_usage",
    "receipt_email",
    "payment_method_options",
    ...CONFIRM_PARAMETERS,
  );
  refuseForeignIntent(world, id, "confirm");
  const { wire } = world.intent(id);
  const methodId = params.text("payment_method");
  if (wire.status === "succeeded" || wire.status === "canceled" || wire.status === "processing") {
    throw unexpectedState(wire, "confirm");
  }
  if (methodId !== undefined) setMethod(world, id, methodId);
  return confirmIntent(world, id, confirmation(params));
}

function cancelFromParams(world: StripeWorld, params: Params, id: string): PaymentIntent {
  params.onlyKnown("cancellation_reason");
  refuseForeignIntent(world, id, "cancel");
  const reason = params.text("cancellation_reason") ?? null;
  if (reason !== null && !CANCEL_REASONS.includes(reason)) {
    throw invalidParameter(
      "cancellation_reason",
      `Invalid cancellation_reason: must be one of ${CANCEL_REASONS.join(", ")}`,
    );
  }
  return cancelIntent(world, id, reason);
}

/** `/v1/payment_intents` and `/v1/charges`. */
export function installIntentRoutes(world: StripeWorld): void {
  const base = "/v1/payment_intents";
  stripeRoute(world, "POST", base, (params) => createFromParams(world, params));
  stripeRoute(world, "GET", base, (params) => {
    const customer = params.onlyKnown(...LIST_PARAMETERS, "customer").text("customer");
    const intents = world.intents
      .values()
      .map(({ wire }) => wire)
      .filter((wire) => customer === undefined || wire.customer === customer);
    return listPage(intents, params, base);
  });
  stripeRoute(world, "GET", `${base}/:id`, (_params, { params: { id = "" } }) => world.intent(id).wire);
  stripeRoute(world, "POST", `${base}/:id`, (params, { params: { id = "" } }) => updateFromParams(world, params, id));
  stripeRoute(world, "POST", `${base}/:id/confirm`, (params, { params: { id = "" } }) =>
    confirmFromParams(world, params, id),
  );
  stripeRoute(world, "POST", `${base}/:id/cancel`, (params, { params: { id = "" } }) =>
    cancelFromParams(world, params, id),
  );
  stripeRoute(world, "GET", "/v1/charges", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "customer", "payment_intent");
    const [customer, intent] = [params.text("customer"), params.text("payment_intent")];
    const charges = world.charges
      .values()
      .filter((charge) => customer === undefined || charge.customer === customer)
      .filter((charge) => intent === undefined || charge.payment_intent === intent);
    return listPage(charges, params, "/v1/charges");
  });
  stripeRoute(world, "GET", "/v1/charges/:id", (_params, { params: { id = "" } }) => {
    const charge = world.charges.get(id);
    if (!charge) throw missingResource("charge", id);
    return charge;
  });
}
