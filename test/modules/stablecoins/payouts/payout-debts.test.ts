import t from "tap";
import { encodeId } from "../../../../src/core/ids.js";
import { fundedCustomer, SOMEWHERE, startCoinService, startSteppedCoins } from "../../../helpers/stablecoins.js";

const MILLION = 1_000_000;
type Attempts = { id: string }[];

t.test("what a canceled payout gives back repays a debt first", async (t) => {
  const { call, chain, quiet, giveAddress, expectStatus, noCooling, walletOf, listAddress } = await startCoinService(t);
  const walletId = await walletOf("ada");
  await noCooling();
  await listAddress("ada");
  const { address } = await giveAddress(walletId);
  const coins = await chain.deposit({ address: String(address), asset: "USDC", amount: "1500" });
  await quiet();
  const body = { walletId, asset: "USDC", amount: 1_500 * MILLION, network: "base", address: SOMEWHERE };
  const asked = await expectStatus(201, call("POST", "/v1/payouts", { body }));
  await chain.post(`deposits/${coins.id}/reorg`, { outcome: "dropped" });
  await quiet();
  const usdc = async () => {
    const { balances } = await expectStatus(200, call("GET", "/v1/customers/ada/wallet"));
    const row = (balances as { asset: string; balance: number; owed: number }[]).find(({ asset }) => asset === "USDC");
    return [row?.balance, row?.owed];
  };
  t.strictSame(await usdc(), [0, 1_500 * MILLION], "the coins are set aside, and were never there");
  const less = await call("PATCH", `/v1/payouts/${asked.id}`, { body: { amount: 1_200 * MILLION } });
  t.equal(less.status, 200);
  t.strictSame(await usdc(), [0, 1_200 * MILLION], "what an edit sets free");
  await expectStatus(200, call("POST", `/v1/payouts/${asked.id}/cancel`, { body: { reason: "it was nothing" } }));
  t.strictSame(await usdc(), [0, 0]);
});

t.test("one payout of one payment, and what arrives of an earlier one is booked all the same", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, chain, expectStatus, submit, payout, quiet } = service;
  await fundedCustomer(service, "grace");
  const body = { customerId: "grace", amount: 10_000, currency: "USD", provider: "stripe", flow: "payment_intent" };
  const payment = await expectStatus(201, call("POST", "/v1/payments", { body }));
  const method = { body: { paymentMethodId: "pm_card_visa" } };
  await expectStatus(200, call("POST", `/v1/payments/${payment.id}/confirm`, method));
  const ask = () =>
    call("POST", "/v1/payouts", {
      body: { paymentId: payment.id, payoutAsset: "USDC", network: "base", address: SOMEWHERE },
    });
  const [one, other] = await Promise.all([ask(), ask()]);
  t.strictSame([one.status, other.status].sort(), [201, 409], "asked for twice at once");
  const first = one.status === 201 ? one.body : other.body;
  await chain.rule({ outcome: "failed", afterMs: 0, times: 1 });
  await submit(first.id);
  const failed = await payout(first.id);
  t.equal(failed.status, "failed");
  const second = await expectStatus(201, ask());
  const retried = await call("POST", `/v1/payouts/${first.id}/retry`, { body: { reason: "again" } });
  t.match(retried, { status: 409, body: { code: "payouts.already_paid_out" } });
  await chain.post("webhooks/mode", { drop: false });
  await chain.settle((failed.attempts as Attempts)[0]?.id ?? "", { status: "success" });
  await work(service);
  await quiet();
  t.match(await payout(first.id), { status: "confirmed" }, "late, and booked");
  t.match(await payout(second.id), { status: "approved" });
  const { balances } = await expectStatus(200, call("GET", "/v1/customers/grace/wallet"));
  const usd = (balances as { asset: string; balance: number; owed: number }[]).find(({ asset }) => asset === "USD");
  t.match(usd, { balance: 0, owed: 10_000 }, "its money was set aside for the second");
  await expectStatus(200, call("POST", `/v1/payouts/${second.id}/cancel`, { body: { reason: "paid already" } }));
  const after = (await expectStatus(200, call("GET", "/v1/customers/grace/wallet"))).balances as object[];
  t.match(
    after.find((each) => "asset" in each && each.asset === "USD"),
    { balance: 0, owed: 0 },
  );
});

/** Delivers what the provider has to say, and does the worker's part. */
async function work({ chain, sql, job }: Awaited<ReturnType<typeof startSteppedCoins>>): Promise<void> {
  await chain.post("webhooks/flush");
  const { rows } = await sql.query("SELECT id FROM webhook_events WHERE status = 'pending'");
  for (const { id } of rows) await job("webhooks:process", { eventId: encodeId("whe", id) });
}
