import type { Id } from "../../../core/ids.js";
import { processEvent, purgeEvents, rescheduleOverdue, type WebhookDeps } from "./service/index.js";

/** What the worker runs for the inbox. */
export function webhookJobs(deps: WebhookDeps) {
  return {
    "webhooks:process": (payload: unknown) => processEvent(deps, (payload as { eventId: Id<"whe"> }).eventId),
    "webhooks:reschedule": () => rescheduleOverdue(deps),
    "webhooks:purge": () => purgeEvents(deps),
  };
}
