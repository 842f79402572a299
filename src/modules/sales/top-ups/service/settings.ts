import type { Caller } from "../../../../core/access.js";
import { MINUTE_MS } from "../../../../core/clock.js";
import { newId, type WalletId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import { type BillingProviderName, defaultBiller } from "../../../../providers/ports/index.js";
import { getAsset, openWalletAccount } from "../../../books/ledger/index.js";
import { getWallet } from "../../../books/wallets/index.js";
import {
  findMethod,
  lockMethods,
  type PaymentMethod,
  refreshAll,
  refreshMethods,
} from "../../payment-methods/index.js";
import { agreeTerms } from "../../payments/index.js";
import {
  capCurrency,
  capTooLow,
  cardDisputed,
  consentImplausible,
  consentRequired,
  methodsNotConfigured,
  methodUnfit,
  noAutoTopUp,
  noMethod,
  otherAsset,
  switchedOff,
  thresholdTooHigh,
} from "../errors.js";
import * as queries from "../queries.js";
import { monthOf, unfitness } from "../rules/decide.js";
import type { Attempt, AutoTopUp, Consent, StoredPurchase } from "../types.js";
import type { TopUpDeps } from "./deps.js";
import { beginTopUp, moveTopUp } from "./move.js";
import { inputOf } from "./run.js";
import { checkSoon } from "./watch.js";

export interface ConsentInput {
  readonly acceptedAt: Date;
  readonly text?: string | undefined;
  readonly version?: string | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}

export interface AutoTopUpInput {
  readonly asset: string;
  readonly threshold: bigint;
  readonly purchase: StoredPurchase;
  readonly monthlyCap: { readonly amount: bigint; readonly currency: string };
  readonly paymentMethodId?: string | undefined;
  /** Whose method is charged: that of the named method, or the default provider, when absent. */
  readonly provider?: BillingProviderName | undefined;
  /** An administrator lifts what disputes hold against the customer and the card. */
  readonly despiteDispute?: true | undefined;
  readonly consent?: ConsentInput | undefined;
}

/** An auto top-up with what is known around it. */
export interface AutoTopUpView extends AutoTopUp {
  readonly spentThisMonth: bigint;
  readonly open: Attempt | undefined;
  readonly consent: Consent | undefined;
}

// Clocks differ.
const FUTURE_MS = 5 * MINUTE_MS;

/**
 * Sets a wallet's auto top-up up, or changes it; each time with the customer's consent to exactly these settings, which is
 * kept. Throws 404 for somebody else's wallet; 422 `auto_top_ups.consent_required`, `.consent_implausible`, `.other_asset`,
 * `.threshold_too_high`, `.cap_currency`, `.cap_too_low`, `.no_payment_method`; 409 `auto_top_ups.card_disputed`, unless
 * an administrator says `despiteDispute`; and the refusals of creating such a payment.
 */
export async function putAutoTopUp(
  deps: TopUpDeps,
  caller: Caller,
  walletId: WalletId,
  input: AutoTopUpInput,
): Promise<AutoTopUpView> {
  const { billingProviders } = deps;
  if (billingProviders.size === 0) throw methodsNotConfigured(defaultBiller(billingProviders));
  const { customerId } = await getWallet(deps, caller, walletId);
  const consent = consentOf(deps, input.consent);
  const provider = await providerFor(deps, customerId, input);
  const terms = await agreeTerms(deps, caller, inputOf(customerId, { purchase: input.purchase, provider }));
  await checkTerms(deps, input, terms);
  const accountId = await openWalletAccount(deps, walletId, input.asset);
  // It may have been saved a moment ago. When the provider does not answer, what we know decides.
  const list = { customerId, provider };
  await refreshMethods(deps, list);
  const now = deps.clock.now();
  const put = await deps.db.transaction(async (tx) => {
    const method = await chooseMethod(tx, list, input.paymentMethodId);
    const lifted = await decideBlock(tx, method, { caller, isDecided: input.despiteDispute === true, now });
    const consentId = newId(deps.ids, "con");
    const agreement = {
      id: newId(deps.ids, "atu"),
      walletId,
      customerId,
      asset: input.asset,
      accountId,
      threshold: input.threshold,
      purchase: input.purchase,
      amount: terms.amount,
      currency: terms.currency,
      grantsAmount: terms.grants.amount,
      monthlyCap: input.monthlyCap.amount,
      provider,
      paymentMethodId: method.id,
      cardFingerprint: method.fingerprint,
      cardLast4: method.last4,
      consentId,
      failures: 0,
      nextAttemptAt: null,
    };
    const agreed = agreedTo(agreement);
    const row = await beginTopUp(deps, tx, agreement, {
      actor: caller.id,
      details: { ...agreed, consentId, ...(lifted ? { despiteDispute: true } : {}) },
      moving: ({ id }) =>
        queries.insertConsent(tx, {
          id: consentId,
          autoTopUpId: id,
          customerId,
          ...consent,
          terms: agreed,
          recordedBy: caller.id,
          createdAt: now,
        }),
    });
    await checkSoon(tx, row.id);
    return row;
  });
  deps.topUpWatch.update(put);
  return view(deps, put);
}

/** Who charges. A method is charged by the provider that keeps it; one that we do not know may have been saved a moment ago. */
async function providerFor(
  deps: TopUpDeps,
  customerId: string,
  { provider, paymentMethodId }: Pick<AutoTopUpInput, "provider" | "paymentMethodId">,
): Promise<BillingProviderName> {
  const chosen = provider ?? defaultBiller(deps.billingProviders);
  if (!deps.billingProviders.has(chosen)) throw methodsNotConfigured(chosen);
  if (provider !== undefined || paymentMethodId === undefined) return chosen;
  const known = await findMethod(deps, paymentMethodId);
  if (!known && deps.billingProviders.size > 1) await refreshAll(deps, customerId);
  const method = known ?? (await findMethod(deps, paymentMethodId));
  return method?.customerId === customerId ? method.provider : chosen;
}

function consentOf(deps: TopUpDeps, consent: ConsentInput | undefined) {
  if (!consent || (consent.text === undefined && consent.version === undefined)) throw consentRequired();
  if (consent.acceptedAt.getTime() > deps.clock.now().getTime() + FUTURE_MS) throw consentImplausible();
  return {
    acceptedAt: consent.acceptedAt,
    text: consent.text ?? null,
    version: consent.version ?? null,
    ip: consent.ip ?? null,
    userAgent: consent.userAgent ?? null,
  };
}

async function checkTerms(
  deps: TopUpDeps,
  input: AutoTopUpInput,
  terms: Awaited<ReturnType<typeof agreeTerms>>,
): Promise<void> {
  const { grants, amount, currency } = terms;
  if (grants.asset !== input.asset) throw otherAsset(input.asset, grants.asset);
  if (input.threshold > grants.amount) throw thresholdTooHigh(grants, (await getAsset(deps, grants.asset)).scale);
  if (input.monthlyCap.currency !== currency) throw capCurrency(currency);
  if (input.monthlyCap.amount < amount)
    throw capTooLow({ amount, asset: currency }, (await getAsset(deps, currency)).scale);
}

/** The card that is charged: the one named, or the default, or the only one. Held, so that it is not detached meanwhile. */
async function chooseMethod(
  tx: Tx,
  list: Parameters<typeof lockMethods>[1],
  wanted: string | undefined,
): Promise<PaymentMethod> {
  const { methods, defaultMethodId } = await lockMethods(tx, list);
  const name = wanted ?? defaultMethodId ?? (methods.length === 1 ? methods[0]?.id : undefined);
  const method = methods.find((each) => each.id === name);
  if (!method) throw noMethod();
  return method;
}

/** Lifts the disputes that stand against a customer or the card, when an administrator decides so. Returns whether there were any. */
async function decideBlock(
  tx: Tx,
  { customerId, fingerprint }: PaymentMethod,
  { caller, isDecided, now }: { readonly caller: Caller; readonly isDecided: boolean; readonly now: Date },
): Promise<boolean> {
  if (!(await queries.isBlocked(tx, customerId, fingerprint))) return false;
  if (caller.role !== "admin" || !isDecided) throw cardDisputed();
  await queries.liftBlocks(tx, customerId, fingerprint, now);
  return true;
}

type Agreement = Pick<
  AutoTopUp,
  | "asset"
  | "threshold"
  | "purchase"
  | "amount"
  | "currency"
  | "grantsAmount"
  | "monthlyCap"
  | "paymentMethodId"
  | "cardLast4"
>;

const agreedTo = (row: Agreement) => ({
  asset: row.asset,
  threshold: Number(row.threshold),
  purchase: { ...row.purchase },
  amount: Number(row.amount),
  currency: row.currency,
  grants: Number(row.grantsAmount),
  monthlyCap: Number(row.monthlyCap),
  paymentMethodId: row.paymentMethodId,
  cardLast4: row.cardLast4,
});

/** A wallet's auto top-up, switched off or not. Throws `auto_top_ups.not_found` (404). */
export async function getAutoTopUp(deps: TopUpDeps, caller: Caller, walletId: WalletId): Promise<AutoTopUpView> {
  return view(deps, await findOwn(deps, caller, walletId));
}

async function findOwn(deps: TopUpDeps, caller: Caller, walletId: WalletId): Promise<AutoTopUp> {
  await getWallet(deps, caller, walletId);
  const row = await queries.findOfWallet(deps.db.read, walletId);
  if (!row) throw noAutoTopUp(walletId);
  return row;
}

async function view(deps: TopUpDeps, row: AutoTopUp): Promise<AutoTopUpView> {
  const [spentThisMonth, open, consent] = await Promise.all([
    queries.spentSince(deps.db.read, row.id, row.currency, monthOf(deps.clock.now())),
    queries.findOpenAttempt(deps.db.read, row.walletId),
    queries.findConsent(deps.db.read, row.consentId),
  ]);
  return { ...row, spentThisMonth, open, consent };
}

/** Switches it off: nothing is charged any more, and a charge that waits for the customer is ended. Twice is as once. */
export async function switchOff(deps: TopUpDeps, caller: Caller, walletId: WalletId): Promise<AutoTopUpView> {
  const { id } = await findOwn(deps, caller, walletId);
  const off = await deps.db.transaction(async (tx) => {
    const current = await queries.lockAutoTopUp(tx, id);
    if (!current) throw noAutoTopUp(walletId);
    if (current.status === "off") return current;
    const change = { nextAttemptAt: null };
    const row = await moveTopUp(deps, tx, current, "off", { by: "caller", actor: caller.id, change, details: {} });
    const open = await queries.findOpenAttempt(tx, walletId);
    if (open) {
      const { paymentId } = open;
      await enqueueJob(tx, "top-ups:follow", { paymentId }, { key: `top-ups:follow:${paymentId}` });
    }
    return row;
  });
  deps.topUpWatch.update(off);
  return view(deps, off);
}

/**
 * Goes on after a pause, under the consent that there is: the card must still be the one that was agreed to (409
 * `auto_top_ups.method_unfit`). What a dispute stopped, only an administrator resumes (409 `auto_top_ups.card_disputed`). Throws 503
 * `provider.not_configured` when its provider is not set up any more.
 */
export async function resumeAutoTopUp(deps: TopUpDeps, caller: Caller, walletId: WalletId): Promise<AutoTopUpView> {
  const { id, customerId, provider } = await findOwn(deps, caller, walletId);
  if (!deps.billingProviders.has(provider)) throw methodsNotConfigured(provider);
  const list = { customerId, provider };
  await refreshMethods(deps, list);
  const resumed = await deps.db.transaction(async (tx) => {
    const { methods } = await lockMethods(tx, list);
    const current = await queries.lockAutoTopUp(tx, id);
    if (!current) throw noAutoTopUp(walletId);
    if (current.status === "off") throw switchedOff();
    const { pausedReason, cardFingerprint } = current;
    if (pausedReason === "terms_changed") throw methodUnfit(pausedReason);
    const why = unfitness(
      current,
      methods.find((method) => method.id === current.paymentMethodId),
    );
    if (why) throw methodUnfit(why);
    const now = deps.clock.now();
    if (await queries.isBlocked(tx, customerId, cardFingerprint)) {
      if (caller.role !== "admin") throw cardDisputed();
      await queries.liftBlocks(tx, customerId, cardFingerprint, now);
    }
    if (current.status === "active") return current;
    const row = await moveTopUp(deps, tx, current, "active", {
      by: "caller",
      event: "auto_top_up.resumed",
      actor: caller.id,
      change: { failures: 0, nextAttemptAt: null },
      details: { after: pausedReason },
    });
    await checkSoon(tx, id);
    return row;
  });
  deps.topUpWatch.update(resumed);
  return view(deps, resumed);
}

/** Its charges, newest first. */
export async function listAttempts(
  deps: TopUpDeps,
  caller: Caller,
  walletId: WalletId,
  page: PageQuery,
): Promise<Page<Attempt>> {
  const { id } = await findOwn(deps, caller, walletId);
  return pageById("ata", page, (before, limit) => queries.listAttempts(deps.db.read, id, before, limit));
}

/** What the customer agreed to over time, newest first. */
export async function listConsents(
  deps: TopUpDeps,
  caller: Caller,
  walletId: WalletId,
  page: PageQuery,
): Promise<Page<Consent>> {
  const { id } = await findOwn(deps, caller, walletId);
  return pageById("con", page, (before, limit) => queries.listConsents(deps.db.read, id, before, limit));
}
