import { DAY_MS } from "../../../../core/clock.js";
import type { RevenueSchedule } from "../types.js";
import { larger, smaller } from "./basis.js";

type Days = Pick<RevenueSchedule, "firstDay" | "endDay">;

const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
const lengthOf = ({ firstDay, endDay }: Days): number => (startOf(endDay) - startOf(firstDay)) / DAY_MS;

/** The whole days of a period, UTC; at least one. */
export function daysOf(start: Date, end: Date): Days {
  const firstDay = dayOf(start.getTime());
  const endDay = dayOf(end.getTime());
  return { firstDay, endDay: endDay > firstDay ? endDay : dayOf(startOf(firstDay) + DAY_MS) };
}

/**
 * What of a price is earned by now: that of the days that are over, in shares that add up to the price exactly, as far as the money
 * did not go back.
 */
export function earnedBy(schedule: Days & Pick<RevenueSchedule, "amount" | "refunded">, now: Date): bigint {
  const length = BigInt(lengthOf(schedule));
  const over = BigInt(Math.floor((now.getTime() - startOf(schedule.firstDay)) / DAY_MS));
  const days = larger(0n, smaller(over, length));
  return smaller((schedule.amount * days) / length, larger(0n, schedule.amount - schedule.refunded));
}

/** When more is earned: at the end of each day of the period. Null once the last one is over. */
export function nextDue({ firstDay, endDay }: Days, now: Date): Date | null {
  const over = Math.max(0, Math.floor((now.getTime() - startOf(firstDay)) / DAY_MS));
  const next = startOf(firstDay) + (over + 1) * DAY_MS;
  return next > startOf(endDay) ? null : new Date(next);
}
