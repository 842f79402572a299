import { isUtf8 } from "node:buffer";

/** Why a body was refused, in words for the client. */
export class JsonRefusal extends Error {}

/**
 * Parses a JSON body and refuses what JSON.parse would let through silently: invalid UTF-8, a byte order mark, repeated
 * keys (the last one would win, after another reader may have checked the first) and keys that reach into prototypes.
 */
export function parseStrictJson(bytes: Buffer): unknown {
  const text = decodeUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JsonRefusal("The body is not valid JSON.");
  }
  try {
    if (countMembers(value) !== countColons(text)) throw new JsonRefusal("The body repeats a key.");
  } catch (error) {
    if (error instanceof RangeError) throw new JsonRefusal("The body is nested too deeply.");
    throw error;
  }
  return value;
}

function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new JsonRefusal("The body is not valid UTF-8.");
  return bytes.toString("utf8");
}

// In valid JSON each member has exactly one colon outside strings, so fewer members than colons means a repeated key.
function countColons(text: string): number {
  let colons = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) inString = !inString;
    else if (inString) {
      if (code === 0x5c) index += 1;
    } else if (code === 0x3a) colons += 1;
  }
  return colons;
}

function countMembers(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += countMembers(item);
    return members;
  }
  for (const key of Object.keys(value)) {
    if (key === "__proto__" || key === "constructor" || key === "prototype") {
      throw new JsonRefusal(`The key ${JSON.stringify(key)} is not allowed.`);
    }
    members += 1 + countMembers((value as Record<string, unknown>)[key]);
  }
  return members;
}
