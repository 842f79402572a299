export { createIdempotencyStore, purgeIdempotencyKeys } from "./service.js";
