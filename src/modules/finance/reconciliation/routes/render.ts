import { toWire } from "../../../../core/money.js";
import { iso, isoOrNull } from "../../../../http/schemas.js";
import { ageBucketOf, suggestionFor } from "../rules/breaks.js";
import type { Preview, ShownBreak } from "../service/index.js";
import type {
  BankPayoutRow,
  NoteRow,
  PeriodRow,
  ProviderTransactionRow,
  ReconciliationRow,
  Statement,
} from "../types.js";

const statement = (each: Statement) => ({
  ...each,
  lines: each.lines.map((line) => ({ ...line })),
  openItems: each.openItems.map((item) => ({ ...item })),
});

export const renderRun = (row: ReconciliationRow) => ({
  id: row.id,
  provider: row.provider,
  asset: row.asset,
  from: iso(row.windowFrom),
  to: iso(row.windowTo),
  status: row.status,
  counts: row.counts,
  statements: row.statements?.map(statement) ?? null,
  failure: row.failure,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  startedAt: isoOrNull(row.startedAt),
  finishedAt: isoOrNull(row.finishedAt),
});

export const renderPreview = ({ from, to, statements, ...preview }: Preview) => ({
  dryRun: true as const,
  ...preview,
  from: iso(from),
  to: iso(to),
  statements: statements.map(statement),
});

export const renderBreak = (row: ShownBreak, now: Date) => ({
  id: row.id,
  provider: row.provider,
  account: row.account === "" ? null : row.account,
  asset: row.asset,
  kind: row.kind,
  status: row.status,
  reference: row.reference,
  ledger: toWire(row.ours),
  providerAmount: toWire(row.theirs),
  difference: toWire(row.ours - row.theirs),
  severity: row.severity,
  age: ageBucketOf(row.firstSeenAt, row.endedAt ?? now),
  suggestion: suggestionFor(row.kind),
  assignee: row.assignee,
  resolution: row.resolution,
  resolutionAccount: row.target,
  reason: row.reason,
  resolvedBy: row.resolvedBy,
  approvedBy: row.approvedBy,
  transactionId: row.transactionId,
  firstSeenAt: iso(row.firstSeenAt),
  lastSeenAt: iso(row.lastSeenAt),
  endedAt: isoOrNull(row.endedAt),
});

export const renderNote = ({ id, author, text, createdAt }: NoteRow) => ({
  id,
  author,
  text,
  createdAt: iso(createdAt),
});

export const renderTransaction = (row: ProviderTransactionRow) => ({
  id: row.id,
  provider: row.provider,
  account: row.account === "" ? null : row.account,
  reference: row.reference,
  category: row.category,
  providerCategory: row.providerCategory,
  asset: row.asset,
  amount: toWire(row.amount),
  fee: toWire(row.fee),
  net: toWire(row.net),
  fees: row.fees,
  subjectReference: row.subjectReference,
  exchangeRate: row.exchangeRate,
  transactionHash: row.transactionHash,
  description: row.description,
  status: row.status,
  bankPayout: row.bankPayout,
  matchedBy: row.rule,
  occurredAt: iso(row.occurredAt),
  availableAt: isoOrNull(row.availableAt),
});

export const renderBankPayout = (row: BankPayoutRow) => ({
  id: row.id,
  provider: row.provider,
  reference: row.reference,
  status: row.status,
  amount: toWire(row.amount),
  asset: row.asset,
  automatic: row.automatic,
  traceId: row.traceId,
  transactions: row.listedCount,
  addsUp: row.itemizedAt === null ? null : row.listedNet === 0n,
  initiatedAt: iso(row.initiatedAt),
  arrivesAt: isoOrNull(row.arrivesAt),
});

export const renderPeriod = (row: PeriodRow) => ({
  month: row.month,
  endsAt: iso(row.endsAt),
  closedAt: iso(row.closedAt),
  closedBy: row.closedBy,
  note: row.note,
  openBreaks: row.openBreaks,
  balances: row.balances.map((each) => ({ ...each })),
});
