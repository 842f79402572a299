import t from "tap";
import { DAY_MS } from "../../../../src/core/clock.js";
import { fundedCustomer, startSteppedCoins } from "../../../helpers/stablecoins.js";

t.test(
  "coins that pay for credits are their price, and a payout that is canceled gives back to its lots",
  async (t) => {
    const service = await startSteppedCoins(t);
    const { call, expectStatus, systemBalances, sql } = service;
    const { walletId, ask } = await fundedCustomer(service, "ada", 4_000_000_000);
    const lots = async (query = "") =>
      (await expectStatus(200, call("GET", `/v1/wallets/${walletId}/lots${query}`))).data as unknown;
    const bought = await call("POST", `/v1/wallets/${walletId}/conversions`, {
      body: { asset: "USDC", package: "starter" },
    });
    t.equal(bought.status, 201);
    await expectStatus(201, call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset: "CREDIT", amount: 3 } }));
    t.match(await lots("?asset=CREDIT"), [
      {
        remaining: 7,
        kind: "paid",
        origin: "conversion",
        source: bought.body.id,
        earnings: { currency: "USDC", price: 9_990_000, revenue: 2_997_000, deferred: 6_993_000 },
      },
    ]);
    t.match(await systemBalances(), { "revenue USDC": -2_997_000, "deferred_revenue USDC": -6_993_000 });

    const expiresAt = new Date(Date.now() + 90 * DAY_MS).toISOString();
    const more = { customerId: "ada", asset: "USDC", amount: 500_000_000, note: "for a while", expiresAt };
    await expectStatus(201, call("POST", "/v1/grants", { body: more }));
    const before = await lots("?asset=USDC");
    const { id } = await ask({ amount: 2_000_000_000 });
    t.match(await lots("?asset=USDC"), [{ remaining: 0, expiresAt }, { remaining: 2_490_010_000 }]);
    await expectStatus(200, call("POST", `/v1/payouts/${id}/cancel`, { body: { reason: "not now" } }));
    t.same(await lots("?asset=USDC"), before, "as it was, with the end that it had");

    // As after an upgrade: what was posted before has nothing but its transfers.
    await sql.query("DELETE FROM lot_slices");
    await sql.query("DELETE FROM lot_cursors c USING ledger_accounts a WHERE a.id = c.account_id AND a.asset = 'USDC'");
    await sql.query("DELETE FROM lots WHERE asset = 'USDC'");
    t.match(await lots("?asset=USDC"), [
      { granted: 500_000_000, remaining: 500_000_000, kind: "promotional", expiresAt: null },
      { granted: 4_000_000_000, remaining: 3_990_010_000, origin: "grant", kind: "promotional", priority: 50 },
    ]);
  },
);
