import { type Caller, maySeeCustomer } from "../../../../core/access.js";
import { parseAddress } from "../../../../core/addresses.js";
import type { PaymentId } from "../../../../core/ids.js";
import { formatDecimal, MAX_AMOUNT } from "../../../../core/money.js";
import type { Db, Tx } from "../../../../db/client.js";
import { askOnce, type ToAsk } from "../../../../kernel/asking.js";
import {
  NETWORKS,
  type PaymentFlow,
  type PaymentProvider,
  type PaymentProviderName,
} from "../../../../providers/ports/index.js";
import { getAsset, openWalletAccount } from "../../../books/ledger/index.js";
import { openWallet } from "../../../books/wallets/index.js";
import { quotePackage } from "../../catalog/index.js";
import { customerNotFound, knownReference } from "../../customers/index.js";
import {
  currencyNotSupported,
  flowNotSupported,
  grantsNotAllowed,
  payoutRefused,
  priceRefused,
  providerNotConfigured,
  returnUrlRefused,
  tooManyOpen,
} from "../errors.js";
import * as queries from "../queries.js";
import type { Payment } from "../types.js";
import { creating, type PromisedPayment } from "./ask-provider.js";
import type { PaymentDeps } from "./deps.js";
import { beginPayment } from "./move.js";
import { requireMethod } from "./require-method.js";

/** What is to be paid: a package, or an amount with what it gives (the same amount of the same asset when not said). */
export type Purchase =
  | {
      readonly package: string;
      readonly currency?: string | undefined;
      /** For a package whose buyer says what to pay. Minor units. */
      readonly price?: { readonly amount: number; readonly currency: string } | undefined;
    }
  | {
      readonly amount: bigint;
      readonly currency: string;
      readonly grants?: { readonly asset: string; readonly amount: bigint } | undefined;
    };

export interface PaymentInput {
  readonly customerId: string;
  readonly purchase: Purchase;
  readonly provider: PaymentProviderName;
  readonly flow: PaymentFlow;
  readonly paymentMethodId?: string | undefined;
  /** Charge `paymentMethodId` at once: the customer, who agreed to it before, is not there. */
  readonly offSession?: true | undefined;
  readonly description?: string | undefined;
  readonly successUrl?: string | undefined;
  readonly cancelUrl?: string | undefined;
  readonly metadata?: Record<string, string> | undefined;
  /** Pay the proceeds out once the payment has succeeded. */
  readonly payout?: NonNullable<Payment["payout"]> | undefined;
}

/** Everything about a payment that can be known before anything is written. */
interface Terms {
  readonly provider: PaymentProvider;
  readonly amount: bigint;
  readonly currency: string;
  readonly grants: { readonly asset: string; readonly amount: bigint };
  readonly packageId: Payment["packageId"];
  readonly credits: Pick<Payment, "creditsExpireAfter" | "creditsPriority">;
  readonly description: string;
  readonly payout: Payment["payout"];
}

/** A configured provider. Throws `provider.not_configured` (503). */
export function providerOf(deps: PaymentDeps, name: PaymentProviderName): PaymentProvider {
  const provider = deps.paymentProviders.get(name);
  if (!provider) throw providerNotConfigured(name);
  return provider;
}

/** Works out what a payment would be: what `dryRun` answers. Throws the refusals of creating one; writes and asks nothing. */
export async function agreeTerms(deps: PaymentDeps, caller: Caller, input: PaymentInput): Promise<Terms> {
  if (!maySeeCustomer(caller, input.customerId)) throw customerNotFound(input.customerId);
  // What an amount buys is the seller's to say: otherwise a customer would name its own price.
  if (caller.role === "customer" && "grants" in input.purchase && input.purchase.grants) throw grantsNotAllowed();
  await requireFewOpen(deps, deps.db.read, caller, input.customerId);
  const provider = providerOf(deps, input.provider);
  if (!provider.capabilities.flows.includes(input.flow)) throw flowNotSupported(input.provider, input.flow);
  const { price, grants, packageId, credits, description } = await priceOf(deps, input.purchase);
  const charged = await chargedPrice(deps, provider, price);
  const decimal = { amount: formatDecimal(charged.amount, charged.scale), asset: charged.currency };
  if (!provider.capabilities.supportsAsset(charged.currency))
    throw currencyNotSupported(input.provider, price.currency);
  const refusal = provider.capabilities.refusePrice(decimal);
  if (refusal !== undefined) throw priceRefused(input.provider, refusal);
  for (const url of [input.successUrl, input.cancelUrl]) {
    const why = url === undefined ? undefined : provider.capabilities.refuseReturnUrl?.(url);
    if (why !== undefined) throw returnUrlRefused(input.provider, why);
  }
  const { kind } = await getAsset(deps, grants.asset);
  return {
    provider,
    amount: charged.amount,
    currency: charged.currency,
    grants,
    packageId,
    credits,
    description: input.description ?? description,
    payout: input.payout ? checkPayout(input.payout, kind) : null,
  };
}

// Only what a customer does itself: a back end knows its customers, and has a limit of its own.
async function requireFewOpen(deps: PaymentDeps, db: Db, caller: Caller, customerId: string): Promise<void> {
  const max = deps.paymentLimits.openPerCustomer;
  if (caller.role !== "customer" || max === 0) return;
  if ((await queries.countOpen(db, customerId)) >= max) throw tooManyOpen(max);
}

