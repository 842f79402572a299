import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import t, { type Test } from "tap";
import { checksummed, isAddress, makeAddress } from "../src/blockradar/addresses.js";
import { WALLETS } from "../src/blockradar/chains.js";
import { BLOCKRADAR_WALLETS, type BlockradarSandboxOptions, startBlockradarSandbox } from "../src/index.js";
import { blockradarControl, callJson } from "../src/testing/client.js";
import { type Received, startWebhookReceiver } from "../src/testing/webhook-receiver.js";

const KEY = "br_test_0123456789abcdef0123456789abcdef";
const PAYEE = makeAddress("evm");
const { base, bsc, tron, ethereum } = BLOCKRADAR_WALLETS;
type Json = Record<string, unknown>;

async function world(t: Test, extra: Partial<BlockradarSandboxOptions> = {}) {
  const dataDir = path.join(mkdtempSync(path.join(tmpdir(), "blockradar-sandbox-")), "blockradar");
  const receiver = await startWebhookReceiver();
  const options = { dataDir, webhookUrl: receiver.url, apiKey: KEY, withdrawalMs: 30, ...extra };
  const sandbox = await startBlockradarSandbox(options);
  t.teardown(async () => {
    await sandbox.stop();
    await receiver.stop();
    rmSync(path.dirname(dataDir), { recursive: true });
  });
  const api = (method: "GET" | "POST" | "PATCH", where: string, body?: unknown, key = KEY) =>
    callJson(method, `${sandbox.url}/v1${where}`, body, { "x-api-key": key });
  const control = blockradarControl(sandbox.url);
  const assetId = async (wallet: string, symbol: string) => {
    const { assets } = (await api("GET", `/wallets/${wallet}`)).body.data as { assets: { id: string; asset: Json }[] };
    return assets.find(({ asset }) => asset.symbol === symbol)?.id ?? "";
  };
  return {
    sandbox,
    receiver,
    options,
    api,
    control,
    assetId,
    /** Events so far, in the order in which they came. */
    events: async () => {
      await control.post("webhooks/flush");
      return receiver.received.map(verify);
    },
    balance: async (wallet: string, symbol: string) => {
      const { data } = (await control.get("wallets")) as { data: { id: string; balances: Record<string, string> }[] };
      return data.find(({ id }) => id === wallet)?.balances[symbol];
    },
    address: async (wallet: string, addressId = "addr_1") => {
      const { body } = await api("POST", `/wallets/${wallet}/addresses`, { name: "x", metadata: { id: addressId } });
      return body.data as { id: string; address: string };
    },
    withdraw: async (body: object, wallet: string = base) =>
      (await api("POST", `/wallets/${wallet}/withdraw`, { assetId: await assetId(wallet, "USDC"), ...body })).body
        .data as Json,
  };
}

/** Verifies a delivery as the vendor's demo does. */
function verify({ headers, body }: Received): { event: string; data: Json } {
  assert.equal(headers["x-blockradar-signature"], createHmac("sha512", KEY).update(body).digest("hex"));
  return JSON.parse(body);
}

