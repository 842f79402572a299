import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../core/errors.js";
import { LruMap } from "../core/lru.js";
import { bearerToken } from "./auth.js";

/** Requests a minute. Zero switches a limit off. */
export interface RateLimits {
  /** For each API key. */
  readonly keyPerMinute: number;
  /** For each customer that calls with a JWT. */
  readonly customerPerMinute: number;
  /** For each address that calls without (valid) credentials. */
  readonly addressPerMinute: number;
  /** Requests an hour by which a customer changes something, for each customer that calls with a JWT. */
  readonly customerWritesPerHour: number;
}

const tooMany = (retryAfterMs: number) =>
  new AppError("request.rate_limited", "Too many requests; slow down.", {
    retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
  });

const identityOf = (request: FastifyRequest) => request.caller?.id ?? `ip:${request.ip}`;

/**
 * Limits by caller once authenticated, else by address; `RateLimit-*` and `Retry-After` tell the client where it stands.
 * Counted in this process: with several replicas a caller gets the limit once per replica. Returns what to call, and
 * await, when a request fails to authenticate. To be registered before authentication: an address that guessed too often
 * is refused, unless its credential is no guess by `mayBeGuess`.
 */
export async function registerRateLimits(
  app: FastifyInstance,
  limits: RateLimits,
  mayBeGuess: (token: string) => boolean,
) {
  const limitOf = (request: FastifyRequest) => {
    if (request.caller?.role === "customer") return limits.customerPerMinute;
    return request.caller ? limits.keyPerMinute : limits.addressPerMinute;
  };
  await app.register(rateLimit, {
    global: true,
    // A route's own hook, so it runs after the one that authenticates, which is the application's.
    hook: "onRequest",
    timeWindow: 60_000,
    cache: 20_000,
    enableDraftSpec: true,
    skipOnError: true,
    keyGenerator: identityOf,
    max: limitOf,
    // Probes and scrapes must get through when everything else is too much. Webhooks are authenticated by signature after this
    // point and come in bursts from few addresses; forged ones are counted below.
    allowList: (request) => limitOf(request) === 0 || isProbe(request) || isWebhook(request),
    errorResponseBuilder: (_request, context) => tooMany(context.ttl),
  });
  const perAddress = limits.addressPerMinute || Number.MAX_SAFE_INTEGER;
  limitForgeries(app, perAddress);
  limitWrites(app, limits.customerWritesPerHour);
  return failedAuthenticationLimit(app, perAddress, mayBeGuess);
}

const PROBES: ReadonlySet<string | undefined> = new Set(["/livez", "/readyz", "/metrics"]);
const isProbe = (request: FastifyRequest) => PROBES.has(request.routeOptions.url);
const isWebhook = (request: FastifyRequest) => request.routeOptions.url?.startsWith("/webhooks/") ?? false;

/** Until when an address is refused, in the time that the limiter measures too: that of the process. */
class RefusedAddresses {
  readonly #until = new LruMap<string, number>(20_000);
  #latest = 0;

  refuse(address: string, forMs: number): void {
    const until = performance.now() + forMs;
    this.#until.set(address, until);
    this.#latest = Math.max(this.#latest, until);
  }

  /** How long an address is still refused; nothing when it is not. */
  leftMs(address: string): number {
    const now = performance.now();
    return now >= this.#latest ? 0 : (this.#until.get(address) ?? 0) - now;
  }
}

const HOUR_MS = 3_600_000;

// Else the list of the limiter above would count here too.
const nobody = () => false;

// What a customer asks for may cost a call of a provider, an address, a try of a card: a stolen token must not do that all day.
function limitWrites(app: FastifyInstance, perHour: number): void {
  if (perHour === 0) return;
  const count = app.createRateLimit({
    max: perHour,
    timeWindow: HOUR_MS,
    keyGenerator: (request) => `w:${identityOf(request)}`,
    allowList: nobody,
  });
  app.addHook("preParsing", async (request) => {
    if (request.caller?.role !== "customer" || request.method === "GET" || request.method === "HEAD") return;
    const verdict = await count(request);
    if (!verdict.isAllowed && verdict.isExceeded) throw tooMany(verdict.ttl);
  });
}

// Each forged webhook costs a digest of its body. An address that sent too many is refused before its next body is read; a
// provider that is refused with it sends again later.
function limitForgeries(app: FastifyInstance, perMinute: number): void {
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => `forgery:${request.ip}`,
    allowList: nobody,
  });
  const refused = new RefusedAddresses();
  app.addHook("onRequest", (request, _reply, done) => {
    const leftMs = isWebhook(request) ? refused.leftMs(request.ip) : 0;
    done(leftMs > 0 ? tooMany(leftMs) : undefined);
  });
  app.addHook("onResponse", async (request, reply) => {
    if (reply.statusCode !== 401 || !isWebhook(request)) return;
    const verdict = await count(request);
    if (!verdict.isAllowed && verdict.isExceeded) refused.refuse(request.ip, verdict.ttl);
  });
}

// A wrong credential is refused before the limiter above runs, so guesses are counted here, by address. Once there were too
// many, none is looked up any more until the minute is over; keys that are known to be good pass, or one guesser behind a
// shared address would shut out all others there.
function failedAuthenticationLimit(app: FastifyInstance, perMinute: number, mayBeGuess: (token: string) => boolean) {
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => `guess:${request.ip}`,
  });
  const refused = new RefusedAddresses();
  app.addHook("onRequest", (request, _reply, done) => {
    if (request.routeOptions.config.access === "public") return done();
    const leftMs = refused.leftMs(request.ip);
    if (leftMs <= 0) return done();
    const token = bearerToken(request);
    done(token === undefined || mayBeGuess(token) ? tooMany(leftMs) : undefined);
  });
  return async (request: FastifyRequest): Promise<void> => {
    const verdict = await count(request);
    if (verdict.isAllowed || !verdict.isExceeded) return;
    refused.refuse(request.ip, verdict.ttl);
    throw tooMany(verdict.ttl);
  };
}
