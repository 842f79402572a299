import type { Test } from "tap";
import type {
  ChainPage,
  CustodyProvider,
  DepositNews,
  ProviderResult,
  WebhookDelivery,
  WebhookPort,
  WithdrawalNews,
  WithdrawalRequest,
} from "../../src/providers/ports/index.js";
import { acceptedValue, refusal, type SandboxFault } from "./contract-harness.js";
import { custodyTrouble } from "./custody-trouble.js";

/** One adapter pointed at its own fresh sandbox. */
export interface CustodyHarness {
  readonly provider: CustodyProvider & WebhookPort;
  /** The same adapter, with so small a bound that the sandbox's delays are timeouts. */
  readonly hasty: CustodyProvider;
  readonly hastyMs: number;
  /** The same adapter pointed at a port where nobody listens. */
  readonly unreachable: CustodyProvider;
  /** The same adapter with a key that the provider does not know. */
  readonly unauthorized: CustodyProvider;
  /** A wallet with this token, and someone on its chain to send it to. */
  readonly walletReference: string;
  readonly assetReference: string;
  readonly asset: string;
  readonly decimals: number;
  readonly payee: string;
  fault(fault: SandboxFault): Promise<void>;
  clearFaults(): Promise<void>;
  /** Coins arrive at an address of ours, by our id, and are confirmed. */
  deposit(addressId: string, amount: string): Promise<void>;
  /** What becomes of withdrawals to come. */
  withdrawalsBecome(outcome: "success" | "failed" | "pending" | "stuck" | "refused", reason?: string): Promise<void>;
  /** How often coins were taken for each reference: the truth about effects. */
  effects(): Promise<Record<string, number>>;
  countAddresses(): Promise<number>;
  delivery(accept: (body: string) => boolean): Promise<WebhookDelivery>;
}

export type MakeCustody = (t: Test) => Promise<CustodyHarness>;

let counter = 0;
export function withdrawalOf(harness: CustodyHarness, amount = "1.5"): WithdrawalRequest {
  counter += 1;
  const { walletReference, assetReference, payee: address } = harness;
  return { walletReference, assetReference, address, amount, reference: `po_contract_${counter}` };
}

/** What every keeper of coins must do, whichever provider is behind it. */
export function custodyContract(t: Test, make: MakeCustody): void {
  addresses(t, make);
  withdrawals(t, make);
  listing(t, make);
  custodyTrouble(t, make);
}

function addresses(t: Test, make: MakeCustody): void {
  t.test("wallets say their tokens and balances, to the last digit", async (t) => {
    const { provider, walletReference, assetReference, asset, decimals } = await make(t);
    const wallets = acceptedValue(t, await provider.listWallets());
    const wallet = wallets.find((candidate) => candidate.walletReference === walletReference);
    t.match(wallet, { environment: "testnet", address: /./, nativeAsset: /^[A-Z]+$/ });
    const token = wallet?.assets.find((candidate) => candidate.assetReference === assetReference);
    t.match(token, { asset, decimals, contract: /./, enabled: true, network: wallet?.network });
    t.notOk(
      wallet?.assets.some(({ asset }) => asset === wallet.nativeAsset),
      "gas is no token",
    );
    const balances = acceptedValue(t, await provider.getBalances(walletReference));
    t.match(balances, { walletReference, native: { amount: /^\d+(\.\d+)?$/, asset: wallet?.nativeAsset } });
    t.match(
      balances.balances.find((balance) => balance.assetReference === assetReference),
      { asset, amount: /^\d+(\.\d+)?$/ },
    );
  });

  t.test("an address is made, found by our id, paid to, and disabled", async (t) => {
    const { provider, walletReference, deposit, delivery, asset } = await make(t);
    t.same(await provider.findAddress({ walletReference, addressId: "adr_1" }), { outcome: "notFound" });
    const made = acceptedValue(t, await provider.createAddress({ walletReference, addressId: "adr_1", name: "Ada" }));
    t.match(made, { addressId: "adr_1", addressReference: /./, address: /./, active: true });
    await provider.createAddress({ walletReference, addressId: "adr_2", name: "Bob" });
    t.same(acceptedValue(t, await provider.findAddress({ walletReference, addressId: "adr_1" })), made);
    await deposit("adr_1", "3.000001");
    const event = await provider.verifyWebhook(await delivery((body) => body.includes('"deposit.success"')));
    t.match(provider.interpretWebhook(event), {
      kind: "deposit",
      news: {
        status: "confirmed",
        amount: "3.000001",
        asset,
        environment: "testnet",
        walletReference,
        addressId: "adr_1",
        addressReference: made.addressReference,
        toAddress: made.address,
        transactionHash: /./,
        contract: /./,
        amlFlag: undefined,
        swept: undefined,
      },
    });
  });

  t.test("an address is found on any page", async (t) => {
    const { provider, walletReference } = await make(t);
    for (let index = 0; index < 205; index += 1) {
      acceptedValue(t, await provider.createAddress({ walletReference, addressId: `adr_${index}`, name: "x" }));
    }
    for (const addressId of ["adr_0", "adr_100", "adr_204"]) {
      t.match(acceptedValue(t, await provider.findAddress({ walletReference, addressId })), { addressId });
    }
    t.same(await provider.findAddress({ walletReference, addressId: "adr_205" }), { outcome: "notFound" });
  });
}

