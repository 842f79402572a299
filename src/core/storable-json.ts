import { storableText } from "./strings.js";

/**
 * Reads a provider's JSON. Its texts are cleaned on the way in, names of members too: a token may call itself by a NUL, which
 * PostgreSQL does not store. Throws a SyntaxError as JSON.parse does.
 */
export function parseStorableJson(text: string): unknown {
  // A control character in JSON is escaped, and so is half of a surrogate pair: without an escape there is nothing to clean.
  return text.includes("\\u") || hasUnescaped(text) ? clean(JSON.parse(text)) : JSON.parse(text);
}

const hasUnescaped = (text: string): boolean => storableText(text) !== text;

function clean(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [storableText(name), clean(member)]));
}
