// Who may import whom. This file is the architecture document: `npm run arch` checks it, and a test asserts that it saw
// every file of src/ and packages/.

// Module -> the modules whose index.ts it may import. Everything else is forbidden.
// What everyone writes is a leaf. What reads everyone is a root. Nothing is both.
const LEAVES = ["audit", "outbox", "idempotency"];
const MAY_IMPORT = {
  // leaves
  audit: [],
  installation: [],
  outbox: [],
  idempotency: [],
  ledger: ["audit"],
  unreadable: ["audit", "outbox"],
  lots: ["ledger", ...LEAVES],
  // middle
  access: ["audit"],
  customers: ["audit"],
  catalog: ["ledger", ...LEAVES],
  wallets: ["customers", "lots", "ledger", ...LEAVES],
  payments: ["catalog", "customers", "wallets", "lots", "ledger", "unreadable", ...LEAVES],
  refunds: ["payments", "wallets", "lots", "ledger", "unreadable", ...LEAVES],
  "payment-methods": ["customers", ...LEAVES],
  subscriptions: [
    "payment-methods",
    "payments",
    "catalog",
    "customers",
    "wallets",
    "lots",
    "ledger",
    "unreadable",
    ...LEAVES,
  ],
  "top-ups": ["payment-methods", "payments", "catalog", "customers", "wallets", "ledger", ...LEAVES],
  treasury: ["ledger", "unreadable", ...LEAVES],
  deposits: ["treasury", "catalog", "customers", "wallets", "lots", "ledger", ...LEAVES],
  payouts: ["access", "deposits", "treasury", "payments", "customers", "wallets", "ledger", ...LEAVES],
  // roots
  reconciliation: ["access", "ledger", "unreadable", ...LEAVES],
  exports: ["wallets", "ledger", ...LEAVES],
  inbox: [
    "subscriptions",
    "top-ups",
    "payment-methods",
    "refunds",
    "deposits",
    "payouts",
    "treasury",
    "payments",
    ...LEAVES,
  ],
};

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
// A role is a file of a module, or a folder of files when one file would be too long.
const role = (names) => `^src/modules/[^/]+/[^/]+/(${names})([.]ts$|/)`;
const names = Object.keys(MAY_IMPORT);

module.exports = {
  forbidden: [
    rule("no-cycles", "Two files in a cycle are one file, or one arrow points the wrong way.", {}, { circular: true }),
    rule(
      "runs-without-dev-dependencies",
      "The container image has none of them: what the service imports is a dependency, and what a package imports is its own.",
      { path: "^(src|packages/[^/]+/src)/", pathNot: "^src/dev/" },
      { dependencyTypes: ["npm-dev", "npm-unknown", "npm-no-pkg"], dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "core-is-a-leaf",
      "core/ is pure: no database, no HTTP, no provider.",
      { path: "^src/core/" },
      { path: "^src/", pathNot: "^src/core/" },
    ),
    rule(
      "db-knows-no-domain",
      "db/ is how we speak to PostgreSQL, whatever about.",
      { path: "^src/db/" },
      { path: "^src/(modules|http|kernel|providers|dev)/" },
    ),
    rule(
      "kernel-knows-no-module",
      "kernel/ is what every money object does alike; it names jobs and nothing else of the modules.",
      { path: "^src/kernel/" },
      { path: "^src/(modules|http|providers|dev)/" },
    ),
    rule(
      "http-knows-no-domain",
      "Plugins are cross-cutting; a plugin that needs a module belongs in the module.",
      { path: "^src/http/" },
      { path: "^src/(modules|providers|dev)/" },
    ),
    rule(
      "providers-know-no-domain",
      "An adapter translates a provider to ports/; it never sees our tables.",
      { path: "^src/providers/" },
      { path: "^src/(modules|kernel|db|http|dev)/" },
    ),
    rule(
      "modules-speak-to-the-port",
      "A module sees providers/ports/index.ts, never a Stripe type.",
      { path: "^src/modules/" },
      { path: ["^src/providers/", "^node_modules/stripe/"], pathNot: "^src/providers/ports/index[.]ts$" },
    ),
    rule(
      "no-undeclared-module",
      "A new module is declared in MAY_IMPORT first.",
      { path: "^src/" },
      { path: "^src/modules/", pathNot: `^src/modules/[^/]+/(${names.join("|")})/` },
    ),
    ...names.map((name) =>
      rule(
        `${name}-imports`,
        `${name} may import: ${MAY_IMPORT[name].join(", ") || "no module"}.`,
        { path: `^src/modules/[^/]+/${name}/` },
        { path: "^src/modules/", pathNot: `^src/modules/[^/]+/(${[name, ...MAY_IMPORT[name]].join("|")})/` },
      ),
    ),
    rule(
      "through-the-front-door",
      "Another module is its index.ts.",
      { path: "^src/modules/([^/]+/[^/]+)/" },
      { path: "^src/modules/[^/]+/.+", pathNot: ["^src/modules/$1/", "^src/modules/[^/]+/[^/]+/index[.]ts$"] },
    ),
    rule(
      "only-queries-touch-tables",
      "All SQL lives in queries.ts; types.ts derives row types; rules and schemas may use types of tables.ts.",
      { path: "^src/modules/", pathNot: role("queries|tables|types") },
      { path: role("tables"), dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "routes-have-no-sql",
      "A route validates, calls one service function, and renders.",
      { path: role("routes") },
      {
        path: ["^src/db/", role("queries|tables"), "^node_modules/(drizzle-orm|pg)/"],
        dependencyTypesNot: ["type-only"],
      },
    ),
    rule(
      "rules-are-pure",
      "rules.ts decides; it never fetches. Types and core/ only.",
      { path: role("rules") },
      {
        path: [
          "^src/(db|http)/",
          "^src/providers/(?!ports/index[.]ts$)",
          role("queries|service|tables|routes|jobs"),
          "^node_modules/",
          "^(fs|http|https|net|crypto)$",
        ],
      },
    ),
    rule(
      "nobody-imports-dev",
      "npm start and the demo are entry points, never a dependency, and so are the packages that they start.",
      { path: "^src/", pathNot: "^src/dev/" },
      { path: "^(src/dev|packages)/" },
    ),
    rule(
      "packages-know-no-service",
      "A sandbox is beyond the wire: it shares no code with what calls it. The launcher starts any PostgreSQL.",
      { path: "^packages/" },
      { path: "^(src|test|bench)/" },
    ),
    rule(
      "packages-stand-alone",
      "A package that needs another lists it in its package.json, and is let through here.",
      { path: "^packages/([^/]+)/" },
      { path: "^packages/", pathNot: "^packages/$1/" },
    ),
    rule(
      "packages-by-their-names",
      "A package is what its package.json exports; no path leads into it.",
      { path: "^src/" },
      { path: "^packages/", dependencyTypesNot: ["aliased-workspace"] },
    ),
    rule(
      "packages-run-without-tests",
      "Tests stay in the package's test/.",
      { path: "^packages/[^/]+/src/" },
      { path: "^packages/[^/]+/test/" },
    ),
    rule("src-never-imports-test", "Test helpers stay in test/.", { path: "^src/" }, { path: "^(test|bench)/" }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    // As Node does: what a package does not export is not found, and ours are found by the files behind their exports.
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
