// Turns src/, test/ and bench/ into build/ (JavaScript with source maps, no type check): what tests and benchmarks run.
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const folders = ["src", "test", "bench"].filter((folder) => existsSync(path.join(root, folder)));
const entryPoints = folders.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.join(entry.parentPath, entry.name)),
);
rmSync(path.join(root, "build"), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints,
  outdir: "build",
  outbase: ".",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
  logLevel: "warning",
});
