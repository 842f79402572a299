// Adds the checksums of new migrations to migrations/checksums.json. What is there stays: a merged migration is never
// edited, and a database that was migrated with another content is refused at start.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "..", "migrations");
const file = path.join(folder, "checksums.json");
const checksums = JSON.parse(readFileSync(file, "utf8"));
for (const name of readdirSync(folder).sort()) {
  if (!name.endsWith(".sql")) continue;
  const hash = createHash("sha256")
    .update(readFileSync(path.join(folder, name)))
    .digest("hex");
  checksums[name.slice(0, -".sql".length)] ??= [hash];
}
const sorted = Object.fromEntries(Object.entries(checksums).sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = Object.entries(sorted).map(([tag, hashes]) => {
  const inline = `  "${tag}": ${JSON.stringify(hashes).replaceAll(",", ", ")}`;
  // As the formatter writes it: one line where it fits.
  if (inline.length < 120) return inline;
  return `  "${tag}": [\n${hashes.map((hash) => `    "${hash}"`).join(",\n")}\n  ]`;
});
writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
