import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { idempotencyScopeOf } from "../core/access.js";
import { fingerprint } from "../core/canonical.js";
import { AppError } from "../core/errors.js";
import { callerOf } from "./types.js";

/** What is known about a key when a request arrives with it. */
export type IdempotencyStart =
  /** `resumed`: an earlier request with this key died or failed on the way, after it may have had effects. */
  | { readonly state: "started"; readonly resourceId: string; readonly resumed: boolean }
  | { readonly state: "replay"; readonly status: number; readonly contentType: string; readonly body: string }
  | { readonly state: "in_flight"; readonly retryAfter: number }
  | { readonly state: "mismatch" };

/** Remembers requests and their replies; implemented by the idempotency module. */
export interface IdempotencyStore {
  start(scope: string, key: string, fingerprint: Buffer): Promise<IdempotencyStart>;
  /** Keeps the reply for later replays. */
  finish(scope: string, key: string, reply: { status: number; contentType: string; body: string }): Promise<void>;
  /** Forgets that the request is in flight, so that it may be tried again at once. */
  release(scope: string, key: string): Promise<void>;
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Gives every route with an idempotency policy its key, and replays what was already answered. */
export function registerIdempotency(app: FastifyInstance, store: IdempotencyStore): void {
  app.decorateRequest("idempotency", null);
  // Callbacks rather than promises: most requests need neither hook, and each promise costs them a turn.
  app.addHook("preHandler", (request, reply, done) => {
    const policy = request.routeOptions.config.idempotency;
    if (!policy || isDryRun(request)) return done();
    let key: string | undefined;
    try {
      key = keyOf(request, policy !== "optional");
    } catch (error) {
      return done(error as Error);
    }
    if (key === undefined) return done();
    if (policy === "by_transfer") {
      request.idempotency = { key, resourceId: undefined, resumed: false };
      return done();
    }
    startOrReplay(store, request, reply, key).then((isReplay) => (isReplay ? undefined : done()), done);
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const { idempotency } = request;
    if (idempotency?.resourceId === undefined) return done(null, payload);
    request.idempotency = null;
    const body = typeof payload === "string" ? payload : "";
    // Our own trouble is not an answer worth repeating: the key is freed and the next try continues the same resource.
    // Nor is "ask again later".
    const keep = reply.statusCode < 500 && !reply.hasHeader("retry-after");
    const stored = keep
      ? store.finish(scopeOf(request), idempotency.key, {
          status: reply.statusCode,
          contentType: String(reply.getHeader("content-type") ?? "application/json; charset=utf-8"),
          body,
        })
      : store.release(scopeOf(request), idempotency.key);
    stored
      // The effect is durable already. Without the stored reply a retry is carried out again on the same resource.
      .catch((error: unknown) => request.log.error({ err: error }, "idempotency reply not kept"))
      .finally(() => done(null, payload));
  });
}

/** Takes the key for this request, or sends the stored reply. Returns whether it did the latter. */
async function startOrReplay(
  store: IdempotencyStore,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string,
): Promise<boolean> {
  const known = await store.start(scopeOf(request), key, fingerprint(request.url, request.body ?? null));
  if (known.state === "started") {
    request.idempotency = { key, resourceId: known.resourceId, resumed: known.resumed };
    return false;
  }
  replyFromStore(reply, known);
  return true;
}

export function isDryRun(request: FastifyRequest): boolean {
  return (request.query as { dryRun?: unknown } | undefined)?.dryRun === true;
}

function keyOf(request: FastifyRequest, required: boolean): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) {
    if (!required) return undefined;
    throw new AppError("request.idempotency_key_missing", "Send an Idempotency-Key header with this request.");
  }
  if (typeof key !== "string" || !KEY.test(key)) {
    throw new AppError("request.idempotency_key_invalid", "Idempotency-Key is 1 to 255 visible ASCII characters.");
  }
  return key;
}

// The pattern, not the path: the path is part of the fingerprint, so one key for two resources is a mismatch.
function scopeOf(request: FastifyRequest): string {
  return `${idempotencyScopeOf(callerOf(request))} ${request.method} ${request.routeOptions.url}`;
}

/** The refusal of a key that was used with another request. */
export const keyReused = () =>
  new AppError("request.idempotency_key_reused", "This Idempotency-Key was already used for a different request.");

function replyFromStore(reply: FastifyReply, known: Exclude<IdempotencyStart, { state: "started" }>): FastifyReply {
  if (known.state === "mismatch") throw keyReused();
  if (known.state === "in_flight") {
    throw new AppError("request.in_flight", "A request with this Idempotency-Key is still being worked on.", {
      retryAfter: known.retryAfter,
    });
  }
  return reply
    .code(known.status)
    .header("idempotency-replayed", "true")
    .header("content-type", known.contentType)
    .serializer((body: unknown) => String(body))
    .send(known.body);
}
