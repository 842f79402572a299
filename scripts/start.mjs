// What `npm start`, `npm run dev`, `npm run demo` and `npm run sandboxes` run: builds dist/ when it is missing or older
// than src/, then starts.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const entry = (name) => path.join(dist, "dev", `${name}.js`);

function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs),
  );
}

if (!existsSync(entry("main")) || newest(path.join(root, "src")) > statSync(entry("main")).mtimeMs) {
  console.error("Building ...");
  execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], { stdio: "inherit" });
}
if (existsSync(path.join(root, ".env"))) process.loadEnvFile(path.join(root, ".env"));

if (process.argv.includes("--watch")) watch();
else await import(entry({ demo: "demo", sandboxes: "sandboxes/main" }[process.argv[2]] ?? "main"));

// The builder writes what changed, and node starts again whenever a loaded file did.
function watch() {
  const children = [
    spawn(process.execPath, [path.join(root, "scripts", "build.mjs"), "--watch"], { stdio: "inherit" }),
    spawn(process.execPath, ["--watch", "--watch-preserve-output", entry("main")], { stdio: "inherit" }),
  ];
  const stopAll = () => {
    for (const child of children) child.kill("SIGTERM");
  };
  for (const child of children) child.once("exit", stopAll);
}
