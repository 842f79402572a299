import type { lotSlices, lots, revenueSchedules } from "./tables.js";

export type Lot = typeof lots.$inferSelect;
export type LotId = Lot["id"];
export type LotSlice = Pick<typeof lotSlices.$inferSelect, "lotId" | "source" | "units">;
export type RevenueSchedule = typeof revenueSchedules.$inferSelect;

/** What is agreed about credits that come. What is absent is by default: kept for ever, of middling priority, without a price. */
export interface LotTerms {
  readonly kind: Lot["kind"];
  readonly origin: Lot["origin"];
  /** What they come from, e.g. a payment's id: what is taken back of that is taken from this lot first. */
  readonly source: string | null;
  /** What was paid for all of them. */
  readonly price?: { readonly amount: bigint; readonly currency: string } | undefined;
  /** 0 to 100; lower goes first. */
  readonly priority?: number | null | undefined;
  readonly effectiveAt?: Date | undefined;
  readonly expiresAt?: Date | null | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
}
