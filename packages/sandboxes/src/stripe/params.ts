import type { FormObject, FormValue } from "../form.js";
import { invalidParameter } from "./errors.js";

const INTEGER = /^-?\d{1,15}$/;
/** Parameters that any call may carry. */
const UNIVERSAL = ["expand"];

/** Reads parameters of one call, and refuses them in Stripe's words. */
export class Params {
  readonly #values: FormObject;
  readonly #prefix: string;

  constructor(values: FormObject, prefix = "") {
    this.#values = values;
    this.#prefix = prefix;
  }

  /** Refuses any parameter that is not named: a misspelt one must not pass silently. */
  onlyKnown(...names: string[]): this {
    for (const name of Object.keys(this.#values)) {
      if (names.includes(name) || (this.#prefix === "" && UNIVERSAL.includes(name))) continue;
      if (name === "payment_method_types") {
        throw invalidParameter(
          this.#path(name),
          "The `payment_method_types` parameter is no longer supported. Use dynamic payment methods, `allowed_payment_method_types` or `excluded_payment_method_types`.",
          "payment_method_types_no_longer_supported",
        );
      }
      throw invalidParameter(this.#path(name), `Received unknown parameter: ${this.#path(name)}`, "parameter_unknown");
    }
    return this;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** The text of a parameter; an empty one counts as absent. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === "") return undefined;
    if (typeof value !== "string") throw invalidParameter(this.#path(name), `Invalid string: ${this.#path(name)}`);
    return value;
  }

  /** An address on the web, which may have Checkout's placeholder in it. */
  url(name: string): string | undefined {
    const url = this.text(name);
    if (url === undefined) return undefined;
    // The placeholder's braces are not URL syntax.
    if (URL.canParse(url.replaceAll("{CHECKOUT_SESSION_ID}", "id")) && /^https?:/.test(url)) return url;
    throw invalidParameter(this.#path(name), "Not a valid URL", "url_invalid");
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!INTEGER.test(text)) {
      throw invalidParameter(this.#path(name), `Invalid integer: ${text}`, "parameter_invalid_integer");
    }
    return Number(text);
  }

  requiredInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw this.#missing(name);
    return value;
  }

  flag(name: string): boolean {
    return this.optionalFlag(name) ?? false;
  }

  /** Undefined when it is not given. */
  optionalFlag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined || text === "false" || text === "true")
      return text === undefined ? undefined : text === "true";
    throw invalidParameter(this.#path(name), `Invalid boolean: ${text}`);
  }

  /** One of these words. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.text(name);
    const word = words.find((each) => each === text);
    if (text !== undefined && word === undefined) {
      throw invalidParameter(this.#path(name), `Invalid ${this.#path(name)}: must be one of ${words.join(", ")}`);
    }
    return word;
  }

  /** Given as an empty text, which takes the present value away. */
  isCleared(name: string): boolean {
    return this.#values[name] === "";
  }

  /** The value of a text that can be changed and taken away: null when it is given as an empty one. */
  changed(name: string, current: string | null): string | null {
    return this.has(name) ? (this.text(name) ?? null) : current;
  }

  object(name: string): Params | undefined {
    const value = this.#values[name];
    if (value === undefined || value === "") return undefined;
    return nested(this.#path(name), value);
  }

  requiredObject(name: string): Params {
    const value = this.object(name);
    if (!value) throw this.#missing(name);
    return value;
  }

  objects(name: string): Params[] {
    return this.#list(name).map((item, index) => nested(`${this.#path(name)}[${index}]`, item));
  }

  texts(name: string): string[] {
    return this.#list(name).map((item) => {
      if (typeof item !== "string") throw invalidParameter(this.#path(name), `Invalid array: ${this.#path(name)}`);
      return item;
    });
  }

  /** Every member that is a text, by name. */
  flat(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#values).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
    );
  }

  /** `current` with the given keys set; a key given as an empty string is removed. */
  metadata(current: Readonly<Record<string, string>> = {}): Record<string, string> {
    const given = this.#values.metadata;
    if (given === undefined) return { ...current };
    if (given === "") return {};
    if (typeof given === "string" || Array.isArray(given)) throw invalidParameter("metadata", "Invalid object");
    const merged: Record<string, string> = { ...current };
    for (const [key, value] of Object.entries(given)) {
      if (typeof value !== "string" || value.length > 500 || key.length > 40) {
        throw invalidParameter(
          `metadata[${key.slice(0, 40)}]`,
          "Metadata keys have up to 40, values up to 500 characters",
        );
      }
      if (value === "") delete merged[key];
      else merged[key] = value;
    }
    if (Object.keys(merged).length > 50) throw invalidParameter("metadata", "Metadata can have up to 50 keys");
    return merged;
  }

  #list(name: string): FormValue[] {
    const value = this.#values[name];
    if (value === undefined || value === "") return [];
    if (!Array.isArray(value)) throw invalidParameter(this.#path(name), "Invalid array");
    return value;
  }

  #missing(name: string) {
    return invalidParameter(this.#path(name), `Missing required param: ${this.#path(name)}.`, "parameter_missing");
  }

  #path(name: string): string {
    return this.#prefix === "" ? name : `${this.#prefix}[${name}]`;
  }
}

function nested(path: string, value: FormValue): Params {
  if (typeof value === "string" || Array.isArray(value)) throw invalidParameter(path, "Invalid object");
  return new Params(value, path);
}
