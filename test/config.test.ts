import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";
import { ConfigError, EXIT_BAD_SETTINGS, loadConfig, SETTINGS } from "../src/config.js";

const GOOD = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://u:p@db/coffer",
  AUTH_JWT_SECRET: "kJ8s-2mQx7_pLw3nVb9tRy5uZc1eAf6hG",
  AUTH_JWT_ISSUER: "i",
  AUTH_JWT_AUDIENCE: "a",
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

t.test("every wrong setting is named once, what is missing too, and no value is repeated", async (t) => {
  const problems = problemsOf({
    NODE_ENV: "production",
    PORT: "99999",
    COFFER_ROLE: "boss",
    DATABASE_URL: "mysql://user:hunter2@db/x",
    BOOTSTRAP_API_KEY: "hunter2",
    AUTH_JWT_SECRET: "hunter2",
    STRIPE_SECRET_KEY: "sk_test_hunter2",
    COINBASE_API_KEY_ID: "key",
  });
  const names = problems.map((problem) => problem.split(":")[0]);
  t.same(names, [
    "PORT",
    "COFFER_ROLE",
    "DATABASE_URL",
    "BOOTSTRAP_API_KEY",
    "AUTH_JWT_SECRET",
    "AUTH_JWT_ISSUER",
    "AUTH_JWT_AUDIENCE",
    "STRIPE_WEBHOOK_SECRET",
    "COINBASE_API_KEY_SECRET",
    "COINBASE_WEBHOOK_SECRET",
  ]);
  t.notMatch(problems.join("\n"), "hunter2");
});

t.test("production refuses what development supplies", async (t) => {
  t.strictSame(problemsOf(GOOD), []);
  t.match(problemsOf({ NODE_ENV: "production" }), [/^DATABASE_URL/, /^AUTH_JWT_SECRET/]);
  t.match(problemsOf({ ...GOOD, AUTH_JWT_SECRET: "a".repeat(40) }), [/^AUTH_JWT_SECRET: too regular/]);
  t.match(problemsOf({ ...GOOD, METRICS_TOKEN: "a".repeat(40) }), [/^METRICS_TOKEN: too regular/]);
  t.match(problemsOf({ ...GOOD, AUTH_JWT_SECRET: "only-31-characters-long-secret!" }), [/^AUTH_JWT_SECRET/]);
  t.strictSame(problemsOf({}), [], "development needs nothing");
});

t.test("settings that belong together", async (t) => {
  t.match(problemsOf({ ...GOOD, AUTH_JWT_ISSUER: "" }), [/^AUTH_JWT_ISSUER/]);
  t.match(problemsOf({ ...GOOD, AUTH_JWKS_URL: "https://id.example/jwks" }), [/^AUTH_JWKS_URL/]);
  t.match(problemsOf({ ...GOOD, STRIPE_SECRET_KEY: "sk_live_12345678" }), [/^STRIPE_WEBHOOK_SECRET/]);
  t.match(problemsOf({ ...GOOD, COINBASE_API_KEY_ID: "id" }), [/^COINBASE_API_KEY_SECRET/, /^COINBASE_WEBHOOK_SECRET/]);
});

t.test("what could only fail later is refused here", async (t) => {
  t.match(problemsOf({ ...GOOD, TRUST_PROXY: "10.0.0.0/8,proxy.internal" }), [/^TRUST_PROXY: each must be/]);
  for (const network of ["10.0.0.0/33", "10.0.0.0/0", "::1/129", "10.0.0.0/8/8", "10.0.0.0/"])
    t.match(problemsOf({ ...GOOD, TRUST_PROXY: network }), [/^TRUST_PROXY/], network);
  const networks = "127.0.0.1,10.0.0.0/8,10.0.0.0/255.0.0.0,::1,fd00::/8,loopback";
  t.strictSame(problemsOf({ ...GOOD, TRUST_PROXY: networks }), []);
  for (const url of ["localhost:8080", "ftp://pay.example.com", "pay.example.com"])
    t.match(problemsOf({ ...GOOD, PUBLIC_URL: url }), [/^PUBLIC_URL: must be a URL that begins with http/], url);
  t.match(problemsOf({ ...GOOD, STRIPE_API_BASE: "file:///etc" }), [/^STRIPE_API_BASE/]);
  const coinbase = { COINBASE_API_KEY_ID: "id", COINBASE_WEBHOOK_SECRET: "cb_hook_0123456789" };
  t.match(problemsOf({ ...GOOD, ...coinbase, COINBASE_API_KEY_SECRET: "hunter2" }), [
    /^COINBASE_API_KEY_SECRET: the Coinbase API key secret is neither a PEM key nor base64 of 64 bytes$/,
  ]);
});

t.test("an empty value is the same as none", async (t) => {
  const config = loadConfig({ PORT: "", STRIPE_SECRET_KEY: "", HOST: "" });
  t.equal(config.PORT, 8080);
  t.equal(config.HOST, "127.0.0.1");
  t.equal(config.STRIPE_SECRET_KEY, undefined);
});

t.test("lists and flags", async (t) => {
  const config = loadConfig({ TRUST_PROXY: "10.0.0.0/8, 192.168.0.0/16,", SWEEPER: "false" });
  t.same(config.TRUST_PROXY, ["10.0.0.0/8", "192.168.0.0/16"]);
  t.equal(config.SWEEPER, false);
});

t.test("Blockradar's wallets, some with a key of their own", async (t) => {
  const config = loadConfig({ BLOCKRADAR_API_KEY: "new, old", BLOCKRADAR_WALLET_ID: "w-1, w-2:own:key,w-3" });
  t.same(config.BLOCKRADAR_API_KEY, ["new", "old"]);
  t.same(config.BLOCKRADAR_WALLET_ID, [
    { walletReference: "w-1" },
    { walletReference: "w-2", apiKey: "own:key" },
    { walletReference: "w-3" },
  ]);
  t.match(problemsOf({ BLOCKRADAR_WALLET_ID: "w-1" }), [/^BLOCKRADAR_API_KEY: required/]);
  t.match(problemsOf({ BLOCKRADAR_API_KEY: "k", BLOCKRADAR_WALLET_ID: "w-1:" }), [/^BLOCKRADAR_WALLET_ID/]);
  t.match(problemsOf({ BLOCKRADAR_API_KEY: "k", BLOCKRADAR_WALLET_ID: ":hunter2" }), [/^BLOCKRADAR_WALLET_ID: each/]);
  t.match(problemsOf({ BLOCKRADAR_API_KEY: "k", BLOCKRADAR_WALLET_ID: "w-1,w-1:k2" }), [/twice/]);
});

t.test("every setting says what it is for", async (t) => {
  for (const [name, setting] of Object.entries(SETTINGS)) t.ok(setting.description, name);
});

t.test("the process says so and ends with 78, having started nothing", async (t) => {
  const server = fileURLToPath(new URL("../src/server.js", import.meta.url));
  const start = (env: Record<string, string>) =>
    spawnSync(process.execPath, [server], { encoding: "utf8", env: { PATH: process.env.PATH, ...env } });
  const wrong = start({ NODE_ENV: "production", PORT: "x" });
  t.equal(wrong.status, EXIT_BAD_SETTINGS);
  t.match(wrong.stderr, /PORT: /);
  const missing = start({ NODE_ENV: "development" });
  t.equal(missing.status, EXIT_BAD_SETTINGS, "by itself the server has no database to bring");
  t.match(missing.stderr, /DATABASE_URL: required/);
});
