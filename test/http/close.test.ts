import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { createLogger } from "../../src/http/logging.js";
import { createServer } from "../../src/http/server.js";

t.test("a connection that becomes idle while the server closes does not keep it open", async (t) => {
  const { app } = await createServer({ logger: createLogger({ level: "silent" }), trustProxy: [] });
  let answer = () => {};
  const arrived = new Promise<void>((resolve) => {
    app.get("/slow", { config: { access: "public" } }, async () => {
      resolve();
      await new Promise<void>((ready) => {
        answer = ready;
      });
      return {};
    });
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const agent = new http.Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const replied = new Promise<void>((resolve, reject) => {
    const request = http.get(`${url}/slow`, { agent }, (reply) => reply.resume().on("end", resolve));
    request.on("error", reject);
  });
  await arrived;
  const closed = app.close().then(() => "closed");
  await sleep(20);
  answer();
  await replied;
  // Kept alive, it would stay for 72 seconds.
  t.equal(await Promise.race([closed, sleep(30_000, "open", { ref: false })]), "closed");
});
