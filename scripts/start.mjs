// What `npm start`, `npm run dev`, `npm run demo` and `npm run sandboxes` run: builds dist/ when it is missing or older
// than the sources, then starts.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { packages } from "./packages.mjs";

const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const entry = (name) => path.join(dist, `${name}.js`);
const sources = ["src", ...packages.map((folder) => path.join(folder, "src"))];

function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs),
  );
}

const built = existsSync(entry("dev/main")) ? statSync(entry("dev/main")).mtimeMs : 0;
if (sources.some((folder) => newest(path.join(root, folder)) > built)) {
  console.error("Building ...");
  execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], { stdio: "inherit" });
}
if (existsSync(path.join(root, ".env"))) process.loadEnvFile(path.join(root, ".env"));

if (process.argv.includes("--watch")) watch();
else await import(entry({ demo: "dev/demo", sandboxes: "sandboxes" }[process.argv[2]] ?? "dev/main"));

// The builder writes what changed, and node starts again whenever a loaded file did.
function watch() {
  const children = [
    spawn(process.execPath, [path.join(root, "scripts", "build.mjs"), "--watch"], { stdio: "inherit" }),
    spawn(process.execPath, ["--watch", "--watch-preserve-output", entry("dev/main")], { stdio: "inherit" }),
  ];
  const stopAll = () => {
    for (const child of children) child.kill("SIGTERM");
  };
  for (const child of children) child.once("exit", stopAll);
}
