import type { Network } from "../ports/custody.js";

/**
 * Blockradar's blockchain slugs. `bnb-smart-chain` and `base` are seen in its API reference (get-wallet, get-balances); the
 * others are its names of the chains (docs.blockradar.co/essentials/integrations) in the same spelling, with the chains' own
 * longer names beside them. A slug that is not here is a chain that we do not serve.
 */
const NETWORK_OF_SLUG: Readonly<Record<string, Network>> = {
  ethereum: "ethereum",
  base: "base",
  polygon: "polygon",
  "bnb-smart-chain": "bsc",
  bsc: "bsc",
  arbitrum: "arbitrum",
  "arbitrum-one": "arbitrum",
  optimism: "optimism",
  avalanche: "avalanche",
  "avalanche-c-chain": "avalanche",
  celo: "celo",
  tron: "tron",
  solana: "solana",
};

/** Our name of a chain; undefined for one that we do not serve. */
export function networkOf(slug: string): Network | undefined {
  return Object.hasOwn(NETWORK_OF_SLUG, slug) ? NETWORK_OF_SLUG[slug] : undefined;
}

/** Blockradar's slug of a chain. */
export function slugOf(network: Network): string {
  return network === "bsc" ? "bnb-smart-chain" : network;
}
