import type { Jobs } from "../../../kernel/jobs.js";
import { processEvent, purgeEvents, rescheduleOverdue, type WebhookDeps } from "./service/index.js";

/** What the worker runs for the inbox. */
export function webhookJobs(deps: WebhookDeps): Jobs<"webhooks:process" | "webhooks:reschedule" | "webhooks:purge"> {
  return {
    "webhooks:process": ({ eventId }) => processEvent(deps, eventId),
    "webhooks:reschedule": () => rescheduleOverdue(deps),
    "webhooks:purge": () => purgeEvents(deps),
  };
}
