import type { Caller } from "../../../../core/access.js";
import { newId, type PaymentId } from "../../../../core/ids.js";
import { formatDecimal } from "../../../../core/money.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import type { PaymentProviderName, StatementPort } from "../../../../providers/ports/index.js";
import { getAsset } from "../../../books/ledger/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { lineCurrency, lineDiffers, notByStatement, stillUnknown, wrongState } from "../errors.js";
import * as queries from "../queries.js";
import { isPaid, settle } from "../rules/settle.js";
import type { LineReason, Payment, SettleNews, StatementLineRow } from "../types.js";
import { getPayment } from "./act-on-payment.js";
import { providerOf } from "./create-payment.js";
import type { PaymentDeps } from "./deps.js";
import { type NewsItem, prepareNews } from "./prepare-news.js";
import { settleInTransaction } from "./settle-payments.js";

/** What a bank says of money that came in. `id` is the bank's own, and identifies the money. */
interface ToldLine {
  readonly id: string;
  /** Minor units of `currency`. */
  readonly amount: bigint;
  readonly currency: string;
  readonly bookedAt: Date;
  /** What the payer wrote; absent when a person says whose it is. */
  readonly text?: string;
}

export interface LineOutcome {
  readonly statementLineId: string;
  readonly status: StatementLineRow["status"] | "differs";
  readonly reason: LineReason | null;
  readonly paymentId: PaymentId | null;
  readonly repeated: boolean;
}

/** How a provider's money is recognized. Throws `payments.not_by_statement` (422), `provider.not_configured` (503). */
function statementsOf(deps: PaymentDeps, name: PaymentProviderName): StatementPort {
  const { statements } = providerOf(deps, name);
  if (!statements) throw notByStatement(name);
  return statements;
}

/** Lines that were told, newest first. */
export const listStatementLines = (
  deps: PaymentDeps,
  filter: queries.LineFilter,
  page: PageQuery,
): Promise<Page<StatementLineRow>> =>
  pageById("stl", page, (before, limit) => queries.listLines(deps.db.read, filter, before, limit));

/** Takes lines as a bank has them, each in a transaction of its own. `dryRun` says what would become of them. */
export async function importStatementLines(
  deps: PaymentDeps,
  caller: Caller,
  provider: PaymentProviderName,
  lines: readonly (ToldLine & { readonly text: string })[],
  dryRun: boolean,
): Promise<LineOutcome[]> {
  const statements = statementsOf(deps, provider);
  const outcomes: LineOutcome[] = [];
  for (const line of lines) {
    const known = await queries.findLine(deps.db.read, provider, line.id);
    if (known) outcomes.push(outcomeOf(known, line));
    else {
      const match = await matchLine(deps, provider, statements.referencesIn(line.text), line);
      outcomes.push(dryRun ? outcomeOfMatch(line, match) : await takeLine(deps, caller, provider, line, match));
    }
  }
  return outcomes;
}

type Match = { readonly payment: Payment } | { readonly reason: LineReason };

/** Whose money a line is: that of the one payment with a reference which its text holds, and with its currency. */
async function matchLine(
  deps: PaymentDeps,
  provider: PaymentProviderName,
  references: readonly string[],
  { currency }: ToldLine,
): Promise<Match> {
  if (references.length === 0) return { reason: "no_reference" };
  const found = await queries.findByReferences(deps.db.read, provider, references);
  const named = found.filter(({ providerReference }) => references.includes(providerReference ?? ""));
  const [payment] = named;
  if (!payment) return { reason: "unknown_reference" };
  if (named.length > 1) return { reason: "several_references" };
  return payment.currency === currency ? { payment } : { reason: "wrong_currency" };
}

const outcomeOfMatch = ({ id }: ToldLine, match: Match): LineOutcome => ({
  statementLineId: id,
  status: "payment" in match ? "booked" : "unmatched",
  reason: "payment" in match ? null : match.reason,
  paymentId: "payment" in match ? match.payment.id : null,
  repeated: false,
});

/** What is said of a line that was told before. */
const outcomeOf = (row: StatementLineRow, line: ToldLine): LineOutcome => ({
  statementLineId: line.id,
  status: isSame(row, line) ? row.status : "differs",
  reason: row.reason as LineReason | null,
  paymentId: row.paymentId,
  repeated: true,
});

const isSame = (row: StatementLineRow, line: ToldLine): boolean =>
  row.amount === line.amount && row.currency === line.currency;

async function takeLine(
  deps: PaymentDeps,
  caller: Caller,
  provider: PaymentProviderName,
  line: ToldLine,
  match: Match,
): Promise<LineOutcome> {
  const settleIn = "payment" in match ? await prepare(deps, match.payment, line) : undefined;
  return deps.db.transaction(async (tx) => {
    // First the line, then the payment: all who book a line lock in this order.
    if (await queries.insertLine(tx, rowOf(deps, caller, provider, line, match))) {
      await settleIn?.(tx);
      await audit(deps, tx, caller, line, match);
      return outcomeOfMatch(line, match);
    }
    const known = await queries.lockLine(tx, provider, line.id);
    if (!known) throw new Error(`statement line ${line.id} disappeared`);
    return outcomeOf(known, line);
  });
}

