import { BLOCKRADAR_WALLETS, startBlockradarSandbox } from "@coffer/sandboxes";
import { makeAddress } from "@coffer/sandboxes/testing";
import fc from "fast-check";
import t, { type Test } from "tap";
import { blockradarControl } from "../helpers/sandbox-client.js";
import { addsUp, allSince, type BalanceHarness, balanceContract } from "./balance-contract.js";
import { acceptedValue } from "./contract-harness.js";
import { sumDecimals } from "./decimals.js";
import { buildBalance, buildCustody, controlOf, temporaryFolder } from "./harness.js";

const KEY = "br_live_0123456789abcdef0123456789abcdef";
const { base, bsc } = BLOCKRADAR_WALLETS;
const TOKENS = new Set(["USDC", "USDT"]);

async function makeHarness(t: Test) {
  const sandbox = await startBlockradarSandbox({
    dataDir: await temporaryFolder(t),
    webhookUrl: "http://127.0.0.1:1/",
    apiKey: KEY,
    withdrawalMs: 30,
  });
  t.teardown(() => sandbox.stop());
  const control = controlOf(sandbox.url);
  const wallets = [base, bsc].map((walletReference) => ({ walletReference }));
  const settings = (key: string, origin: string) => ({ apiKeys: [key], wallets, apiBase: `${origin}/v1` });
  const build = (key: string, origin: string) => buildBalance(t, "blockradar", { blockradar: settings(key, origin) });
  const custody = buildCustody(t, settings(KEY, sandbox.url));
  await custody.createAddress({ walletReference: base, addressId: "adr_1", name: "Ada" });
  const take = (body: object = {}) =>
    control.post("withdrawals", { wallet: "base", asset: "USDC", amount: "0.5", fee: "0.01", ...body });
  const harness: BalanceHarness = {
    balance: build(KEY, sandbox.url),
    unauthorized: build("br_revoked", sandbox.url),
    unreachable: build(KEY, "http://127.0.0.1:1"),
    path: "/transactions$",
    pageful: 110,
    // Gas is in the balances, and no movement of its own.
    isListed: ({ asset }) => TOKENS.has(asset),
    fault: control.fault,
    move: async (count) => {
      for (let index = 0; index < count; index += 1) {
        const amount = `${index + 1}.000001`;
        if (index % 4 === 0) await control.post("deposits", { network: "base", asset: "USDC", amount });
        else if (index % 4 === 1)
          await control.post("deposits", { address: "adr_1", asset: "USDC", amount, sweep: true });
        else if (index % 4 === 2) await take();
        else await control.post("deposits", { network: "bsc", asset: "USDT", amount: `${amount}000000000001` });
      }
    },
    spoil: (id) => control.post("wallets/base/entries", { entry: { id, amount: 1.5 } }).then(() => {}),
  };
  return { ...harness, control, custody, take, chain: blockradarControl(sandbox.url) };
}

balanceContract(t, makeHarness);

t.test("what came, was swept, and left is told by the references under which we know it", async (t) => {
  const { balance, control, custody, take, chain } = await makeHarness(t);
  const deposit = await chain.deposit({ address: "adr_1", asset: "USDC", amount: "12.5" });
  const opening = acceptedValue(t, await balance.getProviderBalances());
  const before = (await allSince(t, balance)).movements;
  t.match(before, [{ category: "deposit", account: `${base}/addresses`, amount: "12.5", reference: deposit.id }]);
  await control.post(`deposits/${deposit.id}/sweep`);
  const assetReference = acceptedValue(t, await custody.listWallets())[0]?.assets[0]?.assetReference ?? "";
  const address = makeAddress("evm");
  const order = { walletReference: base, assetReference, address, amount: "3", reference: "po_1" };
  const ours = acceptedValue(t, await custody.withdraw(order));
  t.equal((await allSince(t, balance)).movements.length, 3, "what is under way is no movement yet");
  await control.post("withdrawals/po_1/settle", { status: "success" });
  const theirs = (await take({ amount: "7", fee: "0.25" })) as { id: string };
  const { movements } = await allSince(t, balance);
  addsUp(
    t,
    movements.filter(({ account }) => account === base),
    acceptedValue(t, await balance.getProviderBalances()).filter(({ asset }) => TOKENS.has(asset)),
    opening,
  );
  t.match(movements, [
    {
      reference: theirs.id,
      category: "withdrawal",
      account: base,
      amount: "-7",
      fee: "0.25",
      net: "-7.25",
      ourReference: undefined,
      subject: { kind: "withdrawal", reference: theirs.id },
      transactionHash: /^0x/,
      networkFee: { amount: "0.0000021", asset: "ETH" },
    },
    { reference: ours.providerReference, category: "withdrawal", amount: "-3", ourReference: "po_1", fee: "0" },
    { reference: deposit.id, category: "deposit", subject: { kind: "deposit", reference: deposit.id } },
    { category: "internal", account: `${base}/addresses`, amount: "-12.5" },
    { category: "internal", account: base, amount: "12.5", networkFee: { amount: "0.000021", asset: "ETH" } },
  ]);
  t.same(
    movements[2],
    before[0] && { ...before[0], raw: movements[2]?.raw },
    "the deposit is what it was before the sweep",
  );
});

