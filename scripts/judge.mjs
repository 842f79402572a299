// Compares what passed between the service and its sandboxes in the tests with the providers' own types and documents: `npm test` with
// COFFER_RECORD_DIR set writes the recordings (packages/sandboxes/src/recorder.ts). Ends with 1 when anything departs from them.
import { existsSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const folder = process.argv[2] ?? path.join(root, ".tap", "recorded");
const { judgeFolder } = await import(path.join(root, "build", "test", "judges", "folder.js"));

if (!existsSync(folder)) {
  console.error(`judge: no recordings in ${folder}`);
  process.exit(1);
}
const { verdicts, faults } = await judgeFolder(folder);
for (const [fault, count] of [...faults].sort((a, b) => b[1] - a[1]))
  console.error(`${String(count).padStart(6)}  ${fault}`);
let judged = 0;
for (const [provider, each] of verdicts) {
  judged += each.judged;
  const planted = each.planted === 0 ? "" : `, ${each.planted} spoilt on purpose`;
  console.log(`judge: ${each.recorded} recordings of ${provider}, ${each.judged} kinds of them judged${planted}`);
}
console.log(`judge: ${faults.size} kinds of faults`);
if (judged === 0 || faults.size > 0) process.exitCode = 1;
