import { createHmac } from "node:crypto";
import { installControlRoutes } from "../control.js";
import { SandboxServer } from "../server.js";
import type { Sandbox, StripeSandboxOptions } from "../types.js";
import type { Signer } from "../webhooks.js";
import { stripeDialect } from "./api.js";
import { installBalanceRoutes } from "./balance.js";
import { installBalanceControl } from "./balance-control.js";
import { followBilling } from "./billing/follow.js";
import { installBillingControl } from "./billing-control.js";
import { installStripePages } from "./browser-routes.js";
import { installCatalogRoutes } from "./catalog-routes.js";
import { installChargeRules } from "./charge-rules.js";
import { Checkout } from "./checkout.js";
import { installCheckoutRoutes } from "./checkout-routes.js";
import { installClockRoutes } from "./clock-routes.js";
import { installStripeControl } from "./control-routes.js";
import { installCustomerRoutes } from "./customer-routes.js";
import { installDisputeRoutes } from "./disputes.js";
import { installEventRoutes } from "./event-routes.js";
import { installIntentRoutes } from "./intent-routes.js";
import { installInvoicePages } from "./invoice-pages.js";
import { installInvoiceRoutes } from "./invoice-routes.js";
import { installMethodRoutes } from "./method-routes.js";
import { installPayoutRoutes } from "./payouts.js";
import { installPortal } from "./portal.js";
import { installRefundRoutes } from "./refunds.js";
import { installSetupRoutes } from "./setup-routes.js";
import { installSubscriptionRoutes } from "./subscription-routes.js";
import { isThinType } from "./thin-events.js";
import { StripeWorld } from "./world.js";

function signature(secret: string, body: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

/** Snapshots and thin events are sent to endpoints of their own, each with its secret. */
function stripeSigner({ webhookSecret, thinWebhookSecret = webhookSecret }: StripeSandboxOptions): Signer {
  return ({ type, body }, seconds) => ({
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    "stripe-signature": signature(isThinType(type) ? thinWebhookSecret : webhookSecret, body, seconds),
  });
}

/** Starts a Stripe account on loopback, with whatever state its folder holds. */
export async function startStripeSandbox(options: StripeSandboxOptions): Promise<Sandbox> {
  const server = new SandboxServer(options, stripeDialect(options.apiKey), stripeSigner(options));
  installControlRoutes(server, options.thinWebhookSecret !== undefined);
  const world = new StripeWorld(server);
  const checkout = new Checkout(world);
  followBilling(world);
  installCatalogRoutes(world);
  installCustomerRoutes(world);
  installMethodRoutes(world);
  installSetupRoutes(world);
  installSubscriptionRoutes(world);
  installInvoiceRoutes(world);
  installIntentRoutes(world);
  installCheckoutRoutes(world, checkout);
  installRefundRoutes(world);
  installDisputeRoutes(world);
  installBalanceRoutes(world);
  installBalanceControl(world);
  installBillingControl(world);
  installPayoutRoutes(world);
  installEventRoutes(world);
  installStripeControl(world, checkout);
  installStripePages(world, checkout);
  installInvoicePages(world);
  installPortal(world);
  installClockRoutes(world);
  installChargeRules(world);
  return server.listen();
}
