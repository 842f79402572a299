import { Refusal } from "../refusal.js";
import type { Call, SandboxServer } from "../server.js";
import { type Accounts, decimal, unitsOf } from "./accounts.js";
import { WALLETS } from "./chains.js";
import type { Deposits } from "./deposits.js";
import { blockradarError } from "./dialect.js";
import type { Oddities } from "./oddities.js";
import type { Rates } from "./rates.js";
import type { Transactions } from "./transactions.js";
import { addressJson, type ChildAddress, envelope, tokenJson, walletAssetJson } from "./wire.js";
import type { NewWithdrawal, Withdrawals } from "./withdrawals.js";

const DEFAULT_PAGE = 100;
const MAX_PAGE = 100;

/** Everything that lives behind the API. */
export interface BlockradarWorld {
  readonly accounts: Accounts;
  readonly transactions: Transactions;
  readonly deposits: Deposits;
  readonly withdrawals: Withdrawals;
  readonly rates: Rates;
  readonly oddities: Oddities;
}

function positive(query: URLSearchParams, name: string, fallback: number): number {
  const value = Number(query.get(name) ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw blockradarError(400, `${name} must be a positive number`);
  return value;
}

/** `items` newest first, and Blockradar's description of the page. */
function page<Item>(call: Call, items: Item[]): { data: Item[]; meta: object } {
  const query = new URLSearchParams(call.query);
  const itemsPerPage = Math.min(positive(query, "limit", DEFAULT_PAGE), MAX_PAGE);
  const currentPage = positive(query, "page", 1);
  const ordered = query.get("order") === "ASC" ? items.toReversed() : items;
  const data = ordered.slice((currentPage - 1) * itemsPerPage, currentPage * itemsPerPage);
  const totalPages = Math.ceil(items.length / itemsPerPage);
  return {
    data,
    meta: { totalItems: items.length, itemCount: data.length, itemsPerPage, totalPages, currentPage },
  };
}

const idOf = ({ params }: Call) => params.id ?? "";

function installWallets(server: SandboxServer, { accounts, oddities }: BlockradarWorld): void {
  server.api("GET", "/v1/wallets/:id", (call) => {
    const wallet = accounts.wallet(idOf(call));
    return envelope("Wallet fetched successfully", oddities.walletJson(wallet));
  });
  server.api("GET", "/v1/wallets/:id/assets", (call) => {
    const wallet = accounts.wallet(idOf(call));
    return envelope(
      "Assets fetched successfully",
      wallet.assets.map((asset) => walletAssetJson(wallet.chain, asset)),
    );
  });
  const balances = (call: Call) => {
    const wallet = accounts.wallet(idOf(call));
    return wallet.assets.map((asset) => {
      const balance = decimal(accounts.balance(wallet, asset), asset.decimals);
      return {
        id: asset.id,
        json: { asset: walletAssetJson(wallet.chain, asset), balance, convertedBalance: balance },
      };
    });
  };
  server.api("GET", "/v1/wallets/:id/balances", (call) =>
    envelope(
      "Balances fetched successfully",
      balances(call).map(({ json }) => json),
    ),
  );
  server.api("GET", "/v1/wallets/:id/balance", (call) => {
    const assetId = new URLSearchParams(call.query).get("assetId");
    const found = balances(call).find(({ id }) => id === assetId);
    if (!found) throw blockradarError(404, "Asset not found");
    return envelope("Balance fetched successfully", found.json);
  });
}

function readAddress(body: Record<string, unknown>): Pick<ChildAddress, "name" | "metadata" | "disableAutoSweep"> {
  const { name = null, metadata = null, disableAutoSweep = false } = body;
  if (name !== null && typeof name !== "string") throw blockradarError(400, "name must be a string");
  if (typeof metadata !== "object" || Array.isArray(metadata)) throw blockradarError(400, "metadata must be an object");
  return { name, metadata: metadata as Record<string, unknown> | null, disableAutoSweep: disableAutoSweep === true };
}

function installAddresses(server: SandboxServer, { accounts }: BlockradarWorld): void {
  const base = "/v1/wallets/:id/addresses";
  server.api("POST", base, (call) => {
    const wallet = accounts.wallet(idOf(call));
    const child = accounts.createAddress(wallet, readAddress(call.body));
    server.effects.count("addresses", child.id, "created");
    return envelope("Address generated successfully", addressJson(wallet, child));
  });
  server.api("GET", base, (call) => {
    const wallet = accounts.wallet(idOf(call));
    const { data, meta } = page(call, accounts.addresses(wallet));
    return envelope(
      "Addresses fetched successfully",
      data.map((child) => addressJson(wallet, child)),
      meta,
    );
  });
  server.api("GET", `${base}/:addressId`, (call) => {
    const wallet = accounts.wallet(idOf(call));
    const child = accounts.address(wallet, call.params.addressId ?? "");
    return envelope("Address fetched successfully", addressJson(wallet, child));
  });
  server.api("PATCH", `${base}/:addressId`, (call) => {
    const wallet = accounts.wallet(idOf(call));
    const child = accounts.address(wallet, call.params.addressId ?? "");
    const { isActive } = call.body;
    if (isActive !== undefined && typeof isActive !== "boolean")
      throw blockradarError(400, "isActive must be a boolean");
    const change = { ...readAddress({ ...child, ...call.body }), ...(isActive === undefined ? {} : { isActive }) };
    return envelope("Address updated successfully", addressJson(wallet, accounts.changeAddress(child, change)));
  });
}

const itemOf = (body: Record<string, unknown>, assetId: unknown): NewWithdrawal => ({
  assetId,
  address: body.address,
  amount: body.amount,
  reference: body.reference,
  note: body.note,
  metadata: body.metadata,
});

/** What is wrong with an item of a batch, as text. */
function messageOf(refusal: Refusal): string {
  const { message } = refusal.body as { message: string };
  return message;
}

function installWithdrawals(server: SandboxServer, world: BlockradarWorld): void {
  const { accounts, withdrawals } = world;
  server.api("POST", "/v1/wallets/:id/withdraw", (call) => {
    const wallet = accounts.wallet(idOf(call));
    const { assets, assetId } = call.body;
    if (assets === undefined) {
      return envelope("Withdrawal successful", withdrawals.create(wallet, itemOf(call.body, assetId)));
    }
    if (!Array.isArray(assets) || assets.length === 0) throw blockradarError(400, "assets must be an array");
    const success: unknown[] = [];
    const errors: unknown[] = [];
    for (const [index, item] of (assets as Record<string, unknown>[]).entries()) {
      try {
        success.push(withdrawals.create(wallet, itemOf(item, item.id)));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        errors.push({ index, ...item, message: messageOf(error) });
      }
    }
    return envelope("Withdrawal successful", { success, errors });
  });
  server.api("POST", "/v1/wallets/:id/withdraw/network-fee", (call) => {
    const wallet = accounts.wallet(idOf(call));
    const { chain } = wallet;
    const { assetId, address, amount } = call.body;
    const asset = accounts.asset(wallet, String(assetId));
    if (typeof address !== "string") throw blockradarError(400, "address is required");
    if (typeof amount !== "string" || !/^\d+(\.\d+)?$/.test(amount))
      throw blockradarError(400, "amount must be a string");
    unitsOf(amount, asset.decimals);
    const native = accounts.native(wallet);
    const nativeBalance = decimal(accounts.balance(wallet, native), native.decimals);
    return envelope("Network fee fetched successfully", {
      networkFee: chain.networkFee,
      networkFeeInUSD: (Number(chain.networkFee) * chain.nativeUsd).toFixed(6),
      transactionFee: "0",
      nativeBalance,
      nativeBalanceInUSD: (Number(nativeBalance) * chain.nativeUsd).toFixed(2),
      estimatedArrivalTime: chain.arrivalSeconds,
    });
  });
}

function installTransactions(server: SandboxServer, world: BlockradarWorld): void {
  const { accounts, transactions, withdrawals, deposits, oddities } = world;
  const base = "/v1/wallets/:id/transactions";
  const bodyId = ({ body }: Call) => {
    if (typeof body.id !== "string") throw blockradarError(400, "id is required");
    return body.id;
  };
  server.api("GET", base, (call) => {
    const query = new URLSearchParams(call.query);
    const [status, type] = [query.get("status"), query.get("type")];
    const wanted = transactions
      .list(accounts.wallet(idOf(call)).id)
      .filter((transaction) => status === null || transaction.status === status)
      .filter((transaction) => type === null || transaction.type === type);
    const { data, meta } = page<unknown>(call, [...oddities.entries(idOf(call)), ...wanted]);
    return envelope("Transactions fetched successfully", data, meta);
  });
  server.api("GET", `${base}/:transactionId`, (call) => {
    const { transaction } = transactions.get(idOf(call), call.params.transactionId ?? "");
    return envelope("Transaction fetched successfully", transaction);
  });
  server.api("POST", `${base}/cancel`, (call) =>
    envelope("Transaction cancelled successfully", withdrawals.cancel(idOf(call), bodyId(call))),
  );
  server.api("POST", `${base}/webhooks/resend`, (call) => {
    const entry = transactions.get(idOf(call), bodyId(call));
    transactions.resend(entry);
    return envelope("Webhook resent successfully", entry.transaction);
  });
  server.api("POST", "/v1/wallets/:id/rescan/blocks", (call) => {
    const { transactionHash } = call.body;
    if (typeof transactionHash !== "string") throw blockradarError(400, "transactionHash is required");
    deposits.rescan(accounts.wallet(idOf(call)).id, transactionHash);
    return envelope("Block rescan initiated successfully");
  });
}

function installMisc(server: SandboxServer, { accounts, rates }: BlockradarWorld): void {
  server.api("GET", "/v1/aml/lookup", (call) => {
    const query = new URLSearchParams(call.query);
    const address = query.get("address");
    if (!address) throw blockradarError(400, "address is required");
    if (!WALLETS.some(({ chain }) => chain.slug === query.get("blockchain"))) {
      throw blockradarError(404, "Blockchain not found");
    }
    return envelope("Anti Money Laundering lookup", { isBlacklisted: accounts.isBlacklisted(address) });
  });
  server.api("GET", "/v1/assets/rates", (call) => {
    const query = new URLSearchParams(call.query);
    const assets = (query.get("assets") ?? "USDC,USDT").split(",");
    return envelope("Rates retrieved successfully", rates.of(assets, query.get("currency") ?? "USD"));
  });
  server.api("GET", "/v1/assets", () =>
    envelope(
      "Assets fetched successfully",
      WALLETS.flatMap(({ chain, assets }) => assets.map((asset) => tokenJson(chain, asset))),
    ),
  );
}

/** Blockradar's API. */
export function installBlockradarApi(server: SandboxServer, world: BlockradarWorld): void {
  installWallets(server, world);
  installAddresses(server, world);
  installWithdrawals(server, world);
  installTransactions(server, world);
  installMisc(server, world);
}
