import "./acme.js";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startStripeSandbox } from "@coffer/sandboxes";
import type { Test } from "tap";
import { billingActs, type InvoiceBody, type SubscriptionBody, startBilling } from "./billing.js";
import { jobsOf } from "./jobs.js";
import { createWorld, type TestEnv, type TestService } from "./service.js";

export type Biller = "stripe" | "acme";
export type Owned<Body> = Body & { readonly provider: Biller };

const SECRET = "whsec_acme_0123456789abcdef0123456789abcdef";

/** A service with two providers that bill, Stripe and Acme, and what their dashboards do. */
export async function startTwoBillers(t: Test, { quiet }: { quiet?: true } = {}) {
  const world = await createWorld(t);
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-acme-"));
  const account = await startStripeSandbox({
    dataDir: folder,
    webhookUrl: undefined,
    webhookSecret: SECRET,
    retryScheduleMs: [200, 500, 1_000],
  });
  t.teardown(async () => {
    await account.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const env: TestEnv = {
    ACME_SECRET_KEY: "sk_test_0123456789",
    ACME_WEBHOOK_SECRET: SECRET,
    ACME_API_BASE: account.url,
  };
  const service = await startBilling(t, { world, env, ...(quiet ? { quiet } : {}) });
  world.stripe.setWebhookUrl(`${service.url}/webhooks/stripe`);
  account.setWebhookUrl(`${service.url}/webhooks/acme`);
  const acme = billingActs({ ...service, stripe: account });
  const { must } = service;
  const saveAt = async (provider: Biller, customerId: string, more: object = {}) => {
    await must("PUT", `/v1/customers/${customerId}`, {});
    const body = { paymentMethodId: "pm_card_visa", provider, ...more };
    return String((await must("POST", `/v1/customers/${customerId}/payment-methods`, body)).id);
  };
  return {
    ...service,
    world,
    account,
    acme,
    saveAt,
    /** A subscription that a card pays for which is saved with the same provider. */
    subscribeAt: async (provider: Biller, customerId: string, plan: string) => {
      const paymentMethodId = await saveAt(provider, customerId);
      const body = { customerId, plan, provider, flow: "payment_intent", paymentMethodId };
      return (await must("POST", "/v1/subscriptions", body)) as unknown as Owned<SubscriptionBody>;
    },
    invoicesOf: async (customerId: string) => (await service.invoices(customerId)) as Owned<InvoiceBody>[],
    /** Acme answers nothing any more that could be understood. */
    acmeIsDown: () => acme.control("faults", { match: { path: "/v1" }, kind: "status", status: 503 }),
    ...jobOf(service),
    /** The same service without Acme's keys. */
    withoutAcme: async () => {
      const without = await startBilling(t, { world, env: { ACME_SECRET_KEY: "" }, quiet: true });
      return { ...without, ...jobOf(without) };
    },
  };
}

const jobOf = ({ deps }: Pick<TestService, "deps">) => ({
  job: async (name: string, payload?: object) => {
    await jobsOf(deps)[name]?.(payload);
  },
});
