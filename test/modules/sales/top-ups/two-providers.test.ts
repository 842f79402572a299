import "../../../helpers/acme.js";
import t from "tap";
import { eventually } from "../../../helpers/service.js";
import { startTwoBillers } from "../../../helpers/two-billers.js";

const AGREED = {
  asset: "CREDIT",
  threshold: 5,
  package: "starter",
  monthlyCap: { amount: 5_000, currency: "USD" },
  consent: { acceptedAt: "2026-11-20T12:00:00Z", version: "1" },
};

t.test("an auto top-up is charged by the provider that keeps its method", async (t) => {
  const { must, call, saveAt, job, acmeIsDown, acme, withoutAcme, wallet, sql } = await startTwoBillers(t, {
    quiet: true,
  });
  const setUp = async (customerId: string, more: object) => {
    const { id } = await wallet(customerId);
    return must("PUT", `/v1/wallets/${id}/auto-top-up`, { ...AGREED, ...more });
  };
  const [adas, bobs] = [await saveAt("stripe", "ada"), await saveAt("acme", "bob")];
  await saveAt("acme", "ada");
  const ofAda = await setUp("ada", {});
  const ofBob = await setUp("bob", { paymentMethodId: bobs });
  t.match(
    [ofAda, ofBob],
    [
      { provider: "stripe", paymentMethodId: adas },
      { provider: "acme", paymentMethodId: bobs },
    ],
  );
  const { id: bobsWallet } = await wallet("bob");
  const elsewhere = { ...AGREED, provider: "stripe", paymentMethodId: bobs };
  t.match(await call("PUT", `/v1/wallets/${bobsWallet}/auto-top-up`, { body: elsewhere }), {
    status: 422,
    body: { code: "auto_top_ups.no_payment_method" },
  });

  const left = await withoutAcme();
  await left.job("top-ups:sweep");
  t.match([await wallet("ada"), await wallet("bob")], [{ balance: 10 }, { balance: 0 }], "Acme's is left alone");
  t.match(await left.call("POST", `/v1/wallets/${bobsWallet}/auto-top-up/resume`, { body: undefined }), {
    status: 503,
    body: { code: "provider.not_configured", detail: /acme/ },
  });
  await must("POST", `/v1/wallets/${(await wallet("ada")).id}/debits`, { asset: "CREDIT", amount: 8 });
  await acmeIsDown();
  await job("top-ups:sweep");
  t.match([await wallet("ada"), await wallet("bob")], [{ balance: 12 }, { balance: 0 }], "Stripe works without Acme");
  await acme.control("faults", {}, "DELETE");
  await sql.query("UPDATE payments SET next_check_at = now() - interval '1 minute' WHERE status = 'pending'");
  await eventually(async () => {
    await job("payments:sweep");
    await job("top-ups:sweep");
    return (await wallet("bob")).balance === 10;
  });
  const { rows } = await sql.query(
    `SELECT a.provider, p.provider AS charged, p.customer_id FROM auto_top_up_attempts a JOIN payments p ON p.id = a.payment_id
      ORDER BY a.created_at`,
  );
  t.strictSame(
    rows.map((row) => [row.customer_id, row.provider, row.charged]),
    [
      ["ada", "stripe", "stripe"],
      ["ada", "stripe", "stripe"],
      ["bob", "acme", "acme"],
    ],
  );
});
