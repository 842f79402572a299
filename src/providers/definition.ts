import type { z } from "zod";
import type { Clock } from "../core/clock.js";
import type { Outbound } from "./http.js";
import type { BalancePort } from "./ports/balance.js";
import type { BillingPort } from "./ports/billing.js";
import type { Installation } from "./ports/common.js";
import type { CustodyPort } from "./ports/custody.js";
import type { PaymentPort } from "./ports/payments.js";
import type { WebhookPort } from "./ports/webhooks.js";

/** What a provider may be to us, by subject: a port for each. */
export interface Ports {
  readonly payments: PaymentPort;
  readonly billing: BillingPort;
  readonly custody: CustodyPort;
  readonly webhooks: WebhookPort;
  readonly balance: BalancePort;
}
export type Subject = keyof Ports;

/** What a provider is built with. */
export interface BuildContext {
  /** Who we are to accounts that several installations share; without it nothing says so. */
  readonly installation: Installation | undefined;
  readonly clock: Clock | undefined;
  /** How customers' browsers reach this service. */
  readonly publicUrl: string;
  /** A connection pool and a breaker of its own, closed with the service. Providers that call nobody do without. */
  connect(): { readonly outbound: Outbound; readonly timeoutMs: number };
}

/** The secrets in one setting, which production holds against guessing and against use in two places. */
export interface Secrets {
  readonly setting: string;
  readonly values: readonly string[];
  /** What each begins with, when it is known. */
  readonly prefix?: string;
  /** They may be those of another setting as well. */
  readonly mayRepeat?: true;
}

/**
 * One provider, all in one place: what it is called, what it is to us, how it is set up, and how it is built. `registry.ts`,
 * the settings, the tables' types, the wire's enums and the metrics follow from it.
 */
export interface ProviderDefinition<
  Name extends string = string,
  Offered extends readonly Subject[] = readonly Subject[],
  Shape extends z.ZodRawShape = z.ZodRawShape,
  Options = unknown,
  Clearing extends string | undefined = string | undefined,
> {
  /** On the wire, in tables and in metrics. Never changes. */
  readonly name: Name;
  /** As people write it. */
  readonly title: string;
  /** The most that it can be; `build` may give less, when settings are missing. */
  readonly offers: Offered;
  /** The system account that holds what it has taken for us; a provider of payments has one. */
  readonly clearing: Clearing;
  /** Bounds each outbound call, in ms; absent where nobody is called. */
  readonly timeoutMs?: number;
  /** Its settings, each with a description, by the names of their environment variables. */
  readonly settings: Shape;
  /** What of the settings does not go together: sentences that begin with the name of a setting and a colon. */
  problems?(settings: z.output<z.ZodObject<Shape>>): string[];
  /** What production refuses unless PROVIDERS_TEST_MODE allows it, besides bases without TLS: test keys. */
  testProblems?(settings: z.output<z.ZodObject<Shape>>, staging: string): string[];
  secrets?(settings: z.output<z.ZodObject<Shape>>): readonly Secrets[];
  /** What it is built with, read from the settings; undefined when they leave it off. */
  read(settings: z.output<z.ZodObject<Shape>>): Options | undefined;
  /** Loads what the first call would otherwise wait for. */
  load?(): Promise<unknown>;
  /** Throws a RangeError on keys that cannot be read. */
  build(options: Options, context: BuildContext): { readonly [S in Offered[number]]?: Ports[S] | undefined };
}

/** The definition as it was given, with its name and what it offers known to the compiler. */
export const defineProvider = <
  const Name extends string,
  const Offered extends readonly Subject[],
  Shape extends z.ZodRawShape,
  Options,
  const Clearing extends string | undefined,
>(
  definition: ProviderDefinition<Name, Offered, Shape, Options, Clearing>,
): ProviderDefinition<Name, Offered, Shape, Options, Clearing> => definition;
