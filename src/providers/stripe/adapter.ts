import type Stripe from "stripe";
import type { Outbound } from "../http.js";
import type { Installation, ProviderResult } from "../ports/common.js";
import type { CreateCustomerRequest } from "../ports/customers.js";
import type { CreatePaymentRequest, PaymentNews, PaymentPort } from "../ports/payments.js";
import type { WebhookPort } from "../ports/webhooks.js";
import { accepted, CUSTOMER_ID_KEY, fitMetadata, installationMetadata, rejected } from "../shared.js";
import { isStripeCurrency, refuseStripePrice, stripeRefundDecimals, toStripeAmount } from "./amounts.js";
import { askStripe, createStripeClient, loadStripe, type StripeClient, type StripeClientOptions } from "./client.js";
import { stripeDisputes } from "./disputes.js";
import { listStripeEvents } from "./events.js";
import { listStripePayments } from "./listing.js";
import { intentNews, parseIntent, parseSession, sessionNews } from "./news.js";
import { checkStripeRefund, createStripeRefund, listStripeRefunds, listStripeRefundsSince } from "./refunds.js";
import { fetchStripeEvent, interpretStripeEvent, isThinType, verifyStripeWebhook } from "./webhook.js";

/** docs.stripe.com/metadata. */
const METADATA_LIMITS = { keys: 50, keyLength: 40, valueLength: 500 };
/** Stripe remembers a v1 idempotency key "at least 24 hours". */
const IDEMPOTENCY_WINDOW_MS = 24 * 60 * 60 * 1_000;

interface StripeAdapterOptions extends StripeClientOptions {
  readonly publishableKey?: string | undefined;
  readonly webhookSecrets: readonly string[];
  /** Of the endpoint that is sent thin events; none, and they are refused. */
  readonly thinWebhookSecrets?: readonly string[] | undefined;
  /** When given, events of the other mode are ignored. */
  readonly livemode?: boolean | undefined;
  /** Where customers land after a hosted page when the payment names no URL of its own: Stripe insists on one. */
  readonly publicUrl: string;
}

/** Stripe as a payment provider: PaymentIntents and Checkout Sessions in payment mode. */
export function createStripeProvider(options: StripeAdapterOptions, outbound: Outbound): PaymentPort & WebhookPort {
  const stripe = createStripeClient(options, outbound);
  return {
    capabilities: {
      publishableKey: options.publishableKey,
      flows: ["payment_intent", "checkout"],
      idempotencyWindowMs: IDEMPOTENCY_WINDOW_MS,
      supportsAsset: isStripeCurrency,
      chargedIn: (asset) => asset,
      refusePrice: refuseStripePrice,
      refuseReturnUrl: (url) =>
        options.livemode === true && !url.startsWith("https:")
          ? "live payments are sent back by https alone"
          : undefined,
    },
    createPayment: async (request) => {
      const refusal = refuseStripePrice(request.price);
      if (refusal !== undefined) return rejected("price_refused", refusal);
      return request.flow === "checkout"
        ? createSession(stripe, request, options)
        : createIntent(stripe, request, options);
    },
    confirmPayment: (request) => confirmIntent(stripe, request, options.publicUrl),
    cancelPayment: ({ providerReference, idempotencyKey }) => {
      // The intent of a session cannot be canceled; the session is expired instead.
      if (isSessionId(providerReference)) {
        return askStripe(
          stripe,
          (client) => client.checkout.sessions.expire(providerReference, {}, { idempotencyKey }),
          (reply) => sameObject(sessionNews(parseSession(reply)), providerReference),
        );
      }
      return askStripe(
        stripe,
        (client) => client.paymentIntents.cancel(providerReference, {}, { idempotencyKey }),
        (reply) => sameObject(intentNews(parseIntent(reply)), providerReference),
      );
    },
    getPayment: (providerReference) => getPayment(stripe, providerReference),
    listPayments: (query) => listStripePayments(stripe, query, options.installation),
    customers: {
      createCustomer: (request) => createCustomer(stripe, request, options.installation),
      updateCustomer: ({ customerReference, email = "", name = "" }) =>
        askStripe(
          stripe,
          // An empty text takes away what is there.
          (client) => client.customers.update(customerReference, { email, name }),
          () => undefined,
        ),
    },
    refunds: {
      refundDecimals: stripeRefundDecimals,
      createRefund: (request) => createStripeRefund(stripe, request, options.installation),
      listRefunds: (paymentReference) => listStripeRefunds(stripe, paymentReference),
      listRefundsSince: (query) => listStripeRefundsSince(stripe, query),
      checkRefund: (request) => checkStripeRefund(stripe, request),
    },
    findMethod: (reference, customerReference) => findMethod(stripe, reference, customerReference),
    disputes: stripeDisputes(stripe),
    verifyWebhook: async (delivery) =>
      verifyStripeWebhook(delivery, { snapshot: options.webhookSecrets, thin: options.thinWebhookSecrets ?? [] }),
    interpretWebhook: (event) => interpretStripeEvent(event, options.livemode, options.installation?.known),
    fetchEvent: (event) => fetchStripeEvent(stripe, event),
    listEvents: (query) => listStripeEvents(stripe, query),
    isListed: (type) => !isThinType(type),
  };
}