t.test("gas that is sent to the wallet is in its balance, and nothing tells of it", async (t) => {
  const { balance, control } = await makeHarness(t);
  const gasOf = async () =>
    acceptedValue(t, await balance.getProviderBalances()).find(
      ({ account, asset }) => account === base && asset === "ETH",
    );
  const before = (await gasOf())?.total ?? "";
  await control.post("wallets/base/fund", { asset: "ETH", amount: "0.75" });
  t.equal(sumDecimals([(await gasOf())?.total ?? "", `-${before}`]), "0.75");
  t.same((await allSince(t, balance)).movements, []);
});

t.test("what is not final is not listed, and what cannot be read as a movement is shown as that", async (t) => {
  const { balance, control, take } = await makeHarness(t);
  await control.post("deposits", { network: "base", asset: "USDC", amount: "1", status: "processing" });
  await control.post("deposits", { network: "base", asset: "USDC", amount: "1", status: "failed" });
  await control.post("withdrawals/rules", { outcome: "stuck" });
  const fake = `0x${"ab".repeat(20)}`;
  await control.post("deposits", { network: "base", asset: "USDC", amount: "1000000", contract: fake });
  const odd = (entry: object) => control.post("wallets/base/entries", { entry: { status: "SUCCESS", ...entry } });
  await odd({ id: "swap_1", type: "SWAP" });
  await odd({ id: "salvage_1", type: "SALVAGE", recipientAddress: fake, amount: "4" });
  await odd({ id: "foreign_1", wallet: { id: "another" } });
  const page = acceptedValue(t, await balance.listBalanceTransactions({ since: new Date(0) }));
  t.match(page.data, [{ reference: "salvage_1", category: "other", account: `${base}/addresses`, amount: "-4" }]);
  t.same(
    page.unreadable?.map(({ reason }) => reason.replace(/0x\w+/, "0x")),
    [
      "a transaction of another wallet",
      "a SWAP, of which Blockradar does not document what it moves",
      "a token that the wallet does not list: 0x on base",
    ],
  );
  t.ok(page.unreadable?.every(({ occurredAt }) => occurredAt instanceof Date));
  await take().catch(() => {});
});

t.test("whatever is done with the coins, all of it comes to what there is", async (t) => {
  const { balance, control, custody, take } = await makeHarness(t);
  const units = fc
    .integer({ min: 1, max: 900_000_000 })
    .map((each) => `${Math.floor(each / 1e6)}.${String(each % 1e6).padStart(6, "0")}`);
  const step = fc.oneof(
    fc.record({ deposit: units, address: fc.constantFrom("adr_1", undefined), sweep: fc.boolean() }),
    fc.record({ take: units, fee: fc.constantFrom("0", "0.000001", "1.5") }),
    fc.record({ dropped: units }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (history) => {
      await control.post("reset");
      await custody.createAddress({ walletReference: base, addressId: "adr_1", name: "Ada" });
      await control.post("deposits", { network: "base", asset: "USDC", amount: "5000" });
      const opening = acceptedValue(t, await balance.getProviderBalances());
      const since = (await allSince(t, balance)).movements.length;
      for (const each of history) {
        if ("take" in each) await take({ amount: each.take, fee: each.fee });
        else if ("dropped" in each) {
          const { id } = (await control.post("deposits", { network: "base", asset: "USDC", amount: each.dropped })) as {
            id: string;
          };
          await control.post(`deposits/${id}/reorg`, { outcome: "dropped" });
        } else {
          const to = each.address === undefined ? { network: "base" } : { address: each.address };
          await control.post("deposits", { asset: "USDC", amount: each.deposit, sweep: each.sweep, ...to });
        }
      }
      const { movements } = await allSince(t, balance);
      const closing = acceptedValue(t, await balance.getProviderBalances()).filter(({ asset }) => TOKENS.has(asset));
      addsUp(t, movements.slice(0, movements.length - since), closing, opening);
    }),
    { seed: 20_261_128, numRuns: 12 },
  );
});
