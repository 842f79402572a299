import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AppError, FieldError } from "../core/errors.js";
import { normalText, unfitness } from "../core/strings.js";
import { fieldError, invalidRequest, type RequestPart } from "./request-words.js";

// More than any request that we know needs: a bulk grant of 1,000 items with metadata has a tenth of them. Counted before
// anything looks at them, so that a body full of keys or digits costs no more than its parsing.
const MEMBERS_MAX = 100;
const ITEMS_MAX = 1_000;
const DIGITS_MAX = 200_000;
const DEPTH_MAX = 20;

/** Headers that are kept or logged. */
const HEADERS = ["idempotency-key", "x-request-id"] as const;

/**
 * The one door for strings: every text of path, query, body and of the headers that we keep passes here, names of members
 * included, before anything else reads it. It is put in Unicode's normal form C; control characters, card numbers and texts
 * longer than any field takes are refused with 400. Webhooks pass as bytes: their signature comes first.
 */
export function registerStringDoor(app: FastifyInstance): void {
  app.addHook("preValidation", (request, _reply, done) => {
    if (request.is404) return done();
    const door = new Door();
    for (const name of HEADERS) door.enter("headers").look(request.headers[name], [name]);
    request.params = door.enter("params").admit(request.params);
    request.query = door.enter("querystring").admit(request.query);
    if (!Buffer.isBuffer(request.body)) request.body = door.enter("body").admit(request.body);
    done(door.refusal());
  });
}

const ERRORS_MAX = 20;

class Door {
  readonly #errors: FieldError[] = [];
  #part: RequestPart = "body";
  #digits = 0;

  /** Says which part of the request comes next. */
  enter(part: RequestPart): this {
    this.#part = part;
    return this;
  }

  /** A value with its texts in normal form. What is not fit is noted. */
  admit<T>(value: T, path: readonly string[] = []): T {
    if (this.#errors.length >= ERRORS_MAX) return value;
    if (typeof value === "string") return this.look(value, path) as T;
    if (value === null || typeof value !== "object") return value;
    if (path.length === DEPTH_MAX) {
      this.#refuse(path, "is nested too deeply");
      return value;
    }
    return (Array.isArray(value) ? this.#items(value, path) : this.#members(value, path)) as T;
  }

  look(text: unknown, path: readonly string[]): unknown {
    if (typeof text !== "string") return text;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x30 && code <= 0x39) this.#digits += 1;
    }
    if (this.#digits > DIGITS_MAX) this.#refuse(path, `comes after ${DIGITS_MAX} digits, more than a request may hold`);
    else this.#refuse(path, unfitness(text));
    return normalText(text);
  }

  refusal(): AppError | undefined {
    return this.#errors.length === 0 ? undefined : invalidRequest(this.#errors);
  }

  #items(values: unknown[], path: readonly string[]): unknown[] {
    if (values.length > ITEMS_MAX) {
      this.#refuse(path, `has more than ${ITEMS_MAX} items`);
      return values;
    }
    values.forEach((value, index) => {
      values[index] = this.admit(value, [...path, String(index)]);
    });
    return values;
  }

  #members(object: object, path: readonly string[]): object {
    const members = object as Record<string, unknown>;
    const names = Object.keys(members);
    if (names.length > MEMBERS_MAX) {
      this.#refuse(path, `has more than ${MEMBERS_MAX} members`);
      return object;
    }
    for (const name of names) {
      const fault = unfitness(name);
      // The name itself is what must not be repeated.
      if (fault !== undefined) this.#refuse(path, `has a member whose name ${fault}`);
      else members[name] = this.admit(members[name], [...path, name]);
    }
    return object;
  }

  #refuse(path: readonly string[], words: string | undefined): void {
    if (words !== undefined && this.#errors.length < ERRORS_MAX) this.#errors.push(fieldError(this.#part, path, words));
  }
}

/** The request's id as the caller gave it, when it may be repeated in logs and replies. */
export function givenRequestId(headers: FastifyRequest["headers"]): string | undefined {
  const given = headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) && unfitness(given) === undefined ? given : undefined;
}

const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,64}$/;
