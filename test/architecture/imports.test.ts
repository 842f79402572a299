import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

// dependency-cruiser reports success when it understands no file at all, so what it saw is counted too.
t.test("the import map holds, over every file of src/ and packages/", async (t) => {
  const cruiser = path.join(ROOT, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
  const args = [cruiser, "--config", ".dependency-cruiser.cjs", "--output-type", "json", "src", "packages"];
  const { summary, modules } = JSON.parse(
    execFileSync(process.execPath, args, {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 100_000_000,
      env: { PATH: process.env.PATH },
    }),
  ) as { summary: { error: number; violations: unknown[] }; modules: { source: string }[] };
  for (const folder of ["src", "packages"]) {
    const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    t.equal(modules.filter((module) => module.source.startsWith(`${folder}/`)).length, files.length, folder);
  }
  t.equal(summary.error, 0);
  t.strictSame(summary.violations, []);
});
