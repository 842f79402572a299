import t from "tap";
import { interpretBlockradarEvent } from "../../src/providers/blockradar/webhook.js";

/** The payload of a deposit as integrators captured it, abridged in values only. */
const deposit = (over: object = {}) => ({
  id: "8c392ba5-253f-4148-aa8e-b58b4a265ef6",
  reference: "LIavMxKnyx",
  senderAddress: "0x0459000000000000000000000000000000000459",
  recipientAddress: "0xA113000000000000000000000000000000000113",
  tokenAddress: "0x3376000000000000000000000000000000003376",
  amount: "0.2",
  amountPaid: "0.2",
  fee: null,
  currency: "USD",
  blockNumber: 6626641,
  blockHash: "0xf7a8",
  hash: "0xb547",
  confirmations: 2,
  confirmed: true,
  gasPrice: "3000000000",
  gasUsed: "51000",
  gasFee: "0.000153",
  status: "SUCCESS",
  type: "DEPOSIT",
  note: null,
  amlScreening: { provider: "ofac, fbi, tether, circle", status: "success", message: "Address is not sanctioned" },
  assetSwept: null,
  assetSweptHash: null,
  reason: null,
  network: "testnet",
  chainId: 97,
  metadata: { user_id: "u-1" },
  createdAt: "2025-01-02T03:04:05.000Z",
  updatedAt: "2025-01-02T03:05:05.000Z",
  asset: { id: "as-1", symbol: "USDT", decimals: 18, network: "testnet" },
  address: {
    id: "ad-1",
    address: "0xA113000000000000000000000000000000000113",
    metadata: { user_id: "u-1", coffer_address_id: "adr_1" },
  },
  blockchain: { name: "BNB smart chain", slug: "bnb-smart-chain", symbol: "bnb" },
  wallet: { id: "w-1" },
  ...over,
});
const withdrawal = (over: object = {}) =>
  deposit({
    type: "WITHDRAW",
    reference: "po_1",
    address: null,
    amlScreening: {},
    networkFee: { amount: "0.00004", symbol: "BNB", amountUsd: "0.02" },
    ...over,
  });
const interpret = (type: string, data: unknown) => interpretBlockradarEvent({ type, payload: { event: type, data } });
const depositOf = (over: object = {}, type = "deposit.success") => {
  const meaning = interpret(type, deposit(over));
  if (meaning.kind !== "deposit") throw new Error(`not a deposit: ${JSON.stringify(meaning)}`);
  return meaning.news;
};

t.test("a deposit is what its transaction says, and nothing more", async (t) => {
  t.same(depositOf(), {
    screened: true,
    providerReference: "8c392ba5-253f-4148-aa8e-b58b4a265ef6",
    status: "confirmed",
    environment: "testnet",
    walletReference: "w-1",
    network: "bsc",
    asset: "USDT",
    contract: "0x3376000000000000000000000000000000003376",
    amount: "0.2",
    fromAddress: "0x0459000000000000000000000000000000000459",
    toAddress: "0xA113000000000000000000000000000000000113",
    transactionHash: "0xb547",
    confirmations: 2,
    occurredAt: new Date("2025-01-02T03:05:05.000Z"),
    addressReference: "ad-1",
    addressId: "adr_1",
  });
});

t.test("every event of a transfer has its meaning", async (t) => {
  const cases: [string, string, string][] = [
    ["deposit.processing", "PROCESSING", "submitted"],
    ["deposit.success", "SUCCESS", "confirmed"],
    ["deposit.failed", "FAILED", "failed"],
    ["deposit.cancelled", "CANCELLED", "canceled"],
    ["withdraw.success", "SUCCESS", "confirmed"],
    ["withdraw.failed", "FAILED", "failed"],
    ["withdraw.cancelled", "CANCELLED", "canceled"],
  ];
  for (const [type, status, expected] of cases) {
    const isDeposit = type.startsWith("deposit");
    const meaning = interpret(type, isDeposit ? deposit({ status }) : withdrawal({ status }));
    t.match(meaning, { kind: isDeposit ? "deposit" : "withdrawal", news: { status: expected } }, type);
  }
  t.match(interpret("withdraw.failed", withdrawal({ status: "FAILED", reason: "reverted" })), {
    news: { reference: "po_1", reason: "reverted", networkFee: { amount: "0.00004", asset: "BNB" } },
  });
  t.match(interpret("withdraw.success", withdrawal({ networkFee: null })), {
    news: { networkFee: { amount: "0.000153", asset: "BNB" } },
  });
});

t.test("an event and a transaction that disagree end nothing", async (t) => {
  for (const [type, status] of [
    ["deposit.success", "PENDING"],
    ["deposit.success", "FAILED"],
    ["deposit.success", "INCOMPLETE"],
    ["deposit.success", "SUCCESS_BUT_NEW"],
    ["deposit.processing", "SUCCESS"],
    ["deposit.failed", "SUCCESS"],
    ["deposit.swept.success", "FAILED"],
  ] as const) {
    t.match(depositOf({ status }, type), { status: "submitted", reason: new RegExp(status) }, `${type} ${status}`);
  }
  t.match(interpret("withdraw.success", withdrawal({ status: "FAILED" })), { news: { status: "submitted" } });
});

