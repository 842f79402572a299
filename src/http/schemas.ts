import { z } from "zod";
import { MAX_AMOUNT } from "../core/money.js";

/** Shapes that more than one module has on the wire. */

export const Amount = z
  .int()
  .min(1)
  .max(Number(MAX_AMOUNT))
  .meta({ description: "Minor units of the asset: 999 USD is 9.99.", examples: [999] });

/** A signed or zero amount in a reply. */
export const SignedAmount = z.int().meta({ description: "Minor units of the asset.", examples: [-3] });

export const AssetCode = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{1,15}$/)
  .meta({ description: "What is counted: a credit type, a fiat currency or a stablecoin.", examples: ["CREDIT"] });

export const CustomerId = z
  .string()
  .regex(/^[A-Za-z0-9_.:@-]{1,128}$/)
  .meta({ description: "Your own user id.", examples: ["user-42"] });

export const Timestamp = z.iso.datetime().meta({ examples: ["2026-11-20T12:00:00.000Z"] });

/** What a text field accepts: no control characters, which would survive into logs, mails and exports. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point.
const printable = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u;
export const Text = (max: number) => z.string().min(1).max(max).regex(printable, "contains control characters");

/** An id of ours, e.g. `pay_01h455vb4pex5vsknk084sn02q`. */
export const TypedId = <P extends string>(prefix: P) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
    .transform((id) => id as `${P}_${string}`)
    .meta({ examples: [`${prefix}_01h455vb4pex5vsknk084sn02q`] });

/** An id in a reply. */
export const OutputId = (prefix: string) => z.string().meta({ examples: [`${prefix}_01h455vb4pex5vsknk084sn02q`] });

const CARD_DIGITS_MIN = 13;
const CARD_SHAPED = /(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)/g;

/** Up to 50 pairs of the caller's own. Card numbers are refused: none may ever be stored here. */
export const Metadata = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/),
    z.string().max(500).regex(printable, "contains control characters"),
  )
  .refine((pairs) => Object.keys(pairs).length <= 50, "has more than 50 pairs")
  .refine((pairs) => !Object.values(pairs).some(looksLikeCardNumber), "contains what looks like a card number")
  .meta({ id: "Metadata", description: "Your own key-value pairs.", examples: [{ invoice: "2026-118" }] });

/** Whether a text contains 13 to 19 digits that pass the Luhn check: a primary account number, by every appearance. */
export function looksLikeCardNumber(text: string): boolean {
  if (text.length < CARD_DIGITS_MIN) return false;
  return text.match(CARD_SHAPED)?.some((run) => passesLuhn(run.replace(/\D/g, ""))) ?? false;
}

function passesLuhn(run: string): boolean {
  let sum = 0;
  for (let index = 0; index < run.length; index += 1) {
    const digit = Number(run[run.length - 1 - index]);
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** A description or note: printable, and not a card number. */
export const Note = (max: number) =>
  Text(max).refine((text) => !looksLikeCardNumber(text), "contains what looks like a card number");

export const PageParams = {
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: "Rows a page." }),
  cursor: z.string().max(500).optional().meta({ description: "`nextCursor` of the page before." }),
};

/** A page of `item`. */
export const ListOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** `dryRun=true` answers what would happen and writes nothing. */
export const DryRun = z.strictObject({
  dryRun: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .meta({ description: "Answer what would happen; write nothing." }),
});

/** The headers of a POST that needs a key, for the document; the plugin enforces them. */
export const IdempotencyHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .optional()
    .meta({ description: "1 to 255 visible characters, unique per intended effect. Required where money moves." }),
});

/** Times outside of these are mistakes, and some of them could be stored but not written back. */
export const isPlausibleTime = (time: Date): boolean => time.getTime() >= 0 && time.getTime() < Date.UTC(2200, 0, 1);

/** A moment, e.g. `2026-11-20T12:00:00Z`, from 1970 to 2199. */
export const Moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine(isPlausibleTime, "is not between 1970 and 2199");

export const AsOf = z.strictObject({ asOf: Moment.optional().meta({ description: "Balances as of this moment." }) });

/** A span of creation times: from (included) to (not included). */
export const Span = {
  from: Moment.optional().meta({ description: "Created at or after." }),
  to: Moment.optional().meta({ description: "Created before." }),
};

export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null;
