// Writes openapi/refusals.json: the codes that each operation may answer beyond those that every request may meet, read off the
// source. From each route's handler it follows every function of ours that is named on the way, and notes the codes that are
// named there. With --check it fails when the file is not what it would write.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import ts from "typescript";

const root = path.resolve(import.meta.dirname, "..");
const file = path.join(root, "openapi", "refusals.json");
const inModules = (name) => name.startsWith(path.join(root, "src", "modules") + path.sep);
const ours = (name) => name.startsWith(path.join(root, "src") + path.sep) && !name.endsWith(".d.ts");

const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(fileNames.filter(ours), options);
const checker = program.getTypeChecker();

const { outputFiles } = buildSync({
  entryPoints: [path.join(root, "src", "core", "refusals.ts")],
  bundle: true,
  write: false,
  format: "esm",
});
const { REFUSALS } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);
// What any request may meet is said once for all.
const codes = new Set(
  Object.entries(REFUSALS)
    .filter(([code, [status]]) => !code.startsWith("request.") && status !== 500)
    .map(([code]) => code),
);

/** What a name stands for, where that has a body of ours to look into. */
function bodiesOf(name) {
  let symbol = checker.getSymbolAtLocation(name);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return (symbol?.declarations ?? []).filter(
    (each) =>
      ours(each.getSourceFile().fileName) &&
      (((ts.isFunctionDeclaration(each) || ts.isMethodDeclaration(each)) && each.body) ||
        (ts.isVariableDeclaration(each) && each.initializer) ||
        ts.isPropertyAssignment(each)),
  );
}

// Settling what a provider said refuses nothing to who asked: what goes wrong there is a defect, or is tried again.
const isSettling = (body) => /^settle([A-Z]|$)/.test(body.name?.getText() ?? "");

const COMPARES = new Set([ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken]);
const isCompared = ({ parent }) =>
  ts.isCaseClause(parent) || (ts.isBinaryExpression(parent) && COMPARES.has(parent.operatorToken.kind));

/** The codes that are named in a node, or in what it names, for a refusal to be made with. */
function reach(node, found, visited) {
  if (ts.isTypeNode(node)) return;
  if (ts.isStringLiteral(node) && codes.has(node.text) && !isCompared(node)) found.add(node.text);
  if (ts.isIdentifier(node)) {
    for (const body of bodiesOf(node)) {
      if (visited.has(body) || isSettling(body)) continue;
      visited.add(body);
      reach(body, found, visited);
    }
  }
  ts.forEachChild(node, (child) => reach(child, found, visited));
}

const property = (object, name) =>
  ts.isObjectLiteralExpression(object)
    ? object.properties.find((each) => each.name?.getText() === name)?.initializer
    : undefined;

const seen = new Map();

function note(operationId, nodes) {
  const found = new Set();
  const visited = new Set();
  for (const node of nodes) reach(node, found, visited);
  seen.set(operationId, [...found].sort());
}

const isRoute = (node) =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  ["get", "post", "put", "patch", "delete"].includes(node.expression.name.text) &&
  node.arguments.length === 3;

/** The rows of a table in a file that name a value: `{ deed: "retry", act: retryPayout }`. */
function rowsNaming(node, value) {
  const rows = [];
  const names = (object) =>
    object.properties.some((each) => ts.isPropertyAssignment(each) && each.initializer.text === value);
  const walk = (each) => {
    if (ts.isObjectLiteralExpression(each) && names(each)) rows.push(each);
    ts.forEachChild(each, walk);
  };
  walk(node.getSourceFile());
  return rows;
}

function routesIn(node) {
  if (isRoute(node)) {
    const [, settings, handler] = node.arguments;
    const operationId = property(property(settings, "schema") ?? settings, "operationId");
    if (operationId && ts.isStringLiteral(operationId)) note(operationId.text, [handler]);
    // Routes that differ by a word: `${deed}Payout`.
    if (operationId && ts.isTemplateExpression(operationId) && operationId.head.text === "") {
      const [span] = operationId.templateSpans;
      const type = checker.getTypeAtLocation(span.expression);
      for (const { value } of (type.isUnion() ? type.types : [type]).filter((each) => each.isStringLiteral())) {
        note(`${value}${span.literal.text}`, [handler, ...rowsNaming(node, value)]);
      }
    }
  } else if (ts.isCallExpression(node)) {
    // A function that registers a route is given its words.
    for (const words of node.arguments) {
      const operationId = property(words, "operationId");
      if (operationId && ts.isStringLiteral(operationId)) note(operationId.text, [words, node.expression]);
    }
  }
  ts.forEachChild(node, routesIn);
}

for (const source of program.getSourceFiles()) if (inModules(source.fileName)) routesIn(source);
const text = `${JSON.stringify(Object.fromEntries([...seen].sort(([a], [b]) => (a < b ? -1 : 1))), null, 2)}\n`;
if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("openapi/refusals.json is stale: run `npm run openapi` and commit it.");
  process.exit(1);
}
