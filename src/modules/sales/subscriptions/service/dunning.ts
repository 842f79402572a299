import { newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { freezeBalance } from "../../../books/ledger/index.js";
import type { Plan } from "../../catalog/index.js";
import * as queries from "../queries.js";
import { dunningStep, schedule } from "../rules/dunning.js";
import type { DunningCase, Invoice, Subscription } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";
import { beginCase, moveCase } from "./move.js";

/** What of a plan counts when an invoice of it stays unpaid. */
export type DunningTerms = Pick<Plan, "graceDays" | "dunningConsequence" | "grantsAsset">;

const NO_PLAN: DunningTerms = { graceDays: 7, dunningConsequence: "keep", grantsAsset: "CREDIT" };

/**
 * Opens, keeps or closes the case about an invoice, as it stands now. The caller holds the subscription. A case that is closed
 * because the invoice was paid is a recovery, and thaws what it had frozen.
 */
export async function dun(
  deps: SubscriptionDeps,
  tx: Tx,
  subscription: Subscription,
  invoice: Invoice,
  terms: DunningTerms = NO_PLAN,
): Promise<void> {
  const known = await queries.findCase(tx, invoice.id);
  const step = dunningStep(known, invoice, subscription);
  if (step.kind === "open") await openCase(deps, tx, subscription, invoice, terms);
  if (step.kind === "update" && known) await queries.updateCase(tx, known.id, toldOf(invoice));
  if (step.kind === "close" && known) await closeCase(deps, tx, known, step.status);
}

const toldOf = ({ attempts, nextAttemptAt, failure, requiresAction }: Invoice) => ({
  attempts,
  nextAttemptAt,
  failure,
  requiresAction,
});

async function openCase(
  deps: SubscriptionDeps,
  tx: Tx,
  subscription: Subscription,
  invoice: Invoice,
  terms: DunningTerms,
): Promise<void> {
  const consequence = terms.dunningConsequence;
  const opened = await beginCase(deps, tx, {
    id: newId(deps.ids, "dun"),
    invoiceId: invoice.id,
    subscriptionId: subscription.id,
    customerId: subscription.customerId,
    walletId: subscription.walletId,
    asset: terms.grantsAsset,
    consequence,
    ...schedule(deps.clock, { graceDays: terms.graceDays, consequence }),
    ...toldOf(invoice),
  });
  tx.afterCommit(() => deps.onDunning?.("opened"));
  // No grace at all: there is nothing to wait for. It is a moment later now than when the grace was counted.
  if (consequence === "freeze" && opened.graceEndsAt <= deps.clock.now()) await freeze(deps, tx, opened, "provider");
}

/** Freezes the balance that the case is about. The caller holds the subscription. */
export async function freeze(
  deps: SubscriptionDeps,
  tx: Tx,
  dunned: DunningCase,
  by: "provider" | "sweeper",
): Promise<void> {
  await thawOrFreeze(tx, await applied(deps, tx, dunned, by));
  tx.afterCommit(() => deps.onDunning?.("frozen"));
}

/** Writes down that the consequence of a case was applied. */
export const applied = (
  deps: SubscriptionDeps,
  tx: Tx,
  dunned: DunningCase,
  by: "provider" | "sweeper",
): Promise<DunningCase> =>
  moveCase(deps, tx, dunned, dunned.status, { by, change: { consequenceAt: deps.clock.now(), actAt: null } });

/** A balance is frozen as long as some open case has frozen it. */
const thawOrFreeze = (tx: Tx, { walletId, asset }: DunningCase) =>
  freezeBalance(tx, walletId, asset, () => queries.hasFreeze(tx, walletId, asset));

async function closeCase(
  deps: SubscriptionDeps,
  tx: Tx,
  dunned: DunningCase,
  status: "recovered" | "voided" | "ended",
): Promise<void> {
  const isFrozen = dunned.consequence === "freeze" && dunned.consequenceAt !== null;
  await moveCase(deps, tx, dunned, status, {
    by: "provider",
    change: { actAt: null, closedAt: deps.clock.now() },
    ...(isFrozen ? { alongside: (closed: DunningCase) => thawOrFreeze(tx, closed) } : {}),
  });
  tx.afterCommit(() => deps.onDunning?.(status));
}

/** Closes the cases of a subscription that has ended. The caller holds it. */
export async function endCases(deps: SubscriptionDeps, tx: Tx, subscription: Subscription): Promise<void> {
  for (const dunned of await queries.listOpenCases(tx, [subscription.id])) await closeCase(deps, tx, dunned, "ended");
}
