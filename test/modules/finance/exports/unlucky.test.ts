import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import t from "tap";
import { jobsOf } from "../../../helpers/jobs.js";
import { eventually } from "../../../helpers/service.js";
import { startExports } from "./exports.js";

const filesIn = (folder: string) => readdirSync(folder).filter((name) => name !== "unfinished");

t.test("the same request is the same export, and the same bytes when it is made again", async (t) => {
  const { call, grant, spend, fileOf, request, make, run, advance, untilNow } = await startExports(t);
  const { walletId } = await grant("ada", 10);
  await spend(walletId, 3);
  const span = await untilNow();
  const kinds = [
    { kind: "transfers", format: "csv" },
    { kind: "entries", format: "ndjson" },
    { kind: "entries", format: "parquet" },
    { kind: "customer_statement", format: "ndjson", walletId, asset: "CREDIT" },
    { kind: "journal", format: "hledger" },
    { kind: "journal", format: "beancount" },
  ];
  const first = [];
  for (const wanted of kinds) first.push(await fileOf({ ...wanted, ...span }));
  for (const [nth, wanted] of kinds.entries())
    t.equal((await request({ ...wanted, ...span })).id, first[nth]?.shown.id, "it is found");
  await grant("bob", 5);
  advance(31 * 86_400_000);
  await run("exports:purge");
  for (const [nth, wanted] of kinds.entries()) {
    const again = await fileOf({ ...wanted, ...span });
    t.not(again.shown.id, first[nth]?.shown.id);
    t.equal(again.shown.sha256, first[nth]?.shown.sha256, JSON.stringify(wanted));
  }
  const payments = { kind: "payments", format: "csv", ...span };
  t.not((await make(payments)).id, (await make(payments)).id, "what changes is shown anew");

  const body = { kind: "audit", format: "csv", ...span };
  const one = await call("POST", "/v1/exports", { body, key: "once" });
  const two = await call("POST", "/v1/exports", { body, key: "once" });
  t.equal(one.body.id, two.body.id);
  t.equal(two.headers["idempotency-replayed"], "true");
  t.match((await call("POST", "/v1/exports", { body: { ...body, format: "ndjson" }, key: "once" })).body, {
    code: "request.idempotency_key_reused",
  });
});

t.test("two workers make one file, and a try that died is begun again", async (t) => {
  const { grant, request, run, show, folder, sql, deps } = await startExports(t);
  await grant("ada", 10);
  const { id } = await request({ kind: "transfers", format: "csv" });
  await Promise.all([run("exports:make", { exportId: id }), run("exports:make", { exportId: id })]);
  t.match(await show(id), { status: "ready" });
  const { rows } = await sql.query("SELECT attempts FROM exports WHERE id = (SELECT id FROM exports LIMIT 1)");
  t.match(rows, [{ attempts: 1 }], "the other found the lock, or the file");

  const other = await request({ kind: "entries", format: "csv" });
  // As a process leaves it that was killed at it.
  await sql.query("UPDATE exports SET status = 'running', attempts = 1 WHERE status = 'queued'");
  writeFileSync(path.join(folder, "unfinished", `${other.id}.1`), "half a fi");
  await sql.query("SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs");
  await run("exports:sweep");
  const { rows: jobs } = await sql.query("SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'exports:make'");
  t.strictSame(jobs, [{ key: `export ${other.id}` }], "the sweep comes back to it");
  await jobsOf(deps)["exports:make"]?.({ exportId: other.id });
  t.match(await show(other.id), { status: "ready", rows: 2 });
  t.strictSame(readdirSync(path.join(folder, "unfinished")), []);
});

t.test("what was begun before the window's end and commits late is in the file", async (t) => {
  const { grant, request, run, show, sql } = await startExports(t);
  await grant("ada", 10);
  const late = await sql.connect();
  await late.query("BEGIN");
  await late.query(
    "INSERT INTO audit_events (id, actor, action, resource, details, created_at) VALUES (gen_random_uuid(), 'late', 'late', 'late', '{}', now())",
  );
  const { id } = await request({ kind: "audit", format: "csv", filters: { actor: "late" } });
  const made = run("exports:make", { exportId: id });
  await new Promise((resolve) => setTimeout(resolve, 700));
  t.match(await show(id), { status: "running" }, "it waits");
  await late.query("COMMIT");
  late.release();
  await made;
  t.match(await show(id), { status: "ready", rows: 1 });
});

