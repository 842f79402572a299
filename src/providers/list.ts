import { bankTransfer } from "./bank-transfer/provider.js";
import { blockradar } from "./blockradar/provider.js";
import { coinbase } from "./coinbase/provider.js";
import type { ProviderDefinition } from "./definition.js";
import { stripe } from "./stripe/provider.js";

/** Every provider there is. A new one is added here, and nowhere else by name. */
const LIST = [stripe, coinbase, blockradar, bankTransfer] as const;

export type Definition = (typeof LIST)[number];

/** All of them, for whoever treats them alike. */
export const DEFINITIONS: readonly ProviderDefinition[] = LIST;

type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The settings of all providers. */
export const PROVIDER_SETTINGS: Together<Definition["settings"]> = Object.assign(
  {},
  ...LIST.map(({ settings }) => settings),
);
