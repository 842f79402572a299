/**
 * Whether a text holds a primary account number, by every appearance. None may ever be stored, sent or logged here, and
 * nobody's ids may be taken for one: `order-1764272519232`, UUIDs, snowflakes and timestamps are not.
 *
 * A card number has an issuer's prefix with one of its lengths, passes the Luhn check, is written as people write cards (in one
 * run, or in groups), and is no part of a longer token of letters, digits and hyphens.
 */
export function looksLikeCardNumber(text: string): boolean {
  if (!hasDigits(text, DIGITS_MIN)) return false;
  const plain = plainDigits(text);
  for (const { 0: sequence, index } of plain.matchAll(SEQUENCE)) {
    if (isIban(plain.slice(Math.max(0, index - 6), index))) continue;
    const end = index + sequence.length;
    if (holdsCard(withoutLongerToken(partsOf(sequence), plain.slice(end, end + 3)))) return true;
  }
  return false;
}

const DIGITS_MIN = 13;

// Cheap enough for every string of every request: nearly all of them end here.
function hasDigits(text: string, wanted: number): boolean {
  if (text.length < wanted) return false;
  let digits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Beyond ASCII a character may be a digit of another script.
    if ((code >= 0x30 && code <= 0x39) || code > 0x2ff) digits += 1;
    if (digits >= wanted) return true;
  }
  return false;
}

// How a magnetic stripe begins: the number follows a letter there.
const TRACK = /%B(?=\d)/g;

/** The same text with its digits, spaces and dashes in ASCII, and without characters that cannot be seen. */
function plainDigits(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether there is anything but ASCII.
  if (/^[\x00-\x7f]*$/.test(text)) return text.replace(TRACK, "%");
  return text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/[\p{Zs}\u2028\u2029]/gu, " ")
    .replace(/[\p{Pd}\u2212\u2043]/gu, "-")
    .replace(/[\u00b7\u2022\u2024\u2027\u30fb\u3002]/g, ".")
    .replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit.codePointAt(0) ?? 0)));
}

// Unicode keeps the ten digits of a script together and in order, so the value is the distance from the first of them.
function digitValue(code: number): number {
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}

// Groups of digits, with what is between them: white space, or one mark. Letters or a hyphen before it make a longer token, a
// plus a telephone number.
const SEQUENCE = /(?<![\p{L}\p{M}\d+-])\d+(?:(?:\s{1,3}|\s?[-./,_*|:]\s?)\d+)*/gu;
const PARTS = /(\d+)([^\d]*)/g;

interface Part {
  readonly digits: string;
  /** What stands between it and the next; empty at the end. */
  readonly mark: string;
}

const partsOf = (sequence: string): Part[] =>
  [...sequence.matchAll(PARTS)].map((part) => ({ digits: part[1] ?? "", mark: part[2] ?? "" }));

// The first group of an IBAN has letters, so only the digits after it come here.
const isIban = (before: string): boolean => /(?:^|[^\p{L}\d])[A-Z]{2}\d\d $/u.test(before);

/** Drops the last groups when what follows makes them part of a longer token. */
function withoutLongerToken(parts: readonly Part[], after: string): readonly Part[] {
  if (!/^(?:[\p{L}\p{M}]|-[\p{L}\p{M}\d])/u.test(after)) return parts;
  let end = parts.length - 1;
  while (parts[end - 1]?.mark === "-") end -= 1;
  return parts.slice(0, end);
}

/** Whether neighbouring groups make a card: `4242 4242 4242 4242 12 29` holds one. */
function holdsCard(parts: readonly Part[]): boolean {
  const digits = parts.map((part) => part.digits).join("");
  const starts: number[] = [];
  let at = 0;
  for (const part of parts) {
    starts.push(at);
    at += part.digits.length;
  }
  const groupAt = new Map(starts.map((start, group) => [start, group]));
  groupAt.set(at, parts.length);
  return parts.some((_, first) => {
    // What a hyphen joins is one token, so no card begins in the middle of it.
    if (parts[first - 1]?.mark === "-") return false;
    const start = starts[first] ?? 0;
    for (const { length, inRun } of lengthsOf(digits.slice(start, start + PREFIX_MAX))) {
      const after = groupAt.get(start + length);
      if (after === undefined || parts[after - 1]?.mark === "-") continue;
      const groups = parts.slice(first, after);
      // A fraction has as many digits as it likes.
      const isFraction = groups.length === 1 && parts[first - 1]?.mark === ".";
      const isWritten = groups.length === 1 ? inRun && !isFraction : isWrittenAsCard(groups.map(sizeOf));
      const number = digits.slice(start, start + length);
      if (isWritten && passesLuhn(number) && !isBarcode(number)) return true;
    }
    return false;
  });
}

