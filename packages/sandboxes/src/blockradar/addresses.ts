import { randomBytes } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { createBase58check } from "@scure/base";

const base58check = createBase58check(sha256);
const TRON_PREFIX = 0x41;
const ADDRESS_BYTES = 20;

export type Family = "evm" | "tron";

/** Writes an EVM address with the upper and lower case that EIP-55 makes a checksum of. */
export function checksummed(address: string): string {
  const hex = address.slice(2).toLowerCase();
  const hash = bytesToHex(keccak_256(new TextEncoder().encode(hex)));
  return `0x${[...hex].map((digit, at) => (Number.parseInt(hash.charAt(at), 16) >= 8 ? digit.toUpperCase() : digit)).join("")}`;
}

/** An address that nobody has the key of, right in form and checksum. */
export function makeAddress(family: Family, bytes: Uint8Array = randomBytes(ADDRESS_BYTES)): string {
  const body = bytes.subarray(0, ADDRESS_BYTES);
  if (family === "evm") return checksummed(`0x${bytesToHex(body)}`);
  return base58check.encode(Uint8Array.from([TRON_PREFIX, ...body]));
}

/** Whether coins can be sent there; EVM addresses of one case have no checksum to be wrong. */
export function isAddress(family: Family, text: string): boolean {
  if (family === "evm") {
    if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return false;
    const hex = text.slice(2);
    return hex === hex.toLowerCase() || hex === hex.toUpperCase() || checksummed(text) === text;
  }
  try {
    const decoded = base58check.decode(text);
    return decoded.length === ADDRESS_BYTES + 1 && decoded[0] === TRON_PREFIX;
  } catch {
    return false;
  }
}
