import type { Outbound } from "../../http.js";
import type { BillingPort } from "../../ports/billing.js";
import { createStripeClient, type StripeClientOptions } from "../client.js";
import { stripeCatalog } from "./catalog.js";
import { stripeInvoices } from "./invoices.js";
import { stripeMethods } from "./methods.js";
import { stripeSubscriptions } from "./subscriptions.js";

/** Stripe as the provider of subscriptions, saved methods and invoices, on the same pool and breaker as its payments. */
export function createStripeBilling(
  options: StripeClientOptions & { readonly publicUrl: string },
  outbound: Outbound,
): BillingPort {
  const stripe = createStripeClient(options, outbound);
  return {
    ...stripeCatalog(stripe, options.installation),
    ...stripeMethods(stripe, options.publicUrl),
    ...stripeSubscriptions(stripe, options),
    ...stripeInvoices(stripe),
  };
}
