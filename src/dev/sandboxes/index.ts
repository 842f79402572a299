export { generateCoinbaseKey, publicKeyOf } from "./coinbase/keys.js";
export { startCoinbaseSandbox } from "./coinbase/sandbox.js";
export { startStripeSandbox } from "./stripe/sandbox.js";
export type { CoinbaseSandboxOptions, Sandbox, SandboxOptions } from "./types.js";
