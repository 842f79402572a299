import { z } from "zod";
import { formatDecimal, parseSignedDecimal } from "../core/money.js";
import { OutboundError } from "./http.js";
import type { Installation, ProviderResult } from "./ports/common.js";

/** The metadata key under which every provider echoes our payment id, and what makes an object ours. */
export const PAYMENT_ID_KEY = "coffer_payment_id";
export const REFUND_ID_KEY = "coffer_refund_id";
export const CUSTOMER_ID_KEY = "coffer_customer_id";
export const SUBSCRIPTION_ID_KEY = "coffer_subscription_id";
export const PRODUCT_ID_KEY = "coffer_product_id";

/** Which installation an object is of: several may share an account. Objects that were made before it was sent have none. */
export const INSTALLATION_KEY = "coffer_installation";

/** What an object that we make carries to say so. */
export const installationMetadata = async (installation: Installation | undefined): Promise<Record<string, string>> =>
  installation ? { [INSTALLATION_KEY]: await installation.get() } : {};

/** Whether an object was made by another installation than `installation`. */
export function isOfAnother(metadata: unknown, installation: string | undefined): boolean {
  if (installation === undefined || typeof metadata !== "object" || metadata === null) return false;
  const { [INSTALLATION_KEY]: of } = metadata as Record<string, unknown>;
  return typeof of === "string" && of !== installation;
}

/** A plain non-negative decimal, as providers write amounts. Exponents, signs and floats are refused. */
export const decimalString = z.string().regex(/^\d{1,40}(\.\d{1,40})?$/, "not a decimal amount");

/** One signed decimal less another, exactly, with the digits of the finer one. Throws a RangeError on what is no decimal. */
export function lessDecimal(amount: string, subtrahend: string): string {
  const scale = Math.max(...[amount, subtrahend].map((each) => each.split(".")[1]?.length ?? 0));
  return formatDecimal(parseSignedDecimal(amount, scale) - parseSignedDecimal(subtrahend, scale), scale);
}

/** Metadata as providers return it: strings, or nothing. */
export const metadataSchema = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((metadata) => metadata ?? {});

/** Our payment id in an object's metadata, if we made the object. */
export function paymentIdOf(metadata: Readonly<Record<string, unknown>>): string | undefined {
  const id = metadata[PAYMENT_ID_KEY];
  return typeof id === "string" && id !== "" ? id : undefined;
}

/**
 * The caller's metadata as far as the provider can hold it, with our id on top. What does not fit stays only with us:
 * it must not make a payment fail. Our own keys cannot be overridden by the caller's.
 */
export function fitMetadata(
  metadata: Readonly<Record<string, string>>,
  paymentId: string,
  limits: { readonly keys: number; readonly keyLength: number; readonly valueLength: number },
  installation?: string,
): Record<string, string> {
  const own = {
    ...(installation === undefined ? {} : { [INSTALLATION_KEY]: installation }),
    [PAYMENT_ID_KEY]: paymentId,
  };
  const fitting = Object.entries(metadata).filter(
    ([key, value]) =>
      !(key in own) &&
      // Stripe refuses square brackets in keys, because they are the syntax of its form encoding.
      /^[^[\]]+$/.test(key) &&
      key.length <= limits.keyLength &&
      value.length <= limits.valueLength,
  );
  return { ...Object.fromEntries(fitting.slice(0, limits.keys - Object.keys(own).length)), ...own };
}

export const accepted = <T>(value: T): ProviderResult<T> => ({ outcome: "accepted", value });
export const unknown = (reason: string): { readonly outcome: "unknown"; readonly reason: string } => ({
  outcome: "unknown",
  reason,
});
export const rejected = (code: string, message: string) =>
  ({ outcome: "rejected", failure: { code, message } }) as const;

/** A call that got no usable reply as an `unknown` result; undefined when the error is something else. */
export function fromOutboundError(error: unknown): { outcome: "unknown"; reason: string } | undefined {
  if (!(error instanceof OutboundError)) return undefined;
  return { outcome: "unknown", reason: error.kind === "open" ? "circuit_open" : error.kind };
}

/** Reads a list's entries one by one: what cannot be read must not hide its neighbours. */
export function readEach<Value>(
  entries: readonly unknown[],
  read: (entry: unknown) => Value,
): { readonly values: readonly Value[]; readonly unreadable: readonly { entry: unknown; reason: string }[] } {
  const values: Value[] = [];
  const unreadable: { entry: unknown; reason: string }[] = [];
  for (const entry of entries) {
    try {
      values.push(read(entry));
    } catch (error) {
      if (!(error instanceof z.ZodError) && !(error instanceof RangeError)) throw error;
      unreadable.push({ entry, reason: whyUnreadable(error) });
    }
  }
  return { values, unreadable };
}

const whyUnreadable = (error: z.ZodError | RangeError): string =>
  error instanceof RangeError
    ? error.message
    : `not as documented: ${error.issues
        .map(({ path }) => path.join(".") || "all of it")
        .slice(0, 10)
        .join(", ")}`;
