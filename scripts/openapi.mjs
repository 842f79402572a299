// Writes openapi/openapi.json from the routes' schemas; with --check fails when the file is not what it would write.
// Needs build/ (scripts/transpile.mjs). No database: the document is made from the routes alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const file = path.join(root, "openapi", "openapi.json");
const load = (name) => import(path.join(root, "build", "src", name));

const [{ buildApp }, { loadConfig }, { buildDeps }, { createLogger }, { openApiDocument }] = await Promise.all(
  ["app.js", "config.js", "deps.js", "http/logging.js", "http/openapi.js"].map(load),
);
const config = loadConfig({ DATABASE_URL: "postgres://nowhere.invalid/none", LOG_LEVEL: "silent" });
const deps = buildDeps(config, createLogger({ level: "silent" }));
const { app, routes } = await buildApp(deps);
const text = `${JSON.stringify(await openApiDocument(routes), null, 2)}\n`;
await app.close();
await deps.close();

if (!process.argv.includes("--check")) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
} else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("openapi/openapi.json is stale: run `npm run openapi` and commit it.");
  process.exit(1);
}
