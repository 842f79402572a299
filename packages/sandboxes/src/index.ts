export { BLOCKRADAR_WALLETS } from "./blockradar/chains.js";
export { startBlockradarSandbox } from "./blockradar/sandbox.js";
export { generateCoinbaseKey, publicKeyOf } from "./coinbase/keys.js";
export { startCoinbaseSandbox } from "./coinbase/sandbox.js";
export { keptSecrets, type SandboxSecrets, sandboxSecrets } from "./secrets.js";
export { startStripeSandbox } from "./stripe/sandbox.js";
export type { BlockradarSandboxOptions, CoinbaseSandboxOptions, Sandbox, StripeSandboxOptions } from "./types.js";
