import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createApp, isBadRequest } from "./app.js";
import { Effects } from "./effects.js";
import { fingerprint, IdempotencyKeys } from "./idempotency.js";
import { loopback } from "./loopback.js";
import { type Fault, Faults } from "./misbehave.js";
import { parsedBody, record } from "./recorder.js";
import { Refusal } from "./refusal.js";
import { RequestLog, type RequestLogEntry } from "./request-log.js";
import { Store } from "./store.js";
import type { Sandbox, SandboxOptions } from "./types.js";
import { type Signer, WebhookSender } from "./webhooks.js";

/** One request, in what handlers need of it. */
export interface Call {
  id: string;
  method: string;
  path: string;
  /** The query string without its question mark. */
  query: string;
  params: Record<string, string>;
  body: Record<string, unknown>;
  headers: Record<string, string | string[] | undefined>;
  idempotencyKey: string | undefined;
}

/** How a provider words what is not about its objects. */
export interface Dialect {
  /** Whose words they are: `stripe`, `coinbase`, `blockradar`. */
  readonly provider: string;
  idempotencyHeader: string;
  /** Throws a Refusal unless the caller is who it should be. */
  authenticate(call: Call): void | Promise<void>;
  /** Throws a Refusal when the key's form is not accepted. */
  checkKey(key: string): void;
  headers(call: Call): Record<string, string>;
  refuse(kind: "unavailable" | "rate_limited" | "key_in_use" | "key_reused" | "not_found" | "bad_request"): Refusal;
}

interface Answer {
  status: number;
  body: string;
  headers: Readonly<Record<string, string>>;
}

/** What a page handler returns: HTML, a file, or where the browser goes next. */
export type Page = { html: string; status?: number } | { file: Buffer; type: string } | { redirect: string };

const PAGE_WAIT_MS = 10_000;
const LISTENING = "listening";

/** The provider-independent half of a sandbox: routes with idempotency, faults, request log, webhooks and control. */
export class SandboxServer {
  readonly store: Store;
  readonly effects: Effects;
  readonly webhooks: WebhookSender;
  readonly faults = new Faults();
  readonly requests = new RequestLog();
  /** Set by listen(); pages and `url` fields start with it. */
  url = "";
  readonly #app = createApp();
  readonly #options: SandboxOptions;
  readonly #dialect: Dialect;
  #keys: IdempotencyKeys;
  readonly #onStop: (() => void)[] = [];
  readonly #onReset: (() => void)[] = [];
  #nextId = 0;

