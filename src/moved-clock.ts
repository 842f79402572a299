import { readFileSync, statSync } from "node:fs";
import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./core/clock.js";

const UNITS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const LOOK_MS = 100;

/**
 * How far a text puts the time ahead: `+90d`, `+36h`, `+15m`, `+30s`, several of them with spaces between, or a moment
 * (`2027-01-31T09:00:00Z`), at which the time then was when the file was written. Undefined for anything else.
 */
export function aheadMsOf(text: string, writtenAt: Date): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return 0;
  const steps = trimmed.split(/\s+/).map((step) => /^([+-])(\d{1,7})([smhd])$/.exec(step));
  if (steps.every((step) => step !== null))
    return steps.reduce((sum, step) => {
      const ms = Number(step?.[2]) * (UNITS[step?.[3] ?? ""] ?? 0);
      return step?.[1] === "-" ? sum - ms : sum + ms;
    }, 0);
  const moment = /^\d{4}-\d\d-\d\dT/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(moment) ? undefined : moment - writtenAt.getTime();
}

/** A clock that a file puts ahead. It is looked at ten times a second; while it cannot be read, the last word holds. */
export function openFileClock(file: string): { readonly clock: Clock; close(): void } {
  let aheadMs = 0;
  const look = () => {
    try {
      aheadMs = aheadMsOf(readFileSync(file, "utf8"), statSync(file).mtime) ?? aheadMs;
    } catch {
      // Not there yet, or just being written.
    }
  };
  look();
  const timer = setInterval(look, LOOK_MS).unref();
  return { clock: { now: () => new Date(Date.now() + aheadMs) }, close: () => clearInterval(timer) };
}
