import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { EVENT_FAMILIES } from "../../src/events.js";

const MODULES = fileURLToPath(new URL("../../../src/modules/", import.meta.url));

t.test("every family that a module declares is listed, and no type is in two", async (t) => {
  const declared = readdirSync(MODULES, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "events.ts")
    .flatMap((file) => [...readFileSync(path.join(MODULES, file), "utf8").matchAll(/eventFamily\("(\w+)"/g)])
    .map(([, id]) => id);
  t.ok(declared.length > 10);
  t.strictSame(EVENT_FAMILIES.map(({ id }) => id).sort(), declared.sort());
  const types = EVENT_FAMILIES.flatMap((family) => Object.keys(family.types));
  t.equal(new Set(types).size, types.length);
  for (const type of types) t.match(type, /^[a-z_]+\.[a-z_]+$/);
});

t.test("what an event says is a sentence", async (t) => {
  for (const { types } of EVENT_FAMILIES) for (const text of Object.values(types)) t.match(text, /^[A-Z].*\.$/);
});
