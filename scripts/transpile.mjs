// Turns src/, test/, bench/ and packages/ into build/ (JavaScript with source maps, no type check): what tests and benchmarks run.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { packages } from "./packages.mjs";

const root = path.resolve(import.meta.dirname, "..");
const out = path.join(root, "build");
const folders = [
  ...["src", "test", "bench"],
  ...packages.flatMap((folder) => [path.join(folder, "src"), path.join(folder, "test")]),
].filter((folder) => existsSync(path.join(root, folder)));
const entryPoints = folders.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.join(entry.parentPath, entry.name)),
);
rmSync(out, { recursive: true, force: true });
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
// Whoever imports a package of ours in build/ finds it here, before the sources to which node_modules/@coffer leads; its
// exports are transpiled like the rest.
for (const folder of packages) {
  const manifest = readFileSync(path.join(root, folder, "package.json"), "utf8");
  writeFileSync(path.join(out, folder, "package.json"), manifest.replaceAll('.ts"', '.js"'));
}
mkdirSync(path.join(out, "node_modules"));
symlinkSync(path.join(out, "packages"), path.join(out, "node_modules", "@coffer"), "junction");
