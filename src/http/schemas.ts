import { z } from "zod";
import { CUSTOMER_ID } from "../core/customer-ids.js";
import { MAX_AMOUNT } from "../core/money.js";

/** Shapes that more than one module has on the wire. */

/** What a number of minor units must be; a missing one and one out of range have words of their own. */
export const wholeUnits = (issue: { readonly code?: string | undefined; readonly input?: unknown }) =>
  issue.code === "invalid_type" && issue.input !== undefined ? "must be a whole number of minor units" : undefined;

export const Amount = z
  .int({ error: wholeUnits })
  .min(1)
  .max(Number(MAX_AMOUNT))
  .meta({ description: "Minor units of the asset: 999 USD is 9.99.", examples: [999] });

/** A signed or zero amount in a reply. */
export const SignedAmount = z.int().meta({ description: "Minor units of the asset.", examples: [-3] });

/** An amount that news speaks of. */
export const Units = z.int().meta({ description: "Minor units of the asset.", examples: [999] });

const codeOf = (what: string, such: string) =>
  z.string().regex(/^[A-Z][A-Z0-9_]{1,15}$/, `must be ${what}'s code in capital letters, such as ${such}`);

export const AssetCode = codeOf("an asset", "USD or CREDIT").meta({
  description: "What is counted: a credit type, a fiat currency or a stablecoin.",
  examples: ["CREDIT"],
});

/** An asset's code where stablecoins are meant. */
export const StablecoinCode = AssetCode.meta({ examples: ["USDC"] });

/** What a price is in. */
export const CurrencyCode = codeOf("a currency", "USD").meta({
  description: "ISO 4217, or the stablecoin that is charged.",
  examples: ["USD"],
});

export const CustomerId = z
  .string()
  .regex(CUSTOMER_ID, "must be 1 to 128 letters, digits or characters of `_.:@|+-`, and neither `.` nor `..`")
  .meta({ description: "Your own user id.", examples: ["user-42"] });

export const Timestamp = z.iso.datetime().meta({ examples: ["2026-11-20T12:00:00.000Z"] });

/** A text field. That it is fit to be kept, strings.ts sees to, for every string of a request. */
export const Text = (max: number) => z.string().min(1).max(max);

const ID_EXAMPLE = "01h455vb4pex5vsknk084sn02q";

/** An id of ours, e.g. `pay_01h455vb4pex5vsknk084sn02q`. */
export const TypedId = <P extends string>(prefix: P) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `must be an id such as ${prefix}_${ID_EXAMPLE}`)
    .transform((id) => id as `${P}_${string}`)
    .meta({ examples: [`${prefix}_${ID_EXAMPLE}`] });

/** An id in a reply. */
export const OutputId = (prefix: string) => z.string().meta({ examples: [`${prefix}_${ID_EXAMPLE}`] });

/** A package or plan, by its id or by its code. */
export const IdOrCode = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,40}$/, "must be an id or a code: small letters, digits, `_` and `-`, a letter first");

/** The provider's own id of something, e.g. Stripe's `pm_...`. */
export const ProviderId = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,100}$/, "must be the provider's id of it, such as pm_1R7x2eLkdIwHu7ix0Yd1x3nC");

/** Where a browser can be sent. */
export const WebUrl = z
  .url({
    protocol: /^https?$/,
    error: ({ code }) =>
      code === "invalid_format" ? "must be a web address, such as https://shop.example/thanks" : undefined,
  })
  .max(2_000);

/** Up to 50 pairs of the caller's own. */
export const Metadata = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/, "must be 1 to 40 letters, digits or characters of `_.-`"),
    z.string().max(500),
  )
  .refine((pairs) => Object.keys(pairs).length <= 50, "has more than 50 pairs")
  .meta({
    id: "Metadata",
    description: "Your own key-value pairs: up to 50, of 40 and 500 characters. Card numbers are refused.",
    examples: [{ invoice: "2026-118" }],
  });

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
  .refine(isPlausibleTime, "must be between 1970 and 2199");

export const AsOf = z.strictObject({ asOf: Moment.optional().meta({ description: "Balances as of this moment." }) });

/** A span of creation times: from (included) to (not included). */
export const Span = {
  from: Moment.optional().meta({ description: "Created at or after." }),
  to: Moment.optional().meta({ description: "Created before." }),
};

export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null;
