import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import { errors } from "undici";
import type { FaultPoint } from "../../src/core/faults.js";
import { createOutbound, createPool, type OutboundCallEvent, OutboundError } from "../../src/providers/http.js";

async function serve(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function setUp(t: Test, breaker?: { failures: number; halfOpenAfterMs: number }) {
  const pool = createPool(300);
  t.teardown(() => pool.close());
  const calls: OutboundCallEvent[] = [];
  const points: FaultPoint[] = [];
  const outbound = createOutbound({
    provider: "test",
    timeoutMs: 300,
    pool,
    breaker,
    onCall: (event) => calls.push(event),
    faults: (point) => void points.push(point),
  });
  const get = (url: string) => outbound.send("GET /", { method: "GET", url, headers: {} });
  return { outbound, get, calls, points };
}

/** The kind of OutboundError that a promise ends in. */
async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    if (error instanceof OutboundError) return error.kind;
    throw error;
  }
}

t.test("a reply is read whole, between its two fault points", async (t) => {
  const url = await serve(t, (_, reply) => reply.writeHead(402, { "x-a": ["1", "2"] }).end("héllo"));
  const { get, calls, points } = setUp(t);
  const reply = await get(url);
  t.match(reply, { status: 402, text: "héllo", headers: { "x-a": "1, 2" } });
  t.match(calls, [{ provider: "test", name: "GET /", outcome: "ok", durationMs: Number }]);
  t.same(points, [
    { phase: "before", name: "http:test GET /" },
    { phase: "after", name: "http:test GET /" },
  ]);
});

t.test("a fault hook's own error passes through, from either side", async (t) => {
  let served = 0;
  const url = await serve(t, (_, reply) => {
    served += 1;
    reply.end("{}");
  });
  for (const phase of ["before", "after"] as const) {
    const outbound = createOutbound({
      provider: "test",
      timeoutMs: 300,
      faults: (point) => {
        if (point.phase === phase) throw new TypeError(`died ${phase}`);
      },
    });
    const call = outbound.send("GET /", { method: "GET", url, headers: { connection: "close" } });
    await t.rejects(call, new TypeError(`died ${phase}`));
  }
  t.equal(served, 1, "nothing was sent when the process died before");
});

t.test("silence ends in a timeout, whether before or inside the reply", async (t) => {
  const silent = await serve(t, () => {});
  const stalling = await serve(t, (_, reply) => void reply.writeHead(200).write("{"));
  const { get, calls, points } = setUp(t);
  const startedAt = Date.now();
  t.equal(await failure(get(silent)), "timeout");
  t.equal(await failure(get(stalling)), "timeout");
  t.ok(Date.now() - startedAt < 2_000, "bounded");
  t.same(
    calls.map(({ outcome }) => outcome),
    ["timeout", "timeout"],
  );
  t.equal(points.filter(({ phase }) => phase === "after").length, 2, "there is an after even then");
});

t.test("a call that does not listen to its signal is bounded too", async (t) => {
  const { outbound } = setUp(t);
  const deaf = outbound.call("deaf", () => new Promise((resolve) => setTimeout(resolve, 1_000).unref()));
  t.equal(await failure(deaf), "timeout");
});

t.test("cut and refused connections", async (t) => {
  const cut = await serve(t, (request) => request.socket.destroy());
  const cutInside = await serve(t, (_, reply) => {
    reply.writeHead(200, { "content-length": "100" }).write("{");
    setTimeout(() => reply.socket?.destroy(), 20);
  });
  const { get, calls } = setUp(t);
  t.equal(await failure(get(cut)), "connection");
  t.equal(await failure(get(cutInside)), "connection");
  t.equal(await failure(get("http://127.0.0.1:1")), "connection");
  t.equal(await failure(get("http://no-such-host.invalid")), "connection");
  t.same(new Set(calls.map(({ outcome }) => outcome)), new Set(["error"]));
});

t.test("a redirect is returned, not followed", async (t) => {
  let inside = 0;
  const internal = await serve(t, (_, reply) => {
    inside += 1;
    reply.end("secret");
  });
  const url = await serve(t, (_, reply) => reply.writeHead(302, { location: internal }).end());
  const { get } = setUp(t);
  t.equal((await get(url)).status, 302);
  t.equal(inside, 0);
});

t.test("a reply without end is not swallowed", async (t) => {
  let sent = 0;
  const url = await serve(t, (_, reply) => {
    const chunk = Buffer.alloc(256 * 1024, "x");
    const write = () => {
      while (sent < 64 * 1024 * 1024 && !reply.destroyed) {
        sent += chunk.length;
        if (!reply.write(chunk)) return void reply.once("drain", write);
      }
    };
    write();
  });
  const { get } = setUp(t);
  t.equal(await failure(get(url)), "connection");
  t.ok(sent < 32 * 1024 * 1024, `stopped reading after at most ${sent} bytes were sent`);
});

