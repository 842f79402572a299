import { connect } from "node:net";
import t from "tap";
import { loadConfig } from "../src/config.js";
import { createLogger } from "../src/http/logging.js";
import { startService } from "../src/service.js";
import { ADMIN_KEY, createWorld, eventually } from "./helpers/service.js";

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

t.test("clients that ask all the time are refused when the process stops, and nobody is cut off", async (t) => {
  const { env } = await createWorld(t);
  const service = await startService(loadConfig(env), createLogger({ level: "silent" }));
  const answers = new Map<number, number>();
  const cut: unknown[] = [];
  const client = async () => {
    for (;;) {
      try {
        const reply = await fetch(`${service.url}/v1/packages`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
        await reply.text();
        answers.set(reply.status, (answers.get(reply.status) ?? 0) + 1);
        if (reply.status === 503) return reply.headers.get("connection");
      } catch (error) {
        cut.push(error);
        return undefined;
      }
    }
  };
  const clients = Array.from({ length: 24 }, client);
  await eventually(async () => (answers.get(200) ?? 0) > 200, 20_000);
  await service.stop();
  t.same(new Set(await Promise.all(clients)), new Set(["close"]));
  t.same(cut, []);
  t.same([...answers.keys()].sort(), [200, 503]);
});
