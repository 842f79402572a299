import type { Caller } from "../../../../core/access.js";
import { askOnce } from "../../../../kernel/asking.js";
import type { BillingProvider, Failure, InvoiceNews, ProviderResult } from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { providerOf } from "../../payments/index.js";
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
  const seen = await findVisibleInvoice(deps, caller, id);
  const billing = billingOf(deps, seen.provider);
  if (seen.status === "paid" && resumed) return seen;
  if (!canPay(seen)) throw notPayable(seen.status);
  const details = { paymentMethodId: paymentMethodId ?? null };
  return askOnce(deps, {
    name: "invoices.pay",
    id,
    promise: async (tx) => {
      await recordAudit(deps, tx, [{ actor: caller.id, action: "payInvoice", resource: id, details }]);
      // Somebody looks if we die before the answer.
      await queries.postponeInvoiceLook(tx, id, deps.clock.now(), 0);
      return { ask: seen };
    },
    ask: ({ providerReference }) =>
      billing.payInvoice({
        providerReference,
        methodReference: paymentMethodId,
        idempotencyKey: `${id}:pay:${attempt}`,
      }),
    settle: (invoice, asked) => concludePaying(deps, invoice, asked),
  });
}

async function concludePaying(
  deps: SubscriptionDeps,
  { id, provider, providerReference }: Invoice,
  asked: ProviderResult<InvoiceNews>,
): Promise<Invoice> {
  if (asked.outcome === "unknown") throw providerUnavailable(provider);
  // Whatever was answered: how it stands now is looked up, since a refusal may be of an invoice that is paid.
  const settled = await lookUpInvoice(deps, provider, providerReference);
  if (!settled) throw invoiceNotFound(id);
  await refreshOwner(deps, settled);
  if (asked.outcome === "accepted" || settled.status === "paid") return settled;
  if (!canPay(settled)) throw notPayable(settled.status);
  // The invoice is there, so what is missing is a method.
  const failure = asked.outcome === "rejected" ? asked.failure : NO_METHOD;
  const isDecline = settled.failure?.code === failure.code || settled.requiresAction;
  if (!isDecline) throw invoiceRejected(provider, failure);
  return settled;
}

const NO_METHOD: Failure = { code: "resource_missing", message: "There is no such payment method, or none at all." };

// What was overdue is not any more; its own webhook may take a while. The payment counts, whatever comes of this.
async function refreshOwner(deps: SubscriptionDeps, { subscriptionId }: Invoice): Promise<void> {
  const owner = await queries.findSubscription(deps.db.read, subscriptionId);
  if (owner?.providerReference) await lookUp(deps, owner, owner.providerReference).catch(() => undefined);
}

/**
 * What paying would find: the invoice as it is, or the refusal; told by how it stands at the provider. Writes nothing. Throws as
 * payInvoice does.
 */
export async function previewPayment(
  deps: SubscriptionDeps,
  caller: Caller,
  id: InvoiceId,
  paymentMethodId: string | undefined,
): Promise<Invoice> {
  const row = await findVisibleInvoice(deps, caller, id);
  const billing = billingOf(deps, row.provider);
  if (!canPay(row)) throw notPayable(row.status);
  const found = await billing.getInvoice(row.providerReference);
  if (found.outcome !== "accepted") throw providerUnavailable(billing.name);
  const { status } = found.value;
  if (status === "paid") return row;
  if (status !== "open" && status !== "uncollectible") throw notPayable(status);
  await requirePaying(deps, billing, found.value, paymentMethodId);
  return row;
}

/** Refuses what cannot pay: a method that is not the customer's, or none when there is no other. */
async function requirePaying(
  deps: SubscriptionDeps,
  billing: BillingProvider,
  { customerReference, subscriptionReference }: InvoiceNews,
  paymentMethodId: string | undefined,
): Promise<void> {
  const { name } = billing;
  if (paymentMethodId !== undefined) {
    const method = await providerOf(deps, name).findMethod?.(paymentMethodId, customerReference);
    if (method?.outcome === "rejected") throw invoiceRejected(name, method.failure);
    if (method?.outcome === "notFound") throw invoiceRejected(name, NO_METHOD);
    if (method?.outcome === "unknown") throw providerUnavailable(name);
    return;
  }
  const owner = subscriptionReference === undefined ? undefined : await billing.getSubscription(subscriptionReference);
  if (owner?.outcome === "accepted" && owner.value.defaultMethodReference !== undefined) return;
  const listed = await billing.listMethods(customerReference);
  if (owner?.outcome === "unknown" || listed.outcome === "unknown") throw providerUnavailable(name);
  if (listed.outcome !== "accepted" || !listed.value.defaultReference) throw invoiceRejected(name, NO_METHOD);
}
