import { type Caller, maySeeCustomer, SYSTEM_ACTOR } from "../../../core/access.js";
import { currencyExponent } from "../../../core/currencies.js";
import { type AccountId, newId, type TransactionId } from "../../../core/ids.js";
import { parseDecimal } from "../../../core/money.js";
import { type Page, type PageQuery, pageById } from "../../../core/pagination.js";
import type { Tx } from "../../../db/client.js";
import { enqueueJob } from "../../../db/jobs.js";
import { isPlausibleTime } from "../../../http/schemas.js";
import type { DisputeEvidence, DisputeNews, DisputePort } from "../../../providers/port.js";
import { recordAudit } from "../../audit/index.js";
import { ensureAsset, getAsset, type Posting, postTogether, systemAccount } from "../../ledger/index.js";
import { emitEvents } from "../../outbox/index.js";
import { applyLoss, findPaymentFor, lockPaidPayment, type Payment, providerOf } from "../../payments/index.js";
import { disputeNotFound, evidenceClosed, evidenceUnclear, noDisputes } from "../errors.js";
import type { ReversalFilter } from "../queries.js";
import * as queries from "../queries.js";
import { settleDispute } from "../rules.js";
import type { Dispute, DisputeId } from "../types.js";
import { CLEARING, openAccounts, type ReversalAccounts } from "./accounts.js";
import type { RefundDeps } from "./deps.js";

/** News of a dispute with everything looked up that may not be looked up inside the transaction. */
export interface PreparedDispute {
  readonly payment: Payment;
  readonly news: DisputeNews;
  readonly amount: bigint;
  readonly fee:
    | { readonly amount: bigint; readonly asset: string; readonly from: AccountId; readonly to: AccountId }
    | undefined;
  readonly accounts: ReversalAccounts;
}

/** Reads the amounts of a dispute and opens the accounts. Throws when an amount cannot be read. */
export async function prepareDispute(deps: RefundDeps, payment: Payment, news: DisputeNews): Promise<PreparedDispute> {
  if (news.amount.asset !== payment.currency) {
    throw new RangeError(`dispute ${news.providerReference} is in ${news.amount.asset}, not ${payment.currency}`);
  }
  const { scale } = await getAsset(deps, payment.currency);
  return {
    payment,
    news,
    amount: parseDecimal(news.amount.amount, scale).amount,
    fee: news.fee && (await feeOf(deps, payment, news.fee)),
    accounts: await openAccounts(deps, payment),
  };
}

async function feeOf(deps: RefundDeps, payment: Payment, fee: NonNullable<DisputeNews["fee"]>) {
  const { code, scale } = await ensureAsset(deps, fee.asset, currencyExponent(fee.asset));
  return {
    amount: parseDecimal(fee.amount, scale).amount,
    asset: code,
    from: await systemAccount(deps, CLEARING[payment.provider], code),
    to: await systemAccount(deps, "provider_fees", code),
  };
}

/**
 * Settles a dispute inside the caller's transaction. Only what became of the money moves anything: taken, what the payment
 * granted is taken back; given back, it is given again; an inquiry moves nothing. Throws when the payment is not paid yet.
 */
export async function settleDisputeNews(deps: RefundDeps, tx: Tx, prepared: PreparedDispute): Promise<Dispute> {
  const { news, amount, payment: seen } = prepared;
  const payment = await lockPaidPayment(tx, seen.id);
  if (!payment) throw new Error("the payment is not paid yet");
  const before = await openDispute(deps, tx, payment, news, amount);
  const steps = settleDispute(before.funds, news.funds);
  // What the bank took is what it took, whatever it says later; until then it may only have asked about another amount.
  const taken = before.funds === "none" ? amount : before.amount;
  for (const step of steps) {
    await postTogether(tx, moneyOf(deps, before, prepared, step, taken));
    if (step === "withdraw") await lose(deps, tx, before, prepared, taken, "withdrawn");
    if (step === "reinstate" || step === "reinstate_lost") {
      await lose(deps, tx, before, prepared, -taken, "reinstated");
    }
  }
  const updated = await queries.updateDispute(tx, before.id, {
    status: news.status,
    funds: steps.length > 0 ? news.funds : before.funds,
    isInquiry: news.isInquiry,
    amount: taken,
    ...(prepared.fee ? { feeAmount: prepared.fee.amount, feeAsset: prepared.fee.asset } : {}),
    evidenceDueBy: plausible(news.evidenceDueBy) ?? before.evidenceDueBy,
    evidenceSubmittedAt: before.evidenceSubmittedAt ?? (news.evidenceSubmitted ? deps.clock.now() : null),
    updatedAt: deps.clock.now(),
  });
  if (updated.status !== before.status || steps.length > 0 || before.version === 0) await announce(deps, tx, updated);
  return updated;
}

