import { list, webUrl } from "../../core/setting-kinds.js";
import { defineProvider } from "../definition.js";
import { createBlockradarProvider } from "./adapter.js";
import { createBlockradarBalance } from "./balance.js";
import type { BlockradarWalletSetting } from "./client.js";
import { createBlockradarWebhooks } from "./webhook.js";

interface BlockradarOptions {
  /** Newest first; each is also the secret of the webhooks that it signs. */
  readonly apiKeys: readonly string[];
  /** None: webhooks are verified, and nothing else is asked. */
  readonly wallets?: readonly BlockradarWalletSetting[] | undefined;
  readonly apiBase?: string | undefined;
}

const masterWallets = list.transform((parts) =>
  parts.map((part): { walletReference: string; apiKey?: string } => {
    // Ids are UUIDs; only the first colon separates.
    const at = part.indexOf(":");
    return at < 0 ? { walletReference: part } : { walletReference: part.slice(0, at), apiKey: part.slice(at + 1) };
  }),
);

/** Stablecoins: deposit addresses, and withdrawals from master wallets. */
export const blockradar = defineProvider({
  name: "blockradar",
  title: "Blockradar",
  offers: ["custody", "webhooks", "balance"],
  clearing: undefined,
  // A withdrawal waits for its broadcast.
  timeoutMs: 30_000,
  settings: {
    BLOCKRADAR_API_KEY: list
      .optional()
      .describe("the first is sent; every one verifies the webhooks that it signs; comma-separated during rotation"),
    BLOCKRADAR_WALLET_ID: masterWallets
      .optional()
      .describe(
        "comma-separated master wallets, one for each chain, `id` or `id:key` for a wallet with its own key; turns Blockradar on",
      ),
    BLOCKRADAR_API_BASE: webUrl.optional().describe("another base for the Blockradar API, with its version"),
  },
  problems: ({ BLOCKRADAR_API_KEY, BLOCKRADAR_WALLET_ID: wallets = [] }) => {
    const problems: string[] = [];
    if (wallets.length > 0 && !BLOCKRADAR_API_KEY?.length)
      problems.push("BLOCKRADAR_API_KEY: required with BLOCKRADAR_WALLET_ID");
    if (wallets.some(({ walletReference, apiKey }) => walletReference === "" || apiKey === ""))
      problems.push("BLOCKRADAR_WALLET_ID: each must be a wallet's id, or its id and key with a colon between");
    if (new Set(wallets.map(({ walletReference }) => walletReference)).size < wallets.length)
      problems.push("BLOCKRADAR_WALLET_ID: names a wallet twice");
    return problems;
  },
  secrets: ({ BLOCKRADAR_API_KEY = [], BLOCKRADAR_WALLET_ID: wallets = [] }) => [
    { setting: "BLOCKRADAR_API_KEY", values: BLOCKRADAR_API_KEY },
    // A wallet may be given the key of them all.
    {
      setting: "BLOCKRADAR_WALLET_ID",
      values: wallets.flatMap(({ apiKey }) => (apiKey ? [apiKey] : [])),
      mayRepeat: true,
    },
  ],
  read: (settings): BlockradarOptions | undefined =>
    settings.BLOCKRADAR_API_KEY?.length
      ? {
          apiKeys: settings.BLOCKRADAR_API_KEY,
          wallets: settings.BLOCKRADAR_WALLET_ID ?? [],
          apiBase: settings.BLOCKRADAR_API_BASE,
        }
      : undefined,
  build: (options, { connect }) => {
    const { wallets = [] } = options;
    if (options.apiKeys.length === 0) return {};
    if (wallets.length === 0) return { webhooks: createBlockradarWebhooks(options) };
    const { outbound, timeoutMs } = connect();
    const provider = createBlockradarProvider({ ...options, wallets, timeoutMs }, outbound);
    return {
      custody: provider,
      webhooks: provider,
      balance: createBlockradarBalance({ ...options, wallets, timeoutMs }, outbound),
    };
  },
});
