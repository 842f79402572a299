import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";
import { ConfigError, EXIT_BAD_SETTINGS, loadConfig, localUrl, SETTINGS } from "../src/config.js";

const GOOD = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://u:p@db/coffer?sslmode=verify-full",
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
    "PUBLIC_URL",
    "STRIPE_SECRET_KEY",
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
  t.match(problemsOf({ ...GOOD, PUBLIC_URL: "https://pay.example", STRIPE_SECRET_KEY: "sk_live_0123456789abc" }), [
    /^STRIPE_WEBHOOK_SECRET/,
  ]);
  t.match(problemsOf({ ...GOOD, PUBLIC_URL: "https://pay.example", COINBASE_API_KEY_ID: "id" }), [
    /^COINBASE_API_KEY_SECRET/,
    /^COINBASE_WEBHOOK_SECRET/,
  ]);
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

const LIVE = {
  ...GOOD,
  PUBLIC_URL: "https://pay.example",
  STRIPE_SECRET_KEY: "sk_live_51H8aBcDeFgHiJk",
  STRIPE_PUBLISHABLE_KEY: "pk_live_51H8aBcDeFgHiJk",
  STRIPE_WEBHOOK_SECRET: "whsec_9f8e7d6c5b4a39281706",
  BLOCKRADAR_API_KEY: "blk_0a1b2c3d4e5f6a7b8c9d",
  COINBASE_COMMERCE_WEBHOOK_SECRET: "6d7e8f90-a1b2-4c3d-9e4f-5a6b7c8d9e0f",
};
const PLAIN = "postgres://u:p@db/coffer";

/** What production must not start with: the setting that is named, and what was given. */
const REFUSED: readonly (readonly [named: string, env: Record<string, string>])[] = [
  ["STRIPE_WEBHOOK_SECRET", { STRIPE_WEBHOOK_SECRET: "x" }],
  ["STRIPE_WEBHOOK_SECRET", { STRIPE_WEBHOOK_SECRET: `${LIVE.STRIPE_WEBHOOK_SECRET},x` }],
  ["STRIPE_WEBHOOK_SECRET", { STRIPE_WEBHOOK_SECRET: LIVE.STRIPE_SECRET_KEY }],
  ["STRIPE_THIN_WEBHOOK_SECRET", { STRIPE_THIN_WEBHOOK_SECRET: "y" }],
  ["COINBASE_COMMERCE_WEBHOOK_SECRET", { COINBASE_COMMERCE_WEBHOOK_SECRET: "z" }],
  ["COINBASE_WEBHOOK_SECRET", { COINBASE_WEBHOOK_SECRET: "z" }],
  ["BLOCKRADAR_API_KEY", { BLOCKRADAR_API_KEY: "k" }],
  ["BLOCKRADAR_WALLET_ID", { BLOCKRADAR_WALLET_ID: "wallet-1:k" }],
  ["METRICS_TOKEN", { METRICS_TOKEN: "aaaaaaaaaaaaaaaaaaaa" }],
  ["STRIPE_PUBLISHABLE_KEY", { STRIPE_PUBLISHABLE_KEY: LIVE.STRIPE_SECRET_KEY }],
  ["STRIPE_PUBLISHABLE_KEY", { STRIPE_PUBLISHABLE_KEY: "pk_test_51H8aBcDeFgHiJk" }],
  ["STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: "sk_test_51H8aBcDeFgHiJk" }],
  ["STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: "rk_test_51H8aBcDeFgHiJk" }],
  ["STRIPE_SECRET_KEY", { STRIPE_SECRET_KEY: "pk_live_51H8aBcDeFgHiJkL" }],
  ["STRIPE_API_BASE", { STRIPE_API_BASE: "http://stripe.example" }],
  ["COINBASE_API_BASE", { COINBASE_API_BASE: "http://127.0.0.1:1/api/v1" }],
  ["BLOCKRADAR_API_BASE", { BLOCKRADAR_API_BASE: "http://blockradar.example/v1" }],
  ["PUBLIC_URL", { PUBLIC_URL: "http://pay.example" }],
  ["PUBLIC_URL", { PUBLIC_URL: "" }],
  ["AUTH_JWT_SECRET", { BOOTSTRAP_API_KEY: LIVE.AUTH_JWT_SECRET }],
  ["METRICS_TOKEN", { METRICS_TOKEN: LIVE.AUTH_JWT_SECRET }],
  ["AUTH_JWKS_URL", { AUTH_JWT_SECRET: "", AUTH_JWKS_URL: "http://id.example/jwks" }],
  ["DATABASE_URL", { DATABASE_URL: PLAIN }],
  ["DATABASE_URL", { DATABASE_URL: `${PLAIN}?sslmode=disable` }],
  ["DATABASE_URL", { DATABASE_URL: `${PLAIN}?sslmode=allow` }],
  ["DATABASE_URL", { DATABASE_URL: `${PLAIN}?ssl=false` }],
  ["MIGRATION_DATABASE_URL", { MIGRATION_DATABASE_URL: PLAIN }],
  ["BOOTSTRAP_API_KEY", { BOOTSTRAP_API_KEY: "a key with spaces that no header can carry" }],
];

t.test("E7: production refuses weak settings, and those in each other's place, by name", async (t) => {
  t.strictSame(problemsOf(LIVE), []);
  for (const [named, env] of REFUSED) {
    const problems = problemsOf({ ...LIVE, ...env });
    t.ok(
      problems.some((problem) => problem.startsWith(`${named}:`)),
      `${named} ${JSON.stringify(env)}: ${problems}`,
    );
    for (const value of Object.values(env)) if (value.length > 3) t.notMatch(problems.join(), value);
  }
  t.same(problemsOf({ ...LIVE, DATABASE_URL: PLAIN, DATABASE_WITHOUT_TLS: "true" }), []);
  for (const host of ["127.0.0.1", "localhost", "[::1]"])
    t.same(problemsOf({ ...LIVE, DATABASE_URL: `postgres://u:p@${host}/c` }), []);
  t.same(problemsOf({ ...LIVE, DATABASE_URL: "postgres://u:p@x/c?host=/var/run/postgresql" }), []);
  const staging = {
    ...LIVE,
    PROVIDERS_TEST_MODE: "true",
    STRIPE_SECRET_KEY: "sk_test_51H8aBcDeFgHiJk",
    STRIPE_PUBLISHABLE_KEY: "pk_test_51H8aBcDeFgHiJk",
    STRIPE_API_BASE: "http://127.0.0.1:12111",
  };
  t.same(problemsOf(staging), []);
  t.match(
    problemsOf({ STRIPE_PUBLISHABLE_KEY: "sk_test_0123456789" }),
    [/^STRIPE_PUBLISHABLE_KEY/],
    "nor does development",
  );
});

t.test("H3: an address to listen on, as others reach it", (t) => {
  t.equal(localUrl("127.0.0.1", 80), "http://127.0.0.1:80");
  t.equal(localUrl("0.0.0.0", 8080), "http://127.0.0.1:8080");
  t.equal(localUrl("::", 8080), "http://[::1]:8080");
  t.equal(localUrl("::1", 8080), "http://[::1]:8080");
  t.equal(localUrl("pay.local", 8080), "http://pay.local:8080");
  t.end();
});
