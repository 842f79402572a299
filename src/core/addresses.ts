import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base58, createBase58check } from "@scure/base";

/** Kinds of addresses; every EVM chain has the same. */
export type AddressFamily = "evm" | "tron" | "solana";

const EVM = /^0x[0-9a-fA-F]{40}$/;
const TRON_PREFIX = 0x41;
/** Where Tron's own burnt coins go, by its genesis block. */
const TRON_BLACK_HOLE = "TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy";
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

/**
 * The one spelling under which an address, or a token's contract, as a provider tells it is compared: checksummed on EVM chains
 * in whatever case it came, base58 on Tron also when it came in hexadecimal. What is no address stays as it is.
 */
export function canonicalAddress(family: AddressFamily, text: string): string {
  const given = text.trim();
  if (family === "evm") return EVM.test(given.replace(/^0X/, "0x")) ? checksumEvm(`0x${given.slice(2)}`) : given;
  if (family === "tron") return tronOfHex(given) ?? given;
  return given;
}

/** Tron's hexadecimal spelling: the 21 bytes under the base58 one, or the 20 of an EVM address, whose prefix is left out. */
function tronOfHex(text: string): string | undefined {
  const digits = /^(?:0x)?(?:41)?([0-9a-f]{40})$/i.exec(text)?.[1];
  return digits === undefined ? undefined : base58check.encode(hexToBytes(`41${digits.toLowerCase()}`));
}

/** The one spelling of a transaction's hash: lower-case hexadecimal on EVM chains and Tron; Solana's base58 as it is. */
export function canonicalHash(family: AddressFamily, text: string): string {
  const given = text.trim();
  const digits = /^(?:0x)?([0-9a-f]{64})$/i.exec(given)?.[1]?.toLowerCase();
  if (family === "solana" || digits === undefined) return given;
  return family === "evm" ? `0x${digits}` : digits;
}

function parseEvm(text: string) {
  if (!EVM.test(text)) return { refusal: "is not 0x and 40 hexadecimal digits" };
  const digits = text.slice(2);
  const address = checksumEvm(text);
  if (/^0+$/.test(digits)) return { refusal: "is the zero address" };
  if (isEvmSystem(digits.toLowerCase())) return { refusal: "is a burn or system address, which nobody has the key of" };
  const carriesChecksum = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  if (carriesChecksum && address !== text) return { refusal: "has a wrong checksum (EIP-55)" };
  return { address };
}

/**
 * Addresses that nobody can pay from: precompiled contracts (the first 65,536), those that coins are burned at or that somebody typed
 * to fill a form, the one that stands for the native coin, and the system contracts of rollups.
 */
const isEvmSystem = (digits: string): boolean =>
  /^0{36}/.test(digits) ||
  /^(.)\1{39}$/.test(digits) ||
  /^(0123456789|1234567890)(0123456789|1234567890|abcdefabcd|abcdef0123)+$/.test(digits) ||
  /^0*dead$/.test(digits) ||
  /^(dead){10}$|^dead0{12}|^dead0*(dead|beef)$|^0*deadbeef$/.test(digits) ||
  /^4200000000000000000000000000000000000/.test(digits);

function parseTron(text: string) {
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(text)) return { refusal: "is not T and 33 base58 characters" };
  try {
    const bytes = base58check.decode(text);
    if (bytes.length === 21 && bytes[0] === TRON_PREFIX) {
      const digits = bytesToHex(bytes.slice(1));
      if (/^0+$/.test(digits)) return { refusal: "is the zero address" };
      if (isEvmSystem(digits) || text === TRON_BLACK_HOLE)
        return { refusal: "is a burn or system address, which nobody has the key of" };
      return { address: text };
    }
  } catch {
    // Said below.
  }
  return { refusal: "has a wrong checksum (base58check)" };
}

function parseSolana(text: string) {
  if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text)) return { refusal: "is not 32 to 44 base58 characters" };
  const bytes = base58.decode(text);
  if (bytes.length !== 32) return { refusal: "is not 32 bytes" };
  if (SOLANA_SYSTEM.has(text) || /^(?:Sysvar|1nc1nerator)/.test(text))
    return { refusal: "is a burn or system address, which nobody has the key of" };
  // Off the curve are the addresses of programs and of token accounts: coins sent there are the program's to give back.
  return isOnCurve(bytes) ? { address: text } : { refusal: "is not on the curve: it is a program's, and no wallet's" };
}

const SOLANA_SYSTEM: ReadonlySet<string> = new Set([
  "11111111111111111111111111111111",
  "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
  "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
  "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
  "So11111111111111111111111111111111111111112",
  "Stake11111111111111111111111111111111111111",
  "Vote111111111111111111111111111111111111111",
  "Config1111111111111111111111111111111111111",
  "BPFLoader1111111111111111111111111111111111",
  "BPFLoader2111111111111111111111111111111111",
  "BPFLoaderUpgradeab1e11111111111111111111111",
  "ComputeBudget111111111111111111111111111111",
  "Ed25519SigVerify111111111111111111111111111",
  "KeccakSecp256k11111111111111111111111111111",
  "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
]);

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SQRT_MINUS_ONE = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % P;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

/** Whether 32 bytes are a point of edwards25519 (RFC 8032, 5.1.3): only then can there be a private key to them. */
function isOnCurve(bytes: Uint8Array): boolean {
  const last = bytes[31] ?? 0;
  const y = BigInt(`0x${bytesToHex(Uint8Array.from([last & 0x7f, ...[...bytes.slice(0, 31)].reverse()]))}`);
  if (y >= P) return false;
  const u = (y * y - 1n + P) % P;
  const v = (D * y * y + 1n) % P;
  const v3 = (v * v * v) % P;
  const x = (u * v3 * power((u * v3 * v3 * v) % P, (P - 5n) / 8n)) % P;
  const check = (v * x * x) % P;
  const root = check === u ? x : check === (P - u) % P ? (x * SQRT_MINUS_ONE) % P : undefined;
  return root !== undefined && !(root === 0n && last >= 128);
}
