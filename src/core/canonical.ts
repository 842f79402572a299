import { hash } from "node:crypto";

/**
 * JSON with sorted keys and no white space: equal values give equal text, however they were written. Times are written in
 * ISO 8601, as JSON.stringify does.
 */
export function canonicalJson(value: unknown): string {
  // Most values are in order as they come, and then one call of the engine's own writer is several times faster.
  return isInOrder(value) ? (JSON.stringify(value) ?? "null") : sortedJson(value);
}

function isInOrder(value: unknown): boolean {
  if (value === null || typeof value !== "object" || value instanceof Date) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last = "";
  for (const key of Object.keys(value)) {
    if (key < last || !isInOrder((value as Record<string, unknown>)[key])) return false;
    last = key;
  }
  return true;
}

function sortedJson(value: unknown): string {
  if (value === null || typeof value !== "object" || value instanceof Date) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${sortedJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** A 16-byte digest of a request's meaning: two requests under one idempotency key are the same when it is the same. */
export function fingerprint(...parts: readonly unknown[]): Buffer {
  return hash("sha256", canonicalJson(parts), "buffer").subarray(0, 16);
}
