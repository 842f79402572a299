import { DAY_MS } from "../../../../core/clock.js";
import { keepFailure, type LookFailure, lookAtEach, type Round } from "../../../../kernel/jobs.js";
import { pagesSince, sinceLastOrDaily } from "../../../../kernel/lists.js";
import type {
  DisputeNews,
  Listing,
  ListingQuery,
  PaymentProvider,
  ProviderResult,
  RefundNews,
} from "../../../../providers/ports/index.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import { findPaymentFor, type Payment } from "../../payments/index.js";
import * as queries from "../queries.js";
import type { Dispute } from "../types.js";
import type { RefundDeps } from "./deps.js";
import { lookAtRefunds } from "./request-refund.js";
import { prepareDispute, settleDisputeNews } from "./settle-disputes.js";

/** How far the first run looks back, and one run a day: what was told long ago may have changed since. */
const LOOK_BACK_MS = 30 * DAY_MS;

/**
 * Settles refunds and disputes that are in the providers' lists and stand otherwise than we have them: made in a dashboard, or
 * decided by a bank, and the webhook lost. Returns the failures, which are tried at the next run.
 */
export async function catchUpReversals(deps: RefundDeps): Promise<{ failures: LookFailure[] }> {
  const failures: LookFailure[] = [];
  for (const provider of deps.paymentProviders.values()) {
    const { refunds, disputes } = provider;
    if (refunds?.listRefundsSince) {
      const list = refunds.listRefundsSince;
      failures.push(...(await readList(deps, provider, "refunds", list, (news) => settleRefund(deps, provider, news))));
    }
    if (disputes) {
      const list = (query: ListingQuery) => disputes.listDisputesSince(query);
      failures.push(
        ...(await readList(deps, provider, "disputes", list, (news) => settleDispute(deps, provider, news))),
      );
    }
  }
  return { failures };
}

const UNREADABLE = { refunds: "refund.unreadable_entry", disputes: "dispute.unreadable_entry" } as const;

async function readList<T extends RefundNews | DisputeNews>(
  deps: RefundDeps,
  { name }: PaymentProvider,
  kind: "refunds" | "disputes",
  list: (query: ListingQuery) => Promise<ProviderResult<Listing<T>>>,
  settle: (news: T) => Promise<void>,
): Promise<LookFailure[]> {
  const failures: LookFailure[] = [];
  const startedAt = deps.clock.now();
  const cursorName = `${name}:${kind}`;
  try {
    const last = await queries.readCursor(deps.db.read, cursorName);
    const since = sinceLastOrDaily(last, startedAt, LOOK_BACK_MS);
    for await (const { data: page, unreadable } of pagesSince((query) => readPage(list(query)), since)) {
      await keepUnreadable(deps, { provider: name, list: kind, event: UNREADABLE[kind] }, unreadable ?? []);
      const known = await queries.statusesOf(
        deps.db.read,
        kind,
        name,
        page.map(({ providerReference }) => providerReference),
      );
      for (const news of page.filter((each) => known.get(each.providerReference) !== each.status)) {
        await keepFailure(failures, news.providerReference, () => settle(news));
      }
    }
  } catch (error) {
    failures.push({ id: cursorName, error });
  }
  if (failures.length === 0) await deps.db.transaction((tx) => queries.writeCursor(tx, cursorName, startedAt));
  return failures;
}

async function readPage<T>(asked: Promise<ProviderResult<Listing<T>>>): Promise<Listing<T>> {
  const page = await asked;
  if (page.outcome !== "accepted") throw new Error(`the list was answered ${page.outcome}`);
  return page.value;
}

const ownerOf = (
  deps: RefundDeps,
  { name }: PaymentProvider,
  reference: string | undefined,
): Promise<Payment | undefined> =>
  reference === undefined ? Promise.resolve(undefined) : findPaymentFor(deps, name, { providerReference: reference });

const isSettled = (payment: Payment | undefined): payment is Payment =>
  Boolean(payment && (payment.transactionId || payment.reviewReason));

async function settleRefund(deps: RefundDeps, provider: PaymentProvider, news: RefundNews): Promise<void> {
  const payment = await ownerOf(deps, provider, news.paymentReference);
  // Of a payment that is not in the books yet it is looked up once it is.
  if (isSettled(payment)) await lookAtRefunds(deps, payment.id);
}

async function settleDispute(deps: RefundDeps, provider: PaymentProvider, news: DisputeNews): Promise<void> {
  const payment = await ownerOf(deps, provider, news.paymentReference);
  if (!payment?.transactionId) return;
  const prepared = await prepareDispute(deps, payment, news);
  await deps.db.transaction((tx) => settleDisputeNews(deps, tx, prepared));
}

const SWEEP_MAX = 100;

/** Looks up disputes that nobody has spoken of for a while. */
export async function sweepDisputes(deps: RefundDeps): Promise<Round> {
  const due = await queries.listDueDisputes(deps.db.read, deps.clock.now(), SWEEP_MAX);
  return lookAtEach(due, (dispute) => lookAtDispute(deps, dispute));
}

async function lookAtDispute(deps: RefundDeps, dispute: Dispute): Promise<void> {
  // First the next look, then the question: what always fails must not be asked about without end.
  const tomorrow = new Date(deps.clock.now().getTime() + DAY_MS);
  await deps.db.transaction((tx) => queries.postponeDispute(tx, dispute.id, tomorrow));
  const provider = deps.paymentProviders.get(dispute.provider);
  if (!provider?.disputes) return;
  const found = await provider.disputes.getDispute(dispute.providerReference);
  if (found.outcome !== "accepted") throw new Error(`${dispute.provider} answered ${found.outcome}`);
  await settleDispute(deps, provider, found.value);
}
