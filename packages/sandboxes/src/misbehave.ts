import { controlRefusal } from "./refusal.js";

/**
 * What goes wrong. "before" means that the request had no effect; "after" means that the effect happened and its reply
 * is stored under the idempotency key, but the caller does not get to read it.
 */
const FAULT_KINDS = [
  "delay",
  "status",
  "rate_limit",
  "cut_before",
  "cut_after",
  "status_after",
  "malformed_after",
  // The reply is right and late; or it is about another object than it should be.
  "delay_after",
  "wrong_id_after",
] as const;

type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  match: { method?: string; path?: string };
  kind: FaultKind;
  status?: number;
  delayMs?: number;
  /** What `status` and `status_after` say instead of the provider's own words: JSON, or text of `contentType`. */
  body?: unknown;
  contentType?: string;
  /** `status_after`: the true answer under another status. */
  keepBody?: boolean;
  /** How many requests it hits; absent, every one until it is deleted. */
  times?: number;
}

const REGEX_CHARACTERS = /[\^$*+?()[\]{}|\\]/;

function matches(fault: Fault, method: string, path: string): boolean {
  const { match } = fault;
  if (match.method !== undefined && match.method.toUpperCase() !== method) return false;
  if (match.path === undefined) return true;
  return REGEX_CHARACTERS.test(match.path) ? new RegExp(match.path).test(path) : path.startsWith(match.path);
}

function optionalNumber(body: Record<string, unknown>, name: string): Record<string, number> {
  const value = body[name];
  if (value === undefined) return {};
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw controlRefusal(400, `${name} must be a non-negative integer`);
  }
  return { [name]: value };
}

/** Reads a fault from a control request. Throws a Refusal when it makes no sense. */
export function readFault(body: Record<string, unknown>): Fault {
  const kind = FAULT_KINDS.find((known) => known === body.kind);
  if (!kind) throw controlRefusal(400, `kind must be one of ${FAULT_KINDS.join(", ")}`);
  const given = body.match ?? {};
  if (typeof given !== "object" || given === null) throw controlRefusal(400, "match must be an object");
  const match: Fault["match"] = {};
  for (const [name, value] of Object.entries(given)) {
    if ((name !== "method" && name !== "path") || typeof value !== "string") {
      throw controlRefusal(400, "match takes method and path, both strings");
    }
    match[name] = value;
  }
  if (match.path !== undefined && REGEX_CHARACTERS.test(match.path)) {
    try {
      new RegExp(match.path);
    } catch {
      throw controlRefusal(400, "match.path is not a valid regular expression");
    }
  }
  return {
    match,
    kind,
    ...optionalNumber(body, "status"),
    ...optionalNumber(body, "delayMs"),
    ...optionalNumber(body, "times"),
    ...(body.body === undefined ? {} : { body: body.body }),
    ...(typeof body.contentType === "string" ? { contentType: body.contentType } : {}),
    ...(body.keepBody === true ? { keepBody: true } : {}),
  };
}

/** The faults that are set. They live in memory only: a restarted sandbox behaves. */
export class Faults {
  #faults: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  list(): Fault[] {
    return this.#faults.map(({ fault }) => fault);
  }

  /** The first fault that matches, used up by one. */
  take(method: string, path: string): Fault | undefined {
    const hit = this.#faults.find(({ fault, left }) => left > 0 && matches(fault, method, path));
    if (!hit) return undefined;
    hit.left -= 1;
    return hit.fault;
  }
}