const plausible = (time: Date | undefined): Date | undefined => (time && isPlausibleTime(time) ? time : undefined);

async function openDispute(
  deps: RefundDeps,
  tx: Tx,
  payment: Payment,
  news: DisputeNews,
  amount: bigint,
): Promise<Dispute> {
  const known = await queries.lockDispute(tx, payment.provider, news.providerReference);
  if (known) return known;
  const now = deps.clock.now();
  await queries.insertDispute(tx, {
    id: newId(deps.ids, "dsp"),
    paymentId: payment.id,
    customerId: payment.customerId,
    provider: payment.provider,
    providerReference: news.providerReference,
    status: news.status,
    funds: "none",
    isInquiry: news.isInquiry,
    amount,
    currency: payment.currency,
    reason: news.reason.slice(0, 200),
    createdAt: now,
    updatedAt: now,
  });
  const opened = await queries.lockDispute(tx, payment.provider, news.providerReference);
  if (!opened) throw new Error(`dispute ${news.providerReference} disappeared`);
  return opened;
}

async function lose(
  deps: RefundDeps,
  tx: Tx,
  dispute: Dispute,
  { payment: { id }, accounts }: PreparedDispute,
  disputed: bigint,
  what: string,
) {
  const payment = await lockPaidPayment(tx, id);
  if (!payment) throw new Error("the payment is not paid");
  await applyLoss(deps, tx, {
    payment,
    disputed,
    key: `${dispute.id}:${what}`,
    source: dispute.id,
    transactionId: newId(deps.ids, "txn"),
    accounts: accounts.grants,
  });
}

/** The transfers of a step of a dispute; docs/ledger.md shows them with figures. */
function moneyOf(
  deps: RefundDeps,
  dispute: Dispute,
  { accounts, fee }: PreparedDispute,
  step: "withdraw" | "lose" | "reinstate" | "reinstate_lost",
  amount: bigint,
): (Posting & { asset: string })[] {
  const transactionId: TransactionId = newId(deps.ids, "txn");
  const common = { transactionId, source: dispute.id, reference: dispute.providerReference, actor: SYSTEM_ACTOR };
  const move = (type: Posting["type"], from: AccountId, to: AccountId) => ({
    ...common,
    id: newId(deps.ids, "trf"),
    from,
    to,
    amount,
    asset: dispute.currency,
    type,
    key: `${dispute.id}:${step}`,
  });
  const { clearing, disputed, deferred } = accounts;
  switch (step) {
    case "withdraw":
      return [
        move("dispute_withdrawn", clearing, disputed),
        ...(fee && fee.amount > 0n
          ? [{ ...common, ...fee, id: newId(deps.ids, "trf"), type: "provider_fee" as const, key: `${dispute.id}:fee` }]
          : []),
      ].filter((each) => each.amount > 0n);
    case "lose":
      return amount > 0n ? [move("dispute_lost", disputed, deferred)] : [];
    case "reinstate":
      return amount > 0n ? [move("dispute_reinstated", disputed, clearing)] : [];
    case "reinstate_lost":
      return amount > 0n ? [move("dispute_reinstated", deferred, clearing)] : [];
  }
}

