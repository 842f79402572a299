export { createAuthenticator, mayBeGuess } from "./authenticate.js";
export { type AccessDeps, FamiliarKeys } from "./deps.js";
export { createApiKey, ensureBootstrapKey, listApiKeys, revokeApiKey, rotateApiKey } from "./keys.js";
export {
  areIndependent,
  getPrincipal,
  listPrincipals,
  type Party,
  type PrincipalWithKeys,
  partyOf,
} from "./principals.js";
