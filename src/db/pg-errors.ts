import { AppError, databaseFault } from "../core/errors.js";
import { isUnconnected, sqlState } from "./client.js";

/** SQLSTATEs (and Node socket codes) that say "not now": the same request may succeed later. */
const TRANSIENT: Readonly<Record<string, string>> = {
  "40001": "The database asked to repeat the request.",
  "40P01": "The database asked to repeat the request.",
  "53100": "The database is out of disk space.",
  "53200": "The database is out of memory.",
  "53300": "The database has no free connections.",
  "55P03": "The row is locked by another request.",
  "57014": "The database took too long.",
  "57P01": "The database is restarting.",
  "57P02": "The database is restarting.",
  "57P03": "The database is starting.",
  "25006": "The database is read-only at the moment.",
  "25P03": "The database took too long.",
  ECONNREFUSED: "The database cannot be reached.",
  ECONNRESET: "The database connection was lost.",
  EPIPE: "The database connection was lost.",
  ETIMEDOUT: "The database cannot be reached.",
  ENOTFOUND: "The database cannot be reached.",
};

/** Whole classes: connection, resources, the server's own trouble, an operator at work. */
const TRANSIENT_CLASS: readonly (readonly [start: string, detail: string])[] = [
  ["08", "The database connection was lost."],
  ["53", "The database lacks something to work with."],
  ["58", "The database has trouble with its system."],
  ["57P", "The database is not to be had at the moment."],
];

// node-postgres gives these no code.
const TRANSIENT_MESSAGE =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end/;

/**
 * Our own trouble, as a refusal: 503 `service.unavailable` with `Retry-After`, without the database's text.
 * Undefined for anything else: a constraint that fires unexpectedly is a defect and stays a 500.
 */
export function databaseUnavailable(error: unknown): AppError | undefined {
  const detail = troubleOf(error);
  if (detail === undefined) return undefined;
  return new AppError("service.unavailable", detail, { retryAfter: 1, cause: error });
}

/** Whether it is such trouble. */
export const isDatabaseTrouble = (error: unknown): boolean => troubleOf(error) !== undefined;

function troubleOf(error: unknown): string | undefined {
  const state = sqlState(error);
  const known =
    state === undefined
      ? undefined
      : (TRANSIENT[state] ?? TRANSIENT_CLASS.find(([start]) => state.startsWith(start))?.[1]);
  return known ?? (isLost(error) ? "The database connection was lost." : undefined);
}

// Whatever keeps us from a connection, or ended one: with a full disk that is an internal error, of the severity FATAL.
const isLost = (error: unknown) =>
  isUnconnected(error) ||
  /^(?:FATAL|PANIC)$/.test(databaseFault(error)?.severity ?? "") ||
  hasMessage(error, TRANSIENT_MESSAGE);

function hasMessage(error: unknown, pattern: RegExp): boolean {
  for (let current = error; current instanceof Error; current = current.cause)
    if (pattern.test(current.message)) return true;
  return false;
}
