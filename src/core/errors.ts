import { type RefusalCode, statusOf } from "./refusals.js";

/** One refused field of a request, as it appears in `errors` of a problem document. */
export interface FieldError {
  /** JSON pointer into the request, e.g. `/amount`. */
  readonly pointer: string;
  readonly detail: string;
}

/** Facts that belong to a refusal and are put beside the standard members of its problem document. */
export interface ErrorExtras {
  readonly errors?: readonly FieldError[];
  /** Seconds after which asking again makes sense; becomes `Retry-After`. */
  readonly retryAfter?: number;
  /** Extension members of RFC 9457, e.g. `{ available: 3 }`. Wire values only. */
  readonly members?: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause?: unknown;
}

/**
 * An expected refusal, one of those that refusals.ts lists.
 * Whatever is thrown that is not an AppError is a defect and is rendered as a 500 without its message.
 */
export class AppError extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly extras: ErrorExtras;

  /** `message` is for a person, and becomes `detail`. */
  constructor(code: RefusalCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = "AppError";
    this.code = code;
    this.status = statusOf(code);
    this.extras = extras;
  }
}

/** What a database says of its own error, as far as it may be told: never a parameter, never a row's values. */
export interface DatabaseFault {
  readonly code: string;
  readonly severity?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly routine?: string;
  /** Its sentence, for the kinds of error whose sentences name things of ours and quote no values. */
  readonly text?: string;
}

// 22, "data exception", quotes the value; a class that is not listed may.
const QUOTES_NO_VALUES = /^(?:08|23|25|28|3D|3F|40|42|53|54|55|57|58|XX)/;
const TEXT_MAX = 300;

/** The database's error behind whatever was thrown, if there is one. */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const fields = current as unknown as Record<string, unknown>;
    const { code, severity } = fields;
    if (typeof code !== "string" || typeof severity !== "string" || !/^[0-9A-Z]{5}$/.test(code)) continue;
    const named = ["table", "column", "constraint", "routine"].filter((name) => typeof fields[name] === "string");
    return {
      code,
      severity,
      ...Object.fromEntries(named.map((name) => [name, fields[name]])),
      ...(QUOTES_NO_VALUES.test(code) ? { text: current.message.slice(0, TEXT_MAX) } : {}),
    };
  }
  return undefined;
}

/** The text of anything that was thrown, for logs and stored failure reasons. Holds no statement and no parameters. */
export function errorMessage(error: unknown): string {
  const fault = databaseFault(error);
  if (fault) {
    const { text, code, table, column, constraint, routine } = fault;
    const where = Object.entries({ table, column, constraint, routine }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} ${value}`],
    );
    // Who wraps the database's error may have more to say than that a query failed.
    const isWrapped = error instanceof Error && !isQueryText(error) && !("severity" in error);
    const said = isWrapped ? error.message : (text ?? "the database refused a value");
    return `${said} (${[code, ...where].join(", ")})`;
  }
  if (!(error instanceof Error)) return String(error);
  const issues = schemaIssues(error);
  if (issues !== undefined) return issues;
  if (!isQueryText(error)) return error.message;
  return error.cause === undefined ? "a query failed" : errorMessage(error.cause);
}

const ISSUES_MAX = 5;

/** What a schema found, in words: `data.amount: expected string, received number`. A validator's own message is a dump of it. */
function schemaIssues(error: Error): string | undefined {
  if (!("issues" in error) || !Array.isArray(error.issues)) return undefined;
  const issues = error.issues as readonly { readonly path?: readonly PropertyKey[]; readonly message?: string }[];
  return issues
    .slice(0, ISSUES_MAX)
    .map(({ path = [], message = "is not valid" }) => `${path.map(String).join(".") || "it"}: ${message}`)
    .join("; ");
}

// drizzle puts the statement and its parameters into the message.
const isQueryText = (error: Error) => /^Failed query/.test(error.message);
