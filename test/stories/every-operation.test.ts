import { BLOCKRADAR_WALLETS } from "@coffer/sandboxes";
import t, { type Test } from "tap";
import { billingActs, startBilling } from "../helpers/billing.js";
import { jobsOf } from "../helpers/jobs.js";
import { eventually } from "../helpers/service.js";
import { coinHelpers, SOMEWHERE } from "../helpers/stablecoins.js";

// Operations one after the other, as a shop and its staff use them. `npm run examples` shows what they answer here.

const MILLION = 1_000_000;
type Row = Record<string, unknown> & { id: string };

/** A shop in which every request must succeed. */
async function open(t: Test, env: Record<string, string> = {}) {
  const service = await startBilling(t, { env });
  const acts = billingActs(service);
  const coins = coinHelpers(service);
  const ask = async (method: string, route: string, body?: object, token?: string): Promise<Row> => {
    const options = { ...(body ? { body } : {}), ...(token ? { token } : {}) };
    const reply = await service.call(method, route, options);
    if (reply.status >= 300) throw new Error(`${method} ${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body as Row;
  };
  const rows = async (route: string) => (await ask("GET", route)).data as Row[];
  const first = async (route: string): Promise<Row> =>
    eventually(async () => (await rows(route))[0], 15_000).catch(() => Promise.reject(new Error(`none at ${route}`)));
  const buy = async (customerId: string, card = "pm_card_visa") => {
    const body = { customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
    const { id } = await ask("POST", "/v1/payments", body);
    return ask("POST", `/v1/payments/${id}/confirm`, { paymentMethodId: card });
  };
  await ask("PUT", "/v1/customers/ada", { email: "ada@example.com", name: "Ada" });
  const { id: walletId } = await ask("GET", "/v1/customers/ada/wallet");
  return { ...service, ...acts, coins, ask, rows, first, buy, walletId };
}

t.test("the service, customers, grants and the books", async (t) => {
  const { ask, first, rows, deps } = await open(t);
  for (const route of ["/livez", "/readyz", "/v1/config"]) await ask("GET", route);
  const items = [
    { customerId: "ada", amount: 25 },
    { customerId: "grace", amount: 10 },
  ];
  t.match(await ask("POST", "/v1/grants/bulk", { asset: "CREDIT", note: "Launch week", items }), { granted: 2 });
  await first("/v1/customers");
  await ask("GET", "/v1/customers/ada");
  const wallet = await ask("GET", "/v1/customers/ada/wallet");
  await first(`/v1/wallets/${wallet.id}/entries`);
  await first(`/v1/wallets/${wallet.id}/lots`);
  await first("/v1/assets");
  await ask("GET", `/v1/transfers/${(await first("/v1/transfers")).id}`);
  await ask("GET", `/v1/ledger/accounts/${(await first("/v1/ledger/accounts")).id}`);
  await first("/v1/audit-events");
  await ask("GET", "/v1/packages/starter");
  const january = { from: "2026-01-01T00:00:00.000Z", to: "2026-02-01T00:00:00.000Z" };
  const file = await ask("POST", "/v1/exports", { kind: "transfers", format: "csv", ...january });
  await jobsOf(deps)["exports:make"]?.({ exportId: file.id });
  await first("/v1/exports?status=ready");
  t.match(await ask("GET", `/v1/exports/${file.id}`), { status: "ready" });
  t.ok((await rows("/v1/packages")).length > 0);
});

t.test("keys and principals", async (t) => {
  const { ask, first } = await open(t);
  const key = await ask("POST", "/v1/api-keys", { name: "The shop's server", role: "service" });
  const next = await ask("POST", `/v1/api-keys/${key.id}/rotate`, { overlapSeconds: 86_400 });
  t.match(await ask("DELETE", `/v1/api-keys/${next.id}`), { id: next.id });
  await first("/v1/api-keys");
  await ask("GET", `/v1/principals/${(await first("/v1/principals")).id}`);
});

t.test("payments, refunds, debts and disputes", async (t) => {
  const { ask, first, rows, buy, walletId } = await open(t);
  const left = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  t.match(await ask("POST", `/v1/payments/${(await ask("POST", "/v1/payments", left)).id}/cancel`), {
    status: "canceled",
  });
  const payment = await buy("ada");
  await ask("GET", `/v1/payments/${payment.id}`);
  await ask("POST", `/v1/wallets/${walletId}/debits`, { asset: "CREDIT", amount: 8 });
  const refund = await ask("POST", `/v1/payments/${payment.id}/refunds`, { reason: "requested_by_customer" });
  await ask("GET", `/v1/refunds/${refund.id}`);
  await first("/v1/refunds");
  const forgiven = { asset: "CREDIT", amount: 3, reason: "Goodwill" };
  t.match(await ask("POST", `/v1/wallets/${walletId}/debt-write-offs`, forgiven), { owed: 5 });
  await buy("grace", "pm_card_createDispute");
  const dispute = await first("/v1/disputes");
  await ask("GET", `/v1/disputes/${dispute.id}`);
  const evidence = { evidence: { uncategorized_text: "winning_evidence" }, submit: true };
  t.match(await ask("POST", `/v1/disputes/${dispute.id}/evidence`, evidence), { status: "won" });
  await first("/v1/events");
  const told = await first("/v1/webhook-events");
  await ask("GET", `/v1/webhook-events/${told.id}`);
  await ask("POST", `/v1/webhook-events/${told.id}/replay`);
  await rows("/v1/unexplained-receipts");
});

t.test("bank transfers", async (t) => {
  const { ask, first } = await open(t, {
    BANK_TRANSFER_IBAN: "DE89370400440532013000",
    BANK_TRANSFER_ACCOUNT_HOLDER: "Example Shop",
  });
  const wanted = { customerId: "ada", amount: 999, currency: "EUR", provider: "bank_transfer", flow: "transfer" };
  const seen = { amount: 999, currency: "EUR", bookedAt: new Date().toISOString() };
  const one = await ask("POST", "/v1/payments", wanted);
  const confirmed = { statementLineId: "2026-01-15/000041", ...seen };
  t.match(await ask("POST", `/v1/payments/${one.id}/confirm-transfer`, confirmed), { status: "succeeded" });
  const { providerReference } = await ask("POST", "/v1/payments", wanted);
  const lines = [{ id: "2026-01-15/000042", ...seen, text: `INV 7 ${providerReference}` }];
  await ask("POST", "/v1/statement-lines", { provider: "bank_transfer", lines });
  await first("/v1/statement-lines");
});

t.test("saved cards, subscriptions and invoices", async (t) => {
  const { ask, first, plan, subscribe, control } = await open(t);
  const methods = "/v1/customers/ada/payment-methods";
  const setup = await ask("POST", `${methods}/setups`);
  await control(`setup_intents/${setup.id}/succeed`, { payment_method: "pm_card_visa" });
  await ask("GET", `${methods}/setups/${setup.id}`);
  await plan("studio");
  const { id } = await subscribe("ada", "studio");
  const saved = await first(methods);
  await ask("PUT", `${methods}/default`, { paymentMethodId: saved.id });
  const invoice = await first("/v1/customers/ada/invoices");
  await ask("GET", `/v1/invoices/${invoice.id}`);
  await first("/v1/subscriptions");
  await ask("POST", `/v1/subscriptions/${id}/pause`);
  await ask("POST", `/v1/subscriptions/${id}/resume`);
  t.match(await ask("POST", `/v1/subscriptions/${id}/cancel`, { at: "period_end" }), { id });
  await ask("POST", "/v1/customers/ada/portal-sessions", { returnUrl: "https://shop.example/account" });
  await ask("POST", "/v1/products/sync");
  await ask("GET", "/v1/products");
});

t.test("deposits, conversions and payouts", async (t) => {
  const { ask, first, coins, walletId } = await open(t);
  const { address } = await ask("POST", `/v1/wallets/${walletId}/addresses`, { network: "base" });
  await coins.chain.deposit({ address: String(address), asset: "USDC", amount: "25" });
  await ask("GET", `/v1/deposits/${(await first("/v1/deposits")).id}`);
  const transactionHash = `0x${"5f1c9a3e".repeat(8)}`;
  await ask("POST", "/v1/deposits/rescan", { network: "base", transactionHash });
  await coins.fund("ada", 9_000 * MILLION);
  await ask("POST", `/v1/wallets/${walletId}/conversions`, { asset: "USDC", package: "starter" });

  await coins.noCooling();
  await ask("GET", "/v1/payout-controls");
  const book = "/v1/customers/ada/payout-addresses";
  const listed = await ask("POST", book, { network: "base", address: SOMEWHERE, label: "Cold storage" });
  await first(book);
  const wanted = { walletId, asset: "USDC", network: "base", address: SOMEWHERE, amount: 100 * MILLION };
  await ask("POST", "/v1/payouts/quote", wanted);
  const small = await ask("POST", "/v1/payouts", wanted);
  await coins.payoutIs(small.id, "confirmed");
  await coins.chain.rule({ outcome: "failed", reason: "reverted", times: 1 });
  const failing = await ask("POST", "/v1/payouts", wanted);
  await coins.payoutIs(failing.id, "failed");
  await ask("POST", `/v1/payouts/${failing.id}/retry`, { reason: "Gas was low" });
  await first("/v1/payouts");

  const approver = await coins.keyOf("approver");
  const large = () => ask("POST", "/v1/payouts", { ...wanted, amount: 2_000 * MILLION });
  const one = await large();
  const { termsHash } = await ask("PATCH", `/v1/payouts/${one.id}`, { amount: 1_500 * MILLION });
  t.match(await ask("POST", `/v1/payouts/${one.id}/approve`, { termsHash }, approver), { id: one.id });
  const reason = { reason: "The customer asked for another address." };
  await ask("POST", `/v1/payouts/${(await large()).id}/reject`, reason, approver);
  await ask("POST", `/v1/payouts/${(await large()).id}/cancel`, reason);
  await ask("DELETE", `${book}/${listed.id}`);
});

t.test("reconciliation, and a month that is closed", async (t) => {
  const { ask, first, buy, stripe } = await open(t);
  await buy("ada");
  const strange = await fetch(`${stripe.url}/sandbox/balance/transactions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ amount: -250, type: "advance_funding" }),
  });
  t.equal(strange.status, 200);
  await fetch(`${stripe.url}/sandbox/payouts`, {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  t.match(await ask("POST", "/v1/reconciliations?dryRun=true", { provider: "stripe" }), { dryRun: true });
  const { id } = await ask("POST", "/v1/reconciliations", { provider: "stripe" });
  await eventually(async () => (await ask("GET", `/v1/reconciliations/${id}`)).status === "completed", 20_000);
  await first("/v1/reconciliations");
  await first("/v1/provider-transactions");
  await first("/v1/bank-payouts");
  const found = await first("/v1/reconciliation-breaks?status=open");
  const route = `/v1/reconciliation-breaks/${found.id}`;
  await ask("POST", `${route}/assign`, { assignee: "dana@shop.example" });
  await ask("POST", `${route}/notes`, { text: "Asked the provider, case 4711." });
  await ask("GET", route);
  const reason = "The fee of November's advance";
  const body = { resolution: "booked", amount: found.difference, account: "provider_fees", reason };
  t.match(await ask("POST", `${route}/resolve`, body), { status: "resolved" });
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
  t.match(await ask("POST", `/v1/periods/${month}/close`, {}), { month, openBreaks: 0 });
  await ask("GET", `/v1/periods/${month}`);
  await first("/v1/periods");
});