const news = (t: Test, result: ProviderResult<{ withdrawal?: WithdrawalNews }>) => acceptedValue(t, result).withdrawal;

function withdrawals(t: Test, make: MakeCustody): void {
  t.test("the fee is estimated, in the coin that it is paid in", async (t) => {
    const harness = await make(t);
    const fee = acceptedValue(t, await harness.provider.estimateFee(withdrawalOf(harness)));
    t.match(fee, {
      networkFee: { amount: /^\d/ },
      transactionFee: { asset: harness.asset },
      native: { amount: /^\d/ },
    });
    t.equal(fee.networkFee.asset, fee.native.asset);
  });

  t.test("a withdrawal is sent, looked up and announced", async (t) => {
    const harness = await make(t);
    const { provider, delivery, walletReference, payee } = harness;
    const request = withdrawalOf(harness, "1.500001");
    const sent = acceptedValue(t, await provider.withdraw(request));
    t.match(sent, { status: "submitted", reference: request.reference, amount: "1.500001", toAddress: payee });
    const event = await provider.verifyWebhook(await delivery((body) => body.includes('"withdraw.success"')));
    const confirmed = {
      status: "confirmed",
      providerReference: sent.providerReference,
      reference: request.reference,
      amount: "1.500001",
      toAddress: payee,
      transactionHash: /./,
      networkFee: { amount: /^\d/, asset: /^[A-Z]+$/ },
    };
    t.match(provider.interpretWebhook(event), { kind: "withdrawal", news: confirmed });
    const { providerReference } = sent;
    t.match(news(t, await provider.getTransaction({ walletReference, providerReference })), confirmed);
    t.same(await harness.effects(), { [request.reference]: 1 });
    const forged = await delivery((body) => body.includes('"withdraw.success"'));
    const rawBody = Buffer.from(forged.rawBody.toString().replace("1.500001", "9.500001"));
    t.equal(await refusal(provider.verifyWebhook({ ...forged, rawBody })), "bad_signature");
  });

  t.test("a failure is news, with its reason; what is stuck stays submitted", async (t) => {
    const harness = await make(t);
    const { provider, delivery } = harness;
    await harness.withdrawalsBecome("failed", "execution reverted");
    const failing = withdrawalOf(harness);
    acceptedValue(t, await provider.withdraw(failing));
    const event = await provider.verifyWebhook(await delivery((body) => body.includes('"withdraw.failed"')));
    t.match(provider.interpretWebhook(event), {
      kind: "withdrawal",
      news: { status: "failed", reason: "execution reverted", reference: failing.reference },
    });
    await harness.withdrawalsBecome("stuck");
    t.match(acceptedValue(t, await provider.withdraw(withdrawalOf(harness))), {
      status: "submitted",
      transactionHash: /./,
    });
  });

  t.test("it is canceled before broadcast, and not after", async (t) => {
    const harness = await make(t);
    const { provider, walletReference } = harness;
    await harness.withdrawalsBecome("pending");
    const { providerReference } = acceptedValue(t, await provider.withdraw(withdrawalOf(harness)));
    const canceled = acceptedValue(t, await provider.cancelWithdrawal({ walletReference, providerReference }));
    t.match(canceled, { status: "canceled", providerReference });
    t.match(await provider.cancelWithdrawal({ walletReference, providerReference }), { outcome: "rejected" });
    await harness.withdrawalsBecome("stuck");
    const stuck = acceptedValue(t, await provider.withdraw(withdrawalOf(harness))).providerReference;
    t.match(await provider.cancelWithdrawal({ walletReference, providerReference: stuck }), { outcome: "rejected" });
    const missing = { walletReference, providerReference: "6b0b2e1c-0000-4000-8000-000000000000" };
    t.same(await provider.cancelWithdrawal(missing), { outcome: "notFound" });
  });

  t.test("what cannot be sent is rejected, and nothing is taken", async (t) => {
    const harness = await make(t);
    const { provider } = harness;
    const good = withdrawalOf(harness);
    const cases: [Partial<WithdrawalRequest>, string][] = [
      [{ amount: "0" }, "invalid_amount"],
      [{ amount: "-1" }, "invalid_amount"],
      [{ amount: "1e3" }, "invalid_amount"],
      [{ amount: `1.${"0".repeat(harness.decimals)}1` }, "invalid_amount"],
      [{ amount: "99999999" }, "insufficient_funds"],
      [{ address: "nowhere" }, "invalid_address"],
      [{ address: "" }, "invalid_address"],
      [{ reference: "" }, "invalid_request"],
      [{ assetReference: "6b0b2e1c-0000-4000-8000-000000000000" }, "invalid_asset"],
      [{ walletReference: "6b0b2e1c-0000-4000-8000-000000000000" }, "wallet_not_found"],
    ];
    for (const [change, code] of cases) {
      const result = await provider.withdraw({ ...good, ...change });
      t.match(result, { outcome: "rejected", failure: { code, message: /./ } }, JSON.stringify(change));
    }
    t.same(await harness.effects(), {});
  });
}

