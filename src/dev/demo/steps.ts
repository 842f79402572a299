import { type Books, WALLET } from "./books.js";
import { type Client, type Reply, request, type Target, until } from "./client.js";
import { confirm, headline, table, tell } from "./print.js";

/** What the steps share. */
export interface Walk {
  readonly target: Target;
  readonly client: Client;
  readonly books: Books;
  readonly customerId: string;
  readonly walletId: string;
}

/** Stops the walk: something is not as it must be. */
export function must(holds: boolean, claim: string): void {
  if (!holds) throw new Error(`not as it should be: ${claim}`);
  confirm(claim);
}

type Body = Reply["body"];

async function startPayment(walk: Walk, bundle: string, provider: string, flow: string): Promise<Body> {
  const body = { customerId: walk.customerId, package: bundle, provider, flow };
  const { body: payment } = await walk.client.call("POST", "/v1/payments", { body });
  const price = `${walk.books.format(BigInt(payment.amount), payment.currency)} ${payment.currency}`;
  tell(`POST /v1/payments  ${bundle}: ${payment.grants.amount} ${payment.grants.asset} for ${price}`);
  return payment;
}

const confirmWith = async (walk: Walk, payment: Body, paymentMethodId: string): Promise<Body> =>
  (await walk.client.call("POST", `/v1/payments/${payment.id}/confirm`, { body: { paymentMethodId } })).body;

async function settled(walk: Walk, payment: Body): Promise<Body> {
  return until(`payment ${payment.id} succeeded`, async () => {
    const { body } = await walk.client.call("GET", `/v1/payments/${payment.id}`);
    return body.status === "succeeded" ? body : undefined;
  });
}

/** The transfers that a paid payment must have made, as docs/ledger.md has them. */
function expectCredited({ books }: Walk, payment: Body, clearing: string, fee = 0n): void {
  books.expect("deferred_revenue", clearing, payment.currency, BigInt(payment.amount));
  if (fee > 0n) books.expect(clearing, "provider_fees", payment.currency, fee);
  books.expect("credits_issued", WALLET, payment.grants.asset, BigInt(payment.grants.amount));
}

/** The wallet has what the books should have made of it. */
export async function mustHave(walk: Walk): Promise<void> {
  const { body } = await walk.client.call("GET", `/v1/customers/${walk.customerId}/wallet`);
  const credit = body.balances.find((balance: Body) => balance.asset === "CREDIT");
  const shouldBe = walk.books.expectedBalance("CREDIT");
  must(BigInt(credit.available) === shouldBe, `the wallet has ${shouldBe} CREDIT`);
}

/** A card that works. */
export async function buyByCard(walk: Walk): Promise<void> {
  headline("Buy by card");
  const payment = await startPayment(walk, "starter", "stripe", "payment_intent");
  const paid = await confirmWith(walk, payment, "pm_card_visa");
  tell("POST /v1/payments/{id}/confirm  pm_card_visa");
  must(paid.status === "succeeded", `the payment is ${paid.status}`);
  expectCredited(walk, paid, "stripe_clearing");
  await mustHave(walk);
}

/** A declined card leaves the payment open; the next card wants its owner and then pays. */
export async function declinedThenSecure(walk: Walk): Promise<void> {
  headline("A declined card, then one with 3-D Secure");
  const { stripeSandbox } = walk.target;
  if (stripeSandbox === undefined) return tell("skipped: --stripe-sandbox says where the bank's page is");
  const payment = await startPayment(walk, "professional", "stripe", "payment_intent");
  const declined = await confirmWith(walk, payment, "pm_card_chargeDeclined");
  tell(
    `confirm pm_card_chargeDeclined  -> ${declined.status}, ${declined.failure?.code}: ${declined.failure?.message}`,
  );
  must(
    declined.status === "pending" && declined.failure?.code === "card_declined",
    "a decline leaves the payment open",
  );
  await mustHave(walk);
  const waiting = await confirmWith(walk, payment, "pm_card_authenticationRequired");
  tell(`confirm pm_card_authenticationRequired  -> ${waiting.status}, ${waiting.nextAction?.url}`);
  must(waiting.status === "requires_action", "the customer's bank wants to see the customer");
  await request("POST", `${stripeSandbox}/sandbox/payment_intents/${payment.providerReference}/succeed`);
  const paid = await settled(walk, payment);
  must(paid.failure === null && paid.transferIds.length === 2, "authenticated: Stripe's webhook settled the payment");
  expectCredited(walk, paid, "stripe_clearing");
  await mustHave(walk);
}

