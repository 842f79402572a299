import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Caller } from "../core/access.js";
import { AppError } from "../core/errors.js";

/**
 * Tells who a bearer token belongs to, or undefined when it belongs to nobody (any more). At once when it is known: nearly
 * every request asks, and each promise would cost it a turn.
 */
export type Authenticate = (token: string) => Caller | undefined | Promise<Caller | undefined>;

const unauthorized = () =>
  new AppError("access.unauthorized", "Send a valid API key or JWT as `Authorization: Bearer ...`.");

/**
 * Authenticates every route that is not public and enforces the roles it declares. `onFailure` is told of requests whose
 * credential is no good, and may refuse them differently.
 */
export function registerAuth(
  app: FastifyInstance,
  authenticate: Authenticate,
  onFailure: (request: FastifyRequest) => Promise<void>,
): void {
  app.decorateRequest("caller", null);
  app.addHook("onRequest", (request, _reply, done) => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === "public") return done();
    if (!access) return done(new Error(`route without declared access: ${request.routeOptions.url}`));
    const admit = (caller: Caller | undefined) => {
      if (!caller) return onFailure(request).then(() => done(unauthorized()), done);
      request.caller = caller;
      done(access.roles.includes(caller.role) ? undefined : forbidden(caller));
    };
    const token = bearerToken(request);
    const caller = token === undefined ? undefined : authenticate(token);
    if (caller instanceof Promise) caller.then(admit, done);
    else admit(caller);
  });
}

const forbidden = (caller: Caller) =>
  new AppError("access.forbidden", `The role ${caller.role} is not allowed to do this.`);

const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;
const TOKEN_LENGTH_MAX = 8_192;

/** The token of `Authorization: Bearer ...`, if there is exactly one. */
export function bearerToken(request: FastifyRequest): string | undefined {
  const token = BEARER.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined || token.length > TOKEN_LENGTH_MAX) return undefined;
  return countHeader(request.raw.rawHeaders, "authorization") === 1 ? token : undefined;
}

// Node keeps the first of repeated Authorization headers; a proxy may have checked the last. Two are none.
function countHeader(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length === name.length && header.toLowerCase() === name) count += 1;
  }
  return count;
}
