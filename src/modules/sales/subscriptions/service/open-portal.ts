import type { Caller } from "../../../../core/access.js";
import type { BillingProvider, BillingProviderName } from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { getCustomer, linkedReference, unlink } from "../../customers/index.js";
import { providerOf } from "../../payments/index.js";
import { providerRejected, providerUnavailable } from "../errors.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";

/**
 * Opens a page at a provider, the default one when none is named, on which a customer manages methods, invoices and subscriptions. What happens there comes back
 * by webhook. Throws `customers.not_found` (404), 422 `subscriptions.rejected`, 503 `provider.unavailable`.
 */
export async function openPortal(
  deps: SubscriptionDeps,
  caller: Caller,
  customerId: string,
  input: {
    readonly provider?: BillingProviderName | undefined;
    readonly returnUrl?: string | undefined;
    readonly attempt: string;
  },
): Promise<{ provider: BillingProviderName; url: string }> {
  const { returnUrl, attempt } = input;
  const billing = billingOf(deps, input.provider);
  await getCustomer(deps, caller, customerId);
  const reference = await referenceOf(deps, billing, customerId);
  await deps.db.transaction((tx) =>
    recordAudit(deps, tx, [{ actor: caller.id, action: "createPortalSession", resource: customerId }]),
  );
  const open = (customerReference: string) =>
    billing.createPortalSession({
      customerReference,
      returnUrl,
      idempotencyKey: `portal:${customerReference}:${attempt}`,
    });
  let opened = await open(reference);
  if (opened.outcome === "rejected" && opened.customerMissing) {
    // Deleted at the provider: another one is made, once, and its page opened.
    await unlink(deps, providerOf(deps, billing.name), customerId, reference);
    opened = await open(await referenceOf(deps, billing, customerId, reference));
  }
  if (opened.outcome === "rejected") throw providerRejected(billing.name, opened.failure);
  if (opened.outcome !== "accepted") throw providerUnavailable(billing.name);
  return { provider: billing.name, url: opened.value.url };
}

/** The provider's customer of ours; `insteadOf` is one that is gone. */
async function referenceOf(
  deps: SubscriptionDeps,
  { name }: BillingProvider,
  customerId: string,
  insteadOf?: string,
): Promise<string> {
  const link = await linkedReference(deps, providerOf(deps, name), customerId, insteadOf);
  if (link.outcome === "unknown") throw providerUnavailable(name);
  if (link.reference !== undefined) return link.reference;
  throw providerRejected(name, { code: "no_customer", message: "it does not take this customer." });
}
