import t from "tap";
import { ConfigError, loadConfig } from "../src/config.js";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

t.test("what is missing is named together with what cannot be read, and no value is repeated", async (t) => {
  const problems = problemsOf({
    NODE_ENV: "production",
    PORT: "99999",
    DATABASE_URL: "mysql://user:hunter2@db/x",
    AUTH_JWT_SECRET: "hunter2",
    STRIPE_SECRET_KEY: "sk_test_hunter2",
    COINBASE_API_KEY_ID: "key",
  });
  const names = problems.map((problem) => problem.split(":")[0]);
  t.same(names, [
    "PORT",
    "DATABASE_URL",
    "AUTH_JWT_SECRET",
    "AUTH_JWT_ISSUER",
    "AUTH_JWT_AUDIENCE",
    "STRIPE_WEBHOOK_SECRET",
    "COINBASE_API_KEY_SECRET",
    "COINBASE_WEBHOOK_SECRET",
  ]);
  t.notMatch(problems.join("\n"), "hunter2");
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
