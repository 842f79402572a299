import { randomId } from "../../ids.js";
import { Refusal } from "../../refusal.js";
import { invalidParameter } from "../errors.js";
import { setMethod } from "../intents.js";
import { behaviourOf } from "../methods.js";
import type { Params } from "../params.js";
import { createSetup, setSetupMethod } from "../setups.js";
import type { StoredInvoice, StripeWorld } from "../world.js";
import { DAY_SECONDS, periodEnd, TRIAL_NOTICE_SECONDS } from "./calendar.js";
import { collectInvoice, payingMethod } from "./collection.js";
import { redeemCoupons, remainingDiscounts } from "./discounts.js";
import { createInvoice, finalizeInvoice } from "./invoices.js";
import { checkTogether, readNewItems } from "./items.js";
import { fullLine, trialLine } from "./lines.js";
import type { Subscription, SubscriptionItem } from "./objects.js";
import { isOver, itemList, periodOf, productName, putSubscription } from "./subscriptions.js";

const MAX_TRIAL_DAYS = 730;
const PAYMENT_BEHAVIORS = [
  "allow_incomplete",
  "default_incomplete",
  "error_if_incomplete",
  "pending_if_incomplete",
] as const;
const PARAMETERS = [
  "billing_mode",
  "cancel_at",
  "cancel_at_period_end",
  "collection_method",
  "currency",
  "customer",
  "default_payment_method",
  "description",
  "discounts",
  "items",
  "metadata",
  "off_session",
  "payment_behavior",
  "payment_settings",
  "proration_behavior",
  "trial_end",
  "trial_period_days",
  "trial_settings",
];

/** What every new subscription has alike. */
const PLAIN = {
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  cancel_at: null,
  cancel_at_period_end: false,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: "charge_automatically",
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: "self" },
  },
  latest_invoice: null,
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  test_clock: null,
  transfer_data: null,
} satisfies Partial<Subscription>;

/** The settings of payments that a request gives, over those that there are. */
export function readPaymentSettings(
  params: Params,
  before: Subscription["payment_settings"],
): Subscription["payment_settings"] {
  const given = params
    .object("payment_settings")
    ?.onlyKnown("payment_method_options", "payment_method_types", "save_default_payment_method");
  return {
    payment_method_options: null,
    payment_method_types: given?.has("payment_method_types")
      ? given.texts("payment_method_types")
      : (before?.payment_method_types ?? null),
    save_default_payment_method:
      given?.choice("save_default_payment_method", ["off", "on_subscription"]) ??
      before?.save_default_payment_method ??
      "off",
  };
}

/** What becomes of a trial that ends without a payment method. */
export function readTrialSettings(
  params: Params,
  before: Subscription["trial_settings"],
): Subscription["trial_settings"] {
  const given = params
    .object("trial_settings")
    ?.onlyKnown("end_behavior")
    .object("end_behavior")
    ?.choice("missing_payment_method", ["cancel", "create_invoice", "pause"]);
  return given ? { end_behavior: { billing_cycle_anchor: null, missing_payment_method: given } } : before;
}

/** A payment method of this customer. Throws Stripe's 400. */
export function ownMethod(world: StripeWorld, id: string, customer: string): string {
  if (world.methods.get(id)?.wire.customer === customer) return id;
  throw invalidParameter(
    "default_payment_method",
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    "resource_missing",
  );
}

function trialEndOf(params: Params, now: number): number | null {
  const days = params.integer("trial_period_days");
  const end = params.text("trial_end") === "now" ? undefined : params.integer("trial_end");
  if (days !== undefined && end !== undefined) {
    throw invalidParameter("trial_end", "You may only specify one of trial_end and trial_period_days.");
  }
  if (days !== undefined && (days < 0 || days > MAX_TRIAL_DAYS)) {
    throw invalidParameter("trial_period_days", `The trial must have from 0 to ${MAX_TRIAL_DAYS} days.`);
  }
  if (end !== undefined && end <= now) throw invalidParameter("trial_end", "The trial must end in the future.");
  if (end !== undefined) return end;
  return days === undefined || days === 0 ? null : now + days * DAY_SECONDS;
}

function checkCurrency(world: StripeWorld, customer: string, currency: string): void {
  const other = world.subscriptions
    .values()
    .find(({ wire }) => wire.customer === customer && !isOver(wire) && wire.currency !== currency);
  if (other) {
    throw invalidParameter(
      "items",
      `You cannot combine currencies on a single customer. This customer has an active subscription with currency ${other.wire.currency}.`,
    );
  }
}

/** A subscription as a request describes it. Changes nothing. Throws Stripe's 400. */
export function composeSubscription(world: StripeWorld, params: Params, id: string): Subscription {
  const now = world.now();
  const customer = world.customer(params.requiredText("customer"), "customer");
  const chosen = readNewItems(world, params, id);
  const { currency, recurring } = checkTogether(chosen);
  checkCurrency(world, customer.id, currency);
  const trialEnd = trialEndOf(params, now);
  const anchor = trialEnd ?? now;
  const end = trialEnd ?? periodEnd(anchor, recurring, now);
  const items: SubscriptionItem[] = chosen.map((item) => ({
    ...item,
    current_period_start: now,
    current_period_end: end,
  }));
  const methodId = params.text("default_payment_method");
  const billingMode = params.object("billing_mode")?.choice("type", ["classic", "flexible"]) ?? "flexible";
  const cancelAtPeriodEnd = params.flag("cancel_at_period_end");
  return {
    ...PLAIN,
    id,
    object: "subscription",
    billing_cycle_anchor: anchor,
    billing_mode: {
      flexible: billingMode === "flexible" ? { proration_discounts: "included" } : null,
      type: billingMode,
    },
    cancel_at: cancelAtPeriodEnd ? end : readCancelAt(params, end),
    cancel_at_period_end: cancelAtPeriodEnd,
    created: now,
    currency,
    customer: customer.id,
    default_payment_method: methodId === undefined ? null : ownMethod(world, methodId, customer.id),
    description: params.text("description") ?? null,
    discounts: redeemCoupons(world, params, { customer: customer.id, subscription: id }),
    items: itemList(id, items),
    metadata: params.metadata(),
    payment_settings: readPaymentSettings(params, null),
    start_date: now,
    status: trialEnd === null ? "incomplete" : "trialing",
    trial_end: trialEnd,
    trial_settings: readTrialSettings(params, {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: "create_invoice" },
    }),
    trial_start: trialEnd === null ? null : now,
  };
}

