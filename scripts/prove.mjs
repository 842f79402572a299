// Runs a test with as many cases as a figure needs: `npm run prove -- NAME`. `npm test` runs the same test with fewer.
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");

const PROOFS = {
  // A million generated ids, of which none may look like a card number.
  ids: { files: "test/core/card-numbers.test.js", env: { COFFER_PROVE_IDS: "100000" } },
  // Generated months of a provider's statement, with eleven kinds of faults.
  months: { files: "test/modules/finance/reconciliation/months.test.js", env: { COFFER_PROVE_MONTHS: "100" } },
  // A thousand random histories of credits, each settled at once, step by step and in between.
  lots: { files: "test/modules/books/lots/rules.test.js", env: { COFFER_PROVE_LOTS: "1000" } },
  // hledger, beancount, xmllint, OFX's tools and DuckDB read every export of 200 random books.
  books: { files: "test/modules/finance/exports/judges", env: { COFFER_PROVE_BOOKS: "200" } },
  // Exports of 400,000 transfers, in the memory of a small one.
  exports: { files: "test/modules/finance/exports/memory", env: { COFFER_PROVE_TRANSFERS: "400000" } },
  // The service is killed at every place where something durable may be different.
  crashes: { files: "test/crash/", env: { COFFER_CRASH_POINTS: "all" } },
};

const proof = PROOFS[process.argv[2] ?? ""];
if (!proof) {
  console.error(`npm run prove -- NAME, where NAME is one of: ${Object.keys(PROOFS).join(", ")}`);
  process.exit(1);
}
const { status } = spawnSync(process.execPath, ["scripts/test.mjs", proof.files], {
  cwd: root,
  stdio: "inherit",
  env: { TAP_TIMEOUT: "3600", ...process.env, ...proof.env },
});
process.exitCode = status ?? 1;