// The shape only: whether the address may be paid to is decided when the money is there.
function checkPayout(payout: NonNullable<Payment["payout"]>, grantsKind: string): NonNullable<Payment["payout"]> {
  if (grantsKind !== "fiat" && grantsKind !== "stablecoin") {
    throw payoutRefused("only a payment whose grants are money can be paid out");
  }
  const parsed = parseAddress(NETWORKS[payout.network], payout.address);
  if ("refusal" in parsed) throw payoutRefused(`the address ${parsed.refusal}`);
  return { ...payout, address: parsed.address };
}

async function priceOf(deps: PaymentDeps, purchase: Purchase) {
  if ("package" in purchase) {
    const { package: bundle, price, grants } = await quotePackage(deps, purchase.package, purchase);
    return {
      price: { amount: BigInt(price.amount), currency: price.currency },
      grants,
      packageId: bundle.id,
      credits: { creditsExpireAfter: bundle.creditsExpireAfter, creditsPriority: bundle.creditsPriority },
      description: bundle.name,
    };
  }
  const { amount, currency, grants } = purchase;
  return {
    price: { amount, currency },
    grants: grants ?? { asset: currency, amount },
    packageId: null,
    credits: { creditsExpireAfter: null, creditsPriority: null },
    description: "Balance top-up",
  };
}

// Some providers take another asset one for one (USDC for a price in USD): the same number at the other asset's scale.
async function chargedPrice(deps: PaymentDeps, provider: PaymentProvider, price: { amount: bigint; currency: string }) {
  const from = await getAsset(deps, price.currency);
  const currency = provider.capabilities.chargedIn(price.currency);
  const to = await getAsset(deps, currency);
  if (to.scale < from.scale) throw currencyNotSupported(provider.name, price.currency);
  const amount = price.amount * 10n ** BigInt(to.scale - from.scale);
  if (amount > MAX_AMOUNT) throw priceRefused(provider.name, "it is too large");
  return { amount, currency, scale: to.scale };
}

/**
 * The terms of a payment that somebody asks for now: a method that cannot pay for it is refused before anything is written. Throws
 * as `agreeTerms` does, and 422 `payments.rejected`, 503 `provider.unavailable`.
 */
export async function agreePayment(deps: PaymentDeps, caller: Caller, input: PaymentInput): Promise<Terms> {
  const terms = await agreeTerms(deps, caller, input);
  const { provider } = terms;
  if (input.paymentMethodId === undefined) return terms;
  const customer = provider.customers ? await knownReference(deps, provider, input.customerId) : undefined;
  await requireMethod(provider, input.paymentMethodId, customer);
  return terms;
}

/**
 * Creates a payment: promise, ask, settle. `id` comes from the idempotency key, so a second try after a crash finds the
 * promise and asks the provider again with the same key. Throws `provider.unavailable` (503) when the provider's answer is
 * unknown: the payment stays promised and the sweeper, or the same request sent again, finds out.
 */
export async function createPayment(
  deps: PaymentDeps,
  caller: Caller,
  id: PaymentId,
  input: PaymentInput,
): Promise<Payment> {
  // Charged while the customer is away it is a promise already: what becomes of it is told by its status.
  const isAsked = input.paymentMethodId !== undefined && !input.offSession;
  const agree = isAsked && !(await queries.findPayment(deps.db.read, id)) ? agreePayment : agreeTerms;
  const terms = await agree(deps, caller, input);
  const row = await newRow(deps, caller, id, input, terms);
  return askOnce(deps, {
    ...creating(deps, terms.provider, id),
    promise: (tx) => promise(deps, tx, caller, row),
  });
}

type NewRow = Parameters<typeof beginPayment>[2];

async function newRow(
  deps: PaymentDeps,
  caller: Caller,
  id: PaymentId,
  input: PaymentInput,
  terms: Terms,
): Promise<NewRow> {
  const wallet = await openWallet(deps, caller.id, input.customerId);
  await openWalletAccount(deps, wallet.id, terms.grants.asset);
  const { provider } = terms;
  const known = provider.customers ? await knownReference(deps, provider, input.customerId) : undefined;
  return {
    id,
    customerId: input.customerId,
    walletId: wallet.id,
    provider: input.provider,
    flow: input.flow,
    status: "pending",
    amount: terms.amount,
    currency: terms.currency,
    grantsAsset: terms.grants.asset,
    grantsAmount: terms.grants.amount,
    packageId: terms.packageId,
    ...terms.credits,
    description: terms.description,
    successUrl: input.successUrl ?? null,
    cancelUrl: input.cancelUrl ?? null,
    paymentMethodId: input.paymentMethodId ?? null,
    offSession: input.offSession ?? false,
    providerCustomer: known ?? null,
    metadata: input.metadata ?? {},
    payout: terms.payout,
    transferIds: [],
    createdBy: caller.id,
  };
}

/** Writes the payment down, or finds it as it was promised before; one that was answered is settled already. */
async function promise(
  deps: PaymentDeps,
  tx: Tx,
  caller: Caller,
  row: NewRow,
): Promise<ToAsk<PromisedPayment, Payment>> {
  if (caller.role === "customer") {
    await queries.lockOpenPayments(tx, row.customerId);
    await requireFewOpen(deps, tx, caller, row.customerId);
  }
  const details = { amount: Number(row.amount), currency: row.currency, provider: row.provider };
  const begin = { by: "caller", actor: caller.id, action: "createPayment", details } as const;
  const inserted = await beginPayment(deps, tx, row, begin);
  const payment = inserted ?? (await queries.lockPayment(tx, row.id));
  if (!payment) throw new Error(`payment ${row.id} disappeared`);
  if (payment.providerReference !== null || payment.status !== "pending") return { settled: payment };
  return { ask: { payment, isNew: inserted !== undefined } };
}
