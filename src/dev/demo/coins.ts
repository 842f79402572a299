import { WALLET } from "./books.js";
import { type Reply, request, until } from "./client.js";
import { headline, tell } from "./print.js";
import { must, type Walk } from "./steps.js";

type Body = Reply["body"];

/** Where the demo pays out to: an address on no list. */
const SOMEWHERE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const NETWORK = "base";

/** Half of a payment goes back; what it granted is taken back in proportion. */
export async function refundHalf(walk: Walk): Promise<void> {
  headline("Refund a part");
  const payments = (await walk.client.all(`/v1/payments?customerId=${walk.customerId}&provider=stripe`)) as Body[];
  const payment = payments.find((each) => each.status === "succeeded" && each.amount === 3999);
  if (!payment) return tell("skipped: the payment that it refunds was skipped");
  const body = { amount: 1_600, reason: "requested_by_customer", note: "forty per cent" };
  const { body: refund } = await walk.client.call("POST", `/v1/payments/${payment.id}/refunds`, { body, expect: 201 });
  tell(`POST /v1/payments/{id}/refunds  16.00 USD of 39.99  -> ${refund.status}`);
  // 50 x 1600 / 3999, rounded down.
  walk.books.expect(WALLET, "credits_issued", "CREDIT", 20n);
  walk.books.expect("stripe_clearing", "deferred_revenue", "USD", 1_600n);
  const { body: after } = await walk.client.call("GET", `/v1/payments/${payment.id}`);
  must(after.status === "partially_refunded" && after.grantsTakenBack === 20, "20 of its 50 credits were taken back");
}

/** Coins come to an address of the customer's own, and are credited when the chain has them for good. */
export async function deposit(walk: Walk): Promise<void> {
  headline("A deposit of stablecoins");
  const { blockradarSandbox } = walk.target;
  if (blockradarSandbox === undefined) return tell("skipped: --blockradar-sandbox says where the chain is");
  const path = `/v1/wallets/${walk.walletId}/addresses`;
  const { body: address } = await walk.client.call("POST", path, { body: { network: NETWORK }, expect: 201 });
  tell(`POST /v1/wallets/{id}/addresses  -> ${address.address} on ${address.networks.join(", ")}`);
  const coins = { address: address.address, asset: "USDC", amount: "100", network: NETWORK };
  await request("POST", `${blockradarSandbox}/sandbox/deposits`, coins);
  const [credited] = await until("the deposit credited", async () => {
    const { body } = await walk.client.call("GET", `/v1/deposits?walletId=${walk.walletId}&status=credited`);
    return body.data.length > 0 ? (body.data as Body[]) : undefined;
  });
  must(credited?.amount === 100_000_000, "100 USDC are in the wallet");
  walk.books.expect("customer_funds", "custody", "USDC", 100_000_000n);
  walk.books.expect("credits_issued", WALLET, "USDC", 100_000_000n);

  headline("Some of it becomes credits");
  const body = { asset: "USDC", package: "starter" };
  const { body: done } = await walk.client.call("POST", `/v1/wallets/${walk.walletId}/conversions`, {
    body,
    expect: 201,
  });
  tell(`POST /v1/wallets/{id}/conversions  starter: ${done.to.amount} CREDIT for 9.99 USDC`);
  walk.books.expect(WALLET, "credits_issued", "USDC", 9_990_000n);
  walk.books.expect("credits_issued", WALLET, "CREDIT", 10n);
  walk.books.expect("deferred_revenue", "customer_funds", "USDC", 9_990_000n);
}

/** The rest goes out again, to a listed address. */
export async function payout(walk: Walk): Promise<void> {
  headline("A payout");
  const { blockradarSandbox } = walk.target;
  if (blockradarSandbox === undefined) return tell("skipped: --blockradar-sandbox says where the chain is");
  const { body: controls } = await walk.client.call("GET", "/v1/payout-controls");
  await withoutCoolingOff(walk);
  try {
    await payOut(walk);
  } finally {
    const { coolingOffSeconds } = controls;
    await walk.client.call("PUT", "/v1/payout-controls", { body: { coolingOffSeconds } });
  }
}

// A new address waits a day otherwise. One person cannot change that alone; the setting is put back at the end.
async function withoutCoolingOff({ client }: Walk): Promise<void> {
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const keyOf = async (name: string): Promise<string> => {
    const body = { name, role: "approver", expiresAt };
    return (await client.call("POST", "/v1/api-keys", { body, expect: 201 })).body.secret;
  };
  const [alice, bob] = [await keyOf("demo: Alice"), await keyOf("demo: Bob")];
  const wish = { body: { coolingOffSeconds: 0 }, apiKey: alice };
  const { status, body } = await client.call("PUT", "/v1/payout-controls", wish);
  if (status !== 202) return;
  tell("PUT /v1/payout-controls  Alice wants no cooling-off time: 202, it waits for a second person");
  const { id } = body.pendingChange;
  await client.call("POST", `/v1/payout-setting-changes/${id}/approve`, { apiKey: bob, expect: 200 });
  tell("POST /v1/payout-setting-changes/{id}/approve  Bob agrees, and it holds");
}

async function payOut(walk: Walk): Promise<void> {
  const book = `/v1/customers/${walk.customerId}/payout-addresses`;
  const stranger = { walletId: walk.walletId, asset: "USDC", amount: 50_000_000, network: NETWORK, address: SOMEWHERE };
  const { body: refused } = await walk.client.call("POST", "/v1/payouts", { body: stranger, expect: 422 });
  tell(`422 ${refused.code}: ${refused.detail}`);
  await walk.client.call("POST", book, { body: { network: NETWORK, address: SOMEWHERE, label: "mine" }, expect: 201 });
  const { body: asked } = await walk.client.call("POST", "/v1/payouts", { body: stranger, expect: 201 });
  tell(
    `POST /v1/payouts  50 USDC, fee ${asked.platformFee / 1e6}, arrives ${asked.payoutAmount / 1e6}  -> ${asked.status}`,
  );
  const done = await until("the payout confirmed", async () => {
    const { body } = await walk.client.call("GET", `/v1/payouts/${asked.id}`);
    return body.status === "confirmed" ? body : undefined;
  });
  must(done.attempts.length === 1, `confirmed on the chain: ${done.transactionHash}`);
  const fee = BigInt(done.platformFee);
  const sent = BigInt(done.payoutAmount);
  walk.books.expect(WALLET, "payouts_in_flight", "USDC", sent + fee);
  walk.books.expect("payouts_in_flight", "credits_issued", "USDC", sent);
  walk.books.expect("payouts_in_flight", "platform_fees", "USDC", fee);
  walk.books.expect("custody", "customer_funds", "USDC", sent);
  const [attempt] = done.attempts as Body[];
  if (attempt?.networkFee) {
    const { asset, amount } = attempt.networkFee;
    await walk.books.learnAssets();
    walk.books.expect("custody", "network_fees", asset, inGwei(amount));
  }
  const { body: treasury } = await walk.client.call("GET", "/v1/treasury");
  const usdc = treasury.coverage.find((each: Body) => each.asset === "USDC");
  tell(`GET /v1/treasury  USDC: booked ${usdc.booked / 1e6}, owed ${usdc.owed / 1e6}, surplus ${usdc.surplus / 1e6}`);
}

/** Gas is booked at nine decimals, rounded up. */
function inGwei(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const gwei = BigInt(whole + fraction.slice(0, 9).padEnd(9, "0"));
  return /[1-9]/.test(fraction.slice(9)) ? gwei + 1n : gwei;
}
