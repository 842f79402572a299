import t from "tap";
import { startBilling } from "../helpers/billing.js";

t.test("a subscription is paid and renews, and each paid invoice grants its cycle once", async (t) => {
  const { plan, subscribe, subscriptionIs, balanceIs, advance, invoices, must, sql } = await startBilling(t);
  await plan("basic");
  const made = await subscribe("ada", "basic");
  t.match(made, { status: "active", quantity: 1, paused: false, changePending: false });
  await balanceIs("ada", 100);
  await advance({ days: 32 });
  await balanceIs("ada", 200);
  const renewed = await subscriptionIs(made.id, { status: "active" });
  t.not(renewed.currentPeriodEnd, made.currentPeriodEnd);
  const [second, first] = await invoices("ada");
  t.match(first, { status: "paid", billingReason: "subscription_create", amountPaid: 2000 });
  t.match(second, { status: "paid", billingReason: "subscription_cycle", grants: [{ asset: "CREDIT", amount: 100 }] });
  t.match(second?.lines, [{ amount: 2000, credits: 100, proration: false }]);
  const payment = await must("GET", `/v1/payments/${second?.paymentId}`);
  t.match(payment, { status: "succeeded", flow: "invoice", amount: 2000, grants: { amount: 100 } });
  const { rows } = await sql.query("SELECT count(*)::int AS n FROM payments WHERE flow = 'invoice'");
  t.equal(rows[0].n, 2);
});
