import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import type { SetupIntent } from "./billing/objects.js";
import { withoutDecline } from "./control-routes.js";
import { invalidParameter } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { Params } from "./params.js";
import {
  answerSetupChallenge,
  cancelSetup,
  confirmSetup,
  createSetup,
  declineSetup,
  setSetupMethod,
  succeedSetup,
} from "./setups.js";
import { GENERIC_DECLINE } from "./test-cards.js";
import type { StripeWorld } from "./world.js";

/** Only together with `confirm`. */
const CONFIRM_PARAMETERS = ["return_url", "mandate_data", "use_stripe_sdk"];
const CREATE_PARAMETERS = [
  "allowed_payment_method_types",
  "automatic_payment_methods",
  "confirm",
  "customer",
  "description",
  "metadata",
  "payment_method",
  "payment_method_options",
  "usage",
];

function returnUrl(params: Params): string | undefined {
  const url = params.text("return_url");
  if (url !== undefined && !URL.canParse(url)) throw invalidParameter("return_url", "Not a valid URL", "url_invalid");
  return url;
}

function createFromParams(world: StripeWorld, params: Params): SetupIntent {
  params.onlyKnown(...CREATE_PARAMETERS, ...CONFIRM_PARAMETERS);
  const confirm = params.flag("confirm");
  const early = CONFIRM_PARAMETERS.find((name) => !confirm && params.has(name));
  if (early !== undefined) {
    throw invalidParameter(early, `\`${early}\` can only be passed in when \`confirm\` is \`true\`.`);
  }
  const customer = params.text("customer");
  if (customer !== undefined) world.customer(customer, "customer");
  const methodId = params.text("payment_method");
  if (confirm && methodId === undefined) {
    throw invalidParameter("payment_method", "You must provide a `payment_method` when `confirm` is `true`.");
  }
  const automatic = params.object("automatic_payment_methods")?.onlyKnown("enabled", "allow_redirects");
  const { id } = createSetup(world, {
    customer,
    description: params.text("description"),
    metadata: params.metadata(),
    usage: params.choice("usage", ["off_session", "on_session"]),
    allowedTypes: params.has("allowed_payment_method_types") ? params.texts("allowed_payment_method_types") : undefined,
    allowRedirects: automatic?.choice("allow_redirects", ["always", "never"]),
  });
  if (methodId !== undefined) setSetupMethod(world, id, methodId);
  return confirm ? confirmSetup(world, id, returnUrl(params)) : world.setup(id).wire;
}

function updateFromParams(world: StripeWorld, params: Params, id: string): SetupIntent {
  params.onlyKnown("customer", "description", "metadata", "payment_method");
  const stored = world.setup(id);
  const customer = params.text("customer");
  if (customer !== undefined) world.customer(customer, "customer");
  const wire = {
    ...stored.wire,
    customer: customer ?? stored.wire.customer,
    description: params.changed("description", stored.wire.description),
    metadata: params.metadata(stored.wire.metadata),
  };
  world.setups.put(id, { ...stored, wire });
  const methodId = params.text("payment_method");
  return methodId === undefined ? wire : setSetupMethod(world, id, methodId);
}

function confirmFromParams(world: StripeWorld, params: Params, id: string): SetupIntent {
  params.onlyKnown("payment_method", "payment_method_options", ...CONFIRM_PARAMETERS);
  const methodId = params.text("payment_method");
  if (methodId !== undefined) setSetupMethod(world, id, methodId);
  return confirmSetup(world, id, returnUrl(params));
}

/** The customer's part without a browser: `/sandbox/setup_intents`. */
function installSetupControl(world: StripeWorld): void {
  const route = (verb: string, act: (setup: SetupIntent, methodId: string) => void) =>
    world.server.control("POST", `/sandbox/setup_intents/:id/${verb}`, ({ params: { id = "" }, body }) => {
      const { wire } = world.setup(id);
      if (wire.status === "succeeded" || wire.status === "canceled") {
        throw controlRefusal(409, `the setup intent is ${wire.status}`);
      }
      act(wire, typeof body.payment_method === "string" ? body.payment_method : "pm_card_visa");
      return world.setup(id).wire;
    });
  route("succeed", ({ id, status }, methodId) => {
    if (status === "requires_action") return answerSetupChallenge(world, id, true);
    return succeedSetup(world, setSetupMethod(world, id, methodId).id);
  });
  route("fail", ({ id, status }) => {
    if (status === "requires_action") return answerSetupChallenge(world, id, false);
    return withoutDecline(() => declineSetup(world, id, GENERIC_DECLINE));
  });
}

/** `/v1/setup_intents`. */
export function installSetupRoutes(world: StripeWorld): void {
  const base = "/v1/setup_intents";
  stripeRoute(world, "POST", base, (params) => createFromParams(world, params));
  stripeRoute(world, "GET", base, (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "customer", "payment_method");
    const [customer, method] = [params.text("customer"), params.text("payment_method")];
    const setups = world.setups
      .values()
      .map(({ wire }) => wire)
      .filter((wire) => customer === undefined || wire.customer === customer)
      .filter((wire) => method === undefined || wire.payment_method === method);
    return listPage(setups, params, base);
  });
  stripeRoute(world, "GET", `${base}/:id`, (_params, { params: { id = "" } }) => world.setup(id).wire);
  stripeRoute(world, "POST", `${base}/:id`, (params, { params: { id = "" } }) => updateFromParams(world, params, id));
  stripeRoute(world, "POST", `${base}/:id/confirm`, (params, { params: { id = "" } }) =>
    confirmFromParams(world, params, id),
  );
  stripeRoute(world, "POST", `${base}/:id/cancel`, (params, { params: { id = "" } }) => {
    params.onlyKnown("cancellation_reason");
    const reason = params.choice("cancellation_reason", ["abandoned", "duplicate", "requested_by_customer"]) ?? null;
    return cancelSetup(world, id, reason);
  });
  installSetupControl(world);
}
