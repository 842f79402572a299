import { hash } from "node:crypto";

/** JSON with sorted keys and no white space: equal values give equal text, however they were written. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** A 16-byte digest of a request's meaning: two requests under one idempotency key are the same when it is the same. */
export function fingerprint(...parts: readonly unknown[]): Buffer {
  return hash("sha256", canonicalJson(parts), "buffer").subarray(0, 16);
}
