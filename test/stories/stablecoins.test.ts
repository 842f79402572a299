import t from "tap";
import { eventually } from "../helpers/service.js";
import { SOMEWHERE, startCoinService } from "../helpers/stablecoins.js";

// A customer pays in coins to an address of its own, turns some into credits, and has the rest paid out.
t.test("coins come in, become credits, and go out", async (t) => {
  const { call, chain, expectStatus, walletOf, balanceOf, systemBalances, payoutIs, noCooling, listAddress } =
    await startCoinService(t);
  const walletId = await walletOf("ada");

  const given = await expectStatus(
    201,
    call("POST", `/v1/wallets/${walletId}/addresses`, { body: { network: "base" } }),
  );
  t.match(given, { status: "active", family: "evm", address: /^0x[0-9a-fA-F]{40}$/ });
  t.ok((given.networks as string[]).includes("ethereum"), "one address for every EVM chain");

  await chain.deposit({ address: given.address as string, asset: "USDC", amount: "100", network: "base" });
  await eventually(async () => (await balanceOf("ada", "USDC")) === 100_000_000, 15_000);
  const [deposit] = (await expectStatus(200, call("GET", "/v1/deposits"))).data as Record<string, unknown>[];
  t.match(deposit, { status: "credited", asset: "USDC", amount: 100_000_000, network: "base" });
  t.match(await systemBalances(), {
    "custody USDC": 100_000_000,
    "customer_funds USDC": -100_000_000,
    "credits_issued USDC": -100_000_000,
  });

  const conversion = await expectStatus(
    201,
    call("POST", `/v1/wallets/${walletId}/conversions`, { body: { asset: "USDC", package: "starter" } }),
  );
  t.match(conversion, { from: { asset: "USDC", amount: 9_990_000 }, to: { asset: "CREDIT", amount: 10 } });
  t.equal(await balanceOf("ada", "CREDIT"), 10);

  await noCooling();
  await listAddress("ada");
  const asked = await expectStatus(
    201,
    call("POST", "/v1/payouts", {
      body: { walletId, asset: "USDC", amount: 50_000_000, network: "base", address: SOMEWHERE },
    }),
  );
  t.match(asked, { status: "approved", platformFee: 1_000_000, payoutAmount: 49_000_000, rate: null });
  const paid = await payoutIs(asked.id, "confirmed");
  t.match(paid.attempts, [{ status: "confirmed", number: 1 }]);
  t.equal(await balanceOf("ada", "USDC"), 100_000_000 - 9_990_000 - 50_000_000);
  const books = await systemBalances();
  t.match(books, {
    "custody USDC": 51_000_000,
    "customer_funds USDC": -41_010_000,
    "deferred_revenue USDC": -9_990_000,
    "platform_fees USDC": 1_000_000,
    "credits_issued USDC": -41_010_000,
    "credits_issued CREDIT": -10,
  });
  t.notOk("payouts_in_flight USDC" in books, "nothing is set aside any more");
});

// 100 USD by card, paid out in USDC as soon as it has come: every account's balance explained.
t.test("a card payment with a payout instruction", async (t) => {
  const { call, expectStatus, systemBalances, payoutIs, noCooling, listAddress, walletOf, balanceOf } =
    await startCoinService(t);
  await noCooling();
  await walletOf("grace");
  await listAddress("grace");
  const payment = await expectStatus(
    201,
    call("POST", "/v1/payments", {
      body: {
        customerId: "grace",
        amount: 10_000,
        currency: "USD",
        provider: "stripe",
        flow: "payment_intent",
        payout: { network: "base", asset: "USDC", address: SOMEWHERE },
      },
    }),
  );
  await expectStatus(
    200,
    call("POST", `/v1/payments/${payment.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } }),
  );
  const payoutId = await eventually(async () => {
    const { body } = await call("GET", `/v1/payouts?paymentId=${payment.id}`);
    return (body.data as { id: string }[])[0]?.id;
  }, 15_000);
  const payout = await payoutIs(payoutId, "confirmed");
  t.match(payout, { amount: 10_000, asset: "USD", platformFee: 100, payoutAsset: "USDC", paymentId: payment.id });
  t.equal(await balanceOf("grace", "USD"), 0);
  const sent = payout.payoutAmount as number;
  t.ok(sent > 95_000_000 && sent < 105_000_000, `${sent} USDC at ${payout.rate}`);
  t.match(await systemBalances(), {
    // What came by card, less what was exchanged for the coins, is owed no more but for our fee.
    "stripe_clearing USD": 10_000,
    "deferred_revenue USD": -100,
    "exchange USD": -9_900,
    "platform_fees USD": 100,
    "credits_issued USD": -100,
    // The coins were our own.
    "custody USDC": -sent,
    "exchange USDC": sent,
  });
  const again = await call("POST", "/v1/payouts", {
    body: { paymentId: payment.id, payoutAsset: "USDC", network: "base", address: SOMEWHERE },
  });
  t.match(again, { status: 409, body: { code: "payouts.already_paid_out" } });
});
