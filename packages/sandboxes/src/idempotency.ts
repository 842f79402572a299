import { createHash } from "node:crypto";
import type { Collection, Store } from "./store.js";

const DAY_MS = 24 * 3_600 * 1_000;

export interface StoredReply {
  fingerprint: string;
  status: number;
  body: string;
  storedMs: number;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, member]) => [name, canonical(member)]));
}

/** What must be equal for two requests to be the same one: method, path and parameters, in any order. */
export function fingerprint(method: string, path: string, body: unknown): string {
  const text = JSON.stringify([method, path, canonical(body)]);
  return createHash("sha256").update(text).digest("base64url");
}

/** First replies under idempotency keys, kept for 24 hours, and the keys that are being worked on now. */
export class IdempotencyKeys {
  readonly #replies: Collection<StoredReply>;
  readonly #inFlight = new Set<string>();

  constructor(store: Store) {
    this.#replies = store.collection<StoredReply>("idempotency");
    for (const [key, reply] of this.#replies.entries()) {
      if (Date.now() - reply.storedMs > DAY_MS) this.#replies.delete(key);
    }
  }

  /** False when another request with this key has not been answered yet. */
  claim(key: string): boolean {
    if (this.#inFlight.has(key)) return false;
    this.#inFlight.add(key);
    return true;
  }

  release(key: string): void {
    this.#inFlight.delete(key);
  }

  find(key: string): StoredReply | undefined {
    const reply = this.#replies.get(key);
    return reply && Date.now() - reply.storedMs <= DAY_MS ? reply : undefined;
  }

  /** Called in the batch of the effect itself. */
  remember(key: string, reply: Omit<StoredReply, "storedMs">): void {
    this.#replies.put(key, { ...reply, storedMs: Date.now() });
  }
}
