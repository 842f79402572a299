import { Readable } from "node:stream";
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import type { Dispatcher } from "undici";
import type { Deadline } from "../core/deadline.js";
import { egressOf, proxyOptions } from "../core/egress.js";
import type { FaultHook } from "../core/faults.js";

/** A reply larger than this is not read: no reply we ask for comes near it, and a provider must not fill our memory. */
const MAX_RESPONSE_BYTES = 2 * 1024 * 1024;
const MAX_CONNECTIONS = 64;
const DEFAULT_BREAKER = { failures: 8, halfOpenAfterMs: 5_000 };

/**
 * Why no readable reply came back. After `timeout` and `connection` the effect may have happened; after `open` and `late` (its
 * deadline had passed before it was sent) not.
 */
type OutboundFailure = "timeout" | "connection" | "open" | "late" | "malformed";

/** No usable reply. Everything else that leaves `call` was thrown by the caller's function or by a fault hook. */
export class OutboundError extends Error {
  readonly kind: OutboundFailure;
  /** The request did not leave us: the breaker was open, its deadline over, or no connection came about. Nothing was done. */
  readonly unsent: boolean;

  constructor(kind: OutboundFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "OutboundError";
    this.kind = kind;
    this.unsent = kind === "open" || kind === "late" || (kind === "connection" && neverConnected(cause));
  }
}

export interface OutboundCallEvent {
  readonly provider: string;
  readonly name: string;
  readonly outcome: "ok" | "error" | "timeout" | "open";
  readonly durationMs: number;
}

interface OutboundOptions {
  readonly provider: string;
  /** Bounds one call from the first byte sent to the last byte read. */
  readonly timeoutMs: number;
  readonly faults?: FaultHook | undefined;
  /** Told of every call that ended, for metrics; `error` includes 5xx replies. */
  readonly onCall?: ((event: OutboundCallEvent) => void) | undefined;
  readonly pool?: ConnectionPool | undefined;
  /** After so many failures in a row nothing is sent for `halfOpenAfterMs`; then one call probes. */
  readonly breaker?: { readonly failures: number; readonly halfOpenAfterMs: number } | undefined;
}

interface OutboundRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Its body leaves before this has passed, or never, however long the process was stopped or the connection took. */
  readonly deadline?: Deadline | undefined;
}

