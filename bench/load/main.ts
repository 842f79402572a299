import { type LoadResult, type Pace, runLoad, type Target } from "./client.js";
import { type Job, requestsOf } from "./requests.js";

/** One order to the load generator's process. */
export interface LoadOrder {
  readonly target: Target;
  readonly pace: Pace;
  readonly job: Job;
}

export type LoadReply = { readonly result: LoadResult } | { readonly error: string };

// A process of its own, so that its garbage and its event loop are not the server's.
process.on("message", (order: LoadOrder) => {
  runLoad(order.target, order.pace, requestsOf(order.job)).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: String(error) }),
  );
});

function reply(message: LoadReply): void {
  process.send?.(message);
}
