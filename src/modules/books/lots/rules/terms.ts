import { DAY_MS } from "../../../../core/clock.js";
import type { Movement } from "../../ledger/index.js";
import type { Lot, LotTerms } from "../types.js";

/**
 * What is taken to be agreed about credits for which nothing was recorded: they came before lots were kept, by the release before
 * this one, or by something that has no terms of its own.
 */
export function defaultTerms({ type, source, at }: Pick<Movement, "type" | "source" | "at">): LotTerms {
  const common = { source, effectiveAt: at };
  switch (type) {
    case "purchase":
      return { ...common, kind: "paid", origin: "payment" };
    case "deposit":
      return { ...common, kind: "paid", origin: "deposit" };
    case "conversion":
      return { ...common, kind: "paid", origin: "conversion" };
    case "grant":
      return { ...common, kind: "promotional", origin: source?.startsWith("inv_") ? "invoice" : "grant" };
    default:
      return { ...common, kind: "adjustment", origin: "returned" };
  }
}

/** How long before its end the owner of a lot is told, in days. */
export const NOTICE_DAYS = [30, 7, 1] as const;

/** How many days before its end a notice at this moment is for: the least that is reached. Undefined when none is. */
export function noticeDaysAt(expiresAt: Date, now: Date): number | undefined {
  const left = expiresAt.getTime() - now.getTime();
  return left <= 0 ? undefined : NOTICE_DAYS.findLast((days) => left <= days * DAY_MS);
}

/** When the owner of a lot is told next, after `now`. Null when not again: it is over soon, or never. A lot that lives for a week is not announced a month before. */
export function nextNotice({ expiresAt, effectiveAt }: Pick<Lot, "expiresAt" | "effectiveAt">, now: Date): Date | null {
  if (!expiresAt) return null;
  const life = expiresAt.getTime() - effectiveAt.getTime();
  const times = NOTICE_DAYS.filter((days) => days * DAY_MS < life).map((days) => expiresAt.getTime() - days * DAY_MS);
  const next = times.find((time) => time > now.getTime());
  return next === undefined ? null : new Date(next);
}

/** How a lot stands, which follows from its units and the time. */
export const LOT_STANDINGS = ["active", "expired", "used"] as const;
export type LotStanding = (typeof LOT_STANDINGS)[number];

export function standingOf(
  { remaining, expired, expiresAt }: Pick<Lot, "remaining" | "expired" | "expiresAt">,
  now: Date,
): LotStanding {
  if (remaining === 0n) return expired > 0n ? "expired" : "used";
  return expiresAt !== null && expiresAt.getTime() <= now.getTime() ? "expired" : "active";
}
