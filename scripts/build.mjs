// Builds dist/: the entries and the parts they share, each in one file with a source map. Our own packages are packed in, and
// what comes from npm is left where it is.
// One file instead of some three hundred is a fifth of a start's time. Types are checked by `npm run typecheck`.
//   --if-possible  does nothing where the development dependencies are not installed (production installs)
//   --server       only server.ts, for the container image
//   --watch        builds again whenever a source changes
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { packages } from "./packages.mjs";

const root = path.resolve(import.meta.dirname, "..");
const has = (flag) => process.argv.includes(flag);

if (
  has("--if-possible") &&
  !["node_modules/esbuild", "src/server.ts"].every((file) => existsSync(path.join(root, file)))
) {
  process.exit(0);
}
const { context } = await import("esbuild");
const development = {
  "dev/main": "src/dev/main.ts",
  "dev/demo": "src/dev/demo.ts",
  sandboxes: "packages/sandboxes/src/main.ts",
};
const manifests = ["", ...packages].map((folder) =>
  JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8")),
);
// Whoever watches runs what is there.
if (!has("--watch")) rmSync(path.join(root, "dist"), { recursive: true, force: true });
const builder = await context({
  absWorkingDir: root,
  entryPoints: { server: "src/server.ts", ...(has("--server") ? {} : development) },
  outdir: "dist",
  bundle: true,
  splitting: true,
  external: manifests.flatMap(({ dependencies }) => Object.keys(dependencies ?? {})),
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
