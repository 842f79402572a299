// Runs the test files whose path holds a word, one after the other, with their whole output: `npm run test:one -- wallets`.
// `--watch` runs them again whenever a source or a test changes.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, watch } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const isWatching = process.argv.includes("--watch");
if (words.length === 0) {
  console.error("Name a test file, or a part of its path: npm run test:one -- wallets");
  process.exit(2);
}

const transpile = () =>
  spawnSync(process.execPath, ["scripts/transpile.mjs"], { cwd: root, stdio: "inherit" }).status === 0;

function filesOf() {
  const files = readdirSync(path.join(root, "build"), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".test.js") && words.some((word) => file.includes(word))).sort();
}

const run = (file) =>
  new Promise((resolve) => {
    console.log(`# ${file}`);
    // Without the runner's own hooks, which cost more than most tests do. It would give a file 30 s.
    const env = { TAP_TIMEOUT: "240", ...process.env };
    const child = spawn(process.execPath, ["--enable-source-maps", path.join("build", file)], {
      cwd: root,
      env,
      stdio: "inherit",
    });
    child.once("exit", (code) => resolve(code === 0));
  });

async function runAll() {
  if (!transpile()) return false;
  const files = filesOf();
  if (files.length === 0) console.error(`No test file has ${words.join(" or ")} in its path.`);
  let isGood = files.length > 0;
  for (const file of files) isGood = (await run(file)) && isGood;
  return isGood;
}

const isGood = await runAll();
if (!isWatching) process.exit(isGood ? 0 : 1);

let timer;
let running = Promise.resolve();
const again = () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    running = running.then(runAll);
  }, 200);
};
for (const folder of ["src", "test", "packages", "migrations"])
  watch(path.join(root, folder), { recursive: true }, again);
console.log("# waiting for a change");