/** When a subscription is to end: a time, or a word for the end of the period. Null takes it back. */
export function readCancelAt(params: Params, periodEnd: number): number | null {
  const text = params.text("cancel_at");
  if (text === "min_period_end" || text === "max_period_end" || text === "max_billed_until") return periodEnd;
  return params.integer("cancel_at") ?? null;
}

function firstInvoice(world: StripeWorld, subscription: Subscription): StoredInvoice {
  const period = periodOf(subscription);
  const toLine = subscription.status === "trialing" ? trialLine : fullLine;
  const lines = subscription.items.data.map((item) =>
    toLine(subscription, item, period, productName(world, item.price.product)),
  );
  const now = world.now();
  return createInvoice(world, { subscription, lines, reason: "subscription_create", period: { start: now, end: now } });
}

/** Saves a card for later when nothing is to be paid yet and nobody could be asked at the first renewal. */
function setupForLater(world: StripeWorld, subscription: Subscription): void {
  const methodId = payingMethod(world, subscription.id);
  const method = methodId === null ? undefined : world.methods.get(methodId);
  const behaviour = method && behaviourOf(method);
  const asks = behaviour?.kind === "authenticate" && behaviour.unless !== "off_session" && !method?.setUp;
  if (method && !asks) return;
  const setup = createSetup(world, { customer: subscription.customer, metadata: {} });
  if (method) setSetupMethod(world, setup.id, method.wire.id);
  putSubscription(world, subscription.id, { pending_setup_intent: setup.id });
}

/** Stores a new subscription and the draft of its first invoice, whose id it returns. */
function begin(world: StripeWorld, created: Subscription): string {
  const { id } = created;
  const customer = world.customer(created.customer);
  if (customer.currency === null) world.customers.put(customer.id, { ...customer, currency: created.currency });
  world.subscriptions.put(id, { wire: created, pendingLines: [] });
  world.server.effects.count("subscriptions", id, "created", created.metadata);
  world.emit("customer.subscription.created", created);
  if (created.trial_end !== null && created.trial_end - created.created <= TRIAL_NOTICE_SECONDS) {
    putSubscription(world, id, {}, "customer.subscription.trial_will_end", { trialNoticeSent: true });
  }
  const invoice = firstInvoice(world, created);
  const discounts = remainingDiscounts(world, created.discounts, invoice.wire.total_discount_amounts);
  putSubscription(world, id, { latest_invoice: invoice.wire.id, discounts });
  return invoice.wire.id;
}

/**
 * A subscription that was paid for on a Checkout page. It exists only from now on: active or in its trial, with a paid
 * invoice. `paidBy` is the intent that took the money; absent, there was nothing to pay. Throws Stripe's 400.
 */
export function subscribeOnPage(world: StripeWorld, params: Params, paidBy: string | undefined): Subscription {
  const id = randomId("sub_1");
  const composed = composeSubscription(world, params, id);
  const status = composed.status === "trialing" ? "trialing" : "active";
  const invoiceId = begin(world, { ...composed, status });
  if (status === "active") world.server.effects.count("subscriptions", id, "activated", composed.metadata);
  finalizeInvoice(world, invoiceId, paidBy);
  return world.subscription(id).wire;
}

/** Starts a subscription with its first invoice. Throws Stripe's 400 and 402. */
export function createSubscription(world: StripeWorld, params: Params): Subscription {
  params.onlyKnown(...PARAMETERS);
  if (params.text("collection_method") === "send_invoice") {
    throw invalidParameter("collection_method", "This sandbox has only charge_automatically.");
  }
  const behavior = params.choice("payment_behavior", PAYMENT_BEHAVIORS) ?? "allow_incomplete";
  if (behavior === "pending_if_incomplete") {
    throw invalidParameter("payment_behavior", "pending_if_incomplete is only for updates.");
  }
  const id = randomId("sub_1");
  const created = composeSubscription(world, params, id);
  const invoiceId = begin(world, created);
  const { status } = finalizeInvoice(world, invoiceId);
  if (status === "paid") setupForLater(world, created);
  else if (behavior === "default_incomplete") prepare(world, invoiceId);
  else {
    const offSession = params.flag("off_session");
    const refusal = collectInvoice(world, invoiceId, { automatic: true, offSession });
    // Not remembered under the key, so that nothing is left of the subscription.
    if (refusal && (behavior === "error_if_incomplete" || refusal.status === 400)) {
      throw new Refusal(refusal.status, refusal.body);
    }
  }
  return world.subscription(id).wire;
}

/** Puts the method that would pay on the invoice's intent, for the front end to confirm. */
export function prepare(world: StripeWorld, invoiceId: string): void {
  const invoice = world.invoice(invoiceId);
  const methodId = payingMethod(world, invoice.subscriptionId);
  if (methodId !== null && invoice.intentId !== undefined) setMethod(world, invoice.intentId, methodId);
}
