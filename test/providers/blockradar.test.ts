import { BLOCKRADAR_WALLETS, startBlockradarSandbox } from "@coffer/sandboxes";
import { BLOCKRADAR_MASTER_WALLETS, makeAddress } from "@coffer/sandboxes/testing";
import t, { type Test } from "tap";
import { blockradarControl } from "../helpers/sandbox-client.js";
import { eventually } from "../helpers/service.js";
import { acceptedValue } from "./contract-harness.js";
import { type CustodyHarness, custodyContract, withdrawalOf } from "./custody-contract.js";
import { buildCustody, controlOf, receiveWebhooks, temporaryFolder } from "./harness.js";

const KEY = "br_live_0123456789abcdef0123456789abcdef";
const HASTY_MS = 60;
const PATIENT_MS = 2_000;

async function makeHarness(t: Test) {
  const webhooks = await receiveWebhooks(t);
  const sandbox = await startBlockradarSandbox({
    dataDir: await temporaryFolder(t),
    webhookUrl: webhooks.url,
    apiKey: KEY,
    withdrawalMs: 30,
  });
  t.teardown(() => sandbox.stop());
  const control = blockradarControl(sandbox.url);
  const calls: string[] = [];
  const build = (apiKeys: string[], origin: string, timeoutMs = PATIENT_MS) =>
    buildCustody(
      t,
      {
        apiKeys,
        wallets: Object.values(BLOCKRADAR_WALLETS).map((walletReference) => ({ walletReference })),
        apiBase: `${origin}/v1`,
      },
      { timeoutMs, onCall: (name) => calls.push(name) },
    );
  const wallet = BLOCKRADAR_MASTER_WALLETS.find(({ chainName }) => chainName === "base");
  const token = wallet?.assets.find(({ symbol }) => symbol === "USDC");
  const harness: CustodyHarness = {
    provider: build([KEY, "br_old"], sandbox.url),
    hasty: build([KEY], sandbox.url, HASTY_MS),
    hastyMs: HASTY_MS,
    unreachable: build([KEY], "http://127.0.0.1:1"),
    unauthorized: build(["br_revoked"], sandbox.url),
    walletReference: BLOCKRADAR_WALLETS.base,
    assetReference: token?.id ?? "",
    asset: "USDC",
    decimals: 6,
    payee: makeAddress("evm"),
    fault: controlOf(sandbox.url).fault,
    clearFaults: async () => void (await control.delete("faults")),
    deposit: async (address, amount) => void (await control.deposit({ address, amount, asset: "USDC" })),
    withdrawalsBecome: async (outcome, reason) =>
      void (await control.rule({ outcome, ...(reason === undefined ? {} : { reason }) })),
    effects: async () => {
      const references = Object.entries(await control.references());
      return Object.fromEntries(references.map(([reference, { accepted }]) => [reference, accepted]));
    },
    countAddresses: () => controlOf(sandbox.url).count("addresses"),
    delivery: webhooks.delivery,
  };
  return { ...harness, control, sandbox, calls, received: webhooks.received };
}

t.test("contract", async (t) => custodyContract(t, makeHarness));

t.test("all wallets, each chain with its own decimals and addresses", async (t) => {
  const { provider } = await makeHarness(t);
  const wallets = acceptedValue(t, await provider.listWallets());
  const decimals = wallets.flatMap(({ network, nativeAsset, assets }) =>
    assets.map((asset) => `${network}/${nativeAsset}/${asset.asset}/${asset.decimals}`),
  );
  t.same(decimals.sort(), [
    "base/ETH/USDC/6",
    "bsc/BNB/USDC/18",
    "bsc/BNB/USDT/18",
    "ethereum/ETH/USDC/6",
    "ethereum/ETH/USDT/6",
    "tron/TRX/USDT/6",
  ]);
  const walletReference = BLOCKRADAR_WALLETS.tron;
  const address = acceptedValue(t, await provider.createAddress({ walletReference, addressId: "adr_t", name: "t" }));
  t.match(address.address, /^T/);
});

