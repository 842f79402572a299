import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { type FormObject, parseForm } from "../../src/dev/sandboxes/form.js";
import type { Recorded } from "../../src/dev/sandboxes/recorder.js";
import { API_VERSION } from "../../src/dev/sandboxes/stripe/world.js";
import { type Fault, ValueCheck } from "./check-value.js";

/** From `build/test/judges` or `test/judges`, wherever this runs: the package is found from the working folder. */
const STRIPE = path.join(path.dirname(fileURLToPath(import.meta.resolve("stripe"))), "resources");

interface Operation {
  readonly method: string;
  readonly pattern: RegExp;
  /** More of them first: `/v1/invoices/create_preview` is no invoice. */
  readonly literals: number;
  readonly params: ts.Type | undefined;
  readonly reply: ts.Type;
}

/** What the installed `stripe` package says of each operation and each event, and how recordings compare with it. */
export class StripeJudge {
  readonly #checker: ts.TypeChecker;
  readonly #operations: Operation[] = [];
  readonly #events = new Map<string, ts.Type>();
  readonly #requests: ValueCheck;
  readonly #replies: ValueCheck;

  constructor() {
    const files = readdirSync(STRIPE, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".d.ts"))
      .map((file) => path.join(STRIPE, file));
    const program = ts.createProgram(files, {
      strict: true,
      skipLibCheck: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    this.#checker = program.getTypeChecker();
    for (const file of files) this.#readResources(program.getSourceFile(file), file);
    this.#readEvents(program.getSourceFile(path.join(STRIPE, "Events.d.ts")));
    this.#operations.sort((a, b) => b.literals - a.literals);
    this.#requests = new ValueCheck(this.#checker, { isForm: true });
    this.#replies = new ValueCheck(this.#checker, { isForm: false });
  }

  /** How many operations and events the package knows: none, and nothing would be judged. */
  get known(): { readonly operations: number; readonly events: number } {
    return { operations: this.#operations.length, events: this.#events.size };
  }

  /** What is wrong about one recording; undefined when there is nothing to compare it with. */
  judge(recorded: Recorded): Fault[] | undefined {
    if (recorded.kind === "webhook") return this.#judgeEvent(recorded.body);
    // A refusal says what Stripe says of a request that it does not accept, and other versions have other shapes.
    if (recorded.status !== 200 || (recorded.version ?? API_VERSION) !== API_VERSION) return undefined;
    if (!recorded.path.startsWith("/v1/")) return undefined;
    const { method } = recorded;
    const found = this.#operations.find((each) => each.method === method && each.pattern.test(recorded.path));
    const name = `${method} ${recorded.path.replaceAll(/\/[a-z]{2,4}_[A-Za-z0-9_]+/g, "/{id}")}`;
    if (!found) return [`${name}: no such operation`];
    const params = method === "POST" ? (recorded.body as FormObject) : parseForm(recorded.query);
    const asked = found.params
      ? this.#requests.check(params, found.params, `${name} asks`)
      : Object.keys(params).map((key) => `${name} asks.${key}: unknown`);
    return [...asked, ...this.#replies.check(recorded.reply, found.reply, `${name} answers`)];
  }

  #judgeEvent(body: unknown): Fault[] | undefined {
    const event = body as { object?: unknown; type?: unknown };
    // A thin event has no object; what it names is judged when it is fetched.
    if (event.object !== "event") return undefined;
    const type = this.#events.get(String(event.type));
    if (!type) return [`event ${String(event.type)}: no such event`];
    return this.#replies.check(body, type, `event ${String(event.type)}`);
  }

  /** An operation's path is in the code, its types in the declarations beside it, under the same names. */
  #readResources(source: ts.SourceFile | undefined, file: string): void {
    if (!source) return;
    const code = readFileSync(file.replace(/\.d\.ts$/, ".js"), "utf8");
    for (const [, className = "", body = ""] of code.matchAll(/^export class (\w+) extends \w+ \{\n(.*?)^\}/gms)) {
      const declaration = source.statements.find(
        (each): each is ts.ClassDeclaration => ts.isClassDeclaration(each) && each.name?.text === className,
      );
      if (!declaration) continue;
      const calls = body.matchAll(/^ {4}(\w+)\([^)]*\) \{(?:(?!^ {4}\}).)*?_makeRequest\('(\w+)', (['`])(.*?)\3/gms);
      for (const [, name = "", method = "", , where = ""] of calls)
        this.#addOperation(declaration, name, method, where);
    }
  }

  #addOperation(declaration: ts.ClassDeclaration, name: string, method: string, where: string): void {
    const signatures = declaration.members
      .filter((each): each is ts.MethodDeclaration => ts.isMethodDeclaration(each) && each.name.getText() === name)
      .flatMap((each) => this.#checker.getSignatureFromDeclaration(each) ?? []);
    const withParams = signatures.find((each) => each.parameters.some((one) => one.name === "params"));
    const signature = withParams ?? signatures[0];
    if (!signature) return;
    const params = signature.parameters.find((one) => one.name === "params");
    const reply = this.#replyOf(signature);
    if (!reply) return;
    const parts = where.split(/\$\{[^}]*\}/);
    const escaped = parts.map((part) => part.replaceAll(/[.*+?^$()[\]\\|]/g, "\\$&"));
    this.#operations.push({
      method,
      pattern: new RegExp(`^${escaped.join("[^/]+")}$`),
      literals: parts.join("").length,
      params: params && this.#checker.getNonNullableType(this.#checker.getTypeOfSymbol(params)),
      reply,
    });
  }

  /** `Promise<Response<T>>`, or the promise of a list, as what it is a promise of. */
  #replyOf(signature: ts.Signature): ts.Type | undefined {
    return this.#checker.getAwaitedType(signature.getReturnType());
  }

  #readEvents(source: ts.SourceFile | undefined): void {
    for (const each of source?.statements ?? []) {
      if (!ts.isInterfaceDeclaration(each) || !each.name.text.endsWith("Event")) continue;
      const type = this.#checker.getTypeAtLocation(each.name);
      const symbol = this.#checker.getPropertyOfType(type, "type");
      const name = symbol && this.#checker.getTypeOfSymbol(symbol);
      if (name?.isStringLiteral()) this.#events.set(name.value, type);
    }
  }
}

/** What a folder of recordings comes to: how many were judged, and every kind of fault with how often it was met. */
export function judgeFolder(folder: string, judge = new StripeJudge()): { judged: number; faults: Map<Fault, number> } {
  const faults = new Map<Fault, number>();
  let judged = 0;
  for (const file of readdirSync(folder).filter((each) => each.startsWith("stripe-"))) {
    for (const line of readFileSync(path.join(folder, file), "utf8").split("\n")) {
      if (line === "") continue;
      const found = judge.judge(JSON.parse(line) as Recorded);
      if (!found) continue;
      judged += 1;
      for (const fault of found) {
        const kind = fault.replaceAll(/\[\d+\]/g, "[]");
        faults.set(kind, (faults.get(kind) ?? 0) + 1);
      }
    }
  }
  return { judged, faults };
}
