import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { base58, createBase58check } from "@scure/base";

/** Kinds of addresses; every EVM chain has the same. */
export type AddressFamily = "evm" | "tron" | "solana";

const EVM = /^0x[0-9a-fA-F]{40}$/;
const TRON_PREFIX = 0x41;
const base58check = createBase58check(sha256);

/** An EVM address in its checksummed spelling (EIP-55). */
export function checksumEvm(address: string): string {
  const lower = address.slice(2).toLowerCase();
  const digest = bytesToHex(keccak_256(utf8ToBytes(lower)));
  const digits = [...lower].map((digit, index) =>
    Number.parseInt(digest[index] ?? "0", 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${digits.join("")}`;
}

/**
 * The one spelling of an address that we store and compare, or the reason why it is none. An EVM address of mixed case must
 * carry the right checksum (EIP-55); all lower or all upper case carries none and is accepted. Solana's addresses have no
 * checksum at all: only their length can be checked.
 */
export function parseAddress(family: AddressFamily, text: string): { address: string } | { refusal: string } {
  switch (family) {
    case "evm":
      return parseEvm(text);
    case "tron":
      return parseTron(text);
    case "solana":
      return parseSolana(text);
  }
}

function parseEvm(text: string) {
  if (!EVM.test(text)) return { refusal: "is not 0x and 40 hexadecimal digits" };
  const digits = text.slice(2);
  const address = checksumEvm(text);
  if (/^0+$/.test(digits)) return { refusal: "is the zero address" };
  const carriesChecksum = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  if (carriesChecksum && address !== text) return { refusal: "has a wrong checksum (EIP-55)" };
  return { address };
}

function parseTron(text: string) {
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text)) return { refusal: "is not T and 33 base58 characters" };
  try {
    const bytes = base58check.decode(text);
    if (bytes.length === 21 && bytes[0] === TRON_PREFIX) return { address: text };
  } catch {
    // Said below.
  }
  return { refusal: "has a wrong checksum (base58check)" };
}

function parseSolana(text: string) {
  if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text)) return { refusal: "is not 32 to 44 base58 characters" };
  const bytes = base58.decode(text);
  return bytes.length === 32 ? { address: text } : { refusal: "is not 32 bytes" };
}
