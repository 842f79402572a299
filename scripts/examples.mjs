// Writes openapi/examples.json: for each operation a reply that the service really gave over HTTP, with ids, times, secrets
// and addresses of machines made stable. Runs the tests that get those replies; or give it recordings that are there:
// `node scripts/examples.mjs first.jsonl second.jsonl`. What the first one has is taken from there. Needs build/
// (scripts/transpile.mjs). Run `npm run openapi` afterwards.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const file = (...names) => path.join(root, ...names);
const { successOf } = await import(file("build", "src", "http", "openapi-explain.js"));

// The story shows things as they usually are; the others call what it leaves out.
const TESTS = [
  ["stories/every-operation"],
  [
    "sales/catalog/catalog",
    "sales/payments/bank-transfers",
    "sales/subscriptions/fair-billing",
    "sales/subscriptions/invoices",
    "sales/top-ups/auto-top-ups",
    "stablecoins/deposits/deposit-identity",
    "stablecoins/deposits/deposits",
    "stablecoins/treasury/treasury-receipts",
  ].map((name) => `modules/${name}`),
];

const TIME = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const FROM = Date.parse("2026-01-15T09:30:00.000Z");
const SUFFIX = "01h455vb4pex5vsknk084sn0";

const isOdd = (text) => !/^[\x20-\x7e]*$/.test(text) || /\\u|"data":\[\]|"[^"]{400,}"/.test(text);

const folder = mkdtempSync(path.join(tmpdir(), "coffer-replies-"));
const given = process.argv.slice(2);
const recordings = given.length > 0 ? given : TESTS.map(record);
const linesOf = (recording) => readFileSync(recording, "utf8").trim().split("\n");
const replies = recordings.map((recording) => linesOf(recording).map((line) => JSON.parse(line)));
rmSync(folder, { recursive: true, force: true });

const { paths } = JSON.parse(readFileSync(file("openapi", "openapi.json"), "utf8"));
const operations = Object.entries(paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, { operationId, responses }]) => ({
    operationId,
    method: method.toUpperCase(),
    template,
    status: Number(successOf(responses)),
  })),
);
const parts = (each) => each.split("/").filter(Boolean);
// A path without parameters comes before one that has them in its place.
operations.sort((a, b) => a.template.split("{").length - b.template.split("{").length);

function operationOf({ method, path: asked }) {
  const given = parts(asked);
  return operations.find(({ template, ...each }) => {
    const wanted = parts(template);
    const fits = wanted.length === given.length && wanted.every((part, n) => part[0] === "{" || part === given[n]);
    return fits && each.method === method;
  });
}

const found = new Map();
for (const recorded of replies) {
  const here = new Map();
  for (const reply of recorded) {
    const { operationId, status } = operationOf(reply) ?? {};
    if (operationId === undefined || reply.status !== status || found.has(operationId)) continue;
    here.set(operationId, [...(here.get(operationId) ?? []), stable(reply.body)]);
  }
  for (const [operationId, bodies] of here) found.set(operationId, bodies);
}
const missing = operations.map(({ operationId }) => operationId).filter((name) => !found.has(name));
const chosen = [...found].map(([name, bodies]) => [name, choose(bodies)]);
chosen.sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(file("openapi", "examples.json"), `${JSON.stringify(Object.fromEntries(chosen), null, 2)}\n`);
console.log(`examples: ${chosen.length} of ${operations.length} operations; none of ${missing.join(", ") || "none"}`);

function record(tests, nth) {
  const recording = path.join(folder, `${nth}.jsonl`);
  const files = tests.map((name) => `test/${name}.test.js`);
  const env = { ...process.env, COFFER_RECORD_REPLIES: recording };
  const { status } = spawnSync(process.execPath, ["scripts/test.mjs", ...files], { cwd: root, stdio: "inherit", env });
  if (status !== 0) process.exit(1);
  return recording;
}

