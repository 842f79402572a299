import { invalidParameter, missingResource, stripeError } from "../errors.js";
import type { Params } from "../params.js";
import type { StripeWorld } from "../world.js";
import { applyChange, type ChangeTerms, type PaymentTerms, planChange, prorate } from "./changes.js";
import { ownMethod, readCancelAt, readPaymentSettings, readTrialSettings } from "./create.js";
import { redeemCoupons } from "./discounts.js";
import { readChangedItems } from "./items.js";
import type { Subscription } from "./objects.js";
import { billRest, turnPeriod } from "./periods.js";
import { endSubscription, isOver, itemList, periodOf, putSubscription, refuseOver } from "./subscriptions.js";

const PARAMETERS = [
  "billing_cycle_anchor",
  "cancel_at",
  "cancel_at_period_end",
  "cancellation_details",
  "default_payment_method",
  "description",
  "discounts",
  "items",
  "metadata",
  "off_session",
  "pause_collection",
  "payment_behavior",
  "payment_settings",
  "proration_behavior",
  "proration_date",
  "trial_end",
  "trial_settings",
];
const PRORATIONS = ["create_prorations", "none", "always_invoice"] as const;
const BEHAVIORS = ["allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"] as const;
/** What a change that waits for its payment may be about. */
const PENDING_PARAMETERS = [
  "billing_cycle_anchor",
  "expand",
  "items",
  "metadata",
  "off_session",
  "payment_behavior",
  "proration_behavior",
  "proration_date",
];

/** The terms of a change, as an update and its preview give them alike. Throws Stripe's 400. */
export function readTerms(world: StripeWorld, params: Params, wire: Subscription): ChangeTerms {
  const { start, end } = periodOf(wire);
  const given = params.integer("proration_date") ?? world.now();
  const inPeriod = (at: number | undefined) => at !== undefined && at >= start && at <= end;
  // Who shows a preview names the moment by the own clock, which a moved one is far from.
  const at = inPeriod(given) ? given : (world.clock.fromReal(given) ?? given);
  if (params.has("proration_date") && !inPeriod(at)) {
    throw invalidParameter(
      "proration_date",
      "Invalid `proration_date`: it must be within the subscription's current period.",
    );
  }
  const anchor = params.object("billing_cycle_anchor")?.choice("type", ["now", "unchanged"]);
  return {
    proration: params.choice("proration_behavior", PRORATIONS) ?? "create_prorations",
    at: Math.min(Math.max(at, start), end),
    restart: anchor === "now",
  };
}

function pauseOf(params: Params, before: Subscription["pause_collection"]): Subscription["pause_collection"] {
  if (!params.has("pause_collection")) return before;
  const given = params.object("pause_collection")?.onlyKnown("behavior", "resumes_at");
  if (!given) return null;
  given.requiredText("behavior");
  const behavior = given.choice("behavior", ["keep_as_draft", "mark_uncollectible", "void"]) ?? "void";
  return { behavior, resumes_at: given.integer("resumes_at") ?? null };
}

function cancellation(world: StripeWorld, params: Params, wire: Subscription): Partial<Subscription> {
  const atEnd = params.optionalFlag("cancel_at_period_end");
  if (atEnd === undefined && !params.has("cancel_at")) return {};
  const { end } = periodOf(wire);
  const cancel_at = atEnd === true ? end : readCancelAt(params, end);
  if (cancel_at !== null && cancel_at <= world.now()) {
    throw invalidParameter("cancel_at", "The subscription must be canceled in the future.");
  }
  const details = params.object("cancellation_details")?.onlyKnown("comment", "feedback");
  return {
    cancel_at,
    cancel_at_period_end: atEnd === true,
    canceled_at: cancel_at === null ? null : world.now(),
    cancellation_details: {
      comment: details?.text("comment") ?? null,
      feedback: details?.text("feedback") ?? null,
      feedback_option: null,
      reason: cancel_at === null ? null : "cancellation_requested",
    },
  };
}

/** Everything but the items. */
function readChange(world: StripeWorld, params: Params, wire: Subscription): Partial<Subscription> {
  const methodId = params.text("default_payment_method");
  const owner = { customer: wire.customer, subscription: wire.id };
  return {
    ...cancellation(world, params, wire),
    default_payment_method: params.isCleared("default_payment_method")
      ? null
      : methodId === undefined
        ? wire.default_payment_method
        : ownMethod(world, methodId, wire.customer),
    description: params.changed("description", wire.description),
    discounts: params.has("discounts") ? redeemCoupons(world, params, owner) : wire.discounts,
    pause_collection: pauseOf(params, wire.pause_collection),
    payment_settings: readPaymentSettings(params, wire.payment_settings),
    trial_settings: readTrialSettings(params, wire.trial_settings),
  };
}

/** A trial ends now or at another time. */
function moveTrial(world: StripeWorld, params: Params, wire: Subscription): void {
  const now = world.now();
  const end = params.text("trial_end") === "now" ? now : params.integer("trial_end");
  if (end === undefined) return;
  if (wire.status !== "trialing" || end < now) {
    throw invalidParameter("trial_end", "Only the trial of a trialing subscription can be moved, and to the future.");
  }
  const items = wire.items.data.map((item) => ({ ...item, current_period_end: end }));
  const change = { billing_cycle_anchor: end, items: itemList(wire.id, items), trial_end: end };
  const event = end === now ? undefined : "customer.subscription.updated";
  putSubscription(world, wire.id, change, event, { trialNoticeSent: false });
  if (end === now) turnPeriod(world, wire.id);
}

