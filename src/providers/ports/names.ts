/** Names that follow from the list of providers: types of the tables, enums of the wire, labels of metrics. */
import type { Ports, Subject } from "../definition.js";
import { DEFINITIONS, type Definition } from "../list.js";

type Offering<S extends Subject, D = Definition> = D extends { readonly offers: readonly (infer Offered)[] }
  ? S extends Offered
    ? D
    : never
  : never;
type NameOf<S extends Subject> = Offering<S>["name"];

export type ProviderName = Definition["name"];
export type PaymentProviderName = NameOf<"payments">;
export type BillingProviderName = NameOf<"billing">;
export type CustodyProviderName = NameOf<"custody">;
export type WebhookProviderName = NameOf<"webhooks">;
export type BalanceProviderName = NameOf<"balance">;

const namesOf = <S extends Subject>(subject: S) =>
  DEFINITIONS.filter(({ offers }) => offers.includes(subject)).map(({ name }) => name) as [NameOf<S>, ...NameOf<S>[]];

export const PROVIDER_NAMES = DEFINITIONS.map(({ name }) => name) as [ProviderName, ...ProviderName[]];
export const PAYMENT_PROVIDER_NAMES = namesOf("payments");
export const BILLING_PROVIDER_NAMES = namesOf("billing");
export const CUSTODY_PROVIDER_NAMES = namesOf("custody");
export const BALANCE_PROVIDER_NAMES = namesOf("balance");
export const WEBHOOK_PROVIDER_NAMES = namesOf("webhooks");

/** The system account that holds what a provider has taken for us. */
export type ClearingAccount = NonNullable<Definition["clearing"]>;
export const CLEARING_ACCOUNTS = Object.fromEntries(
  DEFINITIONS.flatMap(({ name, clearing }) => (clearing === undefined ? [] : [[name, clearing]])),
) as Readonly<Record<PaymentProviderName, ClearingAccount>>;

/** A provider that is set up, and its name. */
type Named<S extends Subject> = Ports[S] & { readonly name: NameOf<S> };
export type PaymentProvider = Named<"payments">;
export type BillingProvider = Named<"billing">;
/** Those that are set up, in the order of the list of providers. */
export type BillingProviders = ReadonlyMap<BillingProviderName, BillingProvider>;
export type CustodyProvider = Named<"custody">;
export type BalanceProvider = Named<"balance">;

/** The biller that is meant where none is named: rows and keys of before there was a choice do not say. */
export const ORIGINAL_BILLER: BillingProviderName = "stripe";

/** The biller of what begins when the caller names none: the first that is set up, or, where none is, the first of the list. */
export const defaultBiller = (providers: BillingProviders): BillingProviderName =>
  providers.keys().next().value ?? BILLING_PROVIDER_NAMES[0];
