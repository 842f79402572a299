import { createHash } from "node:crypto";
import pg from "pg";
import t from "tap";
import { loadConfig } from "../../src/config.js";
import { FUNCTION_GRANTS, TABLE_GRANTS } from "../../src/db/grants.js";
import { createLogger } from "../../src/http/logging.js";
import { startService } from "../../src/service.js";
import { createLoginRole } from "../helpers/roles.js";
import { ADMIN_KEY, caller, createWorld } from "../helpers/service.js";

const UUID = "01930000-0000-7000-8000-00000000abcd";
const post = (from: string, to: string, asset = "CREDIT", type = "grant") => `
  SELECT outcome FROM ledger_post(ARRAY[0], NULL, ARRAY[gen_random_uuid()], ARRAY[gen_random_uuid()], ARRAY[${from}]::uuid[],
    ARRAY[${to}]::uuid[], ARRAY[5]::bigint[], ARRAY['${asset}'], ARRAY['${type}'], ARRAY[NULL::uuid], ARRAY[NULL::bytea],
    ARRAY[NULL::text], ARRAY[NULL::text], ARRAY[NULL::text], ARRAY[NULL::text], ARRAY['test'], ARRAY[NULL::timestamptz],
    ARRAY[NULL::uuid], false)`;
const KEY_COLUMNS = "INSERT INTO api_keys (id, name, role, hint, secret_hash, created_by, created_at)";