function isSessionId(providerReference: string): boolean {
  return providerReference.startsWith("cs_");
}

/**
 * POST /v1/payment_intents. No method types are sent: the Dashboard's dynamic payment methods apply. Off session it is charged
 * at once, and a decline is Stripe's 402 with the intent inside.
 */
async function createIntent(
  stripe: StripeClient,
  request: CreatePaymentRequest,
  { publicUrl, installation }: StripeAdapterOptions,
): Promise<ProviderResult<PaymentNews>> {
  const params: Stripe.PaymentIntentCreateParams = {
    amount: toStripeAmount(request.price),
    currency: request.price.asset.toLowerCase(),
    metadata: fitMetadata(request.metadata, request.paymentId, METADATA_LIMITS, await installation?.get()),
    ...(request.description ? { description: request.description } : {}),
    ...(request.customerReference ? { customer: request.customerReference } : {}),
    ...(request.paymentMethodId ? { payment_method: request.paymentMethodId } : {}),
    ...(request.offSession
      ? { confirm: true, off_session: true, return_url: defaultReturnUrl(publicUrl, request.paymentId) }
      : {}),
  };
  return askStripe(
    stripe,
    (client) => intentOfDecline(client.paymentIntents.create(params, { idempotencyKey: request.idempotencyKey })),
    (reply) => samePayment(intentNews(parseIntent(reply)), request.paymentId),
  );
}

/** A decline carries the intent that was declined. Rethrows what is no decline. */
async function intentOfDecline(call: Promise<Stripe.PaymentIntent>): Promise<Stripe.PaymentIntent> {
  try {
    return await call;
  } catch (error) {
    const { errors } = await loadStripe();
    const declined = error instanceof errors.StripeCardError ? error.payment_intent : undefined;
    if (declined === undefined) throw error;
    return declined;
  }
}

/** POST /v1/checkout/sessions. Session metadata is not copied to its PaymentIntent, so the payment id is set on both. */
async function createSession(
  stripe: StripeClient,
  request: CreatePaymentRequest,
  { publicUrl, installation }: StripeAdapterOptions,
): Promise<ProviderResult<PaymentNews>> {
  const metadata = fitMetadata(request.metadata, request.paymentId, METADATA_LIMITS, await installation?.get());
  const params: Stripe.Checkout.SessionCreateParams = {
    mode: "payment",
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: request.price.asset.toLowerCase(),
          unit_amount: toStripeAmount(request.price),
          product_data: { name: request.description || "Payment" },
        },
      },
    ],
    client_reference_id: request.paymentId,
    metadata,
    payment_intent_data: { metadata, ...(request.description ? { description: request.description } : {}) },
    success_url: request.successUrl ?? defaultReturnUrl(publicUrl, request.paymentId),
    ...(request.cancelUrl ? { cancel_url: request.cancelUrl } : {}),
    ...(request.customerReference ? { customer: request.customerReference } : {}),
  };
  return askStripe(
    stripe,
    (client) => client.checkout.sessions.create(params, { idempotencyKey: request.idempotencyKey }),
    (reply) => samePayment(sessionNews(parseSession(reply)), request.paymentId),
  );
}

