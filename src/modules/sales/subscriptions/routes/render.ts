import type { Caller, Role } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { iso, isoOrNull } from "../../../../http/schemas.js";
import { isPageOfUse, isSecretOfUse } from "../rules/subscription.js";
import type { InvoiceView, NextInvoice, SubscriptionView } from "../service/index.js";
import type { DunningCase, StoredGrant } from "../types.js";

/** Roles that act for customers; for the others the secret that a browser confirms with is none of their business. */
const SEES_SECRET: readonly Role[] = ["admin", "service", "customer"];

const renderDunning = (dunned: DunningCase) => ({
  id: dunned.id,
  invoiceId: dunned.invoiceId,
  failure: dunned.failure,
  requiresAction: dunned.requiresAction,
  attempts: dunned.attempts,
  nextAttemptAt: isoOrNull(dunned.nextAttemptAt),
  graceEndsAt: iso(dunned.graceEndsAt),
  consequence: dunned.consequence,
  consequenceAt: isoOrNull(dunned.consequenceAt),
  openedAt: iso(dunned.openedAt),
});

export const renderSubscription = ({ row, dunning }: SubscriptionView, caller: Caller) => ({
  id: row.id,
  customerId: row.customerId,
  walletId: row.walletId,
  provider: row.provider,
  flow: row.flow,
  status: row.status,
  planId: row.planId,
  quantity: row.quantity,
  otherItems: row.otherItems ?? [],
  currency: row.currency,
  providerReference: row.providerReference,
  clientSecret: SEES_SECRET.includes(caller.role) && isSecretOfUse(row) ? row.clientSecret : null,
  checkoutUrl: isPageOfUse(row) ? row.checkoutUrl : null,
  expiresAt: isPageOfUse(row) ? isoOrNull(row.expiresAt) : null,
  currentPeriodStart: isoOrNull(row.currentPeriodStart),
  currentPeriodEnd: isoOrNull(row.currentPeriodEnd),
  trialEnd: isoOrNull(row.trialEnd),
  cancelAt: isoOrNull(row.cancelAt),
  canceledAt: isoOrNull(row.canceledAt),
  endedAt: isoOrNull(row.endedAt),
  paused: row.collectionPaused,
  changePending: row.hasPendingUpdate,
  paymentMethodId: row.defaultMethodReference ?? row.paymentMethodId,
  failure: row.failure,
  dunning: dunning ? renderDunning(dunning) : null,
  metadata: row.metadata,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

const renderGrant = ({ asset, amount, expired }: StoredGrant) => ({
  asset,
  amount: Number(amount),
  expired: Number(expired),
});

export const renderInvoice = ({ row, credits }: InvoiceView, caller: Caller) => ({
  id: row.id,
  subscriptionId: row.subscriptionId,
  customerId: row.customerId,
  provider: row.provider,
  providerReference: row.providerReference,
  number: row.number,
  status: row.status,
  billingReason: row.billingReason,
  currency: row.currency,
  total: toWire(row.total),
  amountDue: toWire(row.amountDue),
  amountPaid: toWire(row.amountPaid),
  amountRemaining: toWire(row.amountRemaining),
  lines: row.lines.map((line) => {
    const share = credits.get(line.lineReference)?.credits;
    return {
      ...line,
      amount: Number(line.amount),
      discount: Number(line.discount),
      credits: share === undefined ? null : toWire(share),
    };
  }),
  grants: row.grants.map(renderGrant),
  paymentId: row.paymentId,
  paymentIds: row.paymentIds ?? (row.paymentId ? [row.paymentId] : []),
  credited: toWire(row.credited),
  hostedUrl: row.hostedUrl,
  pdfUrl: row.pdfUrl,
  // Once it is paid, or given up, there is nothing to confirm with it.
  clientSecret: SEES_SECRET.includes(caller.role) && row.status === "open" ? row.clientSecret : null,
  attempts: row.attempts,
  nextAttemptAt: isoOrNull(row.nextAttemptAt),
  failure: row.failure,
  requiresAction: row.requiresAction,
  issuedAt: iso(row.issuedAt),
  finalizedAt: isoOrNull(row.finalizedAt),
  paidAt: isoOrNull(row.paidAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

const NO_INVOICE = { currency: null, total: 0, amountDue: 0, prorationDate: null, lines: [], grants: [] };

export const renderNext = (next: NextInvoice | undefined) =>
  next
    ? {
        currency: next.currency,
        total: toWire(next.total),
        amountDue: toWire(next.amountDue),
        prorationDate: isoOrNull(next.prorationDate ?? null),
        lines: next.lines.map(({ line, credits }) => ({
          description: line.description,
          amount: toWire(line.amount),
          discount: toWire(line.discount),
          quantity: line.quantity,
          planId: line.terms?.planId ?? null,
          proration: line.proration,
          periodStart: iso(line.periodStart),
          periodEnd: iso(line.periodEnd),
          credits: credits ? toWire(credits.credits) : null,
        })),
        grants: next.grants.map(({ asset, amount, expired }) => ({
          asset,
          amount: toWire(amount),
          expired: toWire(expired),
        })),
      }
    : NO_INVOICE;
