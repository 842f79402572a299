import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError, type FieldError } from "../core/errors.js";
import { normalText, unfitness } from "../core/strings.js";

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
    for (const name of HEADERS) door.look(request.headers[name], `/headers/${name}`);
    request.params = door.admit(request.params, "/params");
    request.query = door.admit(request.query, "/querystring");
    if (!Buffer.isBuffer(request.body)) request.body = door.admit(request.body, "");
    done(door.refusal());
  });
}

const ERRORS_MAX = 20;

class Door {
  readonly #errors: FieldError[] = [];
  #digits = 0;

  /** A value with its texts in normal form. What is not fit is noted. */
  admit<T>(value: T, pointer: string, depth = 0): T {
    if (this.#errors.length >= ERRORS_MAX) return value;
    if (typeof value === "string") return this.look(value, pointer) as T;
    if (value === null || typeof value !== "object") return value;
    if (depth === DEPTH_MAX) {
      this.#refuse(pointer, "is nested too deeply");
      return value;
    }
    return (
      Array.isArray(value) ? this.#items(value, pointer, depth + 1) : this.#members(value, pointer, depth + 1)
    ) as T;
  }

  look(text: unknown, pointer: string): unknown {
    if (typeof text !== "string") return text;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= 0x30 && code <= 0x39) this.#digits += 1;
    }
    if (this.#digits > DIGITS_MAX)
      this.#refuse(pointer, `comes after ${DIGITS_MAX} digits, more than a request may hold`);
    else this.#refuse(pointer, unfitness(text));
    return normalText(text);
  }

  refusal(): AppError | undefined {
    if (this.#errors.length === 0) return undefined;
    return new AppError("request.invalid", 400, "The request does not match its schema.", { errors: this.#errors });
  }

  #items(values: unknown[], pointer: string, depth: number): unknown[] {
    if (values.length > ITEMS_MAX) {
      this.#refuse(pointer, `has more than ${ITEMS_MAX} items`);
      return values;
    }
    values.forEach((value, index) => {
      values[index] = this.admit(value, `${pointer}/${index}`, depth);
    });
    return values;
  }

  #members(object: object, pointer: string, depth: number): object {
    const members = object as Record<string, unknown>;
    const names = Object.keys(members);
    if (names.length > MEMBERS_MAX) {
      this.#refuse(pointer, `has more than ${MEMBERS_MAX} members`);
      return object;
    }
    for (const name of names) {
      const fault = unfitness(name);
      // The name itself is what must not be repeated.
      if (fault !== undefined) this.#refuse(pointer, `has a member whose name ${fault}`);
      else members[name] = this.admit(members[name], `${pointer}/${escaped(name)}`, depth);
    }
    return object;
  }

  #refuse(pointer: string, detail: string | undefined): void {
    if (detail !== undefined && this.#errors.length < ERRORS_MAX) {
      this.#errors.push({ pointer: pointer.slice(0, 200) || "/", detail });
    }
  }
}

/** A member's name in a JSON pointer (RFC 6901). */
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** The request's id as the caller gave it, when it may be repeated in logs and replies. */
export function givenRequestId(headers: FastifyRequest["headers"]): string | undefined {
  const given = headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) && unfitness(given) === undefined ? given : undefined;
}

const REQUEST_ID = /^[A-Za-z0-9_.:-]{1,64}$/;
