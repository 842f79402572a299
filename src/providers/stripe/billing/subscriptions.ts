/** Subscriptions (docs.stripe.com/api/subscriptions, API 2026-10-28.endive: periods are the items'). */
import type Stripe from "stripe";
import { z } from "zod";
import {
  type BillingPort,
  type CreateSubscriptionRequest,
  type Proration,
  SUBSCRIPTION_STATUSES,
  type SubscriptionCheckout,
  type SubscriptionNews,
  type SubscriptionStatus,
} from "../../ports/billing.js";
import type { Installation, ProviderResult } from "../../ports/common.js";
import { installationMetadata, metadataSchema, SUBSCRIPTION_ID_KEY } from "../../shared.js";
import { askStripe, type StripeClient } from "../client.js";
import { currency, idOf, optional, same, toDate, unixTime } from "./read.js";

type SubscriptionPort = Pick<
  BillingPort,
  | "createSubscription"
  | "createSubscriptionCheckout"
  | "getSubscriptionCheckout"
  | "expireSubscriptionCheckout"
  | "getSubscription"
  | "listSubscriptions"
  | "changeSubscription"
  | "cancelSubscription"
  | "pauseSubscription"
  | "resumeSubscription"
>;

const EXPAND = ["latest_invoice.confirmation_secret", "pending_setup_intent"];
/** docs.stripe.com/metadata. */
const METADATA_MAX = { keys: 50, keyLength: 40, valueLength: 500 };
const SUBSCRIPTIONS_MAX = 500;

const secretSchema = z.looseObject({ client_secret: z.string().nullish() });

const subscriptionSchema = z.looseObject({
  id: z.string().min(1),
  customer: idOf,
  status: z.string(),
  currency,
  metadata: metadataSchema,
  created: unixTime,
  items: z.looseObject({
    data: z.array(
      z.looseObject({
        id: z.string().min(1),
        price: idOf,
        quantity: z.int().nonnegative().nullish(),
        current_period_start: unixTime,
        current_period_end: unixTime,
      }),
    ),
  }),
  cancel_at: unixTime.nullish(),
  cancel_at_period_end: z.boolean().nullish(),
  canceled_at: unixTime.nullish(),
  ended_at: unixTime.nullish(),
  trial_end: unixTime.nullish(),
  pause_collection: z.looseObject({}).nullish(),
  default_payment_method: idOf.nullish(),
  latest_invoice: z
    .union([
      z.string(),
      z.looseObject({
        id: z.string().min(1),
        status: z.string().nullish(),
        confirmation_secret: secretSchema.nullish(),
      }),
    ])
    .nullish(),
  pending_setup_intent: z.union([z.string(), secretSchema]).nullish(),
  pending_update: z.looseObject({}).nullish(),
});
type StripeSubscription = z.infer<typeof subscriptionSchema>;

const sessionSchema = z.looseObject({
  id: z.string().min(1),
  mode: z.string(),
  status: z.string().nullish(),
  url: z.string().nullish(),
  expires_at: unixTime.nullish(),
  subscription: idOf.nullish(),
});

const isKnown = (status: string): status is SubscriptionStatus =>
  (SUBSCRIPTION_STATUSES as readonly string[]).includes(status);

/** A subscription as news. Throws a ZodError when a field that we act on is not what Stripe documents. */
export function subscriptionNews(value: unknown): SubscriptionNews {
  const subscription = subscriptionSchema.parse(value);
  const ours = subscription.metadata[SUBSCRIPTION_ID_KEY];
  const invoice = subscription.latest_invoice;
  const items = subscription.items.data.map((item) => ({
    itemReference: item.id,
    priceReference: item.price,
    quantity: item.quantity ?? 1,
    periodStart: toDate(item.current_period_start),
    periodEnd: toDate(item.current_period_end),
  }));
  const at = endsAt(subscription, items);
  const time = <Name extends string>(name: Name, seconds: number | null | undefined) =>
    optional(name, seconds == null ? undefined : toDate(seconds));
  return {
    ...optional("subscriptionId", typeof ours === "string" ? ours : undefined),
    providerReference: subscription.id,
    customerReference: subscription.customer,
    status: isKnown(subscription.status) ? subscription.status : "unpaid",
    items,
    currency: subscription.currency.toUpperCase(),
    ...optional("cancelAt", at),
    ...time("canceledAt", subscription.canceled_at),
    ...time("endedAt", subscription.ended_at),
    ...time("trialEnd", subscription.trial_end),
    collectionPaused: subscription.pause_collection != null,
    ...optional("defaultMethodReference", subscription.default_payment_method),
    ...optional("latestInvoiceReference", typeof invoice === "object" ? invoice?.id : invoice),
    ...optional("clientSecret", clientSecretOf(subscription)),
    hasPendingUpdate: subscription.pending_update != null,
    createdAt: toDate(subscription.created),
  };
}

