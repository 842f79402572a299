import { controlRefusal } from "../refusal.js";
import type { Call, SandboxServer } from "../server.js";
import { type Accounts, decimal, unitsOf } from "./accounts.js";
import { makeAddress } from "./addresses.js";
import { BLOCKRADAR_WALLETS, CHAIN_NAMES, type MasterWallet, WALLETS } from "./chains.js";
import type { NewDeposit } from "./deposits.js";
import type { BlockradarWorld } from "./routes.js";
import { OUTCOMES, SETTLED, type Settlement, type WithdrawalRule } from "./withdrawals.js";

type Body = Record<string, unknown>;

function refuseUnknown(body: Body, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw controlRefusal(400, `unknown field: ${unknown}; there are ${known.join(", ")}`);
}

function optionalText<Name extends string>(body: Body, ...names: Name[]): { [Key in Name]?: string } {
  const read: { [Key in Name]?: string } = {};
  for (const name of names) {
    const value = body[name];
    if (value === undefined) continue;
    if (typeof value !== "string") throw controlRefusal(400, `${name} must be a string`);
    read[name] = value;
  }
  return read;
}

function optionalCount<Name extends string>(body: Body, ...names: Name[]): { [Key in Name]?: number } {
  const read: { [Key in Name]?: number } = {};
  for (const name of names) {
    const value = body[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
      throw controlRefusal(400, `${name} must be a non-negative integer`);
    }
    read[name] = value;
  }
  return read;
}

function oneOf<Value extends string>(body: Body, name: string, values: readonly Value[], fallback?: Value): Value {
  const given = body[name] ?? fallback;
  const value = values.find((known) => known === given);
  if (value === undefined) throw controlRefusal(400, `${name} must be one of ${values.join(", ")}`);
  return value;
}

function flag(body: Body, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value !== "boolean") throw controlRefusal(400, `${name} must be a boolean`);
  return value;
}

function amountOf(body: Body, name = "amount"): string {
  const value = body[name];
  if (typeof value !== "string" || !/^\d+(\.\d+)?$/.test(value))
    throw controlRefusal(400, `${name} must be a decimal string`);
  return value;
}

function assetOf(body: Body): string {
  if (typeof body.asset !== "string") throw controlRefusal(400, "asset must be a symbol, e.g. USDC");
  return body.asset;
}

const DEPOSIT_FIELDS = [
  "address",
  "addressId",
  "asset",
  "amount",
  "network",
  "environment",
  "contract",
  "from",
  "aml",
  "confirmations",
  "status",
  "reason",
  "missed",
  "sweep",
  "logIndex",
  "hash",
];

function readDeposit(body: Body): NewDeposit {
  refuseUnknown(body, DEPOSIT_FIELDS);
  const { address, addressId, ...texts } = optionalText(
    body,
    "address",
    "addressId",
    "contract",
    "from",
    "reason",
    "hash",
  );
  const to = address ?? addressId;
  return {
    ...texts,
    ...optionalCount(body, "confirmations", "logIndex"),
    ...(to === undefined ? {} : { address: to }),
    ...(body.network === undefined ? {} : { network: oneOf(body, "network", CHAIN_NAMES) }),
    asset: assetOf(body),
    amount: amountOf(body),
    environment: oneOf(body, "environment", ["testnet", "mainnet"], "testnet"),
    aml: oneOf(body, "aml", ["clean", "flagged", "none"], "clean"),
    status: oneOf(body, "status", ["processing", "success", "failed"], "success"),
    missed: flag(body, "missed"),
    sweep: flag(body, "sweep"),
  };
}

const idOf = ({ params }: Call) => params.id ?? "";

