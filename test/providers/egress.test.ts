import { connect, createServer } from "node:net";
import t from "tap";
import { egressOf } from "../../src/core/egress.js";
import { createWorld, startTestService } from "../helpers/service.js";

t.test("H8: outgoing calls go through the proxy that the environment names", async (t) => {
  const world = await createWorld(t);
  const asked: string[] = [];
  const sandbox = new URL(world.stripe.url);
  // A proxy that knows one host that nobody else knows.
  const proxy = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (head) => {
      asked.push(head.toString().split("\r\n")[0] ?? "");
      const upstream = connect(Number(sandbox.port), sandbox.hostname, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on("error", () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.teardown(() => proxy.close());
  const address = proxy.address();
  const before = { ...process.env };
  process.env.HTTP_PROXY = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  t.teardown(() => {
    process.env = before;
  });
  const { call } = await startTestService(t, { world, env: { STRIPE_API_BASE: "http://stripe.nowhere.invalid" } });
  const bought = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  t.equal((await call("POST", "/v1/payments", { body: bought })).status, 201);
  t.match(asked, [/^CONNECT stripe\.nowhere\.invalid:80 /]);
  const others = asked.length;
  const crypto = { customerId: "ada", package: "starter", provider: "coinbase", flow: "checkout" };
  t.equal((await call("POST", "/v1/payments", { body: crypto })).status, 201, "loopback is reached directly");
  t.equal(asked.length, others);
});

t.test("H8: what the environment says of proxies", (t) => {
  t.equal(egressOf({}), undefined);
  t.equal(egressOf({ HTTPS_PROXY: "http://p:3128", NO_PROXY: "*" }), undefined);
  t.match(egressOf({ https_proxy: "http://p:3128", NO_PROXY: "db.internal" }), {
    httpsProxy: "http://p:3128",
    noProxy: "db.internal,localhost,127.0.0.1,[::1]",
  });
  t.end();
});
