import http from "node:http";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { registerDrain } from "../../src/http/drain.js";
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

t.test("a process that gets no processor while it stops still hears who has asked meanwhile", async (t) => {
  const { app } = await createServer({ logger: createLogger({ level: "silent" }), trustProxy: [] });
  const drain = registerDrain(app);
  app.get("/quick", { config: { access: "public" } }, async () => ({}));
  const { port } = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
  const open = () => net.connect(Number(port), "127.0.0.1");
  const ask = (socket: net.Socket) => {
    const answered = new Promise((resolve, reject) => {
      socket.once("data", (data) => resolve(String(data).split("\r\n")[0]));
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("cut off")));
    });
    socket.write("GET /quick HTTP/1.1\r\nhost: x\r\n\r\n");
    return answered;
  };
  t.match(await ask(open()), /200/);
  const stopped = drain.start(1_000).then(() => app.server.closeAllConnections());
  await sleep(10);
  // Taken in one turn of the loop, and heard in the next.
  const late = ask(open());
  const until = performance.now() + 400;
  while (performance.now() < until);
  t.match(await late, /503/);
  await stopped;
  await app.close();
});
