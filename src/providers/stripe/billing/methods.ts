/** Saved payment methods and their saving (docs.stripe.com/api/payment_methods, /setup_intents). */
import { z } from "zod";
import type { BillingPort, MethodFacts, SetupFacts, SetupStatus } from "../../ports/billing.js";
import type { ProviderResult } from "../../ports/common.js";
import { askStripe, type StripeClient } from "../client.js";
import { lastErrorSchema, stripeFailure } from "../news.js";
import { idOf, optional, same, toDate, unixTime } from "./read.js";

type MethodPort = Pick<
  BillingPort,
  | "createSetup"
  | "getSetup"
  | "listMethods"
  | "getMethod"
  | "attachMethod"
  | "detachMethod"
  | "setDefaultMethod"
  | "createPortalSession"
>;

const METHODS_MAX = 500;

const methodSchema = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  customer: idOf.nullish(),
  created: unixTime,
  card: z
    .looseObject({
      brand: z.string(),
      last4: z.string(),
      exp_month: z.int().min(1).max(12),
      exp_year: z.int(),
      fingerprint: z.string().nullish(),
      funding: z.string().nullish(),
      country: z.string().nullish(),
    })
    .nullish(),
});

const setupSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  customer: idOf.nullish(),
  client_secret: z.string().nullish(),
  payment_method: idOf.nullish(),
  last_setup_error: lastErrorSchema.nullish(),
});

const customerSchema = z.looseObject({
  id: z.string().min(1),
  deleted: z.boolean().optional(),
  invoice_settings: z.looseObject({ default_payment_method: idOf.nullish() }).nullish(),
});

function methodFacts(value: unknown): MethodFacts {
  const method = methodSchema.parse(value);
  const { card } = method;
  return {
    methodReference: method.id,
    type: method.type,
    ...optional("customerReference", method.customer),
    ...(card
      ? {
          card: {
            brand: card.brand,
            last4: card.last4,
            expMonth: card.exp_month,
            expYear: card.exp_year,
            ...optional("fingerprint", card.fingerprint),
            ...optional("funding", card.funding),
            ...optional("country", card.country),
          },
        }
      : {}),
    createdAt: toDate(method.created),
  };
}

/** An open enum: a status that we do not know is never an end. */
const SETUP_STATUS: Readonly<Record<string, SetupStatus>> = {
  requires_payment_method: "requires_payment_method",
  requires_confirmation: "requires_payment_method",
  requires_action: "requires_action",
  processing: "processing",
  succeeded: "succeeded",
  canceled: "canceled",
};

function setupFacts(value: unknown): SetupFacts {
  const setup = setupSchema.parse(value);
  return {
    setupReference: setup.id,
    ...optional("customerReference", setup.customer),
    status: SETUP_STATUS[setup.status] ?? "processing",
    ...optional("clientSecret", setup.client_secret),
    ...optional("methodReference", setup.payment_method),
    ...(setup.last_setup_error ? { failure: stripeFailure(setup.last_setup_error) } : {}),
  };
}

/** Saved methods of Stripe customers. */
export function stripeMethods(stripe: StripeClient, publicUrl: string): MethodPort {
  return {
    // Saved to be charged when the customer is not there: banks authenticate for that once, now.
    createSetup: ({ customerReference, idempotencyKey }) =>
      askStripe(
        stripe,
        (client) =>
          client.setupIntents.create({ customer: customerReference, usage: "off_session" }, { idempotencyKey }),
        setupFacts,
      ),
    getSetup: (reference) =>
      askStripe(
        stripe,
        (client) => client.setupIntents.retrieve(reference),
        (reply) => same(setupFacts(reply), reply.id, reference),
      ),
    listMethods: (customerReference) => listMethods(stripe, customerReference),
    getMethod: (reference) =>
      askStripe(
        stripe,
        (client) => client.paymentMethods.retrieve(reference),
        (reply) => same(methodFacts(reply), reply.id, reference),
      ),
    // One of Stripe's names for tests (pm_card_visa) is answered with the id of a method made from it.
    attachMethod: ({ customerReference, methodReference, idempotencyKey }) =>
      askStripe(
        stripe,
        (client) => client.paymentMethods.attach(methodReference, { customer: customerReference }, { idempotencyKey }),
        (reply) => {
          const facts = methodFacts(reply);
          return same(facts, facts.customerReference ?? "", customerReference);
        },
      ),
    detachMethod: ({ methodReference, idempotencyKey }) =>
      askStripe(
        stripe,
        (client) => client.paymentMethods.detach(methodReference, {}, { idempotencyKey }),
        (reply) => same(methodFacts(reply), reply.id, methodReference),
      ),
    setDefaultMethod: ({ customerReference, methodReference, idempotencyKey }) =>
      askStripe(
        stripe,
        (client) =>
          client.customers.update(
            customerReference,
            { invoice_settings: { default_payment_method: methodReference ?? "" } },
            { idempotencyKey },
          ),
        () => undefined,
      ),
    createPortalSession: ({ customerReference, returnUrl, idempotencyKey }) =>
      askStripe(
        stripe,
        (client) =>
          client.billingPortal.sessions.create(
            { customer: customerReference, return_url: returnUrl ?? publicUrl },
            { idempotencyKey },
          ),
        (reply) => ({ url: z.looseObject({ url: z.url() }).parse(reply).url }),
      ),
  };
}

async function listMethods(
  stripe: StripeClient,
  customerReference: string,
): Promise<ProviderResult<{ methods: readonly MethodFacts[]; defaultReference: string | undefined }>> {
  const customer = await askStripe(
    stripe,
    (client) => client.customers.retrieve(customerReference),
    (reply) => customerSchema.parse(reply),
  );
  if (customer.outcome !== "accepted") return customer;
  // A deleted customer is still answered, without anything of it.
  if (customer.value.deleted) return { outcome: "notFound" };
  return askStripe(
    stripe,
    (client) =>
      client.customers.listPaymentMethods(customerReference, { limit: 100 }).autoPagingToArray({ limit: METHODS_MAX }),
    (methods) => ({
      methods: methods.map(methodFacts),
      defaultReference: customer.value.invoice_settings?.default_payment_method ?? undefined,
    }),
  );
}
