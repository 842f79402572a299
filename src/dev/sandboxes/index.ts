export { startStripeSandbox } from "./stripe/sandbox.js";
export type { CoinbaseSandboxOptions, Sandbox, SandboxOptions } from "./types.js";
