import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import t from "tap";
import { SIGNING_SECRET, startExports } from "./exports.js";

t.test("a file is asked for, made, fetched by its link, and gone after its time", async (t) => {
  const { call, request, run, show, fetchFile, grant, spend, folder, advance, sql } = await startExports(t);
  const { walletId } = await grant("ada", 10);
  await spend(walletId, 3, { description: '=HYPERLINK("http://evil")', reference: "a,b" });
  const asked = await request({ kind: "entries", format: "csv" });
  t.match(asked, { status: "queued", rows: null, downloadUrl: null });
  await run("exports:make", { exportId: asked.id });
  const shown = await show(asked.id);
  t.match(shown, { status: "ready", rows: 4, failure: null });
  const reply = await fetchFile(shown);
  t.equal(reply.status, 200);
  t.match(reply.headers.get("content-type"), /^text\/csv/);
  t.match(reply.headers.get("content-disposition"), /^attachment; filename="coffer-entries-csv-.*\.csv"$/);
  const bytes = Buffer.from(await reply.arrayBuffer());
  t.equal(bytes.length, shown.bytes);
  t.equal(createHash("sha256").update(bytes).digest("hex"), shown.sha256);
  t.equal(bytes.toString().split("\r\n").length, 4 + 2, "a header, the rows, and an end of line after the last");
  t.match(bytes.toString(), `"'=HYPERLINK(""http://evil"")"`, "text is harmless");
  t.match(bytes.toString(), ",-3,-3,", "and a negative amount is a number");

  advance(16 * 60_000);
  t.match(await (await fetchFile(shown)).json(), { status: 410, code: "exports.link_expired" });
  const again = await show(asked.id);
  t.equal((await fetchFile(again)).status, 200, "reading it again gives a new link");
  const forged = {
    ...again,
    downloadUrl: String(again.downloadUrl).replace(/.$/, (last) => (last === "0" ? "1" : "0")),
  };
  t.match(await (await fetchFile(forged)).json(), { status: 403, code: "exports.bad_signature" });
  const later = { ...again, downloadUrl: String(again.downloadUrl).replace(/expires=\d/, "expires=9") };
  t.match(await (await fetchFile(later)).json(), { status: 403, code: "exports.bad_signature" });
  const { rows: audit } = await sql.query("SELECT action FROM audit_events WHERE resource = $1 ORDER BY id", [
    asked.id,
  ]);
  t.strictSame(
    audit.map(({ action }) => action),
    ["requestExport", "downloadExport", "downloadExport"],
  );

  advance(30 * 86_400_000 - 60_000 * 20);
  const last = await show(asked.id);
  t.ok(
    Date.parse(String(last.downloadUrlExpiresAt)) <= Date.parse(String(last.expiresAt)),
    "no link outlives the file",
  );
  advance(60_000 * 20);
  t.match(await show(asked.id), { status: "ready", downloadUrl: null });
  await run("exports:purge");
  await run("exports:purge");
  t.match(await show(asked.id), { status: "expired", rows: 4, downloadUrl: null });
  t.strictSame(
    readdirSync(folder).filter((name) => name !== "unfinished"),
    [],
  );
  t.strictSame(readdirSync(path.join(folder, "unfinished")), []);
  t.match((await call("GET", "/v1/exports?status=expired")).body.data, [{ id: asked.id }]);
  t.equal(SIGNING_SECRET.length > 32, true);
});
