// Runs the test files whose path holds one of the words, all without a word: `npm test`, `npm run test:one -- wallets`.
// Each file is a process of its own, started with plain node: tap's own runner instruments modules for a coverage that
// nobody reads here, and takes four seconds for that in each of them.
//   --jobs=N   how many at once (as many as there are processors: more take longer, since some tests start several processes
//              themselves); one shows its whole output
//   --watch    runs them again whenever a source or a test changes
// What a file said is in .tap/test-results, and how many seconds each took in .tap/times.json; of one that failed, what matters is printed.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const build = path.join(root, "build");
const results = path.join(root, ".tap", "test-results");
const failuresFile = path.join(root, ".tap", "failed.json");
const timesFile = path.join(root, ".tap", "times.json");

const options = process.argv.slice(2).filter((each) => each.startsWith("--"));
const words = process.argv.slice(2).filter((each) => !each.startsWith("--"));
const isWatching = options.includes("--watch");
const wantedJobs = Number(options.find((each) => each.startsWith("--jobs="))?.slice("--jobs=".length));
const jobs = wantedJobs || (isWatching ? 1 : os.availableParallelism());

// A file that hangs says where, by tap's own timeout; the second one is for a file that cannot even say that.
const TIMEOUT_S = Number(process.env.TAP_TIMEOUT ?? 240);
const GRACE_S = 30;
// Files of these words are long. They go first, so that the last one to run is a short one.
const LONG = ["/crash/", "/stories/", "/slow"];

const transpile = () =>
  spawnSync(process.execPath, ["scripts/transpile.mjs"], { cwd: root, stdio: "inherit" }).status === 0;

function filesOf() {
  const isLong = (file) => LONG.some((word) => file.includes(word));
  return (
    readdirSync(build, { recursive: true, encoding: "utf8" })
      // The packages are linked into node_modules, and found in their own place.
      .filter((file) => file.endsWith(".test.js") && !file.includes("node_modules"))
      .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
      .map((file) => ({ file, rank: isLong(file) ? 0 : 1, size: statSync(path.join(build, file)).size }))
      .sort((one, other) => one.rank - other.rank || other.size - one.size)
      .map(({ file }) => file)
  );
}

/** The lines of a file's output that say what went wrong: failed checks with their details, not what holds them. */
function failuresIn(text) {
  const lines = text.split("\n");
  const starts = lines.flatMap((line, at) => (/^ *not ok/.test(line) ? [at] : []));
  const blocks = starts.map((at) => {
    const indent = /^ */.exec(lines[at])[0];
    const end = lines.findIndex((line, index) => index > at && line === `${indent}  ...`);
    return lines.slice(at, end < 0 ? at + 1 : Math.min(end + 1, at + 60)).join("\n");
  });
  return blocks.slice(0, 5).join("\n") || text.slice(-2_000);
}

function run(file, isAlone) {
  const startedAt = Date.now();
  const log = path.join(results, `${file}.tap`);
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, "w");
  const child = spawn(process.execPath, ["--enable-source-maps", path.join("build", file)], {
    cwd: root,
    // TAP says that a runner started the file: it prints TAP, and uses the cluster that the files of a run share.
    env: { ...process.env, TAP: "1", TAP_TIMEOUT: String(TIMEOUT_S) },
    stdio: ["ignore", isAlone ? "inherit" : output, isAlone ? "inherit" : output],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), (TIMEOUT_S + GRACE_S) * 1_000);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      closeSync(output);
      const text = readFileSync(log, "utf8");
      const took = (Date.now() - startedAt) / 1_000;
      // A file that ends well without a plan was cut short by somebody's process.exit(0).
      const isGood = code === 0 && (isAlone || /^1\.\.\d+/m.test(text));
      resolve({
        file,
        isGood,
        took,
        ending: signal ?? code,
        checks: text.match(/^ *ok \d+ (?!.*# time=)/gm)?.length ?? 0,
        skipped: text.match(/^ *ok .*# SKIP.*$/gm) ?? [],
        failures: isGood ? "" : failuresIn(text),
      });
    });
  });
}

function tell({ file, isGood, took, ending, failures, skipped }) {
  const name = file.replace(/\.js$/, "");
  if (isGood) {
    for (const line of skipped) console.log(`skipped: ${name}: ${line.trim()}`);
    return;
  }
  console.error(`\nFAILED ${name} (${took.toFixed(1)} s, ended with ${ending})\n${failures}\n`);
}

async function runAll() {
  if (!transpile()) return false;
  const startedAt = Date.now();
  const files = filesOf();
  if (files.length === 0) {
    console.error(`No test file has ${words.join(" or ")} in its path.`);
    return false;
  }
  const isAlone = jobs === 1 && words.length > 0;
  const queue = [...files];
  const done = [];
  const work = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      if (isAlone) console.log(`# ${file}`);
      const result = await run(file, isAlone);
      done.push(result);
      tell(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, files.length) }, work));
  const failed = done.filter(({ isGood }) => !isGood).map(({ file }) => file);
  writeFileSync(failuresFile, JSON.stringify(failed));
  const checks = done.reduce((sum, result) => sum + result.checks, 0);
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0);
  const byTime = [...done].sort((one, other) => other.took - one.took);
  writeFileSync(timesFile, JSON.stringify(Object.fromEntries(byTime.map(({ file, took }) => [file, took])), null, 1));
  const slowest = byTime.slice(0, 5);
  const of = isAlone ? "" : `, ${checks} checks`;
  console.log(`tests: ${files.length - failed.length} of ${files.length} files passed${of}, in ${seconds} s`);
  if (files.length > 5) {
    console.log(`slowest: ${slowest.map(({ file, took }) => `${file} ${took.toFixed(0)} s`).join(", ")}`);
  }
  return failed.length === 0;
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
