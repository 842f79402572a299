import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import t from "tap";
import { printBanner } from "../../src/dev/banner.js";
import { startEverything } from "../../src/dev/everything.js";
import { devSecrets } from "../../src/dev/secrets.js";

// A sandbox that went on listening would keep the process alive for ever.
const listening = () => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;

t.test("when one part cannot start, nothing goes on running", async (t) => {
  for (const broken of ["postgres", "sandboxes/stripe", "sandboxes/blockradar"]) {
    const folder = mkdtempSync(path.join(tmpdir(), "coffer-everything-"));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    // A file where a folder must be.
    mkdirSync(path.dirname(path.join(folder, broken)), { recursive: true });
    writeFileSync(path.join(folder, broken), "");
    await t.rejects(startEverything({ PORT: "0", LOG_LEVEL: "silent" }, folder), broken);
    // A closed server leaves the list a turn later.
    for (let turn = 0; turn < 100 && listening() > 0; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    t.equal(listening(), 0, `nothing listens without ${broken}`);
  }
});

t.test("a folder's secrets are kept, and one that is older than a secret gets it", async (t) => {
  const folder = t.testdir();
  const made = devSecrets(folder);
  t.strictSame(devSecrets(folder), made);
  const file = path.join(folder, "secrets.json");
  const { stripeThinWebhookSecret: _new, ...old } = made;
  writeFileSync(file, JSON.stringify(old));
  const filled = devSecrets(folder);
  t.match(filled, old);
  t.match(filled.stripeThinWebhookSecret, /^whsec_/);
  t.strictSame(devSecrets(folder), filled);
});

t.test("F8: a second start on the same folder ends before it moves anything", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-everything-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    PORT: "0",
    LOG_LEVEL: "silent",
    BOOTSTRAP_API_KEY: "a-key_of.our~own/0123456789abcdef+0123456789=",
  };
  const first = await startEverything(env, folder);
  t.teardown(() => first.stop());
  await t.rejects(startEverything(env, folder), new RegExp(`runs already on ${folder} \\(process ${process.pid}\\)`));
  t.ok((await fetch(`${first.sandboxes.stripe?.url}/`)).status, "the first one's sandboxes are where they were");

  const lines: string[] = [];
  const { log } = console;
  console.log = (text: string) => void lines.push(text);
  printBanner(first, 1);
  console.log = log;
  // One process, so the shell must not block it.
  const curls = lines
    .join("\n")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => /^ *curl /.test(line));
  t.equal(curls.length, 3);
  for (const line of curls) {
    const said = await promisify(execFile)("sh", ["-c", `${line} -o /dev/null -w '%{http_code}'`]);
    t.match(said.stdout, /^20[01]$/, `F9: ${line}`);
  }
});

t.test("H13: a data folder that cannot be written to is named", async (t) => {
  const file = path.join(t.testdir({ file: "" }), "file");
  if (process.getuid?.() === 0) return void t.pass("skipped: root may write everywhere");
  chmodSync(path.dirname(file), 0o500);
  await t.rejects(
    startEverything({ PORT: "0", LOG_LEVEL: "silent" }, path.join(path.dirname(file), "data")),
    /data folder .*data cannot/,
  );
});