t.test("addresses and contracts have the form and checksum of their chain", async (t) => {
  // The vectors of EIP-55 itself.
  for (const address of [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0x52908400098527886E0F7030069857D2E4169EE7",
  ]) {
    t.equal(checksummed(address.toLowerCase()), address);
  }
  t.notOk(isAddress("evm", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"), "one letter in the wrong case");
  t.ok(isAddress("tron", makeAddress("tron")));
  t.match(makeAddress("tron"), /^T[1-9A-HJ-NP-Za-km-z]{33}$/);
  t.notOk(isAddress("tron", PAYEE));
  t.notOk(isAddress("tron", `${makeAddress("tron").slice(0, -1)}0`));
  for (const { chain, address, assets } of WALLETS) {
    t.ok(isAddress(chain.family, address), `${chain.slug} master`);
    for (const { contract, native, symbol } of assets) {
      t.ok(native || isAddress(chain.family, contract), `${symbol} on ${chain.slug}`);
      if (!native && chain.family === "evm") t.equal(checksummed(contract), contract);
    }
  }
});

t.test("wallets say their tokens: USDT has 6 decimals on one chain and 18 on another", async (t) => {
  const { api } = await world(t);
  const decimals = async (wallet: string) => {
    const { data } = (await api("GET", `/wallets/${wallet}`)).body as { data: { assets: { asset: Json }[] } };
    return Object.fromEntries(data.assets.map(({ asset }) => [asset.symbol, asset.decimals]));
  };
  t.same(await decimals(bsc), { BNB: 18, USDT: 18, USDC: 18 });
  t.same(await decimals(tron), { TRX: 6, USDT: 6 });
  t.same(await decimals(ethereum), { ETH: 18, USDC: 6, USDT: 6 });
  t.match(await api("GET", `/wallets/${base}/balances`), { status: 200, body: { data: [{ balance: "5" }, {}] } });
  t.match(await api("GET", "/wallets/none"), { status: 404, body: { statusCode: 404, message: "Wallet not found" } });
  t.match(await api("GET", `/wallets/${base}`, undefined, "other"), { status: 401, body: { statusCode: 401 } });
});

t.test("addresses are made, listed page by page and disabled", async (t) => {
  const { api, address } = await world(t);
  const made = [];
  for (let index = 0; index < 5; index += 1) made.unshift((await address(base, `addr_${index}`)).id);
  const seen: unknown[] = [];
  for (let page = 1; page <= 3; page += 1) {
    const { body } = await api("GET", `/wallets/${base}/addresses?page=${page}&limit=2`);
    t.match(body.meta, { totalItems: 5, totalPages: 3, currentPage: page });
    seen.push(...(body.data as Json[]).map(({ id }) => id));
  }
  t.same(seen, made);
  const off = await api("PATCH", `/wallets/${base}/addresses/${made[0]}`, { isActive: false });
  t.match(off.body.data, { id: made[0], isActive: false, metadata: { id: "addr_4" } });
  t.equal((await api("GET", `/wallets/${tron}/addresses/${made[0]}`)).status, 404, "of another wallet");
});

t.test("a deposit goes through its events, one transaction id in all, and is counted when it is swept", async (t) => {
  const { control, address, events, balance, api } = await world(t);
  const { address: to, id: addressId } = await address(base);
  const { id } = await control.deposit({ address: to, asset: "USDC", amount: "12.345678", status: "processing" });
  await control.post(`deposits/${id}/confirm`, { confirmations: 3 });
  t.equal(await balance(base, "USDC"), "100000");
  await control.post(`deposits/${id}/sweep`);
  t.equal(await balance(base, "USDC"), "100012.345678");
  const told = await events();
  t.same(
    told.map(({ event, data }) => [event, data.id, data.status]),
    [
      ["deposit.processing", id, "PROCESSING"],
      ["deposit.success", id, "SUCCESS"],
      ["deposit.swept.success", id, "SUCCESS"],
    ],
  );
  t.match(told[1]?.data, {
    amount: "12.345678",
    type: "DEPOSIT",
    network: "testnet",
    confirmations: 3,
    confirmed: true,
    hash: /^0x[0-9a-f]{64}$/,
    recipientAddress: to,
    address: { id: addressId, metadata: { id: "addr_1" } },
    wallet: { id: base },
    blockchain: { slug: "base" },
    amlScreening: { status: "success" },
  });
  t.match(told[2]?.data, { assetSwept: true, assetSweptHash: /^0x/ });
  await api("POST", `/wallets/${base}/transactions/webhooks/resend`, { id });
  t.equal((await events()).at(-1)?.event, "deposit.swept.success", "resending tells what it is now");
  const effects = (await control.get("effects")).deposits as Json;
  t.match(effects[String(id)], { created: 1, confirmed: 1, swept: 1 });
});

t.test("a deposit can be fake, flagged, foreign, missed, failed, mined again and undone", async (t) => {
  const { control, address, events, api } = await world(t);
  const { address: to } = await address(base, "addr_odd");
  const contract = makeAddress("evm");
  const fake = await control.deposit({ address: "addr_odd", asset: "USDC", amount: "1000000", contract });
  t.match(fake, { tokenAddress: contract, asset: { symbol: "USDC", address: contract } });
  const flagged = await control.deposit({ address: to, asset: "USDC", amount: "1", aml: "flagged" });
  t.match(flagged.amlScreening, { status: "failed" });
  const dirty = makeAddress("evm");
  await control.post("blacklist", { address: dirty });
  t.match(await control.deposit({ address: to, asset: "USDC", amount: "1", from: dirty }), {
    amlScreening: { status: "failed" },
  });
  t.match(await api("GET", `/aml/lookup?address=${dirty.toLowerCase()}&blockchain=base`), {
    body: { data: { isBlacklisted: true } },
  });
  t.match(await control.deposit({ address: to, asset: "USDT", amount: "1", network: "ethereum" }), {
    blockchain: { slug: "ethereum" },
    wallet: { id: ethereum },
    recipientAddress: to,
  });
  await t.rejects(control.deposit({ address: to, asset: "USDT", amount: "1", network: "tron" }));
  await t.rejects(control.deposit({ address: to, asset: "USDC", amount: "0.0000001" }), "finer than the token");
  t.match(await control.deposit({ address: to, asset: "USDC", amount: "1", environment: "mainnet", logIndex: 7 }), {
    network: "mainnet",
    logIndex: 7,
  });

  const before = (await events()).length;
  const missed = await control.deposit({ address: to, asset: "USDC", amount: "5", missed: true });
  t.equal((await events()).length, before, "nobody was told");
  t.equal((await api("GET", `/wallets/${base}/transactions/${missed.id}`)).status, 404);
  await api("POST", `/wallets/${base}/rescan/blocks`, { transactionHash: missed.hash });
  t.match((await events()).at(-1), { event: "deposit.success", data: { id: missed.id } });

  const again = await control.post(`deposits/${missed.id}/reorg`, { outcome: "remined" });
  t.match(again, { id: missed.id, hash: missed.hash, status: "PROCESSING" });
  t.not(again.blockHash, missed.blockHash);
  const renamed = await control.post(`deposits/${missed.id}/reorg`, { outcome: "remined_as_new" });
  t.not(renamed.id, missed.id);
  t.equal(renamed.hash, missed.hash);
  await control.post(`deposits/${missed.id}/confirm`);
  await control.post(`deposits/${missed.id}/reorg`, { outcome: "dropped" });
  // Deliveries of one deposit may overtake each other, as Blockradar's do.
  const failed = (await events()).find(({ event }) => event === "deposit.failed");
  t.match(failed, { event: "deposit.failed", data: { id: missed.id, reason: /reorg/ } });
});

t.test("funding arrives as a deposit to the master wallet; gas is only there", async (t) => {
  const { control, events, balance } = await world(t);
  await control.post("wallets/base/fund", { asset: "USDC", amount: "50" });
  t.equal(await balance(base, "USDC"), "100050");
  t.match(await events(), [{ event: "deposit.success", data: { address: null, amount: "50" } }]);
  await control.post("wallets/base/fund", { asset: "ETH", amount: "1.5" });
  t.equal(await balance(base, "ETH"), "6.5");
  await control.post("wallets/base/fund", { asset: "ETH", amount: "0", set: true });
  t.equal(await balance(base, "ETH"), "0");
  t.equal((await events()).length, 1);
});

t.test("a withdrawal is sent once for each request, whatever its reference", async (t) => {
  const { withdraw, control, events, balance, receiver } = await world(t);
  const first = await withdraw({ address: PAYEE, amount: "10.5", reference: "po_1" });
  t.match(first, { status: "PENDING", hash: null, reference: "po_1", type: "WITHDRAW", amount: "10.5" });
  t.equal(await balance(base, "USDC"), "99989.5");
  await withdraw({ address: PAYEE, amount: "10.5", reference: "po_1" });
  await receiver.until(2);
  const told = await events();
  t.same(
    told.map(({ event, data }) => [event, data.reference, data.status]),
    [
      ["withdraw.success", "po_1", "SUCCESS"],
      ["withdraw.success", "po_1", "SUCCESS"],
    ],
  );
  t.match(told[0]?.data, { hash: /^0x/, networkFee: { amount: "0.0000021", symbol: "ETH" } });
  t.equal(await balance(base, "ETH"), "4.9999958");
  t.same(await control.references(), { po_1: { accepted: 2, sent: 2, confirmed: 2 } });
});

t.test("rules decide what becomes of withdrawals, and a settlement can say anything", async (t) => {
  const { withdraw, control, events, balance, api } = await world(t);
  await control.rule({ outcome: "failed", afterMs: 0, reason: "execution reverted", match: { reference: "po_f" } });
  t.match(await withdraw({ address: PAYEE, amount: "1", reference: "po_f" }), {
    status: "FAILED",
    reason: "execution reverted",
  });
  await control.rule({ outcome: "success", afterMs: 0, times: 1 });
  t.match(await withdraw({ address: PAYEE, amount: "1", reference: "po_now" }), { status: "SUCCESS", hash: /^0x/ });
  await control.rule({ outcome: "pending" });
  const waiting = await withdraw({ address: PAYEE, amount: "2", reference: "po_p" });
  const cancel = (id: unknown) => api("POST", `/wallets/${base}/transactions/cancel`, { id });
  t.match((await cancel(waiting.id)).body.data, { status: "CANCELLED" });
  t.equal((await cancel(waiting.id)).status, 400);
  await control.rule({ outcome: "stuck" });
  const stuck = await withdraw({ address: PAYEE, amount: "2", reference: "po_s" });
  t.match(stuck, { status: "PROCESSING", hash: /^0x/ });
  t.match(await cancel(stuck.id), { status: 400, body: { message: /already been broadcast/ } });
  t.equal(await balance(base, "USDC"), "99997");
  await control.settle("po_s", { status: "failed" });
  t.equal(await balance(base, "USDC"), "99999");
  await control.settle("po_s", {
    status: "success",
    amount: "3",
    address: makeAddress("evm"),
    hash: `0x${"ab".repeat(32)}`,
  });
  const late = (await events()).find(({ event, data }) => event === "withdraw.success" && data.amount === "3");
  t.match(late?.data, { hash: `0x${"ab".repeat(32)}` });
  await control.delete("withdrawals/rules");
  t.same(await control.references(), {
    po_f: { accepted: 1, sent: 0, confirmed: 0 },
    po_now: { accepted: 1, sent: 1, confirmed: 1 },
    po_p: { accepted: 1, sent: 0, confirmed: 0 },
    po_s: { accepted: 1, sent: 1, confirmed: 1 },
  });
});

t.test("what cannot be sent is refused in a sentence; a batch refuses by the item", async (t) => {
  const { api, assetId, control } = await world(t);
  const good = { assetId: await assetId(base, "USDC"), address: PAYEE, amount: "1" };
  const refused: [object, number, RegExp][] = [
    [{ ...good, assetId: undefined }, 400, /assetId is required/],
    [{ ...good, assetId: await assetId(bsc, "USDC") }, 404, /Asset not found/],
    [{ ...good, address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD" }, 400, /Invalid address/],
    [{ ...good, address: makeAddress("tron") }, 400, /Invalid address/],
    [{ ...good, amount: "0" }, 400, /greater than 0/],
    [{ ...good, amount: 1 }, 400, /must be a string/],
    [{ ...good, amount: "1.0000001" }, 400, /too many decimals/],
    [{ ...good, amount: "100000.000001" }, 400, /Insufficient balance/],
  ];
  for (const [body, status, message] of refused) {
    t.match(await api("POST", `/wallets/${base}/withdraw`, body), { status, body: { statusCode: status, message } });
  }
  await control.post("wallets/base/fund", { asset: "ETH", amount: "0.000002", set: true });
  t.match(await api("POST", `/wallets/${base}/withdraw`, good), { status: 400, body: { message: /native balance/ } });
  await control.post("wallets/base/fund", { asset: "ETH", amount: "1" });
  const { assetId: id, ...item } = good;
  const { body } = await api("POST", `/wallets/${base}/withdraw`, {
    assets: [
      { ...item, id, reference: "a" },
      { ...item, id, reference: "b", amount: "1000000" },
      { ...item, id, reference: "c" },
    ],
  });
  t.match(body.data, {
    success: [{ reference: "a" }, { reference: "c" }],
    errors: [{ index: 1, reference: "b", message: "Insufficient balance" }],
  });
  t.match((await api("POST", `/wallets/${base}/withdraw/network-fee`, good)).body.data, {
    networkFee: "0.0000021",
    transactionFee: "0",
    nativeBalance: "1.000002",
  });
});

t.test("faults, retries and dropped news; plans and state survive a restart", async (t) => {
  const { withdraw, control, sandbox, options, receiver, api } = await world(t, {
    retryScheduleMs: [100],
    withdrawalMs: 400,
  });
  const kept = await withdraw({ address: PAYEE, amount: "1", reference: "po_kept" });
  await control.post("faults", { match: { method: "POST", path: "/v1/wallets" }, kind: "cut_after", times: 1 });
  await t.rejects(withdraw({ address: PAYEE, amount: "1", reference: "po_lost" }));
  t.match((await control.references()).po_lost, { accepted: 1 }, "the effect is there");
  await control.post("faults", { match: { method: "POST", path: "/v1/wallets" }, kind: "rate_limit", times: 1 });
  t.match(await api("POST", `/wallets/${base}/withdraw`, {}), { status: 429, body: { statusCode: 429 } });
  await sandbox.stop();
  receiver.statuses = [503];
  const revived = await startBlockradarSandbox(options);
  t.teardown(() => revived.stop());
  await receiver.until(3);
  const told = receiver.received.map(verify);
  t.equal(told.length, 3, "two withdrawals, one of them told twice");
  t.match(
    await callJson("GET", `${revived.url}/v1/wallets/${base}/transactions/${kept.id}`, undefined, { "x-api-key": KEY }),
    { body: { data: { status: "SUCCESS" } } },
  );
  const after = blockradarControl(revived.url);
  await after.post("webhooks/mode", { drop: true });
  await after.deposit({ asset: "USDT", network: "tron", amount: "1" });
  t.match((await after.post("webhooks/flush")).counts, { dropped: 1, pending: 0 });
  await after.post("rates", { asset: "USDC", rate: 0.9997 });
  t.match(
    await callJson("GET", `${revived.url}/v1/assets/rates?assets=USDC,ETH,XYZ`, undefined, { "x-api-key": KEY }),
    {
      body: { data: { USDC: { USD: 0.9997 }, ETH: { USD: 3000 } } },
    },
  );
  await after.post("reset");
  t.same(await after.references(), {});
});
