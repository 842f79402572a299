import { readdirSync } from "node:fs";
import path from "node:path";
import t from "tap";
import { startExports } from "./exports.js";

const JANUARY = { from: "2026-01-01T00:00:00.000Z", to: "2026-02-01T00:00:00.000Z" };

t.test("what cannot be exported is refused, each with its code, and nothing is written down", async (t) => {
  const { call, grant, sql } = await startExports(t);
  const { walletId } = await grant("ada", 10);
  const soon = new Date(Date.now() + 3_600_000 - 20_000).toISOString();
  const statement = { kind: "customer_statement", format: "csv", walletId, asset: "CREDIT" };
  const cases: readonly (readonly [what: string, code: string, body: object])[] = [
    ["a format that the kind has not", "exports.format_unsuited", { kind: "audit", format: "ofx" }],
    ["a journal as a table", "exports.format_unsuited", { kind: "journal", format: "csv" }],
    ["reversed", "exports.window_reversed", { from: JANUARY.to, to: JANUARY.from }],
    ["empty", "exports.window_reversed", { to: JANUARY.from }],
    ["of the future", "exports.window_open", { to: "2199-01-01T00:00:00.000Z" }],
    ["of the last minute", "exports.window_open", { to: soon }],
    ["too wide", "exports.window_too_wide", { from: "2010-01-01T00:00:00.000Z" }],
    [
      "too wide for its format",
      "exports.window_too_wide",
      { kind: "journal", format: "xero", from: "2025-01-01T00:00:00Z" },
    ],
    ["a statement of nobody", "exports.field_unsuited", { kind: "customer_statement" }],
    ["a wallet of no statement", "exports.field_unsuited", { walletId }],
    ["a filter that the kind has not", "exports.field_unsuited", { filters: { status: "succeeded" } }],
    ["a mapping for nothing", "exports.field_unsuited", { mapping: { accounts: {} } }],
    [
      "a tax of QuickBooks",
      "exports.field_unsuited",
      { kind: "journal", format: "quickbooks", mapping: { taxRate: "x" } },
    ],
    [
      "a mapping of no account",
      "exports.mapping_unsuited",
      { kind: "journal", format: "quickbooks", mapping: { accounts: { nothing: "1" } } },
    ],
    ["a wallet that is not there", "wallets.not_found", { ...statement, walletId: "wal_01h455vb4pex5vsknk084sn02q" }],
    ["an asset that is not there", "ledger.asset_not_found", { ...statement, asset: "NOPE" }],
    ["a filter's asset that is not there", "ledger.asset_not_found", { filters: { asset: "NOPE" } }],
    ["credits for a bank's program", "exports.asset_unsuited", { ...statement, format: "ofx" }],
    ["a field that is not known", "request.invalid", { columns: ["id"] }],
    ["a kind that is not known", "request.invalid", { kind: "everything" }],
  ];
  for (const [what, code, more] of cases) {
    const reply = await call("POST", "/v1/exports", {
      body: { kind: "transfers", format: "csv", ...JANUARY, ...more },
    });
    t.match(
      reply,
      { status: code === "request.invalid" ? 400 : code.endsWith("_found") ? /404|422/ : 422, body: { code } },
      what,
    );
  }
  t.equal((await sql.query("SELECT FROM exports")).rowCount, 0);
  const unknown = "exp_01h455vb4pex5vsknk084sn02q";
  t.match((await call("GET", `/v1/exports/${unknown}`)).body, { code: "exports.not_found" });
  t.match(
    (await call("GET", `/v1/exports/${unknown}/download?expires=1&signature=${"0".repeat(64)}`, { token: null })).body,
    {
      code: "exports.bad_signature",
    },
  );
  t.equal((await call("GET", `/v1/exports/${unknown}/download`, { token: null })).status, 400);
  for (const role of ["service", "approver", "support"]) {
    const { body: key } = await call("POST", "/v1/api-keys", { body: { name: role, role } });
    t.equal((await call("GET", "/v1/exports", { token: String(key.secret) })).status, 403, role);
  }
});

t.test("more than a format takes fails the export, and leaves no file", async (t) => {
  const { grant, sql, make, folder } = await startExports(t);
  const { walletId } = await grant("ada", 1);
  await sql.query(
    "INSERT INTO assets (code, kind, scale, name) VALUES ('USD', 'fiat', 2, 'USD') ON CONFLICT DO NOTHING",
  );
  await grant("ada", 1, "USD");
  const { rows } = await sql.query<{ id: string; bucket: number }>(
    "SELECT id, bucket FROM ledger_accounts WHERE asset = 'USD'",
  );
  await sql.query(
    `INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type, balance_after, account_version,
       created_by, created_at)
     SELECT $2::int, $1::uuid, overlay(gen_random_uuid()::text PLACING right($1::uuid::text, 2) FROM 35)::uuid, s.id, $1::uuid, 'USD', 1, 'grant', n + 1, n + 1, 'planted',
            clock_timestamp() + n * interval '1 microsecond'
       FROM generate_series(1, 10001) n, (SELECT id FROM ledger_system_accounts WHERE code = 'credits_issued' AND asset = 'USD') s`,
    [rows[0]?.id, rows[0]?.bucket],
  );
  await sql.query("UPDATE ledger_accounts SET balance = 10002, version = 10002 WHERE asset = 'USD'");
  const wanted = { kind: "customer_statement", walletId, asset: "USD" };
  const shown = await make({ ...wanted, format: "ofx" });
  t.match(shown, {
    status: "failed",
    rows: null,
    downloadUrl: null,
    failure: { code: "too_large", message: /10000 rows/ },
  });
  t.strictSame(
    readdirSync(folder).filter((name) => name !== "unfinished"),
    [],
  );
  t.strictSame(readdirSync(path.join(folder, "unfinished")), []);
  t.match(await make({ ...wanted, format: "camt053" }), { status: "ready", rows: 10_002 }, "another format takes them");
});
