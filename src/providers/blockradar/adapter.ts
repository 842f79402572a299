import { z } from "zod";
import type { Outbound } from "../http.js";
import type { ProviderResult } from "../ports/common.js";
import type { ChainPage, CustodyPort, DepositNews, WithdrawalNews } from "../ports/custody.js";
import type { WebhookPort } from "../ports/webhooks.js";
import { readEach } from "../shared.js";
import { createAddress, findAddress } from "./addresses.js";
import { type AskBlockradar, type BlockradarClientOptions, createBlockradarClient } from "./client.js";
import { slugOf } from "./networks.js";
import { type BlockradarTransaction, depositNews, parseTransaction, withdrawalNews } from "./news.js";
import { nextPage, PAGE_SIZE, traitsOf } from "./pages.js";
import { createWallets } from "./wallets.js";
import { interpretBlockradarEvent, verifyBlockradarWebhook } from "./webhook.js";
import { cancelWithdrawal, estimateFee, withdraw } from "./withdrawals.js";

/**
 * Blockradar as the keeper of our coins (docs.blockradar.co/en/api-reference; where its overview pages print other paths, the
 * OpenAPI reference is right).
 */
export function createBlockradarProvider(
  options: BlockradarClientOptions,
  outbound: Outbound,
): CustodyPort & WebhookPort {
  const ask = createBlockradarClient(options, outbound);
  const wallets = createWallets(
    ask,
    options.wallets.map(({ walletReference }) => walletReference),
  );
  return {
    callTimeoutMs: options.timeoutMs,
    listWallets: () => wallets.list(),
    listStrangers: () => wallets.strangers(),
    getBalances: (walletReference) => wallets.balances(walletReference),
    createAddress: (request) => createAddress(ask, request),
    findAddress: (query) => findAddress(ask, query),
    estimateFee: (request) => estimateFee(ask, wallets, request),
    withdraw: (request) => withdraw(ask, request),
    cancelWithdrawal: (request) => cancelWithdrawal(ask, request),
    getTransaction: (query) => getTransaction(ask, query),
    listTransactions: (query) => listTransactions(ask, query),
    rescan: (request) => rescan(ask, request),
    screenAddress: (query) => screenAddress(ask, query),
    getRates: (query) => getRates(ask, query),
    verifyWebhook: async (delivery) => verifyBlockradarWebhook(delivery, options),
    interpretWebhook: interpretBlockradarEvent,
  };
}

const typeSchema = z.looseObject({ id: z.string().min(1), type: z.string() });

/** A transaction as news of one direction; of neither when it is something else (a swap, a signature). */
function newsOf(value: unknown, walletReference: string): { deposit?: DepositNews; withdrawal?: WithdrawalNews } {
  const { type } = typeSchema.parse(value);
  if (type !== "DEPOSIT" && type !== "WITHDRAW") return {};
  const transaction: BlockradarTransaction = parseTransaction(value, walletReference);
  if (transaction.wallet.id !== walletReference) throw new RangeError("a transaction of another wallet");
  return type === "DEPOSIT" ? { deposit: depositNews(transaction) } : { withdrawal: withdrawalNews(transaction) };
}

function getTransaction(
  ask: AskBlockradar,
  { walletReference, providerReference }: Parameters<CustodyPort["getTransaction"]>[0],
) {
  return ask(
    {
      method: "GET",
      path: `/wallets/${encodeURIComponent(walletReference)}/transactions/${encodeURIComponent(providerReference)}`,
      name: "/wallets/{id}/transactions/{id}",
      walletReference,
      effect: "read",
    },
    (data) => {
      if (typeSchema.parse(data).id !== providerReference) throw new RangeError("a reply about another transaction");
      return newsOf(data, walletReference);
    },
  );
}

/** Pages count from the newest, so what happens meanwhile repeats a transaction on the next page and never skips one. */
async function listTransactions(
  ask: AskBlockradar,
  { walletReference, cursor }: Parameters<CustodyPort["listTransactions"]>[0],
): Promise<ProviderResult<ChainPage>> {
  const page = cursor === undefined ? 1 : Number(cursor);
  if (!Number.isSafeInteger(page) || page < 1) return { outcome: "unknown", reason: "bad_cursor" };
  return ask(
    {
      method: "GET",
      path: `/wallets/${encodeURIComponent(walletReference)}/transactions`,
      name: "/wallets/{id}/transactions",
      walletReference,
      query: { page: String(page), limit: String(PAGE_SIZE), order: "DESC" },
      effect: "read",
    },
    (data, envelope) => {
      const values = z.array(z.unknown()).parse(data);
      const { values: news, unreadable } = readEach(values, (value) => newsOf(value, walletReference));
      const next = nextPage(page, values.length, envelope);
      return {
        deposits: news.flatMap(({ deposit }) => deposit ?? []),
        withdrawals: news.flatMap(({ withdrawal }) => withdrawal ?? []),
        unreadable: unreadable.map((each) => ({ ...each, ...traitsOf(each.entry) })),
        nextCursor: next === null ? null : String(next),
      };
    },
  );
}

function rescan(
  ask: AskBlockradar,
  { walletReference, transactionHash }: Parameters<CustodyPort["rescan"]>[0],
): Promise<ProviderResult<undefined>> {
  return ask(
    {
      method: "POST",
      path: `/wallets/${encodeURIComponent(walletReference)}/rescan/blocks`,
      name: "/wallets/{id}/rescan/blocks",
      walletReference,
      body: { transactionHash },
      effect: "write",
    },
    () => undefined,
  );
}

const screeningSchema = z.looseObject({ isBlacklisted: z.boolean() });

function screenAddress(ask: AskBlockradar, { address, network }: Parameters<CustodyPort["screenAddress"]>[0]) {
  return ask(
    {
      method: "GET",
      path: "/aml/lookup",
      name: "/aml/lookup",
      query: { address, blockchain: slugOf(network) },
      effect: "read",
    },
    (data) => ({ blacklisted: screeningSchema.parse(data).isBlacklisted }),
  );
}

/** Rates come as JSON numbers; their shortest decimal text is what was sent, unless it needs an exponent. */
const rateSchema = z
  .number()
  .positive()
  .transform((rate) => String(rate))
  .pipe(z.string().regex(/^\d+(\.\d+)?$/));
const ratesSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

function getRates(ask: AskBlockradar, { assets, currency }: Parameters<CustodyPort["getRates"]>[0]) {
  return ask(
    {
      method: "GET",
      path: "/assets/rates",
      name: "/assets/rates",
      query: { assets: assets.join(","), currency },
      effect: "read",
    },
    (data): ReadonlyMap<string, string> => {
      const rates = ratesSchema.parse(data);
      return new Map(
        assets.flatMap((asset) => {
          const rate = Object.hasOwn(rates, asset) ? rates[asset]?.[currency] : undefined;
          return rate === undefined ? [] : [[asset, rateSchema.parse(rate)] as const];
        }),
      );
    },
  );
}
