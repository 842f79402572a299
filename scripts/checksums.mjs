// Adds the checksums of new migrations, and of living files that changed, to migrations/checksums.json. What is there stays: a
// merged migration is never edited, and a database that was migrated with another content is refused at start. A living file
// never returns to a content that it had: a database that had it would not be given it again.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "..", "migrations");
const file = path.join(folder, "checksums.json");
const checksums = JSON.parse(readFileSync(file, "utf8"));
for (const name of readdirSync(folder, { recursive: true }).sort()) {
  if (!name.endsWith(".sql")) continue;
  const hash = createHash("sha256")
    .update(readFileSync(path.join(folder, name)))
    .digest("hex");
  const tag = name.slice(0, -".sql".length);
  const noted = checksums[tag] ?? [];
  if (noted.length === 0) checksums[tag] = [hash];
  else if (tag.startsWith("living/") && noted.at(-1) !== hash) {
    if (noted.includes(hash))
      throw new Error(`${name} has a content that it had before: say in its comment what came of it`);
    checksums[tag] = [...noted, hash];
  }
}
const sorted = Object.fromEntries(Object.entries(checksums).sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = Object.entries(sorted).map(([tag, hashes]) => {
  const inline = `  "${tag}": ${JSON.stringify(hashes).replaceAll(",", ", ")}`;
  // As the formatter writes it: one line where it fits.
  if (inline.length < 120) return inline;
  return `  "${tag}": [\n${hashes.map((hash) => `    "${hash}"`).join(",\n")}\n  ]`;
});
writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
