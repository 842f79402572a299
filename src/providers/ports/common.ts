/**
 * What all ports share. Amounts cross this border as decimal strings in major units beside their asset ("9.99", "USD"): the
 * adapter knows the provider's exponents, the module knows the asset's scale, and neither does arithmetic on floats.
 */

/** Who we are to a provider that other installations may use, too. Every object that we make there carries it. */
export interface Installation {
  /** The id, `ins_...`; made and kept in the database on first use. */
  get(): Promise<string>;
  /** The id once it was read; undefined before that. */
  readonly known: string | undefined;
}

/** A decimal amount in major units as a string, e.g. `{ amount: "9.99", asset: "USD" }`. */
export interface DecimalAmount {
  readonly amount: string;
  readonly asset: string;
}

export interface Failure {
  /** The provider's own code, e.g. `card_declined`; kept as given. */
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
}

/**
 * The outcome of asking a provider for something.
 * `unknown` means that the effect may or may not have happened (timeout, cut connection, 5xx): only the provider's word
 * ends it. `notFound` is kept apart from `rejected`, since right after a timeout it proves nothing.
 */
export type ProviderResult<T> =
  | { readonly outcome: "accepted"; readonly value: T }
  | {
      readonly outcome: "rejected";
      readonly failure: Failure;
      /** Refused because the provider does not have its own customer that we named: it was deleted there. */
      readonly customerMissing?: true;
    }
  | { readonly outcome: "notFound" }
  | {
      readonly outcome: "unknown";
      readonly reason: string;
      /** What the asking broke off with, where it did. */
      readonly error?: unknown;
    };

/** Whether an object is hidden from us: it is not there, or the provider does not show it to our key. */
export const isHidden = (result: ProviderResult<unknown>): boolean =>
  result.outcome === "notFound" || (result.outcome === "unknown" && result.reason === "forbidden");

/** Which part of a provider's list is asked for; `cursor` is opaque. */
export interface ListingQuery {
  readonly since: Date;
  readonly cursor?: string;
}

export interface Listing<T> {
  readonly data: readonly T[];
  /** What is listed and cannot be read; it hides none of its neighbours. */
  readonly unreadable?: readonly UnreadableEntry[];
  readonly nextCursor: string | null;
}

/** An entry of a provider's list that is not what the provider documents, with what can be told of it. */
export interface UnreadableEntry {
  readonly entry: unknown;
  readonly reason: string;
  readonly providerReference?: string;
  /** Our reference, or our id of the payment, as the provider echoes it. */
  readonly reference?: string;
  /** It is surely none of the coins that we sent. */
  readonly isIncoming?: boolean;
  readonly occurredAt?: Date;
}
