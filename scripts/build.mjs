// Builds dist/: the entries and the parts they share, each in one file with a source map, and packages left where they are.
// One file instead of some three hundred is a fifth of a start's time. Types are checked by `npm run typecheck`.
//   --if-possible  does nothing where the development dependencies are not installed (production installs)
//   --server       only server.ts, for the container image
//   --watch        builds again whenever a source changes
import { existsSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const has = (flag) => process.argv.includes(flag);

if (
  has("--if-possible") &&
  !["node_modules/esbuild", "src/server.ts"].every((file) => existsSync(path.join(root, file)))
) {
  process.exit(0);
}
const { context } = await import("esbuild");
const development = ["src/dev/main.ts", "src/dev/demo.ts", "src/dev/sandboxes/main.ts"];
// Whoever watches runs what is there.
if (!has("--watch")) rmSync(path.join(root, "dist"), { recursive: true, force: true });
const builder = await context({
  absWorkingDir: root,
  entryPoints: ["src/server.ts", ...(has("--server") ? [] : development)],
  outdir: "dist",
  outbase: "src",
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: true,
  logLevel: "warning",
});
if (has("--watch")) {
  await builder.watch();
} else {
  await builder.rebuild();
  await builder.dispose();
}
