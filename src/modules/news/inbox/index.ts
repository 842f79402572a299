export { webhookJobs } from "./jobs.js";
export { webhookRoutes } from "./routes.js";
export { createInbox, type Inbox, inboxBacklog, type WebhookDeps } from "./service/index.js";
