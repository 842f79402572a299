import type { z } from "zod";
import { AppError, type FieldError } from "../core/errors.js";

/**
 * What is wrong with a request, as sentences for who wrote it. A schema's own message comes first: one that begins with a
 * small letter follows the field's name ("must be ..."), one that begins with a capital stands alone.
 */

/** The parts of a request that are validated. */
export type RequestPart = "body" | "querystring" | "params" | "headers";

const ERRORS_MAX = 20;
const SUBJECT_MAX = 100;
const CHOICES_MAX = 40;

const WHOLE: Readonly<Record<RequestPart, string>> = {
  body: "The body",
  querystring: "The query string",
  params: "The path",
  headers: "The headers",
};
const MEMBER: Readonly<Record<RequestPart, string>> = {
  body: "a field",
  querystring: "a query parameter",
  params: "a part of the path",
  headers: "a header",
};

/** The refusal of a request for what is wrong with its fields. */
export function invalidRequest(errors: readonly FieldError[]): AppError {
  const [first, ...more] = errors;
  const others = more.length === 1 ? " 1 more is in `errors`." : ` ${more.length} more are in \`errors\`.`;
  const detail = first ? `${first.detail}${more.length > 0 ? others : ""}` : "The request is not as it must be.";
  return new AppError("request.invalid", detail, { errors });
}

/** One fault of a request: `words` is a sentence, or what follows the name of the field at `path`. */
export function fieldError(part: RequestPart, path: readonly string[], words: string): FieldError {
  const isSentence = /^[^a-z]/.test(words);
  const detail = isSentence ? words : `${subjectOf(path) || WHOLE[part]} ${words}.`;
  return { pointer: pointerOf(part, path), detail: detail.slice(0, 500) };
}

/**
 * A part of a request as its schema reads it, or the refusal: `amount is required.` at `/amount`. Faults of each field come in the
 * order in which the schema finds them.
 */
export function readPart(
  schema: z.ZodType,
  part: RequestPart,
  data: unknown,
): { readonly value: unknown } | { readonly error: AppError } {
  // Told how to word its issues a schema takes a slower way, which only a request that is refused has to go.
  const read = schema.safeParse(data);
  if (read.success) return { value: read.data };
  const result = schema.safeParse(data, { error: wordsOf });
  if (result.success) return { value: result.data };
  if (part === "body" && (data ?? null) === null) {
    return { error: new AppError("request.malformed", "The body is empty: send a JSON object, `{}` at least.") };
  }
  const errors = result.error.issues.flatMap((issue) => faultsOf(issue, part, data));
  return { error: invalidRequest(errors.filter(isFirstOfItsKind).slice(0, ERRORS_MAX)) };
}

// Two checks of one value may say the same: a number beyond what JSON holds is also above its maximum.
const isFirstOfItsKind = ({ pointer, detail }: FieldError, index: number, all: readonly FieldError[]): boolean =>
  all[index - 1]?.pointer !== pointer || all[index - 1]?.detail !== detail;

type Issue = z.core.$ZodIssue;

function faultsOf(issue: Issue, part: RequestPart, data: unknown): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const of = subjectOf(path) || "this request";
    return issue.keys.map((key) =>
      fieldError(part, [...path, key], `\`${shortened(key)}\` is not ${MEMBER[part]} of ${of}.`),
    );
  }
  if (issue.code === "invalid_key") {
    const name = path.at(-1) ?? "";
    const of = subjectOf(path.slice(0, -1)) || "the request";
    const why = issue.issues[0]?.message ?? "is not one that may be used";
    return [fieldError(part, path, `The name \`${shortened(name)}\` in ${of} ${why}.`)];
  }
  if (issue.code === "invalid_union") return [fieldError(part, path, unionWords(issue.errors))];
  // A query that repeats a parameter arrives as a list, which the schema of one value then calls what it likes.
  if (part === "querystring" && isRepeated(data, path)) return [fieldError(part, path, "is given more than once")];
  return [fieldError(part, path, issue.message)];
}

const isRepeated = (data: unknown, [name]: readonly string[]): boolean =>
  name !== undefined && Array.isArray((data as Record<string, unknown>)[name]);

/** One sentence for all kinds of value that would do. */
function unionWords(branches: readonly (readonly Issue[])[]): string {
  const kinds = branches.map(([issue]) => /^must be (.+?)(?:, not null)?$/.exec(issue?.message ?? "")?.[1]);
  const known = [...new Set(kinds)].filter((kind) => kind !== undefined);
  return known.length > 0 && known.length === new Set(kinds).size
    ? `must be ${listed(known)}`
    : "is none of what it may be";
}

/** What a field must be where its schema has no words of its own. */
function wordsOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined && issue.code !== "custom") return "is required";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? "something else"}${issue.input === null ? ", not null" : ""}`;
    case "invalid_value":
      return `must be ${choices(issue.values.map(String))}`;
    case "too_small":
      return sizeWords(issue, Number(issue.minimum), "at least");
    case "too_big":
      return sizeWords(issue, Number(issue.maximum), "at most");
    case "invalid_format":
      return `must be ${FORMATS[issue.format] ?? "written in another way"}`;
    default:
      return "is not as it must be";
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a string",
  // Of a request's numbers none may have a fraction.
  number: "a whole number",
  int: "a whole number",
  boolean: "true or false",
  array: "an array",
  object: "a JSON object",
  record: "a JSON object",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  url: "a web address that begins with http:// or https://",
  datetime: "a time with its zone, such as 2026-11-20T12:00:00Z",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
};

const UNITS: Readonly<Record<string, string>> = { string: "character", array: "item" };

function sizeWords(issue: { origin: string; inclusive?: boolean | undefined }, limit: number, bound: string): string {
  const unit = UNITS[issue.origin];
  if (unit === undefined) return `must be ${issue.inclusive === false ? `${EXCLUSIVE[bound]}` : bound} ${limit}`;
  if (limit === 1 && bound === "at least") return "must not be empty";
  return `must have ${bound} ${limit} ${unit}${limit === 1 ? "" : "s"}`;
}

const EXCLUSIVE: Readonly<Record<string, string>> = { "at least": "more than", "at most": "less than" };

const choices = (values: readonly string[]): string =>
  values.length > 3 ? `one of ${values.slice(0, CHOICES_MAX).join(", ")}` : listed(values);

const listed = (values: readonly string[]): string =>
  [values.slice(0, -1).join(", "), ...values.slice(-1)].filter(Boolean).join(" or ");

/** A field's name as a program writes it: `items[0].amount`; empty for the whole part. */
function subjectOf(path: readonly string[]): string {
  const name = path.reduce((all, each) => {
    if (/^\d+$/.test(each) && all !== "") return `${all}[${each}]`;
    return all === "" ? each : `${all}.${each}`;
  }, "");
  return shortened(name);
}

const shortened = (name: string): string => (name.length > SUBJECT_MAX ? `${name.slice(0, SUBJECT_MAX)}...` : name);

/** A JSON pointer (RFC 6901) into the request; the parts that are not its body stand under their names. */
function pointerOf(part: RequestPart, path: readonly string[]): string {
  const whole = part === "body" ? path : [part, ...path];
  const pointer = whole.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return pointer.slice(0, 200) || "/";
}
