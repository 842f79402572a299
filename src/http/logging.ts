import type { FastifyBaseLogger } from "fastify";
import { type DestinationStream, type LogFn, type Logger, pino } from "pino";
import { databaseFault } from "../core/errors.js";

const CONTROL = /[^\x20-\x7e]/g;

// Lines are written together, at the latest after a moment and when the process ends: a write for each costs more than it.
const LINES_TOGETHER_BYTES = 8_192;
const LINES_LATE_MS = 100;

/**
 * The service's log: one JSON line an event. Nothing that a client or a provider sent is logged as it came: of a request
 * only method, route pattern, status and time; of an error its type, code and stack, never a database's detail with values.
 */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: serializeError, req: () => undefined, res: () => undefined },
      redact: {
        paths: ["authorization", "secret", "token", "*.authorization", "*.secret", "*.token", "*.email"],
        censor: "[redacted]",
      },
    },
    options.destination ?? standardOutput(),
  );
}

/** Our standard output. As bytes: of texts the writer would measure all that it has gathered again with every line. */
function standardOutput(): DestinationStream & { flushSync(): void } {
  const output = pino.destination({
    fd: 1,
    sync: false,
    minLength: LINES_TOGETHER_BYTES,
    periodicFlush: LINES_LATE_MS,
    contentMode: "buffer",
  });
  return {
    write: (line) => void output.write(Buffer.from(line) as unknown as string),
    // Before the process dies of what it just logged.
    flushSync: () => output.flushSync(),
  };
}

/**
 * What may be told of an error: its name, code and where it happened; of the database's what it names of ours. Messages of
 * unknown errors may quote input.
 */
function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const isOurs = error.name === "AppError";
  const isDatabases = "severity" in error && typeof error.severity === "string";
  return {
    type: error.name,
    ...(code === undefined ? {} : { code: code.replace(CONTROL, "?").slice(0, 80) }),
    ...(isDatabases ? databaseFault(error) : {}),
    ...(isOurs ? {} : { stack: stackOf(error) }),
    ...(error.cause instanceof Error ? { cause: serializeError(error.cause) } : {}),
  };
}

// The first line of a stack repeats the message, which may quote a value; the frames below it do not.
function stackOf(error: Error): string {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 12)
    .join("\n");
}

/** A request's logger that is only made when something is logged with it, which is seldom. */
class LazyLogger {
  readonly #make: () => FastifyBaseLogger;
  #made: FastifyBaseLogger | undefined;

  constructor(make: () => FastifyBaseLogger) {
    this.#make = make;
  }

  get #logger(): FastifyBaseLogger {
    this.#made ??= this.#make();
    return this.#made;
  }

  get level(): string {
    return this.#logger.level;
  }

  child(...args: Parameters<FastifyBaseLogger["child"]>): FastifyBaseLogger {
    return this.#logger.child(...args);
  }

  fatal(...args: Parameters<LogFn>): void {
    this.#logger.fatal(...args);
  }
  error(...args: Parameters<LogFn>): void {
    this.#logger.error(...args);
  }
  warn(...args: Parameters<LogFn>): void {
    this.#logger.warn(...args);
  }
  info(...args: Parameters<LogFn>): void {
    this.#logger.info(...args);
  }
  debug(...args: Parameters<LogFn>): void {
    this.#logger.debug(...args);
  }
  trace(...args: Parameters<LogFn>): void {
    this.#logger.trace(...args);
  }
  silent(...args: Parameters<LogFn>): void {
    this.#logger.silent(...args);
  }
}

/** Makes a request's logger on first use. */
export const lazyChild = (make: () => FastifyBaseLogger): FastifyBaseLogger =>
  new LazyLogger(make) as unknown as FastifyBaseLogger;
