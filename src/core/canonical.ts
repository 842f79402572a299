import { hash } from "node:crypto";

/** JSON with sorted keys and no white space: equal values give equal text, however they were written. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member: unknown = (value as Record<string, unknown>)[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(",")}}`;
}

/** A 16-byte digest of a request's meaning: two requests under one idempotency key are the same when it is the same. */
export function fingerprint(...parts: readonly unknown[]): Buffer {
  return hash("sha256", canonicalJson(parts), "buffer").subarray(0, 16);
}
