import { connect } from "node:net";
import t from "tap";
import { loadConfig } from "../src/config.js";
import { createLogger } from "../src/http/logging.js";
import { startService } from "../src/service.js";
import { createWorld } from "./helpers/service.js";

t.test("a connection on which nobody asked anything does not hold the end up", async (t) => {
  const { env } = await createWorld(t);
  const service = await startService(loadConfig(env), createLogger({ level: "silent" }));
  const socket = connect(Number(new URL(service.url ?? "").port), "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve));
  const startedAt = performance.now();
  await service.stop();
  t.ok(performance.now() - startedAt < 10_000, `${performance.now() - startedAt} ms`);
});
