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
 * An expected refusal. `code` is public API: clients switch on it, so it never changes once released.
 * Whatever is thrown that is not an AppError is a defect and is rendered as a 500 without its message.
 */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly extras: ErrorExtras;

  constructor(code: string, status: number, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = "AppError";
    this.code = code;
    this.status = status;
    this.extras = extras;
  }
}

/** The text of anything that was thrown, for logs and stored failure reasons. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