/** Both are read: in flexible billing mode the portal's "cancel at period end" sets `cancel_at` alone. */
function endsAt(subscription: StripeSubscription, items: SubscriptionNews["items"]): Date | undefined {
  if (subscription.cancel_at != null) return toDate(subscription.cancel_at);
  if (subscription.cancel_at_period_end !== true) return undefined;
  return new Date(Math.max(...items.map(({ periodEnd }) => periodEnd.getTime())));
}

/** The first invoice's while it is open, or, in a trial without a method, that of the card to be saved. */
function clientSecretOf({ latest_invoice: invoice, pending_setup_intent: setup }: StripeSubscription) {
  if (invoice && typeof invoice === "object" && invoice.status === "open") {
    return invoice.confirmation_secret?.client_secret ?? undefined;
  }
  return setup && typeof setup === "object" ? (setup.client_secret ?? undefined) : undefined;
}

export const prorationBehavior = (proration: Proration): "none" | "create_prorations" | "always_invoice" =>
  (({ none: "none", create: "create_prorations", invoice_now: "always_invoice" }) as const)[proration];

interface Options {
  readonly publicUrl: string;
  readonly installation?: Installation | undefined;
}

/** Stripe's subscriptions. */
export function stripeSubscriptions(stripe: StripeClient, { publicUrl, installation }: Options): SubscriptionPort {
  const ask = (reference: string, call: (client: Stripe) => Promise<Stripe.Subscription>) =>
    askStripe(stripe, call, (reply) => same(subscriptionNews(reply), reply.id, reference));
  const askSession = (call: (client: Stripe) => Promise<Stripe.Checkout.Session>) =>
    askStripe(stripe, call, checkoutFacts);
  return {
    createSubscription: async (request) =>
      createSubscription(stripe, request, await subscriptionMetadata(request, installation)),
    createSubscriptionCheckout: async (request) => {
      const params = checkoutParams(request, publicUrl, await subscriptionMetadata(request, installation));
      const { idempotencyKey } = request;
      return askSession((client) => client.checkout.sessions.create(params, { idempotencyKey }));
    },
    getSubscriptionCheckout: (reference) => askSession((client) => client.checkout.sessions.retrieve(reference)),
    expireSubscriptionCheckout: ({ sessionReference, idempotencyKey }) =>
      askSession((client) => client.checkout.sessions.expire(sessionReference, {}, { idempotencyKey })),
    getSubscription: (reference) =>
      ask(reference, (client) => client.subscriptions.retrieve(reference, { expand: EXPAND })),
    listSubscriptions: (customer) =>
      askStripe(
        stripe,
        (client) =>
          client.subscriptions
            .list({ customer, status: "all", limit: 100 })
            .autoPagingToArray({ limit: SUBSCRIPTIONS_MAX }),
        (subscriptions) => subscriptions.map(subscriptionNews),
      ),
    changeSubscription: ({ providerReference: reference, idempotencyKey, ...change }) =>
      ask(reference, (client) => client.subscriptions.update(reference, changeParams(change), { idempotencyKey })),
    cancelSubscription: ({ providerReference: reference, at, idempotencyKey }) =>
      ask(reference, (client) =>
        at === "now"
          ? client.subscriptions.cancel(reference, {}, { idempotencyKey })
          : client.subscriptions.update(reference, { cancel_at_period_end: true, expand: EXPAND }, { idempotencyKey }),
      ),
    pauseSubscription: ({ providerReference: reference, idempotencyKey }) =>
      ask(reference, (client) =>
        client.subscriptions.update(
          reference,
          { pause_collection: { behavior: "void" }, expand: EXPAND },
          { idempotencyKey },
        ),
      ),
    resumeSubscription: (request) => resume(ask, request),
  };
}

function createSubscription(
  stripe: StripeClient,
  request: CreateSubscriptionRequest,
  metadata: Record<string, string>,
): Promise<ProviderResult<SubscriptionNews>> {
  const { methodReference, trialDays } = request;
  const params: Stripe.SubscriptionCreateParams = {
    customer: request.customerReference,
    items: [{ price: request.priceReference, quantity: request.quantity }],
    // With a saved method the first invoice is charged at once; a decline leaves it to be paid in the front end.
    payment_behavior: methodReference === undefined ? "default_incomplete" : "allow_incomplete",
    payment_settings: { save_default_payment_method: "on_subscription" },
    billing_mode: { type: "flexible" },
    metadata,
    ...optional("default_payment_method", methodReference),
    ...(trialDays ? { trial_period_days: trialDays } : {}),
    expand: EXPAND,
  };
  return askStripe(
    stripe,
    (client) => client.subscriptions.create(params, { idempotencyKey: request.idempotencyKey }),
    (reply) => {
      const news = subscriptionNews(reply);
      return same(news, news.subscriptionId ?? "", request.subscriptionId);
    },
  );
}

