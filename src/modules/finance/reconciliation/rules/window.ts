import { DAY_MS } from "../../../../core/clock.js";

/** The widest window of one run. */
export const WINDOW_DAYS_MAX = 400;

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

export type WindowProblem = "reversed" | "in_future" | "too_wide";

/** What is wrong with a window, if anything. It holds what happened at or after `from` and before `to`. */
export function windowProblem({ from, to }: Window, now: Date): WindowProblem | undefined {
  if (from >= to) return "reversed";
  if (to > now) return "in_future";
  if (to.getTime() - from.getTime() > WINDOW_DAYS_MAX * DAY_MS) return "too_wide";
  return undefined;
}

/** The month before the one that a moment is in, and that month: what a run looks at by itself. */
export function defaultWindow(now: Date): Window {
  return { from: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)), to: now };
}

/** The moment at which a month, `2026-11`, is over. */
export function endOfMonth(month: string): Date {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1));
}
