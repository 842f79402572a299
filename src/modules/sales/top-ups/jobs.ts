import type { PaymentId } from "../../../core/ids.js";
import { checkTopUp, followTopUp, noteDispute, sweepTopUps, type TopUpDeps } from "./service/index.js";

/** What the worker runs for auto top-ups. */
export function topUpJobs(deps: TopUpDeps, log: (message: string) => void) {
  return {
    "top-ups:check": (payload: unknown) => checkTopUp(deps, (payload as { autoTopUpId: `atu_${string}` }).autoTopUpId),
    "top-ups:follow": (payload: unknown) => followTopUp(deps, (payload as { paymentId: PaymentId }).paymentId),
    "top-ups:disputed": (payload: unknown) => noteDispute(deps, payload as Parameters<typeof noteDispute>[1]),
    "top-ups:sweep": async () => {
      for (const failure of await sweepTopUps(deps)) log(failure);
    },
  };
}
