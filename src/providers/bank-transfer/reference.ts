import { createHash } from "node:crypto";

/**
 * References that people copy by hand: `CF-7K3M-9QXD-T2VQ`. Eleven characters say which payment, and the twelfth is such that no
 * single wrong character, and no two neighbours in each other's place, leave a reference.
 */

/** Without 0, 1, I, L and O, which are read for each other. There are 31: a prime, which the check needs. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const PREFIX = "CF";
const LENGTH = 12;
const GROUP = 4;

/** The reference of a payment. The same payment has the same, and 54 bits keep two from sharing one. */
export function referenceOf(paymentId: string): string {
  let number = BigInt(`0x${createHash("sha256").update(`coffer transfer ${paymentId}`).digest("hex")}`);
  let text = "";
  while (text.length < LENGTH - 1) {
    text += ALPHABET[Number(number % BigInt(ALPHABET.length))];
    number /= BigInt(ALPHABET.length);
  }
  return written(text + checkOf(text));
}

/** The references in a text, each once, however they are spaced and whether in capitals. */
export function referencesIn(text: string): readonly string[] {
  // Banks break lines, and payers leave hyphens out or put spaces in.
  const bare = text.toUpperCase().replace(/[\s\p{Dash_Punctuation}]/gu, "");
  const found = new Set<string>();
  for (let at = bare.indexOf(PREFIX); at >= 0; at = bare.indexOf(PREFIX, at + 1)) {
    const code = bare.slice(at + PREFIX.length, at + PREFIX.length + LENGTH);
    if (isCode(code)) found.add(written(code));
  }
  return [...found];
}

const isCode = (code: string): boolean =>
  code.length === LENGTH &&
  [...code].every((character) => ALPHABET.includes(character)) &&
  checkOf(code.slice(0, -1)) === code.at(-1);

// Weights that differ, modulo a prime: whatever one mistake changes, it changes the sum.
function checkOf(text: string): string {
  const sum = [...text].reduce((total, character, index) => total + ALPHABET.indexOf(character) * (index + 2), 0);
  return ALPHABET[(ALPHABET.length - (sum % ALPHABET.length)) % ALPHABET.length] ?? "";
}

const written = (code: string): string => [PREFIX, ...(code.match(new RegExp(`.{${GROUP}}`, "g")) ?? [])].join("-");
