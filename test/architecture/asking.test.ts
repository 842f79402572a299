import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import ts from "typescript";

const MODULES = fileURLToPath(new URL("../../../src/modules", import.meta.url));
const PORTS = fileURLToPath(new URL("../../../src/providers/ports", import.meta.url));

/** What of a port only looks, and can be asked at any time. Everything else makes, changes or ends something at the provider. */
const LOOKS =
  /^(get|list|find|check|preview|fetch|estimate|screen|verify|interpret|refuse|supports|chargedIn|refundDecimals|references)/;

/** Acts that promise nothing, and why they need not. */
const UNPROMISED: Readonly<Record<string, string>> = {
  createCustomer: "moves no money; a second one under the same key is the same, and without a link nobody uses it",
  updateCustomer: "tells names; the job that tells them is tried again",
  ensureProduct:
    "moves no money; a sync asks for several things, keeps what became of each, and is repeated until it is done",
  ensurePrice: "as `ensureProduct`",
  archivePrice: "as `ensureProduct`",
  createPortalSession: "makes a link that runs out",
  rescan: "has the provider look again, and changes nothing there",
};

const sourceOf = (file: string) => ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));

/** The methods of the ports, with the ones that may be absent. */
function methodsOfPorts(): string[] {
  const names: string[] = [];
  for (const file of filesOf(PORTS)) {
    const visit = (node: ts.Node): void => {
      if (ts.isMethodSignature(node)) names.push(node.name.getText());
      ts.forEachChild(node, visit);
    };
    visit(sourceOf(file));
  }
  return names;
}

/** A function at the top of a file: `file#name`. */
type Place = string;

interface Module {
  /** Where each function of these files is called: from which function, and whether inside an `ask:`. */
  readonly calls: readonly { readonly callee: Place; readonly from: Place; readonly isAsked: boolean }[];
  /** Where an act of a port is called likewise. */
  readonly acts: readonly { readonly act: string; readonly from: Place; readonly isAsked: boolean }[];
}

/** Whether a node is inside the `ask` of something: the helper calls it with no transaction open, after the promise. */
function isAsked(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if ((ts.isPropertyAssignment(at) || ts.isMethodDeclaration(at)) && at.name.getText() === "ask") return true;
  }
  return false;
}

function nameOfTop(node: ts.Node): string {
  let [name, at]: [string, ts.Node] = ["(the file)", node];
  for (; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionDeclaration(at) && ts.isSourceFile(at.parent)) name = at.name?.text ?? name;
    if (ts.isVariableDeclaration(at) && ts.isSourceFile(at.parent.parent.parent)) name = at.name.getText();
  }
  return name;
}

/** What the names of a file mean: its own functions, and those that it imports from files beside it. */
function meaningOf(source: ts.SourceFile): ReadonlyMap<string, Place> {
  const names = new Map<string, Place>();
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name)
      names.set(statement.name.text, `${source.fileName}#${statement.name.text}`);
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations)
        names.set(name.getText(), `${source.fileName}#${name.getText()}`);
    }
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const from = statement.moduleSpecifier.text;
    const bindings = statement.importClause?.namedBindings;
    if (!from.startsWith(".") || !bindings || !ts.isNamedImports(bindings)) continue;
    const file = path.join(path.dirname(source.fileName), from.replace(/js$/, "ts"));
    for (const { name, propertyName } of bindings.elements)
      names.set(name.text, `${file}#${(propertyName ?? name).text}`);
  }
  return names;
}

function read(files: readonly string[], acts: ReadonlySet<string>): Module {
  const found: { calls: Module["calls"][number][]; acts: Module["acts"][number][] } = { calls: [], acts: [] };
  for (const file of files) {
    const source = sourceOf(file);
    const names = meaningOf(source);
    const visit = (node: ts.Node): void => {
      const from = `${file}#${nameOfTop(node)}`;
      const called = ts.isCallExpression(node) ? node.expression : undefined;
      if (called && ts.isPropertyAccessExpression(called) && acts.has(called.name.text))
        found.acts.push({ act: called.name.text, from, isAsked: isAsked(node) });
      const callee = ts.isIdentifier(node) ? names.get(node.text) : undefined;
      const isUse = !ts.isImportSpecifier(node.parent ?? node) && callee !== from;
      if (callee !== undefined && isUse) found.calls.push({ callee, from, isAsked: isAsked(node) });
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

/** What asks a provider for an act without being inside an `ask`, and all who call that likewise, up to who nobody calls. */
function unpromised({ calls, acts }: Module): string[] {
  const asking = new Map<Place, string>();
  const queue = acts.filter((each) => !each.isAsked).map(({ act, from }) => ({ act, at: from }));
  for (const { act, at } of queue) {
    if (asking.has(at)) continue;
    asking.set(at, act);
    for (const { from, isAsked: isIn } of calls.filter(({ callee }) => callee === at)) {
      if (!isIn) queue.push({ act, at: from });
    }
  }
  const isCalled = (at: Place) => calls.some(({ callee }) => callee === at);
  return [...asking].filter(([at]) => !isCalled(at)).map(([at, act]) => `${path.relative(MODULES, at)} ${act}`);
}

const isService = (file: string) => !/\/(queries|tables|types|schemas|events|errors)(\.ts|\/)/.test(file);

t.test("whatever makes, changes or ends something at a provider is asked by the helper", async (t) => {
  const methods = methodsOfPorts();
  const acts = methods.filter((name) => !LOOKS.test(name) && !(name in UNPROMISED));
  for (const name of ["createPayment", "createRefund", "withdraw", "changeSubscription", "payInvoice"])
    t.ok(acts.includes(name), `${name} is an act`);
  t.strictSame(
    Object.keys(UNPROMISED).filter((name) => !methods.includes(name)),
    [],
    "no reason is left over",
  );
  const module = read(filesOf(MODULES).filter(isService), new Set(acts));
  t.ok(module.acts.filter((each) => each.isAsked).length > 10, "the test sees them");
  t.strictSame(unpromised(module), []);
});

t.test("the test sees who asks past the helper, through functions", async (t) => {
  const at = (name: string) => `${MODULES}/x.ts#${name}`;
  const acts = [{ act: "withdraw", from: at("send"), isAsked: false }];
  const calls = (isIn: boolean) => [{ callee: at("send"), from: at("submit"), isAsked: isIn }];
  t.strictSame(unpromised({ acts, calls: calls(true) }), []);
  t.strictSame(unpromised({ acts, calls: calls(false) }), ["x.ts#submit withdraw"]);
  t.strictSame(unpromised({ acts, calls: [] }), ["x.ts#send withdraw"]);
});