/** What a stolen database password must not do. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  "raise a balance": "UPDATE ledger_accounts SET balance = balance + 1000",
  "raise a balance and its version": "UPDATE ledger_accounts SET balance = 1000, version = version + 1",
  "release what is held": "UPDATE ledger_accounts SET held = 0",
  "give an account to another wallet": `UPDATE ledger_accounts SET wallet_id = '${UUID}'`,
  "turn an account into another asset": "UPDATE ledger_accounts SET asset = 'USDC'",
  "move an account to another bucket": "UPDATE ledger_accounts SET bucket = 0",
  "turn a system account into another": "UPDATE ledger_system_accounts SET code = 'custody'",
  "delete a system account": "DELETE FROM ledger_system_accounts",
  "open an account with a balance": `INSERT INTO ledger_accounts (id, bucket, wallet_id, asset, balance, version) VALUES ('${UUID}', 112, '${UUID}', 'CREDIT', 500, 1)`,
  "open an account with something held": `INSERT INTO ledger_accounts (id, bucket, wallet_id, asset, balance, held) VALUES ('${UUID}', 112, '${UUID}', 'CREDIT', 5, 5)`,
  "put a balance in by a conflict": `INSERT INTO ledger_accounts (id, bucket, wallet_id, asset) SELECT id, bucket, wallet_id, asset FROM ledger_accounts ON CONFLICT (id, bucket) DO UPDATE SET balance = 7`,
  "delete an account": "DELETE FROM ledger_accounts",
  "insert a transfer": `INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type, created_by, created_at) VALUES (0, '${UUID}', gen_random_uuid(), '${UUID}', gen_random_uuid(), 'CREDIT', 5, 'grant', 'me', now())`,
  "copy in transfers": "COPY ledger_transfers FROM STDIN",
  "change a transfer": "UPDATE ledger_transfers SET amount = 1",
  "delete a transfer": "DELETE FROM ledger_transfers",
  "empty the transfers": "TRUNCATE ledger_transfers",
  "insert a snapshot": `INSERT INTO ledger_snapshots (account_id, bucket, as_of, balance) VALUES ('${UUID}', 0, now(), 1)`,
  "change a snapshot": "UPDATE ledger_snapshots SET balance = 0",
  "move the snapshots' moment": "UPDATE ledger_buckets SET as_of = '-infinity'",
  "change a scale": "UPDATE assets SET scale = 6 WHERE code = 'CREDIT'",
  "rename an asset": "UPDATE assets SET code = 'CREDITS' WHERE code = 'CREDIT'",
  "delete an asset": "DELETE FROM assets",
  "insert an admin API key": `${KEY_COLUMNS} VALUES ('${UUID}', 'me', 'admin', 'cfk_me', sha256('me'), 'me', now())`,
  "insert an approver's API key": `${KEY_COLUMNS} VALUES ('${UUID}', 'me', 'approver', 'cfk_me', sha256('me'), 'me', now())`,
  "make one's own key an administrator's": "UPDATE api_keys SET role = 'admin'",
  "put another secret under a key": "UPDATE api_keys SET secret_hash = sha256('me')",
  "make a key last": "UPDATE api_keys SET expires_at = NULL WHERE expires_at IS NOT NULL",
  "give a key to another principal": "UPDATE api_keys SET principal_id = id",
  "rename a principal": "UPDATE principals SET name = 'me'",
  "delete a key": "DELETE FROM api_keys",
  "change the audit": "UPDATE audit_events SET actor = 'somebody else'",
  "delete from the audit": "DELETE FROM audit_events",
  "change an event": "UPDATE outbox_events SET data = '{}'",
  "delete an event": "DELETE FROM outbox_events",
  "delete a payment": "DELETE FROM payments",
  "delete a payout": "DELETE FROM payouts",
  "replace the posting function": `CREATE OR REPLACE FUNCTION ledger_snapshot_until(p_to timestamptz) RETURNS timestamptz LANGUAGE sql AS 'SELECT p_to'`,
  "take its search path away": "ALTER FUNCTION ledger_snapshot_until(timestamptz) RESET search_path",
  "turn the triggers off": "ALTER TABLE ledger_transfers DISABLE TRIGGER ALL",
  "act as a replica": "SET session_replication_role = replica",
  "add a function to the schema": "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
};

t.test(
  "F7: the service works as the restricted role, and SQL cannot write the books past the posting function",
  async (t) => {
    const world = await createWorld(t);
    const restricted = await createLoginRole(t, world.databaseUrl, { memberOf: "coffer_app" });
    const env = { ...world.env, DATABASE_URL: restricted.url, MIGRATION_DATABASE_URL: world.databaseUrl };
    const service = await startService(loadConfig(env), createLogger({ level: "silent" }));
    t.teardown(() => service.stop());
    const call = caller(service.url ?? "");
    const grant = await call("POST", "/v1/grants", {
      body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" },
    });
    t.equal(grant.status, 201);
    const spent = await call("POST", `/v1/wallets/${grant.body.walletId}/debits`, {
      body: { asset: "CREDIT", amount: 4 },
    });
    t.match(spent, { status: 201, body: { balanceAfter: 6 } });
    const asset = { code: "POINTS", kind: "credit", scale: 0, name: "Points" };
    t.equal((await call("POST", "/v1/assets", { body: asset })).status, 201);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const key = await call("POST", "/v1/api-keys", { body: { name: "shop", role: "service", expiresAt } });
    t.equal(key.status, 201, "an administrator makes keys");
    const token = String(key.body.secret);
    const rotated = await call("POST", `/v1/api-keys/${key.body.id}/rotate`, { token, body: { overlapSeconds: 60 } });
    t.equal(rotated.status, 201, "and who holds one replaces it");
    t.equal((await call("DELETE", `/v1/api-keys/${key.body.id}`)).status, 200);

    const app = new pg.Client({ connectionString: restricted.url });
    await app.connect();
    t.teardown(() => app.end());
    for (const [what, statement] of Object.entries(FORBIDDEN))
      await t.rejects(app.query(statement), { code: "42501" }, what);
    await t.rejects(
      app.query("UPDATE api_keys SET revoked_at = NULL"),
      { code: "42501" },
      "a revoked key stays revoked",
    );
    await app.query("SELECT set_config('coffer.admin_secret', 'cfk_guess', false)");
    await t.rejects(app.query(FORBIDDEN["insert an admin API key"] ?? ""), { code: "42501" }, "a guess is no proof");
    await app.query(
      `SELECT set_config('coffer.admin_secret', '${createHash("sha256").update(ADMIN_KEY).digest("hex")}', false)`,
    );
    await t.rejects(app.query(FORBIDDEN["insert an admin API key"] ?? ""), { code: "42501" }, "nor is the digest");
    await t.rejects(
      app.query(
        `INSERT INTO ledger_accounts (id, bucket, wallet_id, asset) VALUES ('${UUID}', 112, '${UUID}', 'NONE')`,
      ),
      { code: "23503" },
      "an account counts an asset that exists",
    );
    const system = "(SELECT id FROM ledger_system_accounts WHERE code = 'credits_issued' AND asset = 'CREDIT')";
    const wallet = "(SELECT id FROM ledger_accounts WHERE asset = 'CREDIT')";
    const madeUp = "'01930000-0000-8000-8000-00000000abcd'";
    t.same((await app.query(post(`'${UUID}'`, system))).rows, [{ outcome: "unknown_account" }]);
    t.same((await app.query(post(system, `'${UUID}'`))).rows, [{ outcome: "unknown_account" }]);
    t.same((await app.query(post(madeUp, wallet))).rows, [{ outcome: "unknown_account" }]);
    t.same((await app.query(post(system, wallet, "USD"))).rows, [{ outcome: "asset_mismatch" }]);
    t.same((await app.query(post(system, wallet, "CREDIT", "gift"))).rows, [{ outcome: "unknown_type" }]);
    t.match((await call("GET", "/v1/customers/ada/wallet")).body.balances, [{ asset: "CREDIT", balance: 6 }]);
  },
);

t.test("F7: nobody's temporary table or schema comes before ours in the functions that own the books", async (t) => {
  const { sql } = await createWorld(t);
  const { rows } = await sql.query(
    `SELECT p.proname, p.prosecdef, p.proconfig FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef`,
  );
  t.same(rows.map((row) => row.proname).sort(), ["ledger_post", "ledger_snapshot_until"]);
  for (const { proname, proconfig } of rows)
    t.ok(proconfig.includes("search_path=pg_catalog, public, pg_temp"), `${proname} has its search path`);
  const { rows: open } = await sql.query(
    `SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
        AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)`,
  );
  t.same(open, [], "PUBLIC may call none of them");
});

t.test("F7: what the role may is what src/db/grants.ts says, table by table", async (t) => {
  const { sql } = await createWorld(t);
  const { rows } = await sql.query<{ relname: string; grants: string[] | null }>(
    `SELECT c.relname, array_agg(g.text ORDER BY g.text) FILTER (WHERE g.text IS NOT NULL) AS grants
       FROM pg_class c
       LEFT JOIN LATERAL (
         SELECT a.privilege_type AS text FROM aclexplode(c.relacl) a WHERE a.grantee = 'coffer_app'::regrole
         UNION ALL
         SELECT a.privilege_type || '(' || at.attname || ')' FROM pg_attribute at, aclexplode(at.attacl) a
          WHERE at.attrelid = c.oid AND a.grantee = 'coffer_app'::regrole) g ON true
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'p') GROUP BY 1`,
  );
  const actual = Object.fromEntries(rows.map((row) => [row.relname, row.grants ?? []]));
  const wanted = Object.fromEntries(
    Object.entries(TABLE_GRANTS).map(([table, grants]) => [table, grants.split(", ").sort()]),
  );
  t.strictSame(actual, wanted);
  const { rows: functions } = await sql.query(
    `SELECT p.proname FROM pg_proc p, aclexplode(p.proacl) a
      WHERE p.pronamespace = 'public'::regnamespace AND a.grantee = 'coffer_app'::regrole ORDER BY 1`,
  );
  t.same(
    functions.map((row) => row.proname),
    [...FUNCTION_GRANTS].sort(),
  );
});
