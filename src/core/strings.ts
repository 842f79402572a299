import { looksLikeCardNumber } from "./card-numbers.js";

/** The longest text that any field takes: a dispute's evidence. */
export const TEXT_MAX = 20_000;

// Control characters survive into logs, mails and exports, and PostgreSQL stores no NUL. Tabs and line ends are text. Halves of a
// surrogate pair, and what Unicode says is no character, cannot be stored or sent on.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point.
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/;
// With `u` a whole pair is one character, so only a half of one is found.
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** Why a text of a request is refused, in words that follow its name; undefined when it is fit. */
export function unfitness(text: string): string | undefined {
  if (text.length > TEXT_MAX) return `is longer than ${TEXT_MAX} characters`;
  if (UNFIT.test(text) || LONE_SURROGATE.test(text)) return "contains control characters";
  if (looksLikeCardNumber(text)) return "contains what looks like a card number";
  return undefined;
}

/** One spelling of each text: Unicode's normal form C, in which `é` is one character. */
export function normalText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is in normal form as it is.
  return /^[\x00-\x7f]*$/.test(text) ? text : text.normalize("NFC");
}

/** A provider's text as it may be kept: without what cannot be stored, and otherwise as it was. */
export const storableText = (text: string): string =>
  text.replace(new RegExp(UNFIT, "g"), "").replace(/[\ud800-\udfff]/gu, "");
