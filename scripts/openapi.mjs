// Writes openapi/openapi.json from the routes' schemas and openapi/types.d.ts from that; with --check fails when a file is not what
// it would write.
// Needs build/ (scripts/transpile.mjs). No database: the document is made from the routes alone.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import openapiTypes, { astToString } from "openapi-typescript";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "openapi");
const load = (name) => import(path.join(root, "build", "src", name));

const [{ buildApp }, { loadConfig }, { buildDeps }, { createLogger }, { openApiDocument }] = await Promise.all(
  ["app.js", "config.js", "deps.js", "http/logging.js", "http/openapi.js"].map(load),
);
const config = loadConfig({ DATABASE_URL: "postgres://nowhere.invalid/none", LOG_LEVEL: "silent" });
const deps = buildDeps(config, createLogger({ level: "silent" }));
const { app, routes } = await buildApp(deps);
const document = await openApiDocument(routes);
await app.close();
await deps.close();

// Types show no examples, which are most of the document.
const bare = JSON.stringify(document, (name, value) => (/^examples?$/.test(name) ? undefined : value));
const types = astToString(await openapiTypes(bare, { alphabetize: true }));
const files = {
  "openapi.json": `${JSON.stringify(document, null, 2)}\n`,
  "types.d.ts": `// Generated from openapi.json; never edited.\n${types}`,
};
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const file = path.join(folder, name);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error(`openapi/${name} is stale: run \`npm run openapi\` and commit it.`);
    process.exitCode = 1;
  }
}
