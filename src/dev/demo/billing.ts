import { WALLET } from "./books.js";
import type { Reply } from "./client.js";
import { request, until } from "./client.js";
import { headline, tell } from "./print.js";
import { must, mustHave, type Walk } from "./steps.js";

type Body = Reply["body"];

/** An invoice of so much that was paid and gave so many credits. */
function expectInvoice({ books }: Walk, invoice: { amountPaid: number; grants: Body[] }): void {
  books.expect("deferred_revenue", "stripe_clearing", "USD", BigInt(invoice.amountPaid));
  for (const { asset, amount } of invoice.grants) books.expect("credits_issued", WALLET, asset, BigInt(amount));
}

const invoicesOf = async ({ client, customerId }: Walk): Promise<Body[]> =>
  (await client.all(`/v1/customers/${customerId}/invoices`)) as Body[];

async function paidInvoice(walk: Walk, count: number): Promise<Body> {
  const [newest] = await until(`${count} paid invoices`, async () => {
    const invoices = await invoicesOf(walk);
    return invoices.filter(({ status }) => status === "paid").length === count ? invoices : undefined;
  });
  return newest;
}

/** A saved card, a subscription, a larger plan in the middle of the month, and the next month. */
export async function subscribe(walk: Walk): Promise<void> {
  const { client, customerId, books } = walk;
  headline("A card is saved, and pays for a plan every month");
  const methods = `/v1/customers/${customerId}/payment-methods`;
  const saved = { paymentMethodId: "pm_card_visa", default: true };
  const { body: method } = await client.call("POST", methods, { body: saved, expect: 201 });
  tell(`POST ${methods}  pm_card_visa`);
  const body = { customerId, plan: "monthly_basic", flow: "payment_intent", paymentMethodId: method.id };
  const { body: subscription } = await client.call("POST", "/v1/subscriptions", { body, expect: 201 });
  tell(`POST /v1/subscriptions  monthly_basic  -> ${subscription.status}`);
  const first = await paidInvoice(walk, 1);
  must(first.paymentId !== null && first.grants.length === 1, "the invoice is paid, and is a payment like any other");
  expectInvoice(walk, first);
  await mustHave(walk);

  headline("A larger plan, at once");
  const path = `/v1/subscriptions/${subscription.id}`;
  const change = { plan: "monthly_pro", proration: "invoice_now" };
  const { body: preview } = await client.call("POST", `${path}/preview`, { body: change });
  const due = `${books.format(BigInt(preview.amountDue), "USD")} USD`;
  tell(`POST ${path}/preview  -> ${due} now, for ${preview.grants[0]?.amount} CREDIT more`);
  const asked = { ...change, prorationDate: preview.prorationDate };
  await client.call("PATCH", path, { body: asked });
  const second = await paidInvoice(walk, 2);
  must(second.amountPaid === preview.amountDue, "charged what the preview showed");
  expectInvoice(walk, second);
  await mustHave(walk);
  await renew(walk, path);
}

/** A month goes by at Stripe. */
async function renew(walk: Walk, path: string): Promise<void> {
  headline("A month later");
  const { stripeSandbox } = walk.target;
  if (stripeSandbox === undefined) return tell("skipped: --stripe-sandbox says whose clock goes forward");
  await request("POST", `${stripeSandbox}/sandbox/clock/advance`, { by: { days: 32 } });
  await request("POST", `${stripeSandbox}/sandbox/clock/run`, {});
  const third = await paidInvoice(walk, 3);
  must(third.billingReason === "subscription_cycle", "it renewed by itself, and the webhook told us");
  expectInvoice(walk, third);
  await mustHave(walk);
  await walk.client.call("POST", `${path}/cancel`, { body: { at: "now" } });
  tell(`POST ${path}/cancel`);
}

/** With the customer's consent, a balance that runs low is topped up from the saved card while nobody is there. */
export async function topUpByItself(walk: Walk): Promise<void> {
  const { client, books, customerId, walletId } = walk;
  headline("An auto top-up");
  const threshold = 100;
  const spent = books.expectedBalance("CREDIT") - 99n;
  const path = `/v1/wallets/${walletId}/auto-top-up`;
  const consent = { acceptedAt: new Date().toISOString(), version: "demo-1", text: "Charge my card when I run low." };
  const monthlyCap = { amount: 20_000, currency: "USD" };
  const terms = { asset: "CREDIT", threshold, package: "enterprise", monthlyCap, consent };
  await client.call("PUT", path, { body: terms });
  tell(`PUT ${path}  below ${threshold} CREDIT, enterprise, at most 200.00 USD a month`);
  await client.call("POST", `/v1/wallets/${walletId}/debits`, {
    body: { asset: "CREDIT", amount: Number(spent) },
    expect: 201,
  });
  books.expect(WALLET, "credits_used", "CREDIT", spent);
  tell(`POST /v1/wallets/{id}/debits  ${spent} CREDIT, and the balance is below it`);
  const payment = await until("a payment that nobody asked for by hand", async () => {
    const payments = (await client.all(`/v1/payments?customerId=${customerId}`)) as Body[];
    return payments.find(({ offSession, status }) => offSession && status === "succeeded");
  });
  books.expect("deferred_revenue", "stripe_clearing", "USD", BigInt(payment.amount));
  books.expect("credits_issued", WALLET, payment.grants.asset, BigInt(payment.grants.amount));
  must(payment.grants.amount === 150, "the saved card paid for 150 more");
  await mustHave(walk);
  await client.call("DELETE", path);
}