t.test("a sweep is told on the deposit's own transaction, and only by its own event", async (t) => {
  const swept = { assetSwept: true, assetSweptHash: "0x5eeb", assetSweptGasFee: "0.00001" };
  t.match(depositOf(swept, "deposit.swept.success"), {
    status: "confirmed",
    providerReference: "8c392ba5-253f-4148-aa8e-b58b4a265ef6",
    transactionHash: "0xb547",
    swept: { transactionHash: "0x5eeb", gasFee: { amount: "0.00001", asset: "BNB" } },
  });
  t.equal(depositOf(swept).swept, undefined, "a late copy of the success can still be the first news");
  t.same(depositOf({}, "deposit.swept.success").swept, {});
  t.match(interpret("deposit.swept.failed", deposit()), { kind: "ignored" });
});

t.test("what else happens at Blockradar is ignored, whatever its body", async (t) => {
  const events = [
    ..."signed swap gateway-deposit gateway-withdraw salvage auto-settlement custom-smart-contract staking unstaking restaking onramp"
      .split(" ")
      .flatMap((kind) => ["success", "failed", "cancelled"].map((end) => `${kind}.${end}`)),
    "onramp.payment-order.created",
    "deposit.something.new",
    "withdraw.queued",
    "constructor",
    "",
  ];
  for (const type of events) {
    for (const payload of [{}, null, { data: null }, { data: deposit() }]) {
      t.match(interpretBlockradarEvent({ type, payload }), { kind: "ignored", reason: /^type / }, type);
    }
  }
  t.match(interpret("deposit.success", deposit({ type: "GATEWAY_DEPOSIT" })), { kind: "ignored" });
  t.match(interpret("withdraw.success", deposit()), { kind: "ignored" }, "a deposit under a withdrawal's event");
});

t.test("screening: all but a clean success is flagged; what was not screened is not", async (t) => {
  const flag = (amlScreening: unknown) => depositOf({ amlScreening }).amlFlag;
  t.equal(flag({ status: "failed", message: "Address is sanctioned" }), "Address is sanctioned");
  t.equal(flag({ status: "pending" }), "screening: pending");
  t.equal(flag({ status: "success", message: "Address is blacklisted" }), "Address is blacklisted");
  t.equal(flag({ message: "no verdict" }), "no verdict");
  t.equal(flag({ status: "SUCCESS", message: "Address is not sanctioned" }), undefined);
  t.equal(flag({ status: "success", message: null }), undefined);
  t.equal(
    flag({ status: "success", message: "No doubt that this address is sanctioned" }),
    "No doubt that this address is sanctioned",
  );
  t.equal(
    flag({ status: "success", message: "Not only is the address blacklisted" }),
    "Not only is the address blacklisted",
  );
  t.equal(flag({ message: "Address is not sanctioned" }), "Address is not sanctioned", "a text clears nothing");
  t.equal(flag({}), undefined);
  t.equal(flag(null), undefined);
  t.equal(depositOf({ amlScreening: {} }).screened, false, "and is not taken for screened");
  t.equal(depositOf({ amlScreening: null }).screened, false);
});

t.test("contracts, chains and environments are told apart", async (t) => {
  const asset = { symbol: "usdc", address: "0x036CbD53842c5426634e7929541eC2318f3dCF7e" };
  t.match(depositOf({ asset }), { asset: "USDC", contract: /^0x3376/ }, "the transaction's own token decides");
  t.match(depositOf({ asset, tokenAddress: null }), { contract: asset.address });
  t.equal(depositOf({ tokenAddress: `0x${"0".repeat(40)}` }).contract, undefined, "a native coin");
  t.equal(depositOf({ blockchain: { slug: "lisk", symbol: "eth" } }).network, undefined);
  t.equal(depositOf({ blockchain: { slug: "constructor" } }).network, undefined);
  t.equal(depositOf({ blockchain: { slug: "tron", symbol: "trx" } }).network, "tron");
  t.equal(depositOf({ network: "mainnet" }).environment, "mainnet");
  t.match(depositOf({ address: null }), { addressReference: undefined, addressId: undefined });
  t.match(depositOf({ address: { id: "ad-1", metadata: null } }), { addressReference: "ad-1", addressId: undefined });
  t.equal(depositOf({ amount: "5", amountPaid: "4.99" }).amount, "4.99", "what arrived");
  t.equal(depositOf({ amountPaid: null }).amount, "0.2");
  t.equal(depositOf({ logIndex: 7 }).logIndex, 7);
});

t.test("what only informs may be unreadable; what is acted on may not", async (t) => {
  t.match(
    depositOf({
      confirmations: "two",
      logIndex: -1,
      updatedAt: "soon",
      createdAt: 5,
      gasFee: "1e-5",
      networkFee: "x",
      fee: 9,
    }),
    { status: "confirmed", confirmations: undefined, occurredAt: undefined },
  );
  const broken = {
    id: [undefined, null, "", 5],
    status: [undefined, null, 1],
    network: [undefined, null, "Testnet", "main"],
    amount: [undefined, null, 0.2, "", "0,2", "1e18", "-1", "0x10", " 1", "NaN", "1."],
    amountPaid: [0.2, "1e18"],
    asset: [undefined, null, {}, { symbol: "" }],
    blockchain: [undefined, null, {}, { slug: 5 }],
    wallet: [undefined, null, {}, { id: "" }],
    address: ["ad-1", {}, { id: 5 }],
    amlScreening: ["flagged", { status: 1 }],
    hash: [5],
  };
  for (const [field, values] of Object.entries(broken)) {
    for (const value of values) {
      t.throws(() => interpret("deposit.success", deposit({ [field]: value })), `${field}: ${JSON.stringify(value)}`);
    }
  }
  for (const payload of [null, 5, {}, { data: null }, { data: [] }, { data: { type: 5 } }]) {
    t.throws(() => interpretBlockradarEvent({ type: "deposit.success", payload }), JSON.stringify(payload));
  }
});