function listing(t: Test, make: MakeCustody): void {
  t.test("transactions are listed page by page, newest first, both directions", async (t) => {
    const harness = await make(t);
    const { provider, walletReference } = harness;
    await harness.withdrawalsBecome("pending");
    acceptedValue(t, await provider.createAddress({ walletReference, addressId: "adr_1", name: "Ada" }));
    await harness.deposit("adr_1", "0.000001");
    const references: string[] = [];
    for (let index = 0; index < 104; index += 1) {
      const request = withdrawalOf(harness, "0.01");
      references.unshift(request.reference);
      acceptedValue(t, await provider.withdraw(request));
    }
    const seen: (string | undefined)[] = [];
    const deposits: DepositNews[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const query: { walletReference: string; cursor?: string } = {
        walletReference,
        ...(cursor === null ? {} : { cursor }),
      };
      const page: ChainPage = acceptedValue(t, await provider.listTransactions(query));
      seen.push(...page.withdrawals.map(({ reference }) => reference));
      deposits.push(...page.deposits);
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== null && pages < 10);
    t.equal(pages, 2);
    t.same(seen, references);
    t.match(deposits, [{ amount: "0.000001", status: "confirmed", addressId: "adr_1" }]);
    const [deposit] = deposits;
    const { providerReference = "" } = deposit ?? {};
    const looked = acceptedValue(t, await provider.getTransaction({ walletReference, providerReference }));
    t.same(looked, { deposit });
  });
}
