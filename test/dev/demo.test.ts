import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";

const DEMO = fileURLToPath(new URL("../../src/dev/demo.js", import.meta.url));

function runDemo(args: readonly string[]): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    // A setting that is lying about must not reach the fresh service.
    const env = { ...process.env, DATABASE_URL: "postgres://nobody@127.0.0.1:1/none", NODE_ENV: "production" };
    const child = spawn(process.execPath, [DEMO, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}

t.test("the demo walks the main job and every account is what it should be", async (t) => {
  const { code, text } = await runDemo([]);
  t.equal(code, 0, text);
  t.match(text, "Every balance is what it should be.");
  t.notMatch(text, "\u001b[", "no colours where nobody looks");
  t.notMatch(text, "skipped");
  for (const row of [
    /wallet of ada +CREDIT +239 +239 +ok/,
    /wallet of ada +USDC +40\.010000 +40\.010000 +ok/,
    /stripe_clearing +USD +363\.93 +363\.93 +ok/,
    /custody +USDC +51\.000000 +51\.000000 +ok/,
    /coinbase_clearing +USDC +9\.890100 +9\.890100 +ok/,
    /provider_fees +USDC +0\.099900 +0\.099900 +ok/,
    /credits_used +CREDIT +336 +336 +ok/,
    /sum of all accounts +CREDIT +0 +0 +ok/,
    /sum of all accounts +USDC +0\.000000 +0\.000000 +ok/,
  ]) {
    t.match(text, row);
  }
});

t.test("the demo says what is missing, and fails", async (t) => {
  const { code, text } = await runDemo(["--url", "http://127.0.0.1:1"]);
  t.equal(code, 1);
  t.match(text, "--url needs --key");
});

t.test("the demo fails when there is no service", async (t) => {
  const { code, text } = await runDemo(["--url", "http://127.0.0.1:1", "--key", "cfk_nobody"]);
  t.equal(code, 1);
  t.match(text, "The demo failed");
});