  constructor(options: SandboxOptions, dialect: Dialect, signer: Signer) {
    this.#options = options;
    this.#dialect = dialect;
    this.store = new Store(options.dataDir);
    this.effects = new Effects(this.store);
    this.#keys = new IdempotencyKeys(this.store);
    this.webhooks = new WebhookSender(this.store, signer, { ...options, provider: dialect.provider });
    this.#app.setNotFoundHandler((request, reply) => this.#refuse(request, reply, dialect.refuse("not_found")));
    this.#app.setErrorHandler((error, request, reply) => {
      const badRequest = isBadRequest(error);
      if (!badRequest) options.log?.(`defect in the sandbox: ${error instanceof Error ? error.stack : String(error)}`);
      this.#refuse(request, reply, dialect.refuse(badRequest ? "bad_request" : "unavailable"));
    });
  }

  /** A route of the provider's API. The handler is synchronous, so one call is one journal line. */
  api(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, handle: (call: Call) => unknown): void {
    this.#app.route({ method, url: path, handler: (request, reply) => this.#conduct(request, reply, handle) });
  }

  /** A `/sandbox` route that answers JSON. */
  control(method: "GET" | "POST" | "DELETE", path: string, handle: (call: Call) => unknown | Promise<unknown>): void {
    const changesBusiness = method === "POST" && !/^\/sandbox\/(webhooks|faults|reset)/.test(path);
    this.#app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        try {
          const answer = await this.store.batch(() => handle(this.#call(request)));
          if (changesBusiness) await this.webhooks.deliverBeforeReply();
          return reply.send(answer ?? {});
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return reply.code(error.status).send(error.body);
        }
      },
    });
  }

  /** A page for a browser. Like the real ones, it lets webhooks be acknowledged for a while before it moves on. */
  page(method: "GET" | "POST", path: string, handle: (call: Call) => Page): void {
    this.#app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const page = this.store.batch(() => handle(this.#call(request)));
        if (method === "POST") await this.webhooks.settle(PAGE_WAIT_MS);
        if ("redirect" in page) return reply.redirect(page.redirect, 303);
        if ("file" in page) return reply.type(page.type).send(page.file);
        return reply
          .code(page.status ?? 200)
          .type("text/html; charset=utf-8")
          .send(page.html);
      },
    });
  }

  onStop(work: () => void): void {
    this.#onStop.push(work);
  }

  /** For what is kept in memory only. */
  onReset(work: () => void): void {
    this.#onReset.push(work);
  }

  reset(): void {
    for (const work of this.#onReset) work();
    this.webhooks.reset();
    this.faults.clear();
    this.requests.clear();
    this.store.reset();
    this.#keys = new IdempotencyKeys(this.store);
    this.#rememberPort();
  }

  async listen(): Promise<Sandbox> {
    const host = this.#options.host ?? (await loopback());
    const wanted = this.#options.port || this.store.collection<number>("meta").get(LISTENING) || 0;
    try {
      this.url = await this.#app.listen({ host, port: wanted });
    } catch (error) {
      // Pages that were handed out before a restart stay reachable when the old port is free; that is a wish, not a need.
      if (this.#options.port || wanted === 0) throw error;
      this.url = await this.#app.listen({ host, port: 0 });
    }
    const port = this.#rememberPort();
    return {
      url: this.url,
      port,
      setWebhookUrl: (url) => this.webhooks.setUrl(url),
      stop: () => this.#stop(),
    };
  }

  #rememberPort(): number {
    const port = Number(new URL(this.url).port);
    this.store.collection<number>("meta").put(LISTENING, port);
    return port;
  }

  async #stop(): Promise<void> {
    for (const work of this.#onStop) work();
    await this.webhooks.stop();
    await this.#app.close();
    this.store.close();
  }

  #call(request: FastifyRequest): Call {
    const [path = "", query = ""] = request.url.split("?", 2);
    const key = request.headers[this.#dialect.idempotencyHeader];
    const body = request.body;
    this.#nextId += 1;
    return {
      id: `req_${Date.now().toString(36)}${this.#nextId.toString(36).padStart(6, "0")}`,
      method: request.method,
      path,
      query,
      params: request.params as Record<string, string>,
      body: typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {},
      headers: request.headers,
      idempotencyKey: request.method === "GET" || typeof key !== "string" || key === "" ? undefined : key,
    };
  }

  async #conduct(request: FastifyRequest, reply: FastifyReply, handle: (call: Call) => unknown): Promise<FastifyReply> {
    const call = this.#call(request);
    const entry = this.requests.open(call);
    const key = call.idempotencyKey;
    let claimed = false;
    try {
      await this.#dialect.authenticate(call);
      if (key !== undefined) {
        this.#dialect.checkKey(key);
        claimed = this.#keys.claim(key);
        if (!claimed) throw this.#dialect.refuse("key_in_use");
      }
      const fault = this.faults.take(call.method, call.path);
      if (fault) entry.fault = fault.kind;
      if (await this.#failBefore(fault, reply, entry)) return reply;
      const answer = this.#execute(call, entry, handle);
      this.#record(call, answer.status, answer.body);
      if (call.method !== "GET") await this.webhooks.deliverBeforeReply();
      return await this.#answer(call, entry, reply, answer, fault);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      entry.status = error.status;
      const body = JSON.stringify(error.body);
      this.#record(call, error.status, body);
      return this.#send(reply, {
        status: error.status,
        body,
        headers: { ...this.#dialect.headers(call), ...error.headers },
      });
    } finally {
      if (claimed && key !== undefined) this.#keys.release(key);
    }
  }

  #record(call: Call, status: number, reply: string): void {
    const { method, path, query, body, headers } = call;
    const version = headers["stripe-version"];
    record(() => ({
      kind: "request",
      provider: this.#dialect.provider,
      userAgent: String(headers["user-agent"] ?? ""),
      method,
      path,
      query,
      version: typeof version === "string" ? version : null,
      body,
      status,
      reply: parsedBody(reply),
    }));
  }

  /** Plays the faults that come before any effect. True when that was the answer. */
  async #failBefore(fault: Fault | undefined, reply: FastifyReply, entry: RequestLogEntry): Promise<boolean> {
    if (!fault || fault.kind.endsWith("_after")) return false;
    if (fault.delayMs) await sleep(fault.delayMs);
    if (fault.kind === "rate_limit") throw this.#dialect.refuse("rate_limited");
    if (fault.kind === "status") {
      entry.status = fault.status ?? 500;
      this.#send(reply, this.#trouble(fault, {}));
      return true;
    }
    if (fault.kind !== "cut_before") return false;
    cut(reply);
    return true;
  }

  #execute(call: Call, entry: RequestLogEntry, handle: (call: Call) => unknown): Answer {
    const key = call.idempotencyKey;
    const headers = this.#dialect.headers(call);
    const mark = key === undefined ? "" : fingerprint(call.method, call.path, call.body);
    const stored = key === undefined ? undefined : this.#keys.find(key);
    if (stored) {
      if (stored.fingerprint !== mark) throw this.#dialect.refuse("key_reused");
      entry.replayed = true;
      return { status: stored.status, body: stored.body, headers: { ...headers, "idempotent-replayed": "true" } };
    }
    return this.store.batch(() => {
      const { status, body, extra } = run(call, handle);
      if (key !== undefined) this.#keys.remember(key, { fingerprint: mark, status, body });
      return { status, body, headers: { ...headers, ...extra } };
    });
  }

  async #answer(call: Call, entry: RequestLogEntry, reply: FastifyReply, answer: Answer, fault: Fault | undefined) {
    if (!fault?.kind.endsWith("_after")) {
      entry.status = answer.status;
      return this.#send(reply, answer);
    }
    if (fault.delayMs) await sleep(fault.delayMs);
    if (fault.kind === "cut_after") return cut(reply);
    if (fault.kind === "delay_after" || fault.kind === "wrong_id_after") {
      entry.status = answer.status;
      return this.#send(reply, fault.kind === "delay_after" ? answer : { ...answer, body: withOtherId(answer.body) });
    }
    if (fault.kind === "malformed_after") {
      entry.status = answer.status;
      return this.#send(reply, { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) });
    }
    const own = fault.keepBody ? { body: answer.body } : {};
    const trouble = this.#trouble({ ...fault, ...own }, this.#dialect.headers(call));
    entry.status = trouble.status;
    return this.#send(reply, trouble);
  }

  /** What the provider, or something between it and the caller, says in trouble. */
  #trouble({ status = 500, body, contentType }: Fault, headers: Answer["headers"]): Answer {
    const own = this.#dialect.refuse("unavailable");
    const { body: text } = own;
    // Blockradar repeats the status in its body. A verdict needs words of its own, which nobody has said.
    const repeats = typeof text === "object" && text !== null && "statusCode" in text && ![400, 422].includes(status);
    const words = repeats ? { ...text, statusCode: status } : text;
    const said = body ?? words;
    return {
      status,
      body: typeof said === "string" ? said : JSON.stringify(said),
      headers: { ...headers, ...own.headers, ...(contentType === undefined ? {} : { "content-type": contentType }) },
    };
  }

  #refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
    const headers = { ...this.#dialect.headers(this.#call(request)), ...refusal.headers };
    this.#send(reply, { status: refusal.status, body: JSON.stringify(refusal.body), headers });
  }

  #send(reply: FastifyReply, answer: Answer): FastifyReply {
    return reply.code(answer.status).type("application/json").headers(answer.headers).send(answer.body);
  }
}

/** The same reply about an object that there is not. */
function withOtherId(body: string): string {
  const object = JSON.parse(body) as { id?: string };
  return JSON.stringify({ ...object, id: `${object.id}x` });
}

function run(call: Call, handle: (call: Call) => unknown) {
  try {
    return { status: 200, body: JSON.stringify(handle(call)), extra: {} };
  } catch (error) {
    // A refusal that is not remembered happened at the door: thrown on, it undoes whatever had been done by then.
    if (!(error instanceof Refusal) || !error.remembered) throw error;
    return { status: error.status, body: JSON.stringify(error.body), extra: error.headers };
  }
}

function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.destroy();
  return reply;
}