function checkoutParams(
  request: Parameters<BillingPort["createSubscriptionCheckout"]>[0],
  publicUrl: string,
  metadata: Record<string, string>,
): Stripe.Checkout.SessionCreateParams {
  const landing = new URL("/", publicUrl);
  landing.searchParams.set("subscription", request.subscriptionId);
  return {
    mode: "subscription",
    customer: request.customerReference,
    line_items: [{ price: request.priceReference, quantity: request.quantity }],
    client_reference_id: request.subscriptionId,
    // A session's metadata is not copied to what comes out of it.
    metadata,
    subscription_data: { metadata, ...(request.trialDays ? { trial_period_days: request.trialDays } : {}) },
    success_url: request.successUrl ?? landing.href,
    ...optional("cancel_url", request.cancelUrl),
  };
}

async function subscriptionMetadata(
  request: Pick<CreateSubscriptionRequest, "metadata" | "subscriptionId">,
  installation: Installation | undefined,
): Promise<Record<string, string>> {
  const { keys, keyLength, valueLength } = METADATA_MAX;
  const fitting = Object.entries(request.metadata).filter(
    ([key, value]) => /^[^[\]]+$/.test(key) && key.length <= keyLength && value.length <= valueLength,
  );
  const own = { ...(await installationMetadata(installation)), [SUBSCRIPTION_ID_KEY]: request.subscriptionId };
  return { ...Object.fromEntries(fitting.slice(0, keys - Object.keys(own).length)), ...own };
}

/**
 * A change that is invoiced at once, as every change of the interval is, takes effect only when it is paid: until then it is the
 * subscription's pending update. Otherwise what is not paid for could be changed back and would be given back.
 */
function changeParams(
  change: Omit<Parameters<BillingPort["changeSubscription"]>[0], "providerReference" | "idempotencyKey">,
): Stripe.SubscriptionUpdateParams {
  const { itemReference, priceReference, quantity, proration, prorationDate } = change;
  return {
    items: [{ id: itemReference, price: priceReference, quantity }],
    proration_behavior: prorationBehavior(proration),
    payment_behavior: proration === "none" ? "allow_incomplete" : "pending_if_incomplete",
    ...(prorationDate && proration !== "none" ? { proration_date: Math.floor(prorationDate.getTime() / 1_000) } : {}),
    expand: EXPAND,
  };
}

type AskSubscription = (
  reference: string,
  call: (client: Stripe) => Promise<Stripe.Subscription>,
) => Promise<ProviderResult<SubscriptionNews>>;

/** What is to be undone is looked up first, so that asking again after a lost reply finds nothing left to do. */
async function resume(
  ask: AskSubscription,
  { providerReference: reference, idempotencyKey }: Parameters<BillingPort["resumeSubscription"]>[0],
): Promise<ProviderResult<SubscriptionNews>> {
  let before: Stripe.Subscription | undefined;
  const found = await ask(reference, async (client) => {
    before = await client.subscriptions.retrieve(reference, { expand: EXPAND });
    return before;
  });
  if (found.outcome !== "accepted" || !before) return found;
  if (before.status === "paused") {
    return ask(reference, (client) => client.subscriptions.resume(reference, { expand: EXPAND }, { idempotencyKey }));
  }
  const undo: Stripe.SubscriptionUpdateParams = {
    ...(before.cancel_at_period_end ? { cancel_at_period_end: false } : before.cancel_at ? { cancel_at: "" } : {}),
    ...(before.pause_collection ? { pause_collection: "" } : {}),
  };
  if (Object.keys(undo).length === 0) return found;
  return ask(reference, (client) =>
    client.subscriptions.update(reference, { ...undo, expand: EXPAND }, { idempotencyKey }),
  );
}

function checkoutFacts(value: unknown): SubscriptionCheckout {
  const session = sessionSchema.parse(value);
  if (session.mode !== "subscription") throw new RangeError(`session ${session.id} has mode ${session.mode}`);
  const { status } = session;
  return {
    sessionReference: session.id,
    status: status === "complete" || status === "expired" ? status : "open",
    ...optional("providerReference", session.subscription),
    ...optional("checkoutUrl", session.url),
    ...optional("expiresAt", session.expires_at == null ? undefined : toDate(session.expires_at)),
  };
}
