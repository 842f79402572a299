import type { dunningCases, invoiceCredits, invoices, subscriptions } from "./tables.js";

export type Subscription = typeof subscriptions.$inferSelect;
export type Invoice = typeof invoices.$inferSelect;
export type InvoiceCredit = typeof invoiceCredits.$inferSelect;
export type DunningCase = typeof dunningCases.$inferSelect;
export type SubscriptionId = Subscription["id"];
export type InvoiceId = Invoice["id"];
export type DunningCaseId = DunningCase["id"];
export type { CaseStatus, Standing } from "./rules/chart.js";
export type { StoredGrant, StoredLine } from "./tables.js";

/** What a plan says about the credits of a line of its price. */
export interface LineTerms {
  readonly planId: NonNullable<Subscription["planId"]>;
  readonly asset: string;
  /** Credits of one unit for a whole cycle. */
  readonly grants: bigint;
  readonly trialGrants: bigint;
  readonly freeInvoices: "grant" | "skip";
  readonly renewal: Renewal;
  /** How long the credits may be spent, and which are spent first. */
  readonly credits: { readonly creditsExpireAfter: string | null; readonly creditsPriority: number | null };
  readonly recognition: "use" | "straight_line";
  /** Price of one unit for a whole cycle, in minor units of the invoice's currency. */
  readonly unitAmount: bigint;
  /** How long a cycle is. */
  readonly interval: "day" | "week" | "month" | "year";
  readonly intervalCount: number;
}

export interface Renewal {
  readonly mode: "add" | "set" | "top_up_to";
  readonly rolloverCap: bigint | null;
}

/** A line of an invoice in minor units, with the plan that its price belongs to. */
export interface Line {
  readonly lineReference: string;
  readonly description: string;
  readonly amount: bigint;
  readonly discount: bigint;
  readonly quantity: number;
  readonly proration: boolean;
  readonly periodStart: Date;
  readonly periodEnd: Date;
  readonly priceReference: string | null;
  /** Null when its price is none of ours. */
  readonly terms: LineTerms | null;
}
