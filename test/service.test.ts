import { connect } from "node:net";
import t from "tap";
import { loadConfig, noticeMs } from "../src/config.js";
import { createLogger } from "../src/http/logging.js";
import { startService } from "../src/service.js";
import { ADMIN_KEY, caller, createWorld, eventually } from "./helpers/service.js";

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
        const { code } = (await reply.json()) as { code?: string };
        answers.set(reply.status, (answers.get(reply.status) ?? 0) + 1);
        // A busy machine may say that the database does not answer: that is another 503.
        if (code === "service.stopping") return reply.headers.get("connection");
      } catch (error) {
        cut.push(error);
        return undefined;
      }
    }
  };
  const clients = Array.from({ length: 24 }, client);
  await eventually(async () => (answers.get(200) ?? 0) > 100, 90_000);
  await service.stop();
  t.same(new Set(await Promise.all(clients)), new Set(["close"]));
  t.same(cut, []);
  t.same([...answers.keys()].sort(), [200, 503]);
});

t.test("F6: a stopping process first says so to balancers, and goes on answering for a while", async (t) => {
  const { env } = await createWorld(t);
  const service = await startService(
    loadConfig({ ...env, STOP_NOTICE_SECONDS: "4" }),
    createLogger({ level: "silent" }),
  );
  const call = caller(service.url ?? "");
  const post = () => call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount: 1, note: "x" } });
  t.equal((await post()).status, 201);
  const startedAt = performance.now();
  const stopped = service.stop();
  t.match(await call("GET", "/readyz"), { status: 503, body: { code: "service.stopping" } });
  // On a busy machine a request may take a second; what begins in the first half of the notice is answered within it.
  while (performance.now() - startedAt < 1_500) {
    t.match(await post(), { status: 201, headers: { connection: "close" } });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stopped;
  t.ok(performance.now() - startedAt >= 4_000);
  await t.rejects(post(), "then the port is closed");
  t.equal(noticeMs(loadConfig({ ...env })), 0);
});
