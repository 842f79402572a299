export { outboxRoutes } from "./routes.js";
export { emitEvents, type OutboxDeps } from "./service.js";
