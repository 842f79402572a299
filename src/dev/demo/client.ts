import { randomBytes } from "node:crypto";

/** Where a service is and, for the parts that its customers play, where its sandboxes are. */
export interface Target {
  readonly url: string;
  readonly apiKey: string;
  readonly stripeSandbox: string | undefined;
  readonly coinbaseSandbox: string | undefined;
  readonly blockradarSandbox: string | undefined;
}

// Replies have many shapes; each step looks at the members that it is about.
// biome-ignore lint/suspicious/noExplicitAny: a schema of every reply would be a second copy of the API.
type Json = any;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Idempotency key; each POST has a fresh one when absent. */
  readonly key?: string;
  /** The status that must come back; any of 2xx when absent. */
  readonly expect?: number;
  /** Another key than the one that the demo runs with. */
  readonly apiKey?: string;
}

/** The service's API as a back end would call it: HTTP, an API key, an idempotency key on each POST. */
export class Client {
  readonly #target: Target;
  // Keys must be fresh in every run, since a running service remembers those of the run before.
  readonly #run = randomBytes(6).toString("hex");
  #keys = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** Sends a request. Throws when the status is not the expected one. */
  async call(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    options: CallOptions = {},
  ): Promise<Reply> {
    this.#keys += 1;
    const { body, key = `demo-${this.#run}-${this.#keys}`, expect, apiKey = this.#target.apiKey } = options;
    return request(method, `${this.#target.url}${path}`, body, expect, {
      authorization: `Bearer ${apiKey}`,
      ...(method === "POST" || method === "PATCH" ? { "idempotency-key": key } : {}),
    });
  }

  /** Everything that a list has, page after page. */
  async all(path: string): Promise<Json[]> {
    const rows: Json[] = [];
    let cursor: string | null = null;
    do {
      const mark: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await this.call("GET", `${path}${path.includes("?") ? "&" : "?"}limit=100${mark}`);
      rows.push(...body.data);
      cursor = body.nextCursor;
    } while (cursor !== null);
    return rows;
  }
}

/** Sends JSON (or nothing) anywhere and reads JSON. Throws when the status is not the expected one. */
export async function request(
  method: string,
  url: string,
  body?: unknown,
  expect?: number,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const reply = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  const asExpected = expect === undefined ? reply.ok : reply.status === expect;
  if (!asExpected) throw new Error(`${method} ${url} answered ${reply.status}: ${text.slice(0, 400)}`);
  return { status: reply.status, headers: reply.headers, body: text === "" ? {} : JSON.parse(text) };
}

const WAIT_MS = 30_000;

/** Asks until `probe` answers something. Throws when it does not within half a minute. */
export async function until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${WAIT_MS / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
