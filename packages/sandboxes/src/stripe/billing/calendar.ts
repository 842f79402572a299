import type { RecurringPrice } from "./objects.js";

export const DAY_SECONDS = 86_400;
/** How long a first invoice, or an update that waits for its payment, may stay unpaid. */
export const FIRST_PAYMENT_SECONDS = 23 * 3_600;
/** How long before its end a trial is announced to end. */
export const TRIAL_NOTICE_SECONDS = 3 * DAY_SECONDS;

type Recurrence = Pick<RecurringPrice["recurring"], "interval" | "interval_count">;

/** The same day and time some months later, or the month's last day where it has no such day. Seconds since 1970, UTC. */
function addMonths(at: number, months: number): number {
  const date = new Date(at * 1_000);
  const day = date.getUTCDate();
  const month = date.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const time = (at % DAY_SECONDS) * 1_000;
  return (Date.UTC(date.getUTCFullYear(), month, Math.min(day, lastDay)) + time) / 1_000;
}

/** The start of the period number `count` after the anchor, always reckoned from the anchor: Jan 31, Feb 28, Mar 31. */
function boundary(anchor: number, { interval, interval_count }: Recurrence, count: number): number {
  const steps = count * interval_count;
  if (interval === "day") return anchor + steps * DAY_SECONDS;
  if (interval === "week") return anchor + steps * 7 * DAY_SECONDS;
  return addMonths(anchor, interval === "year" ? 12 * steps : steps);
}

/** The end of the period that contains `at`, or starts there. */
export function periodEnd(anchor: number, recurrence: Recurrence, at: number): number {
  let count = 1;
  while (boundary(anchor, recurrence, count) <= at) count += 1;
  return boundary(anchor, recurrence, count);
}

/** A date as invoices write it, e.g. `31 Jan 2027`. */
export function formatDate(at: number): string {
  const [, day, month, year] = new Date(at * 1_000).toUTCString().split(" ");
  return `${day} ${month} ${year}`;
}