async function announce(deps: RefundDeps, tx: Tx, dispute: Dispute): Promise<void> {
  const data = {
    paymentId: dispute.paymentId,
    status: dispute.status,
    funds: dispute.funds,
    amount: Number(dispute.amount),
    currency: dispute.currency,
    reason: dispute.reason,
    evidenceDueBy: dispute.evidenceDueBy?.toISOString() ?? null,
  };
  const type = dispute.version === 1 && dispute.funds === "none" ? "dispute.created" : `dispute.${topicOf(dispute)}`;
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource: dispute.id, details: data }]);
  await emitEvents(deps, tx, [{ type, resource: dispute.id, customerId: dispute.customerId, data }]);
  // What charges the customer by itself stands above and hears of it by its job.
  const told = { disputeId: dispute.id, paymentId: dispute.paymentId, isOver: endedWell(dispute) };
  await enqueueJob(tx, "top-ups:disputed", told, { key: `top-ups:disputed:${dispute.id}` });
}

const endedWell = ({ funds, status }: Dispute): boolean =>
  funds === "reinstated" || ["won", "warning_closed", "prevented"].includes(status);

const topicOf = ({ funds }: Dispute): string =>
  funds === "none"
    ? "updated"
    : funds === "withdrawn"
      ? "funds_withdrawn"
      : funds === "lost"
        ? "lost"
        : "funds_reinstated";

/** A dispute that this caller may see. Throws `disputes.not_found` (404). */
export async function getDispute(deps: RefundDeps, caller: Caller, id: DisputeId): Promise<Dispute> {
  const dispute = await queries.findDispute(deps.db.read, id);
  if (!dispute || !maySeeCustomer(caller, dispute.customerId)) throw disputeNotFound(id);
  return dispute;
}

/** Disputes, newest first. */
export const listDisputes = (deps: RefundDeps, filter: ReversalFilter, page: PageQuery): Promise<Page<Dispute>> =>
  pageById("dsp", page, (before, limit) => queries.listDisputes(deps.db.read, filter, before, limit));

interface EvidenceInput {
  readonly evidence: DisputeEvidence;
  readonly submit: boolean;
  /** Names the request to the provider: asked again with it, it is the same one. */
  readonly attempt: string;
  /** The request was begun before, by a process that died. */
  readonly resumed: boolean;
}

/** Stages evidence, or sends it to the bank, which can be done once and before the deadline. Throws 409. */
export async function submitEvidence(
  deps: RefundDeps,
  caller: Caller,
  id: DisputeId,
  input: EvidenceInput,
): Promise<Dispute> {
  const dispute = await getDispute(deps, caller, id);
  const port = portOf(deps, dispute);
  // A request that died may have been heard: the provider knows it by its key, and answers it as it did then.
  if (!input.resumed) refuseClosed(deps, dispute);
  const { providerReference } = dispute;
  const answer = await port.submitEvidence({
    providerReference,
    evidence: input.evidence,
    submit: input.submit,
    idempotencyKey: `${id}:${input.attempt}`,
  });
  if (answer.outcome === "rejected") throw evidenceClosed(answer.failure.message);
  // What it answered then is not how things stand now.
  const current = answer.outcome === "accepted" && input.resumed ? await port.getDispute(providerReference) : answer;
  if (current.outcome !== "accepted") throw evidenceUnclear(dispute.provider);
  const payment = await findPaymentFor(deps, dispute.provider, {
    paymentId: dispute.paymentId,
    providerReference: current.value.paymentReference,
  });
  if (!payment) throw disputeNotFound(id);
  const prepared = await prepareDispute(deps, payment, current.value);
  return deps.db.transaction(async (tx) => {
    const details = { submit: input.submit, fields: Object.keys(input.evidence) };
    await recordAudit(deps, tx, [{ actor: caller.id, action: "submitEvidence", resource: id, details }]);
    return settleDisputeNews(deps, tx, prepared);
  });
}

function refuseClosed(deps: RefundDeps, dispute: Dispute): void {
  if (dispute.evidenceDueBy && dispute.evidenceDueBy <= deps.clock.now()) throw evidenceClosed("the deadline is over");
  if (dispute.evidenceSubmittedAt) throw evidenceClosed("it was submitted");
  if (["won", "lost", "prevented", "warning_closed"].includes(dispute.status))
    throw evidenceClosed(`it is ${dispute.status}`);
}

function portOf(deps: RefundDeps, dispute: Pick<Dispute, "provider">): DisputePort {
  const port = providerOf(deps, dispute.provider).disputes;
  if (!port) throw noDisputes(dispute.provider);
  return port;
}
