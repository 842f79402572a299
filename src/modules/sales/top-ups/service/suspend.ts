import type { PaymentId } from "../../../../core/ids.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import type { Listeners } from "../../../../kernel/listeners.js";
import type { BillingProviderName } from "../../../../providers/ports/index.js";
import { findMethod } from "../../payment-methods/index.js";
import { findPayment, type Payment } from "../../payments/index.js";
import * as queries from "../queries.js";
import { unfitness } from "../rules/decide.js";
import { pause, pauseIn } from "./change.js";
import type { TopUpDeps } from "./deps.js";

/** A method was detached or is another card now: what was agreed to be charged is no longer that. */
export async function noteMethodChange(deps: TopUpDeps, methodId: string): Promise<void> {
  for (const { id } of await queries.listByMethod(deps.db.read, methodId)) {
    const method = await findMethod(deps, methodId);
    await pause(deps, id, (current) => {
      const reason = current.paymentMethodId === methodId ? unfitness(current, method) : undefined;
      return reason && { reason };
    });
  }
}

/**
 * A payment is disputed, or the dispute is over. While it stands, neither its customer nor its card, whoever saved that too,
 * is charged by themselves; and when it has ended well, somebody resumes what was paused.
 */
export async function noteDispute(
  deps: TopUpDeps,
  told: { readonly disputeId: string; readonly paymentId: PaymentId; readonly isOver: boolean },
): Promise<void> {
  const payment = await findPayment(deps, told.paymentId);
  if (!payment) return;
  const { customerId } = payment;
  const fingerprint = await fingerprintOf(deps, payment);
  const now = deps.clock.now();
  const stands = await deps.db.transaction((tx) =>
    queries.putBlock(tx, {
      disputeId: told.disputeId,
      customerId,
      fingerprint,
      liftedAt: told.isOver ? now : null,
      createdAt: now,
    }),
  );
  if (!stands) return;
  for (const { id } of await queries.listAffected(deps.db.read, customerId, fingerprint)) {
    await deps.db.transaction(async (tx) => {
      const current = await queries.lockAutoTopUp(tx, id);
      if (current) await pauseIn(deps, tx, current, "dispute", { detail: told.disputeId });
    });
  }
}

/** Null when nobody can say any more. Throws when the provider gives no answer, so that it is asked later. */
async function fingerprintOf(
  deps: TopUpDeps,
  { provider, paymentMethodId }: Pick<Payment, "provider" | "paymentMethodId">,
): Promise<string | null> {
  if (paymentMethodId === null) return null;
  const known = await findMethod(deps, paymentMethodId);
  if (known?.provider === provider) return known.fingerprint;
  const result = await deps.billingProviders.get(provider as BillingProviderName)?.getMethod(paymentMethodId);
  if (result?.outcome === "unknown") throw new Error("the provider gave no answer about the disputed card");
  return result?.outcome === "accepted" ? (result.value.card?.fingerprint ?? null) : null;
}

/** What auto top-ups are told: work that others caused is left to jobs, which run when the fact is there. */
export const topUpListeners: Listeners = {
  "payment.moved_off_session": (tx, { paymentId }) =>
    enqueueJob(tx, "top-ups:follow", { paymentId }, { key: `top-ups:follow:${paymentId}` }),
  "dispute.moved": (tx, told) =>
    enqueueJob(tx, "top-ups:disputed", told, { key: `top-ups:disputed:${told.disputeId}` }),
  "payment_method.changed": (tx, { methodId }) =>
    enqueueJob(tx, "top-ups:method-changed", { methodId }, { key: `top-ups:method-changed:${methodId}` }),
  // Those that charge, now or once their pause is over.
  "payment_method.last_leaving": async (tx, { customerId, provider, needs }) => {
    for (const { id } of await queries.listCharging(tx, customerId, provider)) needs({ kind: "auto_top_up", id });
  },
};
