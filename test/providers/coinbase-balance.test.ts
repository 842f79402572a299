import { generateCoinbaseKey, startCoinbaseSandbox } from "@coffer/sandboxes";
import t, { type Test } from "tap";
import { allSince, type BalanceHarness, balanceContract } from "./balance-contract.js";
import { acceptedValue } from "./contract-harness.js";
import { sumDecimals } from "./decimals.js";
import { buildBalance, buildOne, controlOf, temporaryFolder } from "./harness.js";

const SECRET = "3f1c5b8e-0000-4000-8000-statements";

async function makeHarness(t: Test) {
  const key = generateCoinbaseKey();
  const sandbox = await startCoinbaseSandbox({
    dataDir: await temporaryFolder(t),
    webhookUrl: "http://127.0.0.1:1/",
    webhookSecret: SECRET,
    apiKeyId: key.apiKeyId,
    publicKey: key.publicKey,
  });
  t.teardown(() => sandbox.stop());
  const control = controlOf(sandbox.url);
  const settings = (apiKeySecret: string, origin: string) => ({
    coinbase: { apiKeyId: key.apiKeyId, apiKeySecret, webhookSecrets: [SECRET], apiBase: `${origin}/api/v1` },
  });
  const build = (secret: string, origin: string) => buildBalance(t, "coinbase", settings(secret, origin));
  const payments = buildOne(t, "coinbase", settings(key.apiKeySecret, sandbox.url));
  let made = 0;
  const create = async (amount = "9.99") => {
    made += 1;
    const paymentId = `pay_${made}`;
    const request = {
      paymentId,
      idempotencyKey: paymentId,
      flow: "checkout",
      description: "credits",
      metadata: {},
    } as const;
    const news = acceptedValue(t, await payments.createPayment({ ...request, price: { amount, asset: "USDC" } }));
    return news.providerReference;
  };
  const harness: BalanceHarness = {
    balance: build(key.apiKeySecret, sandbox.url),
    unauthorized: build(generateCoinbaseKey().apiKeySecret, sandbox.url),
    unreachable: build(key.apiKeySecret, "http://127.0.0.1:1"),
    path: "/api/v1/checkouts",
    pageful: 105,
    hasNoBalances: true,
    fault: control.fault,
    move: async (count) => {
      for (let index = 0; index < count; index += 1) {
        const id = await create(`${index + 1}.07`);
        await control.post(`checkouts/${id}/pay`);
        if (index % 3 !== 1) continue;
        await control.post(`checkouts/${id}/refund`, { amount: "1.00" });
        await control.post(`checkouts/${id}/refunds/complete`);
      }
    },
    spoil: (id) => control.post("entries", { entry: { id, amount: 5 } }).then(() => {}),
  };
  return { ...harness, control, create };
}

balanceContract(t, makeHarness);

t.test(
  "a paid checkout is a payment with its fee, and each refund that arrived is a movement of its own",
  async (t) => {
    const { balance, control, create } = await makeHarness(t);
    const id = await create("100.00");
    await create("5.00");
    await control.post(`checkouts/${id}/pay`, { totalAmount: "100.123456" });
    const [paid, ...others] = (await allSince(t, balance)).movements;
    t.same(others, [], "what was not paid moved nothing");
    t.match(paid, {
      reference: id,
      category: "payment",
      asset: "USDC",
      amount: "100.123456",
      fee: "1.001234",
      net: "99.122222",
      fees: [{ kind: "checkout_fee", amount: "1.001234" }],
      subject: { kind: "payment", reference: id },
      ourReference: "pay_1",
      transactionHash: /^0x/,
      status: "available",
    });
    await control.post(`checkouts/${id}/refund`, { amount: "30.00" });
    t.equal((await allSince(t, balance)).movements.length, 1, "a refund under way is none yet");
    await control.post(`checkouts/${id}/refunds/fail`);
    await control.post(`checkouts/${id}/refund`, { amount: "20.50" });
    await control.post(`checkouts/${id}/refunds/complete`);
    const { movements } = await allSince(t, balance);
    t.same(movements[0], { ...paid, raw: movements[0]?.raw }, "the payment is what it was");
    t.match(movements.slice(1), [
      {
        category: "refund",
        amount: "-20.50",
        fee: "0",
        net: "-20.50",
        subject: { kind: "refund", reference: movements[1]?.reference },
      },
    ]);
    t.not(movements[1]?.reference, id);
    t.equal(sumDecimals(movements.map(({ net }) => net)), "78.622222");
  },
);

t.test("money of which nothing is said is shown as that until something is", async (t) => {
  const { balance, control, create } = await makeHarness(t);
  const id = await create("10.00");
  await control.post(`checkouts/${id}/pay`, { unsettled: true });
  const silent = await allSince(t, balance);
  t.same(silent.movements, []);
  t.same(silent.unreadable, [id]);
  await control.post(`checkouts/${id}/settle`);
  await control.post("entries", { checkoutId: id, entry: { id: "rfd_odd", amount: 5 } });
  const told = await allSince(t, balance);
  t.match(told, { movements: [{ reference: id, net: "9.90" }], unreadable: [] });
});
