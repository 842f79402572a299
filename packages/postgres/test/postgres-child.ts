// One service's worth of process for postgres.test.ts: starts the server, says so, and obeys one word on stdin.
import { createInterface } from "node:readline";
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from "../src/index.js";

const options = JSON.parse(process.argv[2] ?? "{}") as EmbeddedPostgresOptions;
const say = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`);

// A service drains on Ctrl-C and stops its database itself, last.
process.on("SIGINT", () => say({ heard: "SIGINT" }));
try {
  const { url, port, pid, adopted, stop } = await startEmbeddedPostgres({
    ...options,
    log: (line) => say({ log: line }),
  });
  say({ url, port, pid, adopted });
  for await (const word of createInterface({ input: process.stdin })) {
    if (word === "stop") break;
  }
  await stop();
  say({ stopped: true });
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
}
process.exit();
