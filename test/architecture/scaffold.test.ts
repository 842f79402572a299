import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import t from "tap";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

t.test("a scaffolded provider compiles, and the contract says what it does not do yet", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-scaffold-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["src", "test/providers", "scripts/scaffold.mjs", "package.json", "tsconfig.json"])
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  // Without the test runner's hooks: what runs here is not this test.
  const { PATH = "", HOME = "" } = process.env;
  const run = (...args: string[]) =>
    spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: { PATH, HOME, TAP_TIMEOUT: "300" } });
  const scaffold = (...args: string[]) => run("scripts/scaffold.mjs", ...args);

  t.not(scaffold("provider", "Acme Pay").status, 0, "no such name");
  t.not(scaffold("module", "acme").status, 0, "no such kind");
  const made = scaffold("provider", "acme-pay");
  t.equal(made.status, 0, made.stderr);
  t.not(scaffold("provider", "acme-pay").status, 0, "not twice");

  const contractTest = "test/providers/acme-pay.test.ts";
  const files = ["src/providers/list.ts", "src/config.ts", contractTest];
  writeFileSync(path.join(folder, "only.json"), JSON.stringify({ extends: "./tsconfig.json", files, include: [] }));
  const types = run("node_modules/typescript/bin/tsc", "--noEmit", "-p", "only.json");
  t.equal(types.status, 0, types.stdout);
  buildSync({
    absWorkingDir: folder,
    entryPoints: [contractTest],
    outfile: "contract.mjs",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
  });
  const contract = run("contract.mjs");
  t.not(contract.status, 0, "it is not done");
  t.match(contract.stdout, /not ok \d+ - a payment is created, paid, looked up and announced/);
  t.match(contract.stdout, /not_implemented/);
  t.match(
    contract.stdout,
    /not ok \d+ - prices that cannot be charged are refused before anything is sent/,
    "to the end",
  );
  t.notMatch(contract.stdout + contract.stderr, /TypeError|ReferenceError|SyntaxError/);
});