t.test("18 decimals arrive and leave to the last digit", async (t) => {
  const { provider, control, delivery, payee } = await makeHarness(t);
  const walletReference = BLOCKRADAR_WALLETS.bsc;
  const wallet = acceptedValue(t, await provider.listWallets()).find((one) => one.walletReference === walletReference);
  const assetReference = wallet?.assets.find(({ asset }) => asset === "USDT")?.assetReference ?? "";
  const amount = "9007.199254740993000001";
  await control.deposit({ network: "bsc", asset: "USDT", amount });
  const event = await provider.verifyWebhook(await delivery((body) => body.includes("deposit.success")));
  t.match(provider.interpretWebhook(event), {
    kind: "deposit",
    news: { amount, network: "bsc", addressReference: undefined, contract: /^0x3376/ },
  });
  const sent = await provider.withdraw({ walletReference, assetReference, address: payee, amount, reference: "po_18" });
  t.match(sent, { outcome: "accepted", value: { amount, network: "bsc" } });
  const balances = acceptedValue(t, await provider.getBalances(walletReference));
  t.match(balances.balances, [{ asset: "USDT", amount: "100000" }, { asset: "USDC" }]);
});

t.test("sweeps, screening, rates, and missed deposits", async (t) => {
  const { provider, control, delivery, walletReference, payee } = await makeHarness(t);
  acceptedValue(t, await provider.createAddress({ walletReference, addressId: "adr_1", name: "Ada" }));
  const deposit = await control.deposit({ address: "adr_1", asset: "USDC", amount: "2", aml: "flagged", sweep: true });
  const swept = await provider.verifyWebhook(await delivery((body) => body.includes("deposit.swept.success")));
  t.match(provider.interpretWebhook(swept), {
    kind: "deposit",
    news: {
      providerReference: deposit.id,
      amlFlag: "Address is sanctioned",
      swept: { transactionHash: /^0x/, gasFee: { amount: "0.000021", asset: "ETH" } },
    },
  });

  t.same(await provider.screenAddress({ address: payee, network: "bsc" }), {
    outcome: "accepted",
    value: { blacklisted: false },
  });
  await control.post("blacklist", { address: payee });
  t.match(await provider.screenAddress({ address: payee, network: "tron" }), { value: { blacklisted: true } });

  await control.post("rates", { asset: "USDC", rate: 0.9997 });
  const rates = acceptedValue(t, await provider.getRates({ assets: ["USDC", "ETH", "NONE"], currency: "USD" }));
  t.same(Object.fromEntries(rates), { USDC: "0.9997", ETH: "3000" });

  const missed = await control.deposit({ address: "adr_1", asset: "USDC", amount: "7", missed: true });
  const providerReference = String(missed.id);
  t.same(await provider.getTransaction({ walletReference, providerReference }), { outcome: "notFound" });
  acceptedValue(t, await provider.rescan({ walletReference, transactionHash: String(missed.hash) }));
  t.match(await provider.getTransaction({ walletReference, providerReference }), {
    value: { deposit: { amount: "7", status: "confirmed" } },
  });
});

t.test("a withdrawal that was not there right after a timeout is found later, and is asked for once", async (t) => {
  const harness = await makeHarness(t);
  const { hasty, provider, walletReference } = harness;
  await harness.fault({
    match: { method: "POST", path: "/withdraw$" },
    kind: "delay",
    delayMs: HASTY_MS * 4,
    times: 1,
  });
  const request = withdrawalOf(harness);
  t.match(await hasty.withdraw(request), { outcome: "unknown", reason: "timeout" });
  const find = async () => {
    const { withdrawals } = acceptedValue(t, await provider.listTransactions({ walletReference }));
    return withdrawals.find(({ reference }) => reference === request.reference);
  };
  t.equal(await find(), undefined, "not yet: this proves nothing");
  const found = await eventually(find);
  t.match(found, { amount: request.amount });
  t.same(await harness.effects(), { [request.reference]: 1 });
  t.equal(harness.calls.filter((name) => name === "POST /wallets/{id}/withdraw").length, 1, "never asked again");
});
