// Everything that must hold before a change lands, in the order in which it fails fastest. `npm run check -- tests` runs
// only the steps whose name begins so.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const bin = (name) => path.join(root, "node_modules", ".bin", name);
const node = process.execPath;

const STEPS = [
  ["format and lint", bin("biome"), ["ci", "."]],
  ["types", bin("tsc"), ["--noEmit", "-p", "tsconfig.json"]],
  ["import map", bin("depcruise"), ["--config", ".dependency-cruiser.cjs", "src", "packages"]],
  ["dead code", bin("knip"), []],
  ["transpile", node, ["scripts/transpile.mjs"]],
  ["settings docs fresh", node, ["scripts/settings.mjs", "--check"]],
  ["refusals of operations fresh", node, ["scripts/refusals.mjs", "--check"]],
  ["charts in the docs fresh", node, ["scripts/charts.mjs", "--check"]],
  ["openapi fresh", node, ["scripts/openapi.mjs", "--check"]],
  ["openapi lint", bin("redocly"), ["lint", "openapi/openapi.json"]],
  ["tests", node, ["scripts/test.mjs"]],
  ["what passed, by the providers' types", node, ["scripts/judge.mjs"]],
  ["build", node, ["scripts/build.mjs"]],
];

/** What passes between the service and the sandboxes in the tests is kept here, and judged after them. */
const recorded = path.join(root, ".tap", "recorded");
/** Which test files failed, left there by the runner. */
const failures = path.join(root, ".tap", "failed.json");

function run(name, command, args) {
  const startedAt = Date.now();
  if (name === "tests") rmSync(recorded, { recursive: true, force: true });
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      ...(name === "tests" ? { COFFER_RECORD_DIR: recorded } : {}),
      REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
      REDOCLY_TELEMETRY: "off",
    },
  });
  const took = `${((Date.now() - startedAt) / 1_000).toFixed(1)} s`;
  if (status !== 0 && !(name === "tests" && passAlone(startedAt))) {
    console.error(`\ncheck: ${name} failed (${took})`);
    process.exit(1);
  }
  console.log(`check: ${name} ok (${took})`);
}

// What a machine that is busy with other things may shake. A mistake in the code fails more, or fails again.
const UNSTEADY_MAX = 2;

/**
 * Runs the files that failed once more, with the machine to themselves. One that passes then is unsteady: the check goes on,
 * and says so, since a test that waits too briefly says nothing of the code. It is to be mended all the same.
 */
function passAlone(since) {
  if (!existsSync(failures) || statSync(failures).mtimeMs < since) return false;
  const failed = JSON.parse(readFileSync(failures, "utf8"));
  if (failed.length === 0 || failed.length > UNSTEADY_MAX) return false;
  const { status } = spawnSync(node, ["scripts/test.mjs", "--jobs=1", ...failed], { cwd: root, stdio: "inherit" });
  if (status === 0) console.error(`\ncheck: UNSTEADY, failed among the others and passed alone: ${failed.join(", ")}`);
  return status === 0;
}

/** Boots the built service as `npm start` does, asks it whether it is ready, and stops it. */
async function boot() {
  const dataDir = mkdtempSync(path.join(tmpdir(), "coffer-boot-"));
  const child = spawn(node, ["dist/dev/main.js"], {
    cwd: root,
    env: { ...process.env, COFFER_DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let output = "";
    const url = await new Promise((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
      setTimeout(() => reject(new Error("no banner within 30 s")), 30_000).unref();
      child.stdout.on("data", (data) => {
        output += data;
        const match = /Coffer is up at (\S+)/.exec(output);
        if (match) resolve(match[1]);
      });
    });
    const ready = await fetch(`${url}/readyz`);
    if (!ready.ok) throw new Error(`/readyz answered ${ready.status}`);
    child.removeAllListeners("exit");
    const exit = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    if ((await exit) !== 0) throw new Error("did not stop cleanly");
    console.log("check: boot ok");
  } catch (error) {
    child.kill("SIGKILL");
    console.error(`check: boot failed: ${error.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function cleanTree() {
  const { status, stdout } = spawnSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" });
  if (status !== 0 || stdout.trim() === "") return;
  console.error(`check: the tree is not as committed:\n${stdout}`);
  if (process.env.CI) process.exitCode = 1;
}

const only = process.argv[2];
for (const [name, command, args] of STEPS) if (!only || name.startsWith(only)) run(name, command, args);
if (!only || "boot".startsWith(only)) await boot();
cleanTree();
