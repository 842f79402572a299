import path from "node:path";
import closeWithGrace from "close-with-grace";
import { ConfigError, EXIT_BAD_SETTINGS, noticeMs } from "../config.js";
import { errorMessage } from "../core/errors.js";
import { printBanner } from "./banner.js";
import { startEverything } from "./everything.js";

/**
 * What `npm start` runs: supplies what is missing (database, provider sandboxes, secrets) and starts the same service on
 * the same settings as `server.ts`. In production nothing is supplied and the settings must be complete.
 */
async function main(): Promise<void> {
  const startedAt = performance.now();
  const running = await startEverything(process.env, path.resolve(process.env.COFFER_DATA_DIR || ".coffer"));
  printBanner(running, performance.now() - startedAt);
  closeWithGrace({ delay: 20_000 + noticeMs(running.config), logger: false }, async ({ err }) => {
    if (err) console.error(err);
    await running.stop();
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : `Coffer cannot start: ${errorMessage(error)}`);
  process.exit(error instanceof ConfigError ? EXIT_BAD_SETTINGS : 1);
});