function installDeposits(server: SandboxServer, { deposits, transactions }: BlockradarWorld): void {
  server.control("POST", "/sandbox/deposits", ({ body }) => deposits.make(readDeposit(body)));
  server.control("GET", "/sandbox/deposits", () => ({
    data: transactions.all("DEPOSIT").map(({ transaction, missed }) => ({ ...transaction, missed })),
  }));
  server.control("POST", "/sandbox/deposits/:id/confirm", (call) =>
    deposits.confirm(idOf(call), optionalCount(call.body, "confirmations").confirmations),
  );
  server.control("POST", "/sandbox/deposits/:id/fail", (call) =>
    deposits.fail(idOf(call), optionalText(call.body, "reason").reason),
  );
  server.control("POST", "/sandbox/deposits/:id/correct", (call) => deposits.correct(idOf(call), amountOf(call.body)));
  server.control("POST", "/sandbox/deposits/:id/sweep", (call) =>
    flag(call.body, "fail") ? deposits.failSweep(idOf(call)) : deposits.sweep(idOf(call)),
  );
  server.control("POST", "/sandbox/deposits/:id/reorg", (call) =>
    deposits.reorg(idOf(call), oneOf(call.body, "outcome", ["remined", "remined_as_new", "dropped"], "remined")),
  );
}

function readSettlement(body: Body): Settlement {
  refuseUnknown(body, ["status", "hash", "reason", "amount", "address"]);
  return {
    status: oneOf(body, "status", SETTLED, "success"),
    ...optionalText(body, "hash", "reason", "address"),
    ...(body.amount === undefined ? {} : { amount: amountOf(body) }),
  };
}

function readRule(body: Body): WithdrawalRule {
  refuseUnknown(body, ["match", "outcome", "afterMs", "reason", "amount", "address", "times"]);
  const match = body.match ?? {};
  if (typeof match !== "object" || match === null) throw controlRefusal(400, "match must be an object");
  refuseUnknown(match as Body, ["reference", "address", "walletId"]);
  return {
    match: optionalText(match as Body, "reference", "address", "walletId"),
    outcome: oneOf(body, "outcome", OUTCOMES),
    ...optionalCount(body, "afterMs", "times"),
    ...optionalText(body, "reason", "address"),
    ...(body.amount === undefined ? {} : { amount: amountOf(body) }),
  };
}

function installWithdrawals(server: SandboxServer, { withdrawals, transactions }: BlockradarWorld): void {
  server.control("GET", "/sandbox/withdrawals", ({ query }) => {
    const reference = new URLSearchParams(query).get("reference");
    const data = transactions
      .all("WITHDRAW")
      .filter(({ transaction }) => reference === null || transaction.reference === reference)
      .map(({ transaction, broadcast }) => ({ ...transaction, broadcast }));
    return { data, references: withdrawals.report() };
  });
  // Nobody of ours asked for it: a stolen key, or a person at the dashboard.
  server.control("POST", "/sandbox/withdrawals", ({ body }) => {
    refuseUnknown(body, ["wallet", "asset", "amount", "address", "reference", "fee"]);
    const { wallet: name = "", address, reference } = optionalText(body, "wallet", "address", "reference");
    const wallet = walletNamed(name);
    const asset = wallet.assets.find(({ symbol }) => symbol === assetOf(body));
    if (!asset) throw controlRefusal(400, `the ${wallet.chainName} wallet has no ${assetOf(body)}`);
    const amount = amountOf(body);
    const to = address ?? makeAddress(wallet.chain.family);
    const input = { assetId: asset.id, address: to, amount, reference, note: undefined, metadata: undefined };
    return withdrawals.takeOut(wallet, input, body.fee === undefined ? undefined : amountOf(body, "fee"));
  });
  server.control("POST", "/sandbox/withdrawals/rules", ({ body }) => {
    const rule = readRule(body);
    withdrawals.addRule(rule);
    return rule;
  });
  server.control("DELETE", "/sandbox/withdrawals/rules", () => withdrawals.clearRules());
  server.control("POST", "/sandbox/withdrawals/:id/settle", (call) =>
    withdrawals.settle(idOf(call), readSettlement(call.body)),
  );
  server.control("POST", "/sandbox/withdrawals/:id/replace", (call) => {
    refuseUnknown(call.body, ["status", "newFirst"]);
    const status = oneOf(call.body, "status", ["processing", "success"], "success");
    return withdrawals.replace(idOf(call), { status, newFirst: flag(call.body, "newFirst") });
  });
}

/** A wallet by its id or its chain's name. */
const walletOf = (call: Call): MasterWallet => walletNamed(idOf(call));

