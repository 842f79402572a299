import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ConfigError } from "./config.js";
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

const SAYS = "must say how far ahead the time is, such as +90d or +36h, or a moment such as 2027-01-31T09:00:00Z";

/**
 * A clock that a file puts ahead. It is looked at ten times a second; while it cannot be read, the last word holds, and `warn` is
 * told once of what is not understood. Throws ConfigError when the file cannot be one, or says something else at the start.
 */
export function openFileClock(
  file: string,
  warn: (message: string) => void = () => undefined,
): { readonly clock: Clock; close(): void } {
  const problem = problemOf(file);
  if (problem !== undefined) throw new ConfigError([`COFFER_CLOCK: ${problem}`]);
  let aheadMs = 0;
  let warnedOf = "";
  const look = () => {
    try {
      const text = readFileSync(file, "utf8");
      const found = aheadMsOf(text, statSync(file).mtime);
      aheadMs = found ?? aheadMs;
      if (found === undefined && text !== warnedOf) warn(`the file of COFFER_CLOCK ${SAYS}; the time stays as it was`);
      warnedOf = found === undefined ? text : "";
    } catch {
      // Not there yet, or just being written.
    }
  };
  look();
  const timer = setInterval(look, LOOK_MS).unref();
  return { clock: { now: () => new Date(Date.now() + aheadMs) }, close: () => clearInterval(timer) };
}

// A file that is not there yet is made later. But a bare name that is no file is rather a time, or a slip.
function problemOf(file: string): string | undefined {
  const there = existsSync(file);
  if (!there && (path.basename(file) === file || !existsSync(path.dirname(path.resolve(file)))))
    return "must be the path of a file, which then says the time; write e.g. +30d into it";
  if (!there) return undefined;
  try {
    return aheadMsOf(readFileSync(file, "utf8"), statSync(file).mtime) === undefined ? `the file ${SAYS}` : undefined;
  } catch {
    return "the file cannot be read";
  }
}
