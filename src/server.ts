import closeWithGrace from "close-with-grace";
import { ConfigError, EXIT_BAD_SETTINGS, loadConfig } from "./config.js";
import { errorMessage } from "./core/errors.js";
import { createLogger } from "./http/logging.js";
import { startService } from "./service.js";

/** The process: settings, service, graceful end. Exit code 78 for bad settings, 1 when it cannot start. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger({ level: config.LOG_LEVEL });
  const service = await startService(config, log);
  closeWithGrace({ delay: 20_000, logger: false }, async ({ err, signal }) => {
    if (err) log.fatal({ err }, "unexpected end");
    else log.info({ signal }, "stopping");
    await service.stop();
  });
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    console.error(error.message);
    process.exit(EXIT_BAD_SETTINGS);
  }
  console.error(`Coffer cannot start: ${errorMessage(error)}`);
  process.exit(1);
});
