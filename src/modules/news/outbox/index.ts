export { outboxRoutes } from "./routes.js";
export { emitEvents, type OutboxDeps, type OutboxEvent } from "./service.js";
