import type { FastifyInstance } from "fastify";
import { AppError } from "../core/errors.js";
import { sendProblem } from "./problem.js";

/** Lets a process leave without cutting anybody off. */
export interface Drain {
  readonly draining: boolean;
  /** Refuses new requests from now on, and resolves when those in flight are answered or `timeoutMs` is over. */
  start(timeoutMs: number): Promise<void>;
}

/** Counts requests in flight; once draining, new ones are answered 503 with `Connection: close`. */
export function registerDrain(app: FastifyInstance): Drain {
  let inFlight = 0;
  let draining = false;
  let wake: (() => void) | undefined;
  const ended = () => {
    inFlight -= 1;
    if (inFlight === 0) wake?.();
  };
  app.addHook("onRequest", (_request, reply, done) => {
    if (draining) {
      void reply.header("connection", "close");
      sendProblem(
        reply,
        new AppError("service.stopping", 503, "This process is stopping; ask again.", { retryAfter: 1 }),
      );
      return;
    }
    inFlight += 1;
    // `close` fires exactly once, whether the reply was sent or the client went away.
    reply.raw.on("close", ended);
    done();
  });
  return {
    get draining() {
      return draining;
    },
    start: async (timeoutMs) => {
      draining = true;
      if (inFlight === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
      clearTimeout(timer);
    },
  };
}
