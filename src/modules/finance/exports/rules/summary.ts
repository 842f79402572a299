import { formatDecimal } from "../../../../core/money.js";
import type { ExportMapping } from "../types.js";
import { placeOf, providerOf } from "./accounts.js";
import { formulaSafe } from "./columns.js";

/** What moved between two accounts on one day, in one currency. */
export interface DayFlow {
  /** `2026-01-31`, in UTC. */
  readonly day: string;
  readonly asset: string;
  readonly scale: number;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
}

/** A line of a day's journal: debits are positive. */
export interface SummaryLine {
  readonly day: string;
  readonly asset: string;
  readonly scale: number;
  /** Whose money moved; null for what moved between our own accounts. */
  readonly provider: string | null;
  /** Our account, and the program's code of it. */
  readonly account: string;
  readonly code: string;
  readonly amount: bigint;
}

/** What an accountant takes for one day and currency. */
export const LINES_A_DAY = 20;

/** Whether both sides of a flow are money: what moves between wallets is no money of ours. */
export const isMoney = ({ from, to }: Pick<DayFlow, "from" | "to">): boolean =>
  placeOf(from).half === "money" && placeOf(to).half === "money";

/**
 * The journal of one day and currency: per provider, then account, each line the net of the day, none that is zero. Where that makes
 * more lines than an accountant takes, providers are put together. Debits equal credits within each provider.
 */
export function summaryOf(flows: readonly DayFlow[], mapping: ExportMapping = {}): SummaryLine[] {
  const apart = netOf(flows, mapping, true);
  return apart.length <= LINES_A_DAY ? apart : netOf(flows, mapping, false);
}

function netOf(flows: readonly DayFlow[], { accounts = {} }: ExportMapping, byProvider: boolean): SummaryLine[] {
  const lines = new Map<string, SummaryLine>();
  for (const flow of flows.filter(isMoney)) {
    const provider = byProvider ? (providerOf(flow.from) ?? providerOf(flow.to) ?? null) : null;
    for (const [account, amount] of [
      [flow.to, flow.amount],
      [flow.from, -flow.amount],
    ] as const) {
      const code = accounts[account] ?? placeOf(account).code;
      const key = JSON.stringify([provider ?? "", account]);
      const sum = (lines.get(key)?.amount ?? 0n) + amount;
      lines.set(key, { day: flow.day, asset: flow.asset, scale: flow.scale, provider, account, code, amount: sum });
    }
  }
  return [...lines]
    .filter(([, { amount }]) => amount !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, line]) => line);
}

const digits = (amount: bigint, scale: number): string => formatDecimal(amount < 0n ? -amount : amount, scale);
const journalName = ({ day, asset, provider }: SummaryLine): string =>
  ["coffer", day, asset, ...(provider === null ? [] : [provider])].join("-");

export const QUICKBOOKS_HEADER = [
  "Journal No",
  "Journal Date",
  "Account",
  "Debits",
  "Credits",
  "Description",
  "Name",
  "Currency",
  "Class",
  "Location",
];

/** A line as QuickBooks Online imports it: grouped by `Journal No`, of one currency each. */
export const quickbooksCells = (line: SummaryLine): string[] => [
  journalName(line),
  line.day,
  formulaSafe(line.code),
  line.amount > 0n ? digits(line.amount, line.scale) : "",
  line.amount < 0n ? digits(line.amount, line.scale) : "",
  line.account,
  "",
  line.asset,
  line.provider ?? "",
  "",
];

export const XERO_HEADER = [
  "*Narration",
  "*Date",
  "Description",
  "*AccountCode",
  "*TaxRate",
  "*Amount",
  "TrackingName1",
  "TrackingOption1",
];

const NO_TAX = "Tax Exempt";

/** A line as Xero imports a manual journal: those with one narration and date are one journal, debits are positive. */
export const xeroCells = (line: SummaryLine, { taxRate = NO_TAX }: ExportMapping = {}): string[] => [
  journalName(line),
  line.day,
  line.account,
  formulaSafe(line.code),
  formulaSafe(taxRate),
  formatDecimal(line.amount, line.scale),
  "",
  "",
];
