import type { Database } from "../../../../db/client.js";
import * as queries from "../queries.js";

export type { WebhookDeps } from "./deps.js";
export { healWebhooks } from "./heal.js";
export { getEvent, listEvents, processEvent, purgeEvents, replayEvent, rescheduleOverdue } from "./process.js";
export { createInbox, type Inbox } from "./receive.js";

/** How many events wait or are dead, for the metrics. */
export const inboxBacklog = (db: Database): Promise<Record<string, number>> => queries.countBacklog(db.read);
