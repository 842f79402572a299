import t from "tap";
import { CRASH_TIMEOUT_MS, killAtEveryPoint, type Scenario } from "./harness.js";

interface Month {
  readonly customerId: string;
  runId: string;
  bankPayout: string;
}

/** A payment, a fee and a payout to the bank are on the statement; the run that books them dies. */
const aRun: Scenario<Month> = {
  // Each case adds a payout to the provider's list, which every later run reads.
  sideBySide: true,
  prepare: async (stage, customerId) => {
    await stage.start({ frozen: true, leaseMs: 150 });
    const body = { customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
    const { body: made } = await stage.call("POST", "/v1/payments", { key: `create-${customerId}`, body });
    await stage.call("POST", `/v1/payments/${made.id}/confirm`, {
      key: `confirm-${customerId}`,
      body: { paymentMethodId: "pm_card_visa" },
    });
    await stage.deliver();
    await stage.stripe("POST", "/sandbox/balance/transactions", {
      amount: -25,
      type: "stripe_fee",
      reporting_category: "fee",
    });
    const { id } = await stage.stripe("POST", "/sandbox/payouts", { currency: "usd" });
    return { customerId, runId: "", bankPayout: String(id) };
  },
  steps: [
    async (stage, state) => {
      const reply = await stage.call("POST", "/v1/reconciliations", {
        key: `run-${state.customerId}`,
        body: { provider: "stripe" },
      });
      if (reply.status === 202) state.runId = String(reply.body.id);
      return reply;
    },
    async (stage, { runId }) => {
      await stage.job("reconciliation:run", { runId });
      return undefined;
    },
  ],
  check: async (t, stage, { runId, bankPayout }) => {
    const { body } = await stage.call("GET", `/v1/reconciliations/${runId}`);
    t.match(body, { status: "completed", failure: null });
    const { sql } = stage.world;
    const { rows: twice } = await sql.query(
      "SELECT reference, type FROM ledger_transfers WHERE source LIKE 'ptx%' GROUP BY 1, 2, from_account_id HAVING count(*) > 1",
    );
    t.same(twice, [], "every entry is booked once");
    const { rows: unbooked } = await sql.query(
      `SELECT reference FROM provider_transactions p WHERE fee <> 0 AND category = 'payment'
          AND NOT EXISTS (SELECT FROM ledger_transfers t WHERE t.reference = p.reference AND t.type = 'provider_fee')`,
    );
    t.same(unbooked, [], "and none is left out");
    const { rows: payouts } = await sql.query("SELECT listed_net FROM bank_payouts WHERE reference = $1", [bankPayout]);
    t.match(payouts, [{ listed_net: "0" }], "the payout is what it carries");
    const { body: open } = await stage.call("GET", "/v1/reconciliation-breaks?status=open");
    t.same(open.data, []);
  },
};

t.setTimeout(CRASH_TIMEOUT_MS);
t.test("a service killed at any point of a reconciliation books every entry once", async (t) => {
  t.setTimeout(CRASH_TIMEOUT_MS);
  await killAtEveryPoint(t, aRun);
});
