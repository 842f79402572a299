import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import {
  healWebhooks,
  type Inbox,
  processEvent,
  purgeEvents,
  rescheduleOverdue,
  type WebhookDeps,
} from "./service/index.js";

/** What the worker runs for the inbox. */
export function webhookJobs(
  deps: WebhookDeps & { readonly inbox: Inbox },
  log: LogFailure,
): Jobs<"webhooks:process" | "webhooks:reschedule" | "webhooks:heal" | "webhooks:purge"> {
  return {
    "webhooks:process": ({ eventId }) => processEvent(deps, eventId),
    "webhooks:reschedule": () => rescheduleOverdue(deps),
    "webhooks:heal": async () => {
      for (const failure of await healWebhooks(deps, deps.inbox)) log(failure);
    },
    "webhooks:purge": () => purgeEvents(deps),
  };
}
