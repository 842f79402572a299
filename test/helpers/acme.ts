import { z } from "zod";
import type { ProviderDefinition } from "../../src/providers/definition.js";
import { DEFINITIONS, PROVIDER_SETTINGS } from "../../src/providers/list.js";
import { stripe } from "../../src/providers/stripe/provider.js";

// A second provider that bills, as though the list had a line more: it speaks as Stripe does, and is another company. Whoever wants it
// imports this file first, since names, settings and wire are made from the list when they are loaded.

const settings = {
  ACME_SECRET_KEY: z.string().optional(),
  ACME_WEBHOOK_SECRET: z.string().optional(),
  ACME_API_BASE: z.string().optional(),
};

const acme = {
  name: "acme",
  title: "Acme",
  offers: stripe.offers,
  clearing: "acme_clearing",
  timeoutMs: stripe.timeoutMs,
  settings,
  read: (given: z.output<z.ZodObject<typeof settings>>) =>
    stripe.read({
      STRIPE_SECRET_KEY: given.ACME_SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: given.ACME_WEBHOOK_SECRET === undefined ? undefined : [given.ACME_WEBHOOK_SECRET],
      STRIPE_API_BASE: given.ACME_API_BASE,
    }),
  build: stripe.build,
};

(DEFINITIONS as unknown as (ProviderDefinition | typeof acme)[]).push(acme);
Object.assign(PROVIDER_SETTINGS, settings);
