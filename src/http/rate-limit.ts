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
}

const tooMany = (retryAfterMs: number) =>
  new AppError("request.rate_limited", 429, "Too many requests; slow down.", {
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
    // Webhooks are authenticated by signature after this point and come in bursts from few addresses.
    allowList: (request) => limitOf(request) === 0 || (request.routeOptions.url?.startsWith("/webhooks/") ?? false),
    errorResponseBuilder: (_request, context) => tooMany(context.ttl),
  });
  return failedAuthenticationLimit(app, limits.addressPerMinute || Number.MAX_SAFE_INTEGER, mayBeGuess);
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
  // Until when an address is refused, in the time that the limiter above measures too: that of the process.
  const refusedUntil = new LruMap<string, number>(20_000);
  let latest = 0;
  app.addHook("onRequest", (request, _reply, done) => {
    const now = performance.now();
    if (now >= latest || request.routeOptions.config.access === "public") return done();
    const leftMs = (refusedUntil.get(request.ip) ?? 0) - now;
    if (leftMs <= 0) return done();
    const token = bearerToken(request);
    done(token === undefined || mayBeGuess(token) ? tooMany(leftMs) : undefined);
  });
  return async (request: FastifyRequest): Promise<void> => {
    const verdict = await count(request);
    if (verdict.isAllowed || !verdict.isExceeded) return;
    const until = performance.now() + verdict.ttl;
    refusedUntil.set(request.ip, until);
    latest = Math.max(latest, until);
    throw tooMany(verdict.ttl);
  };
}