/** The service's root with our own id of the payment; a landing place, never a proof of payment. */
function defaultReturnUrl(publicUrl: string, paymentId: string): string {
  const url = new URL("/", publicUrl);
  url.searchParams.set("payment", paymentId);
  return url.href;
}

/**
 * POST /v1/payment_intents/{id}/confirm. Dynamic payment methods may redirect, so a return URL is always sent.
 * A decline is Stripe's 402 with the intent inside: the payment stays open for another method.
 */
async function confirmIntent(
  stripe: StripeClient,
  request: Parameters<NonNullable<PaymentPort["confirmPayment"]>>[0],
  publicUrl: string,
): Promise<ProviderResult<PaymentNews>> {
  const { paymentId, providerReference, paymentMethodId, idempotencyKey } = request;
  if (isSessionId(providerReference)) return rejected("not_supported", "the payer confirms a checkout on its page");
  const params: Stripe.PaymentIntentConfirmParams = {
    payment_method: paymentMethodId,
    return_url: request.returnUrl ?? defaultReturnUrl(publicUrl, paymentId),
  };
  return askStripe(
    stripe,
    (client) => intentOfDecline(client.paymentIntents.confirm(providerReference, params, { idempotencyKey })),
    (reply) => sameObject(intentNews(parseIntent(reply)), providerReference),
  );
}

async function getPayment(stripe: StripeClient, reference: string): Promise<ProviderResult<PaymentNews>> {
  if (isSessionId(reference)) {
    // Expanded, because what really arrived is the intent's word and not the session's total.
    return askStripe(
      stripe,
      (client) => client.checkout.sessions.retrieve(reference, { expand: ["payment_intent"] }),
      (reply) => sameObject(sessionNews(parseSession(reply)), reference),
    );
  }
  return askStripe(
    stripe,
    (client) => client.paymentIntents.retrieve(reference),
    (reply) => sameObject(intentNews(parseIntent(reply)), reference),
  );
}

async function createCustomer(
  stripe: StripeClient,
  request: CreateCustomerRequest,
  installation: Installation | undefined,
): Promise<ProviderResult<{ customerReference: string }>> {
  const params: Stripe.CustomerCreateParams = {
    metadata: { [CUSTOMER_ID_KEY]: request.customerId, ...(await installationMetadata(installation)) },
    ...(request.email ? { email: request.email } : {}),
    ...(request.name ? { name: request.name } : {}),
  };
  return askStripe(
    stripe,
    (client) => client.customers.create(params, { idempotencyKey: request.idempotencyKey }),
    (reply) => {
      if (typeof reply.id !== "string" || reply.id === "") throw new RangeError("a customer without an id");
      return { customerReference: reply.id };
    },
  );
}

/** Refused as Stripe does when the method is used: what belongs to a customer pays for that one alone. */
async function findMethod(
  stripe: StripeClient,
  reference: string,
  customerReference: string | undefined,
): Promise<ProviderResult<undefined>> {
  const found = await askStripe(
    stripe,
    (client) => client.paymentMethods.retrieve(reference),
    ({ customer }) => (typeof customer === "string" ? customer : customer?.id),
  );
  if (found.outcome !== "accepted") return found;
  if (found.value === undefined || found.value === customerReference) return accepted(undefined);
  return rejected("payment_intent_unexpected_state", "The provided PaymentMethod belongs to another Customer.");
}

/** A reply about another object is no answer to our question. Throws a RangeError, which `askStripe` reads as malformed. */
function sameObject(news: PaymentNews, providerReference: string): PaymentNews {
  if (news.providerReference !== providerReference) throw new RangeError("a reply about another object");
  return news;
}

function samePayment(news: PaymentNews, paymentId: string): PaymentNews {
  if (news.paymentId !== paymentId) {
    throw new RangeError("a reply about another payment");
  }
  return news;
}
