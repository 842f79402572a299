export { createJwtVerifier } from "./jwt.js";
export { accessRoutes } from "./routes.js";
export { type AccessDeps, createAuthenticator, ensureBootstrapKey, FamiliarKeys, mayBeGuess } from "./service.js";
