// Builds dist/ with tsc. With --if-possible it does nothing where TypeScript is not installed (production installs).
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
const sources = path.join(root, "src", "server.ts");

if (process.argv.includes("--if-possible") && (!existsSync(tsc) || !existsSync(sources))) process.exit(0);
rmSync(path.join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-p", path.join(root, "tsconfig.build.json")], { stdio: "inherit", cwd: root });
