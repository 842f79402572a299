import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type FormObject, parseForm, type Recorded, STRIPE_API_VERSION } from "@coffer/sandboxes/testing";
import ts from "typescript";
import { type Fault, ValueCheck } from "./check-value.js";

/** From `build/test/judges` or `test/judges`, wherever this runs: the package is found from the working folder. */
const STRIPE = path.join(path.dirname(fileURLToPath(import.meta.resolve("stripe"))), "resources");

// An upcoming invoice is a preview and has no id (docs.stripe.com/api/events/types); the types know one kind of invoice.
const UPCOMING =
  /^event invoice\.upcoming\.data\.object\.id: missing$|^GET \/v1\/events\S* answers\S*\.data\.object\.id: missing$/;
// Where nothing can be read again, the types leave out the member that is sent as null then.
const NOT_RELATED = /^event v1\.\S+\.related_object: unknown$/;
const isWrong = (fault: Fault): boolean => !UPCOMING.test(fault) && !NOT_RELATED.test(fault);

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
  readonly #thinEvents = new Map<string, ts.Type>();
  readonly #error: ts.Type;
  readonly #requests: ValueCheck;
  readonly #replies: ValueCheck;

  constructor() {
    const files = readdirSync(STRIPE, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".d.ts"))
      .map((file) => path.join(STRIPE, file));
    const types = path.join(STRIPE, "..", "Types.d.ts");
    const program = ts.createProgram([...files, types], {
      strict: true,
      skipLibCheck: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    this.#checker = program.getTypeChecker();
    for (const file of files) this.#readResources(program.getSourceFile(file), file);
    this.#readEvents(program.getSourceFile(path.join(STRIPE, "Events.d.ts")), "Event", this.#events);
    const thin = program.getSourceFile(path.join(STRIPE, "V2", "Core", "Events.d.ts"));
    this.#readEvents(thin, "EventNotification", this.#thinEvents);
    this.#error = this.#typeNamed(program.getSourceFile(types), "StripeRawError");
    this.#operations.sort((a, b) => b.literals - a.literals);
    this.#requests = new ValueCheck(this.#checker, { isForm: true });
    this.#replies = new ValueCheck(this.#checker, { isForm: false });
  }

  /** How many operations and events the package knows: none, and nothing would be judged. */
  get known(): { readonly operations: number; readonly events: number; readonly thinEvents: number } {
    return { operations: this.#operations.length, events: this.#events.size, thinEvents: this.#thinEvents.size };
  }

  /** What is wrong about one recording; undefined when there is nothing to compare it with. */
  judge(recorded: Recorded): Fault[] | undefined {
    if (recorded.kind === "webhook") return this.#judgeEvent(recorded.body);
    // Other versions have other shapes.
    if ((recorded.version ?? STRIPE_API_VERSION) !== STRIPE_API_VERSION || !recorded.path.startsWith("/v1/"))
      return undefined;
    if (recorded.status !== 200) return this.#judgeRefusal(recorded.status, recorded.reply);
    const { method } = recorded;
    const found = this.#operations.find((each) => each.method === method && each.pattern.test(recorded.path));
    const name = `${method} ${recorded.path.replaceAll(/\/[a-z]{2,4}_[A-Za-z0-9_]+/g, "/{id}")}`;
    if (!found) return [`${name}: no such operation`];
    const params = method === "POST" ? (recorded.body as FormObject) : parseForm(recorded.query);
    const asked = found.params
      ? this.#requests.check(params, found.params, `${name} asks`)
      : Object.keys(params).map((key) => `${name} asks.${key}: unknown`);
    return [...asked, ...this.#replies.check(recorded.reply, found.reply, `${name} answers`)].filter(isWrong);
  }

  /** What was asked is not judged: that may be just what it is refused for. */
  #judgeRefusal(status: number, reply: unknown): Fault[] {
    const { error, ...rest } = (typeof reply === "object" && reply !== null ? reply : {}) as { error?: unknown };
    const name = `refusal ${status}`;
    const faults = this.#replies.check(error, this.#error, name);
    // The types call them optional, since the package makes errors of its own; Stripe always says them.
    const said = error as { type?: unknown; message?: unknown } | undefined;
    const lacks = (["type", "message"] as const).filter((member) => typeof said?.[member] !== "string");
    return [
      ...faults,
      ...lacks.map((member) => `${name}.${member}: missing`),
      ...Object.keys(rest).map((member) => `${name} beside error: ${member}: unknown`),
    ];
  }

  #judgeEvent(body: unknown): Fault[] | undefined {
    const event = body as { object?: unknown; type?: unknown; api_version?: unknown };
    const isThin = event.object === "v2.core.event";
    // Other versions have other shapes.
    if (!isThin && (event.object !== "event" || event.api_version !== STRIPE_API_VERSION)) return undefined;
    const type = (isThin ? this.#thinEvents : this.#events).get(String(event.type));
    if (!type) return [`event ${String(event.type)}: no such event`];
    return this.#replies.check(body, type, `event ${String(event.type)}`).filter(isWrong);
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

  #typeNamed(source: ts.SourceFile | undefined, name: string): ts.Type {
    for (const each of source?.statements ?? []) {
      if (ts.isTypeAliasDeclaration(each) && each.name.text === name) return this.#checker.getTypeAtLocation(each.name);
    }
    throw new Error(`the package has no type ${name}`);
  }

  #readEvents(source: ts.SourceFile | undefined, ending: string, events: Map<string, ts.Type>): void {
    for (const each of source?.statements ?? []) {
      if (!ts.isInterfaceDeclaration(each) || !each.name.text.endsWith(ending)) continue;
      const type = this.#checker.getTypeAtLocation(each.name);
      const symbol = this.#checker.getPropertyOfType(type, "type");
      const name = symbol && this.#checker.getTypeOfSymbol(symbol);
      if (name?.isStringLiteral()) events.set(name.value, type);
    }
  }
}