/**
 * Books a line for a payment, as a person says. The same line again changes nothing; a line of which nobody knew whose it was is
 * this payment's now. Throws 404 `payments.not_found`, 409 `payments.wrong_state`, `payments.line_differs`,
 * 422 `payments.not_by_statement`, `payments.wrong_currency`.
 */
export async function confirmTransfer(
  deps: PaymentDeps,
  caller: Caller,
  id: PaymentId,
  line: ToldLine,
): Promise<Payment> {
  const payment = await requireTransfer(deps, caller, id, line);
  const settleIn = await prepare(deps, payment, line);
  return deps.db.transaction(async (tx) => {
    const isNew = await queries.insertLine(tx, rowOf(deps, caller, payment.provider, line, { payment }));
    const known = isNew ? undefined : await queries.lockLine(tx, payment.provider, line.id);
    const current = await queries.lockPayment(tx, id);
    if (!current) throw new Error(`payment ${id} disappeared`);
    if (known && isBookedFor(known, id, line)) return current;
    requireUnpaid(current);
    if (known) await queries.bookLine(tx, known.id, id, deps.clock.now());
    await audit(deps, tx, caller, line, { payment });
    return settleIn(tx);
  });
}

/** What confirming would make of the payment. Writes nothing. Throws as `confirmTransfer` does. */
export async function previewTransfer(
  deps: PaymentDeps,
  caller: Caller,
  id: PaymentId,
  line: ToldLine,
): Promise<Payment> {
  const payment = await requireTransfer(deps, caller, id, line);
  const known = await queries.findLine(deps.db.read, payment.provider, line.id);
  if (known && isBookedFor(known, id, line)) return payment;
  requireUnpaid(payment);
  const { news } = await newsOf(deps, payment, line);
  const received = { amount: line.amount, asset: line.currency };
  const decision = settle(payment, { news, received, fee: undefined, from: FROM });
  return "change" in decision ? { ...payment, ...decision.change } : payment;
}

async function requireTransfer(deps: PaymentDeps, caller: Caller, id: PaymentId, line: ToldLine): Promise<Payment> {
  const payment = await getPayment(deps, caller, id);
  statementsOf(deps, payment.provider);
  if (payment.providerReference === null) throw stillUnknown();
  if (line.currency !== payment.currency) throw lineCurrency(line.currency, payment.currency);
  return payment;
}

/** A person who confirms twice is mistaken, where a bank that tells two lines has two: those are booked. */
function requireUnpaid(payment: Payment): void {
  if (isPaid(payment.status) || payment.reviewReason !== null) throw wrongState("confirmed", payment.status);
}

/** Whether the line was booked for this payment already. Throws `payments.line_differs` (409) when it is another's. */
function isBookedFor(known: StatementLineRow, id: PaymentId, line: ToldLine): boolean {
  if (!isSame(known, line) || (known.paymentId !== null && known.paymentId !== id)) throw lineDiffers(line.id);
  return known.paymentId === id;
}

const FROM: SettleNews["from"] = { kind: "webhook" };

async function newsOf(deps: PaymentDeps, payment: Payment, line: ToldLine): Promise<NewsItem> {
  const { scale } = await getAsset(deps, line.currency);
  return {
    provider: payment.provider,
    news: {
      paymentId: payment.id,
      providerReference: payment.providerReference ?? "",
      moneyReference: line.id,
      status: "succeeded",
      received: { amount: formatDecimal(line.amount, scale), asset: line.currency },
    },
    from: FROM,
  };
}

/** Looks up what booking needs; what it returns books the line inside a transaction, and answers the payment after it. */
async function prepare(deps: PaymentDeps, payment: Payment, line: ToldLine): Promise<(tx: Tx) => Promise<Payment>> {
  const [prepared] = await prepareNews(deps, [await newsOf(deps, payment, line)]);
  if (!prepared || "unknown" in prepared) throw new Error(`payment ${payment.id} disappeared`);
  return async (tx) => {
    const { outcomes, payments } = await settleInTransaction(deps, tx, [prepared]);
    // A line is said to be booked only when its money is: otherwise nothing of this is written.
    if (!["credit", "quarantine"].includes(outcomes[0] ?? ""))
      throw new Error(`line ${line.id} came to ${outcomes[0]}`);
    return payments.get(payment.id) ?? payment;
  };
}

function rowOf(deps: PaymentDeps, caller: Caller, provider: PaymentProviderName, line: ToldLine, match: Match) {
  const now = deps.clock.now();
  const { status, reason, paymentId } = outcomeOfMatch(line, match);
  return {
    id: newId(deps.ids, "stl"),
    provider,
    lineId: line.id,
    amount: line.amount,
    currency: line.currency,
    text: line.text ?? "",
    bookedAt: line.bookedAt,
    status: status === "booked" ? status : ("unmatched" as const),
    reason,
    paymentId,
    toldBy: caller.id,
    createdAt: now,
    updatedAt: now,
  };
}

async function audit(deps: PaymentDeps, tx: Tx, caller: Caller, line: ToldLine, match: Match): Promise<void> {
  const { status, reason, paymentId } = outcomeOfMatch(line, match);
  const details = { statementLineId: line.id, amount: Number(line.amount), currency: line.currency, status };
  await recordAudit(deps, tx, [
    {
      actor: caller.id,
      action: line.text === undefined ? "confirmTransfer" : "importStatementLine",
      resource: paymentId ?? line.id,
      details: reason === null ? details : { ...details, reason },
    },
  ]);
}
