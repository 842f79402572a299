import { type Caller, maySeeCustomer } from "../../../../core/access.js";
import { MAX_AMOUNT } from "../../../../core/money.js";
import type { Db } from "../../../../db/client.js";
import type { BillingProviderName, Failure, ProviderResult } from "../../../../providers/ports/index.js";
import { openWalletAccount } from "../../../books/ledger/index.js";
import { openWallet } from "../../../books/wallets/index.js";
import { type Plan, planPriceReference, quotePlan, type StoredPrice } from "../../catalog/index.js";
import { customerNotFound, linkedReference } from "../../customers/index.js";
import { lockMethods, methodNotFound, requireMethod } from "../../payment-methods/index.js";
import { providerOf } from "../../payments/index.js";
import { providerRejected, providerUnavailable, tooManyCredits, trialNotYours, trialOfOne } from "../errors.js";
import * as queries from "../queries.js";
import type { Subscription, SubscriptionId } from "../types.js";
import { askForSubscription } from "./ask-provider.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";
import { beginSubscription } from "./move.js";

export interface SubscriptionInput {
  readonly customerId: string;
  /** Id or code. */
  readonly plan: string;
  /** Who bills; the default provider when absent. */
  readonly provider?: BillingProviderName | undefined;
  readonly quantity: number;
  readonly currency?: string | undefined;
  readonly trialDays?: number | undefined;
  readonly flow: Subscription["flow"];
  readonly paymentMethodId?: string | undefined;
  readonly successUrl?: string | undefined;
  readonly cancelUrl?: string | undefined;
  readonly metadata?: Record<string, string> | undefined;
}

/** Everything about a subscription that can be known before anything is written. */
export interface Terms {
  readonly provider: BillingProviderName;
  readonly plan: Plan;
  readonly price: StoredPrice;
  readonly trialDays: number;
}

/**
 * Works out what a subscription would be: what `dryRun` answers. Throws 404 for the customer, the plan or the
 * method, which must be saved at the provider, 409 `catalog.plan_retired`, 422 `catalog.no_price`, 503 `provider.not_configured`; writes nothing, and asks only
 * about a method that is not known here.
 */
export async function agreeTerms(deps: SubscriptionDeps, caller: Caller, input: SubscriptionInput): Promise<Terms> {
  if (!maySeeCustomer(caller, input.customerId)) throw customerNotFound(input.customerId);
  const { name: provider } = billingOf(deps, input.provider);
  if (caller.role === "customer" && (input.trialDays ?? 0) > 0) throw trialNotYours();
  const { plan, price } = await quotePlan(deps, input.plan, input.currency);
  const most = plan.trialGrants > plan.grantsAmount ? plan.trialGrants : plan.grantsAmount;
  if (most * BigInt(input.quantity) > MAX_AMOUNT) throw tooManyCredits();
  const { customerId, paymentMethodId } = input;
  if (paymentMethodId !== undefined) await requireMethod(deps, { customerId, provider }, paymentMethodId);
  return { provider, plan, price, trialDays: await trialOf(deps.db.read, caller, plan, input) };
}

// A plan's own trial is for who never had one; who sells may give another.
async function trialOf(
  db: Db,
  caller: Caller,
  plan: Plan,
  { customerId, trialDays, quantity }: SubscriptionInput,
): Promise<number> {
  if (trialDays !== undefined) return trialDays;
  if (plan.trialDays === 0 || (await queries.hadTrial(db, customerId))) return 0;
  // Nobody pays for what a trial gives, so a customer does not say how much of it there is.
  if (caller.role === "customer" && plan.trialGrants > 0n && quantity > 1) throw trialOfOne();
  return plan.trialDays;
}

/**
 * Creates a subscription: promise, ask, settle. `id` comes from the idempotency key, so a second try after a crash finds the
 * promise and asks the provider again with the same key. Throws as agreeTerms does, and `provider.unavailable` (503) when the
 * answer is not known: the subscription stays promised and the sweeper, or the same request sent again, finds out.
 */
export async function createSubscription(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  input: SubscriptionInput,
): Promise<Subscription> {
  const known = await queries.findSubscription(deps.db.read, id);
  const row = known ?? (await promise(deps, caller, id, input));
  return row.status === "requested" ? askForSubscription(deps, row) : row;
}

async function promise(
  deps: SubscriptionDeps,
  caller: Caller,
  id: SubscriptionId,
  input: SubscriptionInput,
): Promise<Subscription> {
  const { provider, plan, price } = await agreeTerms(deps, caller, input);
  const wallet = await openWallet(deps, caller.id, input.customerId);
  await openWalletAccount(deps, wallet.id, plan.grantsAsset);
  // Both are asked for by keys of their own, and asking again gives the same: nothing is lost with an answer.
  const link = await linkedReference(deps, providerOf(deps, provider), input.customerId);
  if (link.outcome === "unknown") throw providerUnavailable(provider);
  if (link.reference === undefined) throw providerRejected(provider, NO_CUSTOMER);
  const priceReference = known(provider, await planPriceReference(deps, provider, plan, price.currency));
  return deps.db.transaction(async (tx) => {
    // Who takes the last method away holds this, too: one of the two sees the other. So do two who want the one trial.
    const { methods } = await lockMethods(tx, { customerId: input.customerId, provider });
    const wanted = input.paymentMethodId;
    if (wanted !== undefined && !methods.some(({ id }) => id === wanted)) throw methodNotFound(wanted);
    const inserted = await beginSubscription(deps, tx, {
      id,
      customerId: input.customerId,
      walletId: wallet.id,
      provider,
      flow: input.flow,
      planId: plan.id,
      currency: price.currency,
      quantity: input.quantity,
      providerCustomer: link.reference ?? "",
      priceReference,
      trialDays: await trialOf(tx, caller, plan, input),
      paymentMethodId: input.paymentMethodId ?? null,
      successUrl: input.successUrl ?? null,
      cancelUrl: input.cancelUrl ?? null,
      metadata: input.metadata ?? {},
      createdBy: caller.id,
    });
    const row = inserted ?? (await queries.lockSubscription(tx, id));
    if (!row) throw new Error(`subscription ${id} disappeared`);
    return row;
  });
}

const NO_CUSTOMER: Failure = { code: "no_customer", message: "it does not take this customer." };

function known(provider: BillingProviderName, result: ProviderResult<string>): string {
  if (result.outcome === "accepted") return result.value;
  if (result.outcome === "rejected") throw providerRejected(provider, result.failure);
  throw providerUnavailable(provider);
}