/** Of the usual state of things the reply that says most; none that shows how a test tries odd texts, if another is there. */
function choose(bodies) {
  const texts = bodies.map((body) => JSON.stringify(body));
  const stateOf = (body) => {
    const { status = "", provider = "" } = body.data?.[0] ?? body;
    return `${status} ${provider}`;
  };
  const usual = (body) => bodies.filter((each) => stateOf(each) === stateOf(body)).length;
  const ranked = bodies.map((body, n) => ({
    body,
    text: texts[n],
    rank: [isOdd(texts[n]) ? 0 : 1, usual(body), saidIn(body), -texts[n].length],
  }));
  ranked.sort((a, b) => {
    const at = a.rank.findIndex((value, n) => value !== b.rank[n]);
    return at < 0 ? (a.text < b.text ? -1 : 1) : b.rank[at] - a.rank[at];
  });
  return ranked[0].body;
}

/** How many values there are in it. */
function saidIn(value) {
  if (value === null) return 0;
  if (typeof value !== "object") return 1;
  return Object.values(value).reduce((sum, each) => sum + saidIn(each), 0);
}

/** The same for every recording: what differs from run to run is replaced, the same by the same. */
function stable(body) {
  const cut = Array.isArray(body.data) ? { ...body, data: body.data.slice(0, 1) } : body;
  const times = [...JSON.stringify(cut).matchAll(TIME)].map(([time]) => Date.parse(time));
  const context = { first: Math.min(...times), names: new Map() };
  return steady(cut, "", context);
}

function steady(value, name, context) {
  if (Array.isArray(value)) return value.map((each) => steady(each, name, context));
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return Object.fromEntries(members.map((member) => [member, steady(value[member], member, context)]));
  }
  if (typeof value === "number") return value > 1.6e9 && value < 2.2e9 && name !== "amount" ? FROM / 1_000 : value;
  if (typeof value !== "string") return value;
  if (/secret/i.test(name)) return `${value.split("_")[0]}_example_secret`;
  if (name === "nextCursor") return "MDFoNDU1dmI0cGV4NXZza25rMDg0c24wMnE";
  return steadyText(value, context);
}

function steadyText(text, { first, names }) {
  // The nth of its kind.
  const nth = (kind, whole) => {
    const seen = names.get(kind) ?? [];
    if (!seen.includes(whole)) seen.push(whole);
    names.set(kind, seen);
    return seen.indexOf(whole);
  };
  return text
    .replaceAll(TIME, (time) => new Date(FROM + Math.round((Date.parse(time) - first) / 1_000) * 1_000).toISOString())
    .replaceAll(/https?:\/\/(127\.0\.0\.1|localhost):\d+/g, "https://provider.example")
    .replaceAll(/\bcfk_\w+/g, "cfk_example")
    .replaceAll(/\bCF(-[2-9A-HJKMNP-Z]{4}){3}\b/g, "CF-7K3M-9QXD-T2VQ")
    .replaceAll(/\b([a-z]{2,4})_[0-7][0-9a-hjkmnp-tv-z]{25}\b/g, (id, kind) => `${kind}_${SUFFIX}${20 + nth(kind, id)}`)
    .replaceAll(
      /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g,
      (id) => `2f1c9a52-7d0e-4c3f-9a53-0d4f6a1b8e${70 + nth("uuid", id)}`,
    )
    .replaceAll(
      /\b0x[0-9a-fA-F]{40,64}\b/g,
      (hex) => `0x${String(nth("hex", hex) + 1).padStart(hex.length - 2, "5d2a")}`,
    )
    .replaceAll(/\b[0-9a-f]{64}\b/g, "9b2d7e41".repeat(8))
    .replaceAll(/\b1[6-9]\d{8}\b/g, String(FROM / 1_000))
    .replaceAll(/\bauto-\d+-\d+\b/g, "order-1001")
    .replaceAll(
      /\b(acct|ba|bpc|bps|card|ch|cs|cus|du|evt|fee|ii|il|in|ip|link|mandate|pi|pm|po|price|prod|py|pyr|re|req|seti|si|src|su|sub|sub_sched|txn|we)_(?!01h455)(test_)?\w{8,}/g,
      (id, kind) => `${kind}_example${nth(kind, id) + 1}`,
    );
}
