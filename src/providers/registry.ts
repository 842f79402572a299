import type { Clock } from "../core/clock.js";
import type { FaultHook } from "../core/faults.js";
import type { BuildContext, Ports, Subject } from "./definition.js";
import { type ConnectionPool, createOutbound, createPool, type OutboundCallEvent } from "./http.js";
import { DEFINITIONS, type Definition } from "./list.js";
import type { Installation } from "./ports/common.js";
import type {
  BalanceProvider,
  BalanceProviderName,
  BillingProvider,
  BillingProviderName,
  CustodyProvider,
  CustodyProviderName,
  PaymentProvider,
  PaymentProviderName,
  WebhookProviderName,
} from "./ports/names.js";
import type { WebhookPort } from "./ports/webhooks.js";

type OptionsOf<D> = D extends { read(settings: never): infer Options } ? Options : never;

/** What each provider is built with, by its name. A provider that is absent here is off. */
export type ProviderSettings = {
  readonly [D in Definition as D["name"]]?: OptionsOf<D> | undefined;
} & { readonly publicUrl: string };

export interface ProviderOptions {
  /** Who we are to accounts that several installations share; without it nothing says so. */
  readonly installation?: Installation | undefined;
  readonly faults?: FaultHook | undefined;
  readonly onCall?: ((event: OutboundCallEvent) => void) | undefined;
  /** Dates the tokens of requests, so it must agree with the real time of who verifies them. */
  readonly clock?: Clock | undefined;
  /** Bounds each outbound call, in ms, instead of each provider's own bound. */
  readonly timeoutMs?: number | undefined;
}

/** The providers that are set up, by subject and name. */
export interface Providers {
  readonly payments: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Who bills again and again. */
  readonly billing: ReadonlyMap<BillingProviderName, BillingProvider>;
  /** Who keeps coins and sends them. */
  readonly custody: ReadonlyMap<CustodyProviderName, CustodyProvider>;
  readonly webhooks: ReadonlyMap<WebhookProviderName, WebhookPort>;
  /** Who keeps money or coins of ours and makes statements of them. */
  readonly balances: ReadonlyMap<BalanceProviderName, BalanceProvider>;
  /** Loads what the first call would otherwise wait for. */
  load(): Promise<void>;
  /** Lets calls in flight end, then closes the connection pools. */
  close(): Promise<void>;
}

/** Reads from the settings which providers are on, and with what. */
export function readProviders(config: Readonly<Record<string, unknown>>, publicUrl: string): ProviderSettings {
  const read = DEFINITIONS.map((definition) => [definition.name, definition.read(config)]);
  return { ...Object.fromEntries(read), publicUrl };
}

/** Builds the configured providers, each on a connection pool and a breaker of its own. Throws a RangeError on bad keys. */
export function buildProviders(settings: ProviderSettings, options: ProviderOptions = {}): Providers {
  const built: { readonly [S in Subject]: Map<string, Ports[S]> } = {
    payments: new Map(),
    billing: new Map(),
    custody: new Map(),
    webhooks: new Map(),
    balance: new Map(),
  };
  const pools: ConnectionPool[] = [];
  const given: Readonly<Record<string, unknown>> = settings;
  const on = DEFINITIONS.filter(({ name }) => given[name] !== undefined);
  for (const definition of on) {
    const { name } = definition;
    const context: BuildContext = {
      installation: options.installation,
      clock: options.clock,
      publicUrl: settings.publicUrl,
      connect: () => {
        const timeoutMs = options.timeoutMs ?? definition.timeoutMs;
        if (timeoutMs === undefined) throw new Error(`the definition of ${name} bounds no calls`);
        const pool = createPool(timeoutMs);
        pools.push(pool);
        const { faults, onCall } = options;
        return { outbound: createOutbound({ provider: name, timeoutMs, faults, onCall, pool }), timeoutMs };
      },
    };
    const ports = definition.build(given[name], context);
    for (const [subject, port] of Object.entries(ports))
      if (port) (built[subject as Subject] as Map<string, object>).set(name, { ...port, name });
  }
  return {
    payments: built.payments as Map<PaymentProviderName, PaymentProvider>,
    billing: built.billing as Map<BillingProviderName, BillingProvider>,
    custody: built.custody as Map<CustodyProviderName, CustodyProvider>,
    webhooks: built.webhooks as Map<WebhookProviderName, WebhookPort>,
    balances: built.balance as Map<BalanceProviderName, BalanceProvider>,
    load: async () => {
      for (const { load } of on) await load?.();
      if (pools.length > 0) await import("undici");
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}
