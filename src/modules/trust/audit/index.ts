export { auditRoutes } from "./routes.js";
export { type AuditDeps, type AuditRecord, recordAudit } from "./service.js";
