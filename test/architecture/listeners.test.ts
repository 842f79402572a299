import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const MODULES = fileURLToPath(new URL("../../../src/modules/", import.meta.url));

// A module that enqueues another one's job has found a second way to tell it; kernel/listeners.ts is the one there is.
t.test("a module enqueues jobs of its own only", async (t) => {
  let count = 0;
  for (const file of readdirSync(MODULES, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  )) {
    const home = file.split(path.sep).slice(0, 2);
    const jobs = path.join(MODULES, ...home, "jobs.ts");
    for (const [, name = ""] of readFileSync(path.join(MODULES, file), "utf8").matchAll(
      /enqueueJob\(\s*tx,\s*"([^"]+)"/g,
    )) {
      count += 1;
      t.match(readFileSync(jobs, "utf8"), `"${name}": `, `${file} enqueues ${name}`);
    }
  }
  t.ok(count > 10);
});