/** Changes a subscription. Throws Stripe's 400, 402 and 404. */
export function updateSubscription(world: StripeWorld, params: Params, id: string): Subscription {
  params.onlyKnown(...PARAMETERS);
  const stored = world.subscription(id);
  const { wire } = stored;
  const metadata = params.metadata(wire.metadata);
  if (
    isOver(wire) &&
    !PARAMETERS.some((name) => !["metadata", "cancellation_details"].includes(name) && params.has(name))
  ) {
    return putSubscription(world, id, { metadata }, "customer.subscription.updated");
  }
  refuseOver(wire);
  const payment: PaymentTerms = {
    behavior: params.choice("payment_behavior", BEHAVIORS) ?? "allow_incomplete",
    offSession: params.flag("off_session"),
  };
  const forbidden = PARAMETERS.find((name) => params.has(name) && !PENDING_PARAMETERS.includes(name));
  if (payment.behavior === "pending_if_incomplete" && forbidden !== undefined) {
    throw invalidParameter(
      forbidden,
      `Passing \`payment_behavior=pending_if_incomplete\` supports a limited set of parameters; \`${forbidden}\` is not one of them.`,
    );
  }
  const terms = readTerms(world, params, wire);
  const change = readChange(world, params, wire);
  if (params.has("items") || terms.restart) {
    if (wire.status === "incomplete") {
      throw invalidParameter("items", "The items of an incomplete subscription cannot be changed.");
    }
    const items = readChangedItems(world, params, wire, periodOf(wire));
    const plan = planChange(world, stored, items, terms);
    applyChange(world, id, plan, { at: terms.at, payment, change, metadata });
  } else putSubscription(world, id, { ...change, metadata }, "customer.subscription.updated");
  moveTrial(world, params, world.subscription(id).wire);
  return world.subscription(id).wire;
}

/** Ends a subscription now. One that is over already is unknown, as at Stripe. */
export function cancelSubscription(world: StripeWorld, params: Params, id: string): Subscription {
  params.onlyKnown("cancellation_details", "invoice_now", "prorate");
  const stored = world.subscription(id);
  const { wire } = stored;
  if (isOver(wire)) throw missingResource("subscription", id, "id", true);
  const details = params.object("cancellation_details")?.onlyKnown("comment", "feedback");
  if (params.flag("prorate") && wire.status !== "trialing") {
    const credits = prorate(world, wire, { before: wire.items.data, after: [] }, world.now());
    putSubscription(world, id, {}, undefined, { pendingLines: [...stored.pendingLines, ...credits] });
  }
  if (params.flag("invoice_now")) billRest(world, world.subscription(id));
  return endSubscription(world, id, "cancellation_requested", {
    comment: details?.text("comment") ?? null,
    feedback: details?.text("feedback") ?? null,
  });
}

/** Puts a subscription to sleep: no periods, no invoices. What is left of the period is given back on the next one. */
export function pauseSubscription(world: StripeWorld, params: Params, id: string): Subscription {
  params.onlyKnown("bill_for", "invoicing_behavior", "type");
  const stored = world.subscription(id);
  const { wire } = stored;
  if (wire.status !== "active" && wire.status !== "trialing") throw wrongStatus(wire, "paused");
  const credits =
    wire.status === "trialing" ? [] : prorate(world, wire, { before: wire.items.data, after: [] }, world.now());
  return putSubscription(world, id, { status: "paused" }, "customer.subscription.paused", {
    pendingLines: [...stored.pendingLines, ...credits],
  });
}

/** Wakes a paused subscription up: a new period starts now, and its invoice is collected. */
export function resumeSubscription(world: StripeWorld, params: Params, id: string): Subscription {
  params.onlyKnown("billing_cycle_anchor", "payment_behavior", "proration_behavior", "proration_date");
  const stored = world.subscription(id);
  const { wire } = stored;
  if (wire.status !== "paused") throw wrongStatus(wire, "resumed");
  const behavior =
    params.choice("payment_behavior", ["resume_on_payment_attempt", "resume_on_payment_success"]) ??
    "resume_on_payment_attempt";
  const payment: PaymentTerms = { behavior: "allow_incomplete", offSession: true };
  const terms: ChangeTerms = { proration: "none", at: world.now(), restart: true };
  const plan = planChange(world, stored, wire.items.data, terms);
  applyChange(world, id, plan, { at: terms.at, payment, change: {}, metadata: wire.metadata });
  const { latest_invoice } = world.subscription(id).wire;
  const paid = latest_invoice !== null && world.invoice(latest_invoice).wire.status === "paid";
  if (!paid && behavior === "resume_on_payment_success") {
    putSubscription(world, id, {}, undefined, { resumedBy: latest_invoice ?? "" });
    return world.subscription(id).wire;
  }
  return putSubscription(world, id, { status: paid ? "active" : "past_due" }, "customer.subscription.resumed");
}

function wrongStatus(wire: Subscription, verb: string) {
  const message = `A subscription with status ${wire.status} cannot be ${verb}.`;
  return stripeError(400, { type: "invalid_request_error", message, param: "id" }, true);
}
