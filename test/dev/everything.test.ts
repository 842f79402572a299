import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import t from "tap";
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
