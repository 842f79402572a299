import { get } from "node:http";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { startTestService } from "../helpers/service.js";

// fetch would unpack by itself.
const ask = (url: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    get(url, { headers }, (reply) => {
      const parts: Buffer[] = [];
      reply.on("data", (part) => parts.push(part));
      reply.on("end", () =>
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(parts) }),
      );
    }).on("error", reject);
  });

t.test("H13: the document and its pages are sent compressed and only once", async (t) => {
  const { url } = await startTestService(t);
  for (const path of ["/openapi.json", "/docs", "/docs/scalar.js"]) {
    const plain = await ask(`${url}${path}`);
    t.match(plain, {
      status: 200,
      headers: { etag: /^"[\w-]{22}"$/, "cache-control": "no-cache", vary: /accept-encoding/ },
    });
    t.notOk(plain.headers["content-encoding"]);
    const packed = await ask(`${url}${path}`, { "accept-encoding": "br, gzip;q=0.8" });
    if (plain.body.length > 1_024) {
      t.equal(packed.headers["content-encoding"], "gzip", path);
      t.ok(gunzipSync(packed.body).equals(plain.body));
      t.ok(packed.body.length < plain.body.length / 2);
    }
    t.notOk((await ask(`${url}${path}`, { "accept-encoding": "gzip;q=0" })).headers["content-encoding"]);
    const again = await ask(`${url}${path}`, { "if-none-match": `"other", W/${String(plain.headers.etag)}` });
    t.match(again, { status: 304, headers: { etag: plain.headers.etag } });
    t.equal(again.body.length, 0);
  }
  t.match(await ask(`${url}/docs/nothing.js`), { status: 404 });
});