t.test("limits of payouts, and the treasury", async (t) => {
  const { ask, first, rows, coins } = await open(t, { PAYOUT_LOOSENING_DELAY_MINUTES: "60" });
  const usdc = (await rows("/v1/payout-policies")).find(({ asset }) => asset === "USDC");
  const { asset: _, updatedBy: __, updatedAt: ___, ...policy } = usdc as Row;
  await ask("PUT", "/v1/payout-policies/USDC", { ...policy, customerDayMax: 1_000 * MILLION });
  const [admin, approver] = [await coins.keyOf("admin"), await coins.keyOf("approver")];
  for (const verb of ["cancel", "approve"]) {
    const looser = { ...policy, customerDayMax: 900 * MILLION, perPayoutMax: null };
    const { pendingChange } = await ask("PUT", "/v1/payout-policies/USDC", looser, admin);
    await ask("POST", `/v1/payout-setting-changes/${(pendingChange as Row).id}/${verb}`, undefined, approver);
  }
  await first("/v1/payout-setting-changes");
  await ask("GET", "/v1/treasury");
  await ask("PUT", `/v1/treasury/wallets/${BLOCKRADAR_WALLETS.base}/threshold`, { asset: "USDC", alertBelow: "250" });
  const coming = { network: "base", asset: "USDC", amount: 50 * MILLION, note: "For the weekend" };
  const funding = await ask("POST", "/v1/treasury/fundings", coming);
  await first("/v1/treasury/fundings");
  t.match(await ask("POST", `/v1/treasury/fundings/${funding.id}/cancel`), { status: "canceled" });
  await coins.quiet();
});