export interface OutboundReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Outbound {
  /**
   * Runs one outbound call between its two fault points, bounded in time and behind the circuit breaker. Never retried
   * here: whether asking again is safe is known only to who wrote the promise down. Throws OutboundError, or what `fn` threw.
   */
  call<T>(name: string, fn: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Sends one HTTP request through `call` and reads the whole reply. Redirects are returned, never followed. */
  send(name: string, request: OutboundRequest): Promise<OutboundReply>;
}

/** The connections to one provider. The caller closes them. */
export interface ConnectionPool {
  agent(): Promise<Dispatcher>;
  close(): Promise<void>;
}

/** A pool that is opened by the first call: a start need not load what makes it. */
export function createPool(timeoutMs: number): ConnectionPool {
  let opened: Promise<Dispatcher> | undefined;
  const open = async () => {
    const undici = await import("undici");
    const settings = {
      connections: MAX_CONNECTIONS,
      pipelining: 1,
      connect: { timeout: Math.min(timeoutMs, 10_000) },
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 60_000,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: MAX_RESPONSE_BYTES,
    };
    const egress = egressOf(process.env);
    return egress ? new undici.EnvHttpProxyAgent({ ...settings, ...proxyOptions(egress) }) : new undici.Agent(settings);
  };
  return {
    agent: () => {
      opened ??= open();
      return opened;
    },
    close: async () => (await opened)?.close(),
  };
}

/** Builds the one wrapper that every call to `options.provider` passes. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { provider, faults, onCall } = options;
  const breakerOptions = options.breaker ?? DEFAULT_BREAKER;
  // 4xx replies prove that the provider is up, so only silence and 5xx count.
  const counted = handleWhen(isTransportFailure).orWhenResult(isServerFailure);
  const policy = wrap(
    circuitBreaker(counted, {
      halfOpenAfter: breakerOptions.halfOpenAfterMs,
      breaker: new ConsecutiveBreaker(breakerOptions.failures),
    }),
    // Aggressive: the bound holds even when `fn` does not listen to its signal.
    timeout(options.timeoutMs, TimeoutStrategy.Aggressive),
  );

  async function call<T>(name: string, fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const point = `http:${provider} ${name}`;
    await faults?.({ phase: "before", name: point });
    const startedAt = performance.now();
    const report = (outcome: OutboundCallEvent["outcome"]) =>
      onCall?.({ provider, name, outcome, durationMs: performance.now() - startedAt });
    let result: T;
    try {
      // A signal for each call: those without one all listen to one that the library shares.
      result = await policy.execute(({ signal }) => fn(signal), new AbortController().signal);
    } catch (error) {
      const converted = convertError(error, provider);
      report(converted instanceof OutboundError ? outcomeOf(converted) : "error");
      await faults?.({ phase: "after", name: point });
      throw converted;
    }
    report(isServerFailure(result) ? "error" : "ok");
    await faults?.({ phase: "after", name: point });
    return result;
  }

  const send = (name: string, outgoing: OutboundRequest) =>
    call(name, async (signal): Promise<OutboundReply> => {
      const undici = await import("undici");
      const { body = null, deadline } = outgoing;
      // Again when its body is asked for: a connection may take its time.
      if (deadline?.passed()) throw lateError(provider);
      const timed = body === null || deadline === undefined ? undefined : { body, deadline };
      const reply = await undici.request(outgoing.url, {
        method: outgoing.method as Dispatcher.HttpMethod,
        headers: { ...outgoing.headers, ...(timed ? { "content-length": String(Buffer.byteLength(timed.body)) } : {}) },
        body: timed ? Readable.from(inTime(timed.body, timed.deadline, provider)) : body,
        signal,
        ...(options.pool ? { dispatcher: await options.pool.agent() } : {}),
      });
      return { status: reply.statusCode, headers: flatten(reply.headers), text: await reply.body.text() };
    });

  return { call, send };
}

/** The body, asked for by the connection once it is there. A request whose body does not come is none. */
async function* inTime(body: string, deadline: Deadline, provider: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(body);
  if (deadline.passed()) throw lateError(provider);
  yield bytes;
}

const lateError = (provider: string) =>
  new OutboundError("late", `${provider} was not asked in time, so nothing was sent`);

/** True for a reply or an error that says 5xx: the provider is in trouble, and the effect may have happened. */
function isServerFailure(result: unknown): boolean {
  if (typeof result !== "object" || result === null) return false;
  const { status, statusCode } = result as { status?: unknown; statusCode?: unknown };
  const code = typeof status === "number" ? status : statusCode;
  return typeof code === "number" && code >= 500;
}

function isTransportFailure(error: unknown): boolean {
  if (error instanceof OutboundError) return error.kind === "timeout" || error.kind === "connection";
  if (error instanceof TaskCancelledError || isUndiciError(error)) return true;
  return isServerFailure(error) || isSystemError(error) || isBadCertificate(error);
}

/** OpenSSL's verdicts on a certificate, by which the handshake fails before the request is sent. */
const BAD_CERTIFICATE =
  /^(CERT_|ERR_TLS_CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE))/;

/**
 * True when the connection itself failed: name look-up, connect, the server's certificate. A connection that breaks later
 * may have carried the request.
 */
function neverConnected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverConnected);
  if ((isUndiciError(error) && error.code === "UND_ERR_CONNECT_TIMEOUT") || isBadCertificate(error)) return true;
  return isSystemError(error) && (error.syscall === "connect" || error.syscall === "getaddrinfo");
}

function isBadCertificate(error: unknown): boolean {
  return error instanceof Error && "code" in error && BAD_CERTIFICATE.test(String(error.code));
}

/** By its code, since nothing may have loaded undici yet. */
function isUndiciError(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("UND_ERR")
  );
}

/** Node's socket and DNS errors carry the system call that failed. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  if (error instanceof AggregateError) return error.errors.some(isSystemError);
  return error instanceof Error && "syscall" in error && "code" in error;
}

function convertError(error: unknown, provider: string): unknown {
  if (error instanceof BrokenCircuitError) {
    return new OutboundError("open", `${provider} failed repeatedly; nothing is sent for now`, error);
  }
  const timedOut =
    error instanceof TaskCancelledError ||
    (isUndiciError(error) && /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(error.code));
  if (timedOut) return new OutboundError("timeout", `${provider} did not answer in time`, error);
  if (isUndiciError(error) || isSystemError(error) || isBadCertificate(error)) {
    return new OutboundError("connection", `connection to ${provider} failed: ${describe(error as Error)}`, error);
  }
  return error;
}

function describe(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

function outcomeOf(error: OutboundError): OutboundCallEvent["outcome"] {
  return error.kind === "timeout" || error.kind === "open" ? error.kind : "error";
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}