t.test("a store that fails is tried again, and given up in the end", async (t) => {
  const { grant, request, run, show, folder } = await startExports(t);
  await grant("ada", 10);
  const { id } = await request({ kind: "transfers", format: "csv" });
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, "no folder");
  for (let attempt = 1; attempt < 5; attempt += 1)
    await t.rejects(run("exports:make", { exportId: id }) ?? Promise.resolve());
  t.match(await show(id), { status: "running", failure: null });
  await run("exports:make", { exportId: id });
  t.match(await show(id), { status: "failed", failure: { code: "gave_up", message: /^It was tried 5 times/ } });
});

t.test("a secret can be replaced: links of the old one work until it is taken away", async (t) => {
  const { grant, make, fetchFile, deps } = await startExports(t);
  await grant("ada", 10);
  const shown = await make({ kind: "transfers", format: "csv" });
  const next = "another_0123456789abcdef0123456789abcdef";
  const policy = deps.exportPolicy as { secrets: readonly string[] };
  policy.secrets = [next, ...policy.secrets];
  t.equal((await fetchFile(shown)).status, 200);
  policy.secrets = [next];
  t.match(await (await fetchFile(shown)).json(), { code: "exports.bad_signature" });
});

/** The little of S3 that is needed: it keeps what it is sent, and refuses what is not signed or has no length. */
async function startS3() {
  const kept = new Map<string, Buffer>();
  const refused: string[] = [];
  let isBroken = false;
  const bodyOf = async (request: IncomingMessage) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  };
  const server = createServer(async (request, response) => {
    const { authorization = "", "x-amz-date": date, "x-amz-content-sha256": digest } = request.headers;
    const body = await bodyOf(request);
    const isSigned =
      /^AWS4-HMAC-SHA256 Credential=writer\/\d{8}\/eu-test-1\/s3\/aws4_request, SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}$/.test(
        authorization,
      ) &&
      /^\d{8}T\d{6}Z$/.test(String(date)) &&
      digest === "UNSIGNED-PAYLOAD";
    const hasLength = request.method !== "PUT" || request.headers["content-length"] === String(body.length);
    if (!isSigned || !hasLength) refused.push(`${request.method} ${authorization}`);
    if (!isSigned || !hasLength) return response.writeHead(403).end();
    if (isBroken) return response.writeHead(503).end();
    const name = request.url ?? "";
    if (request.method === "PUT") kept.set(name, body);
    if (request.method === "DELETE") kept.delete(name);
    const found = kept.get(name);
    if (request.method === "GET") return found ? response.end(found) : response.writeHead(404).end();
    return response.writeHead(request.method === "PUT" ? 200 : 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    kept,
    refused,
    breaks: (broken: boolean) => {
      isBroken = broken;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

t.test("files are kept in a bucket", async (t) => {
  const s3 = await startS3();
  t.teardown(() => s3.stop());
  const { grant, request, run, show, fileOf, fetchFile, advance, folder } = await startExports(t, {
    EXPORTS_S3_BUCKET: "books",
    EXPORTS_S3_REGION: "eu-test-1",
    EXPORTS_S3_ENDPOINT: s3.url,
    EXPORTS_S3_ACCESS_KEY_ID: "writer",
    EXPORTS_S3_SECRET_ACCESS_KEY: "secret",
  });
  await grant("ada", 10);
  const { shown, text, bytes } = await fileOf({ kind: "transfers", format: "csv" });
  t.match(text, /^id,transaction_id,/);
  t.strictSame([...s3.kept], [[`/books/${shown.id}.csv`, bytes]]);
  t.strictSame(s3.refused, []);
  t.strictSame(filesIn(folder), []);

  const { id } = await request({ kind: "entries", format: "csv" });
  s3.breaks(true);
  await t.rejects(run("exports:make", { exportId: id }) ?? Promise.resolve(), /PUT with 503/);
  s3.breaks(false);
  await run("exports:make", { exportId: id });
  t.match(await show(id), { status: "ready" });

  s3.kept.delete(`/books/${id}.csv`);
  t.match(await (await fetchFile(await show(id))).json(), { status: 410, code: "exports.expired" }, "removed by hand");
  advance(31 * 86_400_000);
  await run("exports:purge");
  t.equal(s3.kept.size, 0);
  await eventually(async () => (await show(shown.id)).status === "expired");
});
