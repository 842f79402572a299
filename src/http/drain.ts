import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { AppError } from "../core/errors.js";
import { sendProblem } from "./problem.js";

/** Lets a process leave without cutting anybody off. */
export interface Drain {
  /** It was asked to go: `/readyz` says so, and balancers look elsewhere. */
  readonly leaving: boolean;
  /**
   * Goes on answering for `noticeMs`, in which balancers learn that the process is leaving. Then refuses new requests, and
   * resolves when those in flight are answered or `timeoutMs` is over, and when nobody has asked for a moment.
   */
  start(timeoutMs: number, noticeMs?: number): Promise<void>;
}

// Whoever is told 503 needs a moment to hear it: a connection that is closed while its next request is on the way is a request
// cut off. Somebody who goes on asking is not waited for beyond this. It is counted in turns of the event loop, not by the clock:
// a process that gets no processor hears nothing, and to it the time it stood still would look quiet.
const TURN_MS = 25;
const QUIET_TURNS = 6;
const TURNS_MAX = 40;
const LONG_QUIET_MS = 1_000;

/**
 * Counts requests in flight. Once the process is leaving, every reply says `Connection: close`, so that no client sends its next
 * request on a connection that is about to end; once draining, new requests are answered 503.
 */
export function registerDrain(app: FastifyInstance): Drain {
  let inFlight = 0;
  let leaving = false;
  let draining = false;
  let asked = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let wake: (() => void) | undefined;
  const ended = () => {
    inFlight -= 1;
    if (inFlight === 0) wake?.();
  };
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (leaving) void reply.header("connection", "close");
    done();
  });
  app.addHook("onRequest", (_request, reply, done) => {
    asked += 1;
    askedAt = performance.now();
    if (draining) {
      sendProblem(reply, new AppError("service.stopping", "This process is shutting down. Retry.", { retryAfter: 1 }));
      return;
    }
    inFlight += 1;
    // `close` fires exactly once, whether the reply was sent or the client went away.
    reply.raw.on("close", ended);
    done();
  });
  return {
    get leaving() {
      return leaving;
    },
    start: async (timeoutMs, noticeMs = 0) => {
      leaving = true;
      if (noticeMs > 0) await sleep(noticeMs);
      draining = true;
      if (inFlight > 0) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, timeoutMs);
        });
        clearTimeout(timer);
      }
      if (performance.now() - askedAt > LONG_QUIET_MS) await sleep(0);
      else await quiet(() => asked);
    },
  };
}

/** Resolves when nobody has asked for some turns in a row. */
async function quiet(count: () => number): Promise<void> {
  let before = count();
  let turns = 0;
  for (let turn = 0; turn < TURNS_MAX && turns < QUIET_TURNS; turn += 1) {
    await sleep(TURN_MS);
    turns = count() === before ? turns + 1 : 0;
    before = count();
  }
}
