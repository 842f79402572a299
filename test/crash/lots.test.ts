import t from "tap";
import { CRASH_TIMEOUT_MS, killAtEveryPoint, openStages, type Scenario } from "./harness.js";

interface Given {
  readonly customerId: string;
  readonly walletId: string;
}

const MINUTE_MS = 60_000;

/** Paid credits, some of them spent, and others that are over in a minute. */
const expiring: Scenario<Given> = {
  // Once a lot is gone there is none to look at, so a run that goes on after a kill passes fewer points.
  sideBySide: true,
  prepare: async (stage, customerId) => {
    const expiresAt = new Date(Date.now() + MINUTE_MS).toISOString();
    const granted = await stage.call("POST", "/v1/grants", {
      body: { customerId, asset: "CREDIT", amount: 10, note: "start", expiresAt },
    });
    const walletId = String(granted.body.walletId);
    await stage.call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset: "CREDIT", amount: 3 } });
    return { customerId, walletId };
  },
  steps: [
    async (stage) => {
      await stage.advance(2 * MINUTE_MS);
      await stage.job("lots:expire");
      await stage.advance(-2 * MINUTE_MS);
      return undefined;
    },
  ],
  check: async (t, stage, { customerId, walletId }) => {
    const { body } = await stage.call("GET", `/v1/wallets/${walletId}/lots`);
    t.match(body.data, [{ granted: 10, remaining: 0, expired: 7 }]);
    const entries = await stage.call("GET", `/v1/wallets/${walletId}/entries?type=expired`);
    t.match(entries.body.data, [{ amount: -7, balanceAfter: 0 }]);
    t.equal((entries.body.data as unknown[]).length, 1, "it expired once");
    const { rows } = await stage.world.sql.query(
      "SELECT count(*)::int AS told FROM outbox_events WHERE type = 'credits.expired' AND customer_id = $1",
      [customerId],
    );
    t.equal(rows[0].told, 1, "and was told once");
  },
};

/** A bought lot, spent in part and settled. */
const settling: Scenario<Given> = {
  prepare: async (stage, customerId) => {
    const { body } = await stage.call("POST", "/v1/payments", {
      body: { customerId, package: "starter", provider: "stripe", flow: "payment_intent" },
    });
    await stage.call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    await stage.deliver();
    const { body: wallet } = await stage.call("GET", `/v1/customers/${customerId}/wallet`);
    const walletId = String(wallet.id);
    await stage.call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset: "CREDIT", amount: 3 } });
    return { customerId, walletId };
  },
  steps: [(stage, { walletId }) => stage.call("GET", `/v1/wallets/${walletId}/lots`)],
  check: async (t, stage, { walletId }) => {
    const { body } = await stage.call("GET", `/v1/wallets/${walletId}/lots`);
    t.match(body.data, [{ remaining: 7, earnings: { revenue: 299, deferred: 700 } }]);
    const lot = (body.data as { id: string }[])[0];
    const { rows } = await stage.world.sql.query("SELECT type, amount::int FROM ledger_transfers WHERE source = $1", [
      lot?.id,
    ]);
    t.same(rows, [{ type: "revenue_recognized", amount: 299 }], "earned once");
  },
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of settling and expiring lots", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  const stages = await openStages(t);
  await t.test("settles once", (t) => killAtEveryPoint(t, settling, stages));
  await t.test("expires once", (t) => killAtEveryPoint(t, expiring, stages));
});