function walletNamed(name: string): MasterWallet {
  const wallet = WALLETS.find(({ id, chainName }) => id === name || chainName === name);
  if (!wallet) throw controlRefusal(404, "no such wallet");
  return wallet;
}

function describe(accounts: Accounts, wallet: MasterWallet): object {
  return {
    id: wallet.id,
    network: wallet.chainName,
    address: wallet.address,
    balances: Object.fromEntries(
      wallet.assets.map((asset) => [asset.symbol, decimal(accounts.balance(wallet, asset), asset.decimals)]),
    ),
    assets: Object.fromEntries(
      wallet.assets.map(({ symbol, id, contract, decimals }) => [symbol, { id, contract, decimals }]),
    ),
  };
}

function installWallets(server: SandboxServer, { accounts, deposits, rates }: BlockradarWorld): void {
  server.control("GET", "/sandbox/wallets", () => ({
    ids: BLOCKRADAR_WALLETS,
    data: WALLETS.map((wallet) => describe(accounts, wallet)),
  }));
  // Tokens arrive as a deposit to the master wallet; native coins are not indexed, so they are only there.
  server.control("POST", "/sandbox/wallets/:id/fund", (call) => {
    refuseUnknown(call.body, ["asset", "amount", "set", "hash", "from"]);
    const wallet = walletOf(call);
    const symbol = assetOf(call.body);
    const asset = wallet.assets.find((candidate) => candidate.symbol === symbol);
    if (!asset) throw controlRefusal(400, `the ${wallet.chainName} wallet has no ${symbol}`);
    const amount = amountOf(call.body);
    const units = unitsOf(amount, asset.decimals);
    if (flag(call.body, "set")) accounts.setBalance(wallet, asset, units);
    else if (asset.native) accounts.add(wallet, asset, units);
    else {
      const { set: _asked, ...body } = call.body;
      deposits.make(readDeposit({ ...body, network: wallet.chainName }));
    }
    return describe(accounts, wallet);
  });
  server.control("POST", "/sandbox/blacklist", ({ body }) => {
    const { address } = optionalText(body, "address");
    if (address === undefined) throw controlRefusal(400, "address is required");
    const listed = body.listed === undefined || flag(body, "listed");
    accounts.setBlacklisted(address, listed);
    return { address, listed };
  });
  server.control("POST", "/sandbox/rates", ({ body }) => {
    const { currency = "USD" } = optionalText(body, "currency");
    const { rate } = body;
    if (typeof rate !== "number" || !(rate > 0)) throw controlRefusal(400, "rate must be a positive number");
    rates.set(assetOf(body), currency, rate);
    return { asset: body.asset, currency, rate };
  });
}

function installOddities(server: SandboxServer, { oddities }: BlockradarWorld): void {
  server.control("POST", "/sandbox/wallets/:id/entries", (call) => {
    refuseUnknown(call.body, ["entry", "bare", "event"]);
    const { event } = optionalText(call.body, "event");
    return { entry: oddities.list(walletOf(call), call.body.entry ?? null, { bare: flag(call.body, "bare"), event }) };
  });
  server.control("POST", "/sandbox/wallets/:id/chain", (call) => {
    const { slug } = optionalText(call.body, "slug");
    if (slug === undefined) throw controlRefusal(400, "slug is required");
    oddities.setChain(walletOf(call), slug);
    return { slug };
  });
  server.control("POST", "/sandbox/wallets/:id/assets", (call) => {
    refuseUnknown(call.body, ["symbol", "decimals", "contract"]);
    const { symbol, contract } = optionalText(call.body, "symbol", "contract");
    const { decimals = 6 } = optionalCount(call.body, "decimals");
    if (symbol === undefined || contract === undefined) throw controlRefusal(400, "symbol and contract are required");
    oddities.addAsset(walletOf(call), { symbol, decimals, contract });
    return { symbol, decimals, contract };
  });
}

/** `/sandbox`: the payer's, the chain's and the dashboard's part. */
export function installBlockradarControl(server: SandboxServer, world: BlockradarWorld): void {
  installDeposits(server, world);
  installWithdrawals(server, world);
  installWallets(server, world);
  installOddities(server, world);
}
