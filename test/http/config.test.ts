import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";
import { ConfigError, EXIT_BAD_SETTINGS, loadConfig, SETTINGS } from "../../src/config.js";

const GOOD = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://u:p@db/coffer",
  AUTH_JWT_SECRET: "kJ8s-2mQx7_pLw3nVb9tRy5uZc1eAf6hG",
  AUTH_JWT_ISSUER: "i",
  AUTH_JWT_AUDIENCE: "a",
};

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

t.test("every wrong setting is named at once, and no value is repeated", async (t) => {
  const problems = problemsOf({
    ...GOOD,
    PORT: "99999",
    DATABASE_URL: "mysql://secret@x",
    COFFER_ROLE: "boss",
    BOOTSTRAP_API_KEY: "short-secret",
  });
  t.equal(problems.length, 4);
  for (const name of ["PORT", "DATABASE_URL", "COFFER_ROLE", "BOOTSTRAP_API_KEY"])
    t.ok(
      problems.some((line) => line.startsWith(name)),
      name,
    );
  t.notMatch(problems.join("\n"), /secret@x|short-secret/);
});

t.test("production refuses what development supplies", async (t) => {
  t.strictSame(problemsOf(GOOD), []);
  t.match(problemsOf({ NODE_ENV: "production" }), [/^DATABASE_URL/, /^AUTH_JWT_SECRET/]);
  t.match(problemsOf({ ...GOOD, AUTH_JWT_SECRET: "a".repeat(40) }), [/^AUTH_JWT_SECRET: too regular/]);
  t.match(problemsOf({ ...GOOD, AUTH_JWT_SECRET: "only-31-characters-long-secret!" }), [/^AUTH_JWT_SECRET/]);
  t.match(problemsOf({ ...GOOD, AUTH_JWT_ISSUER: "" }), [/^AUTH_JWT_ISSUER/]);
  t.match(problemsOf({ ...GOOD, STRIPE_SECRET_KEY: "sk_live_12345678" }), [/^STRIPE_WEBHOOK_SECRET/]);
  t.match(problemsOf({ ...GOOD, COINBASE_API_KEY_ID: "id" }), [/^COINBASE_API_KEY_SECRET/, /^COINBASE_WEBHOOK_SECRET/]);
  t.strictSame(problemsOf({}), [], "development needs nothing");
});

t.test("every setting says what it is for", async (t) => {
  for (const [name, setting] of Object.entries(SETTINGS)) t.ok(setting.description, name);
});

t.test("the process says so and ends with 78, having started nothing", async (t) => {
  const server = fileURLToPath(new URL("../../src/server.js", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [server], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, NODE_ENV: "production", PORT: "x" },
  });
  t.equal(status, EXIT_BAD_SETTINGS);
  t.match(stderr, /PORT: /);
});