/** The customer pays on Stripe's page; we hear of it by webhook alone. */
export async function buyByCheckout(walk: Walk): Promise<void> {
  headline("Buy on Stripe's hosted Checkout page");
  const { stripeSandbox } = walk.target;
  if (stripeSandbox === undefined) return tell("skipped: --stripe-sandbox says where the page is");
  const payment = await startPayment(walk, "enterprise", "stripe", "checkout");
  tell(`checkoutUrl ${payment.checkoutUrl}`);
  await request("POST", `${stripeSandbox}/sandbox/checkout/sessions/${payment.providerReference}/pay`, {});
  const paid = await settled(walk, payment);
  must(paid.status === "succeeded", "paid on the page, settled by the webhook");
  expectCredited(walk, paid, "stripe_clearing");
  await mustHave(walk);
}

/** Coinbase's sandbox keeps one per cent, rounded down; the settlement says so and the books show it. */
const COINBASE_FEE_DIVISOR = 100n;

/** Crypto: a price in dollars is charged in USDC, and the fee comes with the payment. */
export async function buyByCrypto(walk: Walk): Promise<void> {
  headline("Buy by crypto");
  const { coinbaseSandbox } = walk.target;
  if (coinbaseSandbox === undefined) return tell("skipped: --coinbase-sandbox says where the page is");
  const payment = await startPayment(walk, "starter", "coinbase", "checkout");
  tell(`checkoutUrl ${payment.checkoutUrl}`);
  await request("POST", `${coinbaseSandbox}/sandbox/checkouts/${payment.providerReference}/pay`, {});
  const paid = await settled(walk, payment);
  must(paid.transferIds.length === 3, "one transaction booked the money, Coinbase's fee and the credits");
  expectCredited(walk, paid, "coinbase_clearing", BigInt(paid.amount) / COINBASE_FEE_DIVISOR);
  await mustHave(walk);
}

/** An administrator gives something, with a note. */
export async function grant(walk: Walk): Promise<void> {
  headline("A grant by hand");
  const body = { customerId: walk.customerId, asset: "CREDIT", amount: 5, note: "welcome" };
  await walk.client.call("POST", "/v1/grants", { body, expect: 201 });
  tell("POST /v1/grants  5 CREDIT, note: welcome");
  walk.books.expect("credits_issued", WALLET, "CREDIT", 5n);
  await mustHave(walk);
}

/** Spending, spending the same again, and spending too much. */
export async function spend(walk: Walk): Promise<void> {
  const path = `/v1/wallets/${walk.walletId}/debits`;
  headline("Spend");
  const key = `demo-job-7-${walk.walletId}`;
  const body = { asset: "CREDIT", amount: 7, description: "seven pictures", reference: "job-7" };
  const first = await walk.client.call("POST", path, { body, key, expect: 201 });
  tell(`POST /v1/wallets/{id}/debits  7 CREDIT  -> balance after: ${first.body.balanceAfter}`);
  walk.books.expect(WALLET, "credits_used", "CREDIT", 7n);
  await mustHave(walk);

  headline("The same request again, as after a lost reply");
  const again = await walk.client.call("POST", path, { body, key, expect: 201 });
  must(again.headers.get("idempotency-replayed") === "true", "Idempotency-Replayed: true");
  must(again.body.id === first.body.id, "it is the same transfer; nothing was spent twice");
  await walk.client.call("POST", path, { body: { ...body, amount: 8 }, key, expect: 422 });
  confirm("the same key with another amount is refused: 422");
  await mustHave(walk);

  headline("Spend more than there is");
  const tooMuch = walk.books.expectedBalance("CREDIT") + 1n;
  const refused = await walk.client.call("POST", path, {
    body: { asset: "CREDIT", amount: Number(tooMuch) },
    expect: 402,
  });
  tell(`402 ${refused.body.code}: ${refused.body.detail}`);
  must(BigInt(refused.body.available) === tooMuch - 1n, "the refusal says what could have been spent");
  await mustHave(walk);
}

