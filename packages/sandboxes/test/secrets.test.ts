import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import t from "tap";
import { keptSecrets, sandboxSecrets } from "../src/index.js";

t.test("secrets are made once, for their owner only, beside what others keep there", async (t) => {
  const folder = path.join(t.testdir(), "data");
  const made = sandboxSecrets(folder);
  const file = path.join(folder, "secrets.json");
  t.equal(statSync(file).mode & 0o777, 0o600);
  const others = keptSecrets(folder, { token: () => "theirs" });
  t.match(others, { token: "theirs" });
  t.match(sandboxSecrets(folder), made);
  t.strictSame(keptSecrets(folder, { token: () => "another" }), others);

  const { blockradarApiKey: _lost, ...older } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(older));
  const filled = sandboxSecrets(folder);
  t.match(filled, older, "a folder that is older than a secret gets it and keeps the rest");
  t.not(filled.blockradarApiKey, made.blockradarApiKey);
});
