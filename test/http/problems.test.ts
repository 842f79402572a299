import { once } from "node:events";
import net from "node:net";
import t, { type Test } from "tap";
import { request } from "undici";
import { ADMIN_KEY, startTestService } from "../helpers/service.js";

async function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
) {
  const { method = "GET", headers = {}, body = null } = options;
  const reply = await request(url, {
    method: method as "GET",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
    body,
  });
  const text = await reply.body.text();
  return { status: reply.statusCode, headers: reply.headers, text };
}

/** Writes bytes on a bare connection and reads what comes until it closes. */
async function raw(port: number, text: string, timeoutMs = 5_000): Promise<string> {
  const socket = net.connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.write(text);
  await Promise.race([once(socket, "close"), new Promise((resolve) => setTimeout(resolve, timeoutMs))]);
  socket.destroy();
  return answer;
}

t.test("every refusal is a problem document with a stable code", async (t) => {
  const { url, call } = await startTestService(t);
  const port = Number(new URL(url).port);
  const json = { "content-type": "application/json" };
  const customers = `${url}/v1/customers/c1`;

  const isProblem = (
    t: Test,
    reply: { status: number; headers: Record<string, unknown>; text: string },
    status: number,
    code: string,
  ) => {
    t.equal(reply.status, status, `${code}: ${reply.text.slice(0, 200)}`);
    t.match(reply.headers["content-type"], /^application\/problem\+json/);
    const body = JSON.parse(reply.text);
    t.match(body, { status, code, type: `/problems#${code}` });
    t.ok(body.title && body.detail && body.requestId);
    t.notMatch(reply.text, /node_modules|SELECT|stack|at \w+ \(/);
  };

  await t.test("bodies", async (t) => {
    const put = (body: string | Buffer, headers: Record<string, string> = json) =>
      send(customers, { method: "PUT", headers, body });
    isProblem(t, await put("{"), 400, "request.malformed");
    isProblem(t, await put(""), 400, "request.malformed");
    isProblem(t, await send(customers, { method: "PUT", headers: {} }), 400, "request.malformed");
    isProblem(t, await put('{"name":"a","name":"b"}'), 400, "request.malformed");
    isProblem(t, await put('{"metadata":{"a":"1","\\u0061":"2"}}'), 400, "request.malformed");
    isProblem(t, await put(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400, "request.malformed");
    isProblem(t, await put('\ufeff{"name":"a"}'), 400, "request.malformed");
    isProblem(t, await put('{"__proto__":{"a":1}}'), 400, "request.malformed");
    isProblem(t, await put('{"metadata":{"constructor":"x"}}'), 400, "request.malformed");
    isProblem(t, await put(`{"metadata":${"[".repeat(100_000)}${"]".repeat(100_000)}}`), 400, "request.malformed");
    isProblem(t, await put('{"unknown":1}'), 400, "request.invalid");
    isProblem(t, await put('{"name":7}'), 400, "request.invalid");
    isProblem(t, await put('{"name":"\\u0000"}'), 400, "request.invalid");
    isProblem(t, await put('{"name":"4242 4242 4242 4242"}'), 400, "request.invalid");
    isProblem(t, await put('{"metadata":{"note":"card 4242-4242-4242-4242 please"}}'), 400, "request.invalid");
    isProblem(t, await put(`{"name":"${"x".repeat(10_000_000)}"}`), 413, "request.too_large");
    isProblem(t, await put("<a/>", { "content-type": "application/xml" }), 415, "request.unsupported_media_type");
    isProblem(t, await put("x", { "content-type": "text/plain" }), 415, "request.unsupported_media_type");
    const invalid = JSON.parse((await put('{"name":7,"country":"xx"}')).text);
    t.match(invalid.errors, [{ pointer: "/name" }, { pointer: "/country" }]);
    t.equal((await call("GET", "/v1/customers/c1")).status, 404, "nothing was written");
  });

  await t.test("content types that look like JSON do not get round the schema", async (t) => {
    for (const type of [
      "application/json\t",
      "application/json;",
      "application/json;x",
      "Application/JSON",
      "application/json; charset=utf-16",
      "application/jsonx",
    ]) {
      const reply = await send(customers, {
        method: "PUT",
        headers: { "content-type": type },
        body: '{"unknown":1}',
      }).catch(() => ({ status: 400 }));
      t.ok([400, 415].includes(reply.status), `${type}: ${reply.status}`);
    }
  });

  await t.test("paths and methods", async (t) => {
    isProblem(t, await send(`${url}/nothing`), 404, "request.not_found");
    isProblem(t, await send(`${url}/v1/customers/%ZZ`), 400, "request.malformed");
    const wrong = await send(`${url}/v1/payments`, { method: "DELETE" });
    isProblem(t, wrong, 405, "request.method_not_allowed");
    t.equal(wrong.headers.allow, "GET, HEAD, POST");
    isProblem(t, await send(`${url}/v1/payments/pay_123`), 400, "request.invalid");
    isProblem(t, await send(`${url}/v1/payments?limit=0`), 400, "request.invalid");
    isProblem(t, await send(`${url}/v1/payments?limit=1&limit=2`), 400, "request.invalid");
    isProblem(t, await send(`${url}/v1/payments?cursor=zzz`), 400, "request.invalid_cursor");
  });

  await t.test("what is not HTTP", async (t) => {
    t.match(
      await raw(port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(20_000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 [\s\S]*application\/problem\+json[\s\S]*request\.headers_too_large/,
    );
    t.match(await raw(port, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"), /^HTTP\/1\.1 400 [\s\S]*request\.malformed/);
    t.match(
      await raw(
        port,
        "POST /v1/payments HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      ),
      /^HTTP\/1\.1 400 /,
    );
    t.match(
      await raw(port, "POST /v1/payments HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
      /^HTTP\/1\.1 400 /,
    );
  });

  await t.test("a request that does not arrive in time", async (t) => {
    const answer = await raw(port, "GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ", 15_000);
    t.match(answer, /^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*request\.timeout/);
  });

  await t.test("headers that belong on every reply", async (t) => {
    for (const path of ["/livez", "/nothing", "/v1/payments"]) {
      const { headers } = await send(`${url}${path}`, { headers: { "x-request-id": "mine-1" } });
      t.equal(headers["x-request-id"], "mine-1");
      t.equal(headers["cache-control"], "no-store");
      t.equal(headers["x-content-type-options"], "nosniff");
      t.ok(headers["strict-transport-security"]);
      t.equal(headers["content-security-policy"], "default-src 'none';frame-ancestors 'none'");
      t.equal(headers["x-frame-options"], "DENY");
      t.equal(headers["referrer-policy"], "no-referrer");
      t.notOk(headers.server ?? headers["x-powered-by"]);
    }
    const { headers } = await send(`${url}/livez`, { headers: { "x-request-id": "bad id\twith spaces" } });
    t.not(headers["x-request-id"], "bad id\twith spaces");
  });
});