/** A webhook that Stripe did not sign. */
export async function forgedWebhook(walk: Walk): Promise<void> {
  headline("A forged webhook");
  const data = { object: { id: "pi_forged", amount_received: 1_000_000, metadata: {} } };
  const event = { id: "evt_forged", object: "event", type: "payment_intent.succeeded", data };
  const signature = `t=${Math.floor(Date.now() / 1_000)},v1=${"0".repeat(64)}`;
  const reply = await request("POST", `${walk.target.url}/webhooks/stripe`, event, 401, {
    "stripe-signature": signature,
  });
  tell(`401 ${reply.body.code}: ${reply.body.detail}`);
  await mustHave(walk);
}

/** Stripe delivers every event three times, and an operator replays one: it is still one purchase. */
export async function repeatedWebhook(walk: Walk): Promise<void> {
  headline("Every webhook three times");
  const { stripeSandbox } = walk.target;
  if (stripeSandbox === undefined) return tell("skipped: --stripe-sandbox says who repeats itself");
  const mode = (repeat: number) => request("POST", `${stripeSandbox}/sandbox/webhooks/mode`, { repeat });
  const deliveries = async () => (await request("GET", `${stripeSandbox}/sandbox/webhooks`)).body.counts;
  const before = await deliveries();
  await mode(2);
  const payment = await startPayment(walk, "starter", "stripe", "payment_intent");
  const paid = await confirmWith(walk, payment, "pm_card_visa").finally(() => mode(0));
  expectCredited(walk, paid, "stripe_clearing");
  const after = await until("every copy delivered", async () => {
    const counts = await deliveries();
    return counts.pending === 0 ? counts : undefined;
  });
  tell(`Stripe delivered ${after.delivered - before.delivered} webhooks about this payment`);
  const events = (await walk.client.all(`/v1/webhook-events?resource=${payment.id}`)) as Body[];
  const news = events.filter((event) => event.type === "payment_intent.succeeded");
  must(news.length === 1 && news[0].status === "processed", "the inbox keeps payment_intent.succeeded once");
  await mustHave(walk);
  const { body } = await walk.client.call("POST", `/v1/webhook-events/${news[0].id}/replay`);
  tell(`POST /v1/webhook-events/{id}/replay  -> ${body.status}`);
  await mustHave(walk);
}

/** The customer's statement, oldest first. */
export async function statement(walk: Walk): Promise<void> {
  headline("The statement");
  const entries = (await walk.client.all(`/v1/wallets/${walk.walletId}/entries`)) as Body[];
  const rows = entries
    .reverse()
    .map((entry) => [
      entry.createdAt.slice(11, 19),
      entry.type,
      `${entry.amount > 0 ? "+" : ""}${walk.books.format(BigInt(entry.amount), entry.asset)} ${entry.asset}`,
      String(entry.balanceAfter),
      entry.description ?? "",
    ]);
  table(["time", "type", "amount", "balance", "description"], rows, new Set([2, 3]));
  const last = entries.filter((entry) => entry.asset === "CREDIT").at(-1);
  must(BigInt(last?.balanceAfter ?? -1) === walk.books.expectedBalance("CREDIT"), "its last balance is the wallet's");
}

/** What of the customer's money is earned: what was paid for the credits that are spent. */
export async function earned(walk: Walk): Promise<void> {
  headline("What of it is earned");
  const lots = (await walk.client.all(`/v1/wallets/${walk.walletId}/lots`)) as Body[];
  const priced = lots.filter(({ earnings }) => earnings).reverse();
  const rows = priced.map(({ granted, remaining, earnings }) => [
    String(granted),
    String(remaining),
    ...["price", "deferred", "revenue", "refunded"].map((part) =>
      walk.books.format(BigInt(earnings[part]), earnings.currency),
    ),
    earnings.currency,
  ]);
  table(["credits", "left", "price", "owed", "earned", "refunded", ""], rows, new Set([0, 1, 2, 3, 4, 5]));
  for (const { earnings } of priced)
    walk.books.expect("revenue", "deferred_revenue", earnings.currency, BigInt(earnings.revenue));
  const isWhole = ({ earnings: { price, deferred, revenue, breakage, refunded } }: Body) =>
    price === deferred + revenue + breakage + refunded;
  must(priced.every(isWhole), "every price is owed, earned or refunded, to the unit");
}