const sizeOf = (part: Part): number => part.digits.length;

/** Groups of one size with a shorter last one, groups of fours that were joined, or an issuer's own: 4-6-5 and the like. */
function isWrittenAsCard(groups: readonly number[]): boolean {
  const [size = 0, ...rest] = groups;
  const last = groups.at(-1) ?? 0;
  if (rest.slice(0, -1).every((group) => group === size) && last <= size) return true;
  if (groups.slice(0, -1).every((group) => group % 4 === 0)) return true;
  return ["4-6-5", "4-6-4", "4-5-6", "4-3-3-3", "6-13", "6-4-4-2", "6-4-4-4", "6-4-6", "4-4-5"].includes(
    groups.join("-"),
  );
}

type Lengths = readonly number[];
interface Issuer {
  /** First and last prefix, of equal length. */
  readonly from: string;
  readonly to: string;
  readonly lengths: Lengths;
  /** Lengths that count only when the number is written in groups: in one run they are ids of other things. */
  readonly grouped?: Lengths;
}

const issuer = (from: string, to: string, lengths: Lengths, grouped: Lengths = []): Issuer => ({
  from,
  to,
  lengths,
  grouped,
});

// Prefixes and lengths of ISO/IEC 7812 as the networks publish them. Nineteen digits in one run count for UnionPay only, whose
// debit cards have them: ids of that length made of a time begin with 1 or 2 for decades to come.
const ISSUERS: readonly Issuer[] = [
  issuer("4", "4", [13, 16], [19]), // Visa
  issuer("51", "55", [16]), // Mastercard
  issuer("2221", "2720", [16]), // Mastercard
  issuer("34", "34", [15]), // American Express
  issuer("37", "37", [15]), // American Express
  issuer("300", "305", [14, 16]), // Diners Club
  issuer("309", "309", [14, 16]), // Diners Club
  issuer("36", "36", [14, 16], [19]), // Diners Club
  issuer("38", "39", [14, 16], [19]), // Diners Club
  issuer("6011", "6011", [16], [19]), // Discover
  issuer("644", "649", [16], [19]), // Discover
  issuer("65", "65", [16], [18, 19]), // Discover, RuPay
  issuer("60", "60", [16]), // RuPay, Hipercard
  issuer("508", "508", [16]), // RuPay
  issuer("81", "82", [16], [17, 18, 19]), // UnionPay, RuPay
  issuer("3528", "3589", [16], [17, 18, 19]), // JCB
  issuer("62", "62", [16, 19], [17, 18]), // UnionPay
  issuer("5018", "5020", [16], [13, 14, 15, 17, 18, 19]), // Maestro, Dankort
  issuer("5038", "5038", [16], [13, 14, 15, 17, 18, 19]), // Maestro
  issuer("5893", "5893", [16], [13, 14, 15, 17, 18, 19]), // Maestro
  issuer("6304", "6304", [16], [17, 18, 19]), // Maestro
  issuer("6759", "6763", [16], [13, 14, 15, 17, 18, 19]), // Maestro
  issuer("5041", "5041", [16]), // Elo
  issuer("506", "507", [16], [18, 19]), // Elo, Verve
  issuer("636", "636", [16], [17, 18, 19]), // InterPayment, Elo
  issuer("2200", "2205", [16], [17, 18, 19]), // Mir, Borica
  issuer("9792", "9792", [16]), // Troy
];

const PREFIX_MAX = 4;

interface Length {
  readonly length: number;
  /** It counts also when the number is written in one run. */
  readonly inRun: boolean;
}

// By the first four digits; worked out when they are first met.
const known = new Map<string, readonly Length[]>();

/** How long a card that begins with these four digits may be; nothing when no issuer has them. */
function lengthsOf(prefix: string): readonly Length[] {
  let lengths = known.get(prefix);
  if (lengths === undefined) {
    lengths = ISSUERS.filter(({ from, to }) => {
      const start = prefix.slice(0, from.length);
      return start >= from && start <= to;
    }).flatMap(({ lengths: inRun, grouped = [] }) => [
      ...inRun.map((length) => ({ length, inRun: true })),
      ...grouped.map((length) => ({ length, inRun: false })),
    ]);
    known.set(prefix, lengths);
  }
  return lengths;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

// An article number (EAN-13) of German or Japanese goods begins as the oldest Visa cards did, and has a check digit of its own.
function isBarcode(digits: string): boolean {
  if (digits.length !== 13) return false;
  let sum = 0;
  for (let index = 0; index < 13; index += 1) sum += Number(digits[index]) * (index % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}
