import type { Caller, Role } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { iso, isoOrNull } from "../../../../http/schemas.js";
import type { Payment as PaymentRecord } from "../types.js";

/** Roles that act on payments; for the others the secret that a browser confirms with is none of their business. */
const SEES_SECRET: readonly Role[] = ["admin", "service", "customer"];

export const render = (row: PaymentRecord, caller: Caller) => ({
  id: row.id,
  customerId: row.customerId,
  walletId: row.walletId,
  provider: row.provider,
  flow: row.flow,
  offSession: row.offSession,
  status: row.status,
  amount: toWire(row.amount),
  currency: row.currency,
  grants: { asset: row.grantsAsset, amount: toWire(row.grantsAmount) },
  packageId: row.packageId,
  description: row.description,
  providerReference: row.providerReference,
  clientSecret: SEES_SECRET.includes(caller.role) ? row.clientSecret : null,
  checkoutUrl: row.checkoutUrl,
  instructions: row.instructions && {
    ...row.instructions,
    bic: row.instructions.bic ?? null,
    bankName: row.instructions.bankName ?? null,
  },
  nextAction: row.nextAction,
  failure: row.failure,
  reviewReason: row.reviewReason,
  amountRefunded: toWire(row.amountRefunded),
  amountDisputed: toWire(row.amountDisputed),
  grantsTakenBack: toWire(row.grantsTakenBack),
  transferIds: row.transferIds,
  metadata: row.metadata,
  payout: row.payout && { ...row.payout, refusal: row.payout.refusal ?? null },
  expiresAt: isoOrNull(row.expiresAt),
  succeededAt: isoOrNull(row.succeededAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});
