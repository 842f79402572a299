import type { Caller } from "../../../core/access.js";
import { recordAudit } from "../../audit/index.js";
import { invoiceNotFound, invoiceRejected, notPayable, providerUnavailable } from "../errors.js";
import * as queries from "../queries.js";
import { canPay } from "../rules/invoice.js";
import type { Invoice, InvoiceId } from "../types.js";
import type { Attempt } from "./act-on-subscription.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";
import { findVisibleInvoice } from "./read.js";
import { lookUpInvoice } from "./settle-invoice.js";
import { lookUp } from "./settle-subscription.js";

/**
 * Tries to collect an open invoice now, with a method of the customer's or with the one that it has. A decline is not an error:
 * the invoice comes back open, with its `failure`. Throws 404, 409 `invoices.wrong_state`, 422 `invoices.rejected`, 503
 * `provider.unavailable`.
 */
export async function payInvoice(
  deps: SubscriptionDeps,
  caller: Caller,
  id: InvoiceId,
  { paymentMethodId, attempt, resumed }: Attempt & { readonly paymentMethodId: string | undefined },
): Promise<Invoice> {
  const billing = billingOf(deps);
  const seen = await findVisibleInvoice(deps, caller, id);
  if (seen.status === "paid" && resumed) return seen;
  if (!canPay(seen)) throw notPayable(seen.status);
  await deps.db.transaction(async (tx) => {
    await recordAudit(deps, tx, [
      { actor: caller.id, action: "payInvoice", resource: id, details: { paymentMethodId: paymentMethodId ?? null } },
    ]);
    // Somebody looks if we die before the answer.
    await queries.postponeInvoiceLook(tx, id, deps.clock.now(), 0);
  });
  const { providerReference } = seen;
  const asked = await billing.payInvoice({
    providerReference,
    methodReference: paymentMethodId,
    idempotencyKey: `${id}:pay:${attempt}`,
  });
  if (asked.outcome === "unknown") throw providerUnavailable();
  // Whatever was answered: how it stands now is looked up, since a refusal may be of an invoice that is paid.
  const settled = await lookUpInvoice(deps, providerReference);
  if (!settled) throw invoiceNotFound(id);
  await refreshOwner(deps, settled);
  if (asked.outcome !== "rejected" || settled.status === "paid") return settled;
  const isDecline = settled.failure?.code === asked.failure.code || settled.requiresAction;
  if (!isDecline) throw invoiceRejected(asked.failure);
  return settled;
}

// What was overdue is not any more; its own webhook may take a while. The payment counts, whatever comes of this.
async function refreshOwner(deps: SubscriptionDeps, { subscriptionId }: Invoice): Promise<void> {
  const owner = await queries.findSubscription(deps.db.read, subscriptionId);
  if (owner?.providerReference) await lookUp(deps, owner, owner.providerReference).catch(() => undefined);
}

/** What paying would find: the invoice as it is, or the refusal. Asks nobody and writes nothing. */
export async function previewPayment(deps: SubscriptionDeps, caller: Caller, id: InvoiceId): Promise<Invoice> {
  billingOf(deps);
  const row = await findVisibleInvoice(deps, caller, id);
  if (!canPay(row)) throw notPayable(row.status);
  return row;
}