t.test("the circuit opens on silence and 5xx in a row, and closes after a good probe", async (t) => {
  let status = 503;
  let served = 0;
  const url = await serve(t, (_, reply) => {
    served += 1;
    reply.writeHead(status).end("{}");
  });
  const { get, calls } = setUp(t, { failures: 3, halfOpenAfterMs: 100 });
  for (let i = 0; i < 3; i += 1) t.equal((await get(url)).status, 503, "a 5xx is still returned");
  t.equal(await failure(get(url)), "open");
  t.equal(served, 3, "nothing is sent while it is open");
  t.equal(calls.at(-1)?.outcome, "open");

  await new Promise((resolve) => setTimeout(resolve, 120));
  t.equal((await get(url)).status, 503, "the probe");
  t.equal(await failure(get(url)), "open", "a bad probe opens it again");

  await new Promise((resolve) => setTimeout(resolve, 120));
  status = 200;
  const [first, second] = await Promise.all([get(url), get(url)]);
  t.same([first.status, second.status], [200, 200], "who arrives during the probe waits for it");
});

t.test("refusals and our own defects do not open the circuit", async (t) => {
  const url = await serve(t, (_, reply) => reply.writeHead(429).end("{}"));
  const { get, outbound } = setUp(t, { failures: 2, halfOpenAfterMs: 60_000 });
  for (let i = 0; i < 5; i += 1) t.equal((await get(url)).status, 429);
  for (let i = 0; i < 5; i += 1) {
    await t.rejects(
      outbound.call("defect", () => Promise.reject(new Error("a bug"))),
      { message: "a bug" },
    );
  }
  t.equal((await get(url)).status, 429);
});

t.test("a call that timed out lets its connection go", async (t) => {
  let closed = false;
  const url = await serve(t, (request) => void request.socket.once("close", () => (closed = true)));
  const pool = createPool(60_000);
  t.teardown(() => pool.close());
  const outbound = createOutbound({ provider: "test", timeoutMs: 100, pool });
  t.equal(await failure(outbound.send("GET /", { method: "GET", url, headers: {} })), "timeout");
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.ok(closed);
});

t.test("whether the request can have left us", async (t) => {
  const outbound = createOutbound({
    provider: "test",
    timeoutMs: 1_000,
    breaker: { failures: 99, halfOpenAfterMs: 1 },
  });
  const unsent = async (cause: unknown) => {
    const error = await outbound.call("x", () => Promise.reject(cause)).catch((thrown: unknown) => thrown);
    return error instanceof OutboundError ? `${error.kind} ${error.unsent ? "unsent" : "perhaps sent"}` : "defect";
  };
  const system = (code: string, syscall?: string) =>
    Object.assign(new Error(code), { code, ...(syscall ? { syscall } : {}) });
  t.equal(await unsent(system("ECONNREFUSED", "connect")), "connection unsent");
  t.equal(await unsent(system("ENOTFOUND", "getaddrinfo")), "connection unsent");
  t.equal(await unsent(new AggregateError([system("ECONNREFUSED", "connect")])), "connection unsent");
  t.equal(
    await unsent(new AggregateError([system("ECONNREFUSED", "connect"), system("ECONNRESET", "read")])),
    "connection perhaps sent",
  );
  t.equal(await unsent(new errors.ConnectTimeoutError("late")), "connection unsent");
  // A certificate that is not believed: the handshake ends before the request begins.
  for (const code of ["DEPTH_ZERO_SELF_SIGNED_CERT", "CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"]) {
    t.equal(await unsent(system(code)), "connection unsent", code);
  }
  t.equal(await unsent(system("ECONNRESET", "read")), "connection perhaps sent");
  t.equal(await unsent(system("EPIPE", "write")), "connection perhaps sent");
  t.equal(await unsent(new errors.SocketError("other side closed")), "connection perhaps sent");
  t.equal(await unsent(new errors.HeadersTimeoutError("late")), "timeout perhaps sent");
  t.equal(await unsent(system("ERR_ASSERTION")), "defect");

  const broken = createOutbound({
    provider: "test",
    timeoutMs: 1_000,
    breaker: { failures: 1, halfOpenAfterMs: 60_000 },
  });
  await broken.call("x", () => Promise.reject(system("ECONNRESET", "read"))).catch(() => undefined);
  const open = await broken.call("x", async () => 1).catch((thrown: unknown) => thrown);
  t.match(open, { kind: "open", unsent: true });
});
