export { createIdempotencyStore, type IdempotencyDeps, purgeIdempotencyKeys } from "./service.js";
