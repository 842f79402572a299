import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import { acceptedValue } from "./contract-harness.js";
import { buildCustody } from "./harness.js";

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** The adapter in front of a server that gives these replies, the last one for ever. */
async function facing(t: Test, ...replies: Reply[]) {
  const asked: { method: string | undefined; url: string | undefined; key: unknown; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    asked.push({ method, url, key: headers["x-api-key"], body: Buffer.concat(chunks).toString() });
    const reply = replies[Math.min(asked.length, replies.length) - 1];
    const text = typeof reply?.body === "string" ? reply.body : JSON.stringify(reply?.body);
    response.writeHead(reply?.status ?? 200, { "content-type": "application/json", ...reply?.headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = buildCustody(
    t,
    {
      apiKeys: ["newest", "old"],
      wallets: [{ walletReference: "w-1" }, { walletReference: "w-2", apiKey: "own" }],
      apiBase: `${origin}/v1/`,
    },
    { timeoutMs: 2_000 },
  );
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { provider, asked, origin };
}

const ok = (data: unknown, meta?: object) => ({
  body: { statusCode: 200, message: "done", data, ...(meta ? { meta } : {}) },
});
const refusal = (status: number, message: unknown) => ({ status, body: { statusCode: status, message } });
const request = {
  walletReference: "w-1",
  assetReference: "a-1",
  address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
  amount: "1.5",
  reference: "po_1",
};
const transaction = (over: object = {}) => ({
  id: "tx-1",
  reference: "po_1",
  recipientAddress: request.address,
  tokenAddress: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
  amount: "1.5",
  hash: null,
  status: "PENDING",
  type: "WITHDRAW",
  network: "testnet",
  amlScreening: {},
  asset: { symbol: "USDC", decimals: 6, address: "0x036CbD53842c5426634e7929541eC2318f3dCF7e" },
  address: null,
  blockchain: { slug: "base", symbol: "eth" },
  wallet: { id: "w-1" },
  ...over,
});

t.test("only sentences that are known to come before the sending reject a withdrawal", async (t) => {
  const rejected: [number, unknown, string][] = [
    [400, "Insufficient balance", "insufficient_funds"],
    [400, "insufficient funds for transfer", "insufficient_funds"],
    [422, "Not enough balance in wallet", "insufficient_funds"],
    [400, "Insufficient native balance to cover gas", "insufficient_gas"],
    [400, "The master wallet does not have enough for the network fee: not enough ETH", "insufficient_gas"],
    [400, "Invalid address", "invalid_address"],
    [422, ["address must be a valid address", "amount must be a string"], "invalid_address"],
    [400, "amount must be greater than 0", "invalid_amount"],
    [400, "assetId is required", "invalid_asset"],
    [404, "Asset not found", "invalid_asset"],
    [404, "Wallet not found", "wallet_not_found"],
    [400, "walletId is required", "invalid_request"],
    [400, "Address is blacklisted", "address_blocked"],
    [401, "Unauthorized", "unauthorized"],
    [403, "Forbidden", "unauthorized"],
    [429, "Too many requests", "rate_limited"],
  ];
  for (const [status, message, code] of rejected) {
    const { provider } = await facing(t, refusal(status, message));
    t.match(await provider.withdraw(request), { outcome: "rejected", failure: { code } }, String(message));
  }
});

t.test("any other answer leaves a withdrawal unknown", async (t) => {
  const replies: Record<string, Reply> = {
    "a repeated reference": refusal(400, "Duplicate reference: a transaction with this reference already exists"),
    "a reference in use": refusal(422, "reference must be unique"),
    "an unknown sentence": refusal(400, "Something went wrong"),
    "an unknown 404": refusal(404, "Not Found"),
    conflict: refusal(409, "Conflict"),
    "408": refusal(408, "Request Timeout"),
    "500": refusal(500, "Insufficient balance"),
    "a refusal in another's shape": { status: 400, body: { error: "Invalid address" } },
    "a refusal whose status is another": { status: 400, body: { statusCode: 500, message: "Invalid address" } },
    "a page of a proxy": { status: 400, body: "<html>Invalid address</html>" },
    "an HTML success": { body: "<html></html>" },
    "a cut success": { body: '{"statusCode":200,"message":"done","data":{"id":"tx-1"' },
    "an empty success": { body: "" },
    null: { body: "null" },
    "nothing in it": ok(null),
    "no id": ok(transaction({ id: undefined })),
    "another withdrawal": ok(transaction({ reference: "po_2" })),
    "another wallet": ok(transaction({ wallet: { id: "w-2" } })),
    "an amount as a number": ok(transaction({ amount: 1.5 })),
    "an amount with an exponent": ok(transaction({ amount: "15e-1" })),
    "a negative amount": ok(transaction({ amount: "-1.5" })),
    "an environment of nobody": ok(transaction({ network: "devnet" })),
    "a success that says 400": { body: { statusCode: 400, message: "Invalid address", data: null } },
    "a redirect": { status: 302, headers: { location: "http://169.254.169.254/" }, body: "" },
    "204": { status: 204, body: "" },
  };
  for (const [name, reply] of Object.entries(replies)) {
    const { provider, asked } = await facing(t, reply);
    t.match(await provider.withdraw(request), { outcome: "unknown", reason: /./ }, name);
    t.equal(asked.length, 1, `${name}: asked once, and nowhere else`);
  }
});

t.test("statuses are an open enum: only SUCCESS is a success", async (t) => {
  const expected = {
    SUCCESS: "confirmed",
    FAILED: "failed",
    CANCELLED: "canceled",
    PENDING: "submitted",
    PROCESSING: "submitted",
    INCOMPLETE: "submitted",
    success: "submitted",
    COMPLETED_IN_2030: "submitted",
    constructor: "submitted",
  };
  for (const [status, word] of Object.entries(expected)) {
    const { provider } = await facing(t, ok(transaction({ status })));
    t.equal(acceptedValue(t, await provider.withdraw(request)).status, word, status);
  }
});

t.test("what is sent: the newest key or the wallet's own", async (t) => {
  const { provider, asked } = await facing(t, ok(transaction()));
  t.match(await provider.withdraw({ ...request, note: "hi" }), { outcome: "accepted" });
  await provider.withdraw({ ...request, walletReference: "w-2" });
  await provider.createAddress({ walletReference: "w-1", addressId: "adr_1", name: "n".repeat(300) });
  await provider.screenAddress({ address: request.address, network: "bsc" });
  t.match(asked, [
    { method: "POST", url: "/v1/wallets/w-1/withdraw", key: "newest" },
    { url: "/v1/wallets/w-2/withdraw", key: "own" },
    { url: "/v1/wallets/w-1/addresses" },
    { method: "GET", url: `/v1/aml/lookup?address=${request.address}&blockchain=bnb-smart-chain`, body: "" },
  ]);
  const { walletReference: _path, assetReference, ...rest } = request;
  t.same(JSON.parse(asked[0]?.body ?? ""), { ...rest, assetId: assetReference, note: "hi" });
  const { name, ...made } = JSON.parse(asked[2]?.body ?? "");
  t.same(made, { metadata: { coffer_address_id: "adr_1" }, showPrivateKey: false });
  t.equal(name.length, 100);
});

t.test("wallets: gas is no token, unknown chains are not served, odd tokens are left out", async (t) => {
  const wallet = (over: object = {}) => ({
    id: "w-1",
    address: "0x947514e4B803e312C312da0F1B41fEDdbe15ae7a",
    network: "testnet",
    blockchain: { slug: "bnb-smart-chain", symbol: "bnb" },
    assets: [
      { id: "a-0", isActive: true, asset: { symbol: "BNB", decimals: 18, address: `0x${"0".repeat(40)}` } },
      {
        id: "a-1",
        isActive: true,
        asset: { symbol: "usdt", decimals: 18, address: "0x337610d27c682E347C9cD60BD4b3b107C9d34dDd" },
      },
      {
        id: "a-2",
        isActive: false,
        asset: { symbol: "USDC", decimals: 18, address: "0x64544969ed7EBf5f083679233325356EbE738930" },
      },
    ],
    ...over,
  });
  const first = await facing(t, ok(wallet()), ok(wallet({ id: "w-2" })));
  t.match(acceptedValue(t, await first.provider.listWallets()), [
    {
      network: "bsc",
      nativeAsset: "BNB",
      environment: "testnet",
      assets: [
        { assetReference: "a-1", asset: "USDT", decimals: 18, enabled: true },
        { assetReference: "a-2", asset: "USDC", enabled: false },
      ],
    },
    { walletReference: "w-2" },
  ]);
  const gas = [
    { symbol: "TRX", decimals: 6, address: "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb" },
    { symbol: "TRX", decimals: 6, address: "native", isNative: true },
    { symbol: "TRX", decimals: 6, address: "native", blockchain: { symbol: "trx" } },
    { symbol: "TRX", decimals: 6, address: null },
  ];
  for (const asset of gas) {
    const { provider } = await facing(t, ok([{ asset: { id: "a-0", asset }, balance: "7.5" }]));
    t.match(await provider.getBalances("w-1"), { value: { balances: [], native: { amount: "7.5", asset: "TRX" } } });
  }
  const odd: [object, object][] = [
    [
      { blockchain: { slug: "lisk", symbol: "eth" } },
      { outcome: "rejected", failure: { code: "unsupported_network" } },
    ],
    [{ id: "w-9" }, { outcome: "unknown", reason: "malformed" }],
    [{ network: "moon" }, { outcome: "rejected", failure: { code: "unreadable_wallet" } }],
    [{ assets: null }, { outcome: "rejected", failure: { code: "unreadable_wallet" } }],
  ];
  for (const [over, expected] of odd) {
    const { provider } = await facing(t, ok(wallet(over)), ok(wallet({ id: "w-2", ...over })));
    t.match(await provider.listWallets(), expected, JSON.stringify(over));
  }
});

t.test("fees, rates and pages that make no sense are unknown", async (t) => {
  const rates = async (USDC: unknown) => {
    const { provider } = await facing(t, ok({ USDC: { USD: USDC } }));
    const result = await provider.getRates({ assets: ["USDC"], currency: "USD" });
    return result.outcome === "accepted" ? result.value.get("USDC") : result.outcome;
  };
  t.equal(await rates(0.9997), "0.9997");
  t.equal(await rates(1540.5), "1540.5");
  for (const bad of [0, -1, 1e-9, 1e30, "0.9", null]) t.equal(await rates(bad), "unknown", String(bad));

  const list = async (reply: Reply, cursor?: string) => {
    const { provider } = await facing(t, reply);
    return provider.listTransactions({ walletReference: "w-1", ...(cursor === undefined ? {} : { cursor }) });
  };
  t.match(await list(ok([]), "minus one"), { outcome: "unknown", reason: "bad_cursor" });
  t.match(await list(ok([], { totalPages: 3, currentPage: 1 }), "2"), { outcome: "unknown" }, "another page");
  t.match(
    await list(ok([], { totalPages: 3, currentPage: 1 })),
    { value: { nextCursor: null } },
    "an empty page is the last",
  );
  t.match(await list(ok([transaction()], { totalPages: 3, currentPage: 1 })), { value: { nextCursor: "2" } });
  t.match(await list(ok([transaction()])), { value: { nextCursor: null } }, "without a meta");
  t.match(await list(ok({ data: [] })), { outcome: "unknown" });
  t.match(await list(ok([transaction({ type: "SWAP", amount: null }), transaction({ wallet: undefined })])), {
    value: { withdrawals: [{ walletReference: "w-1" }], deposits: [] },
  });
  t.match(await list(ok([transaction({ amount: null }), transaction({ id: "tx-2" })])), {
    value: {
      withdrawals: [{ providerReference: "tx-2" }],
      unreadable: [{ providerReference: "tx-1", reference: "po_1", reason: /amount/ }],
    },
  });
});

t.test("an address of another's reply is not ours", async (t) => {
  const address = { id: "ad-1", address: "0xabc", isActive: true, metadata: { coffer_address_id: "adr_1" } };
  const make = async (reply: Reply) => {
    const { provider } = await facing(t, reply);
    return provider.createAddress({ walletReference: "w-1", addressId: "adr_1", name: "x" });
  };
  t.match(await make(ok(address)), { outcome: "accepted", value: { addressId: "adr_1" } });
  t.match(await make(ok({ ...address, metadata: null })), { outcome: "accepted", value: { addressId: "adr_1" } });
  t.match(await make(ok({ ...address, metadata: { coffer_address_id: "adr_2" } })), { outcome: "unknown" });
  t.match(await make(ok({ ...address, address: null })), { outcome: "unknown" });
  t.match(await make(refusal(400, "name is too long")), { outcome: "rejected", failure: { code: "refused" } });
  const { provider } = await facing(t, refusal(404, "Wallet not found"));
  t.match(await provider.findAddress({ walletReference: "w-1", addressId: "adr_1" }), {
    outcome: "unknown",
    reason: "wallet_not_found",
  });
});
