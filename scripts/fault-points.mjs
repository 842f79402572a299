// Lists the fault points: every statement and every outbound call that the demo passes, before and after, in the order in which
// each is first passed. A number of times (`x12`) says how often. COFFER_CRASH_AT kills the service at one of them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const folder = mkdtempSync(path.join(tmpdir(), "coffer-fault-points-"));
const file = path.join(folder, "points");
const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, "start.mjs"), "demo"], {
  stdio: ["ignore", "ignore", "inherit"],
  env: { ...process.env, COFFER_FAULT_LOG: file },
});
const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
rmSync(folder, { recursive: true, force: true });
const times = new Map();
for (const line of lines) {
  const [number, named = ""] = line.split("\t");
  const name = named.replace(/ #\d+$/, "");
  const known = times.get(name);
  if (known) known.count += 1;
  else times.set(name, { number, count: 1 });
}
for (const [name, { number, count }] of times) console.log(`${number.padStart(6)}  ${name}  x${count}`);
console.log(`\n${times.size} places, passed ${lines.length} times.`);
process.exit(status ?? 1);
