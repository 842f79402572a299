export { unreadableEvents } from "./events.js";
export type { UnreadableRow } from "./queries.js";
export { unreadableRoutes } from "./routes.js";
export { keepUnreadable, listUnreadable } from "./service.js";
