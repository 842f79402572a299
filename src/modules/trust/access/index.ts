export { createJwtVerifier } from "./jwt.js";
export { accessRoutes } from "./routes/index.js";
export {
  type AccessDeps,
  areIndependent,
  createAuthenticator,
  ensureBootstrapKey,
  FamiliarKeys,
  mayBeGuess,
  type Party,
  partyOf,
} from "./service/index.js";
