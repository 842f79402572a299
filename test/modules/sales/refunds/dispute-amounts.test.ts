import fc from "fast-check";
import t from "tap";
import { startShop } from "../../../helpers/stripe-shop.js";

// What a bank takes and gives back is a list of movements: the books equal its sum, whatever the status says.

const HUNDRED = { amount: 1_000, currency: "USD", grants: { asset: "CREDIT", amount: 100 } };

t.test(
  "A1: a dispute that is lost after the refunded part came back takes all credits and the sum of its money",
  async (t) => {
    const { buy, refund, stripe, quiet, wallet, books, payment, call } = await startShop(t);
    const { id, intent } = await buy("ada", HUNDRED);
    await refund(id, { amount: 400 });
    t.match(await wallet("ada"), { balance: 60 });
    const { id: dispute } = await stripe("disputes", { payment_intent: intent });
    await stripe(`disputes/${dispute}/transactions`, { amount: 400, status: "lost" });
    await quiet();
    t.match(await wallet("ada"), { balance: 0, owed: 0 });
    t.match(await payment(id), { grantsTakenBack: 100, amountRefunded: 400, amountDisputed: 600, status: "disputed" });
    const [row] = (await call("GET", "/v1/disputes")).body.data as object[];
    t.match(row, { status: "lost", funds: "lost", amount: 1_000, taken: 600 });
    const { stripe_clearing, disputed_funds, deferred_revenue } = await books("USD");
    t.strictSame(
      [stripe_clearing, disputed_funds, deferred_revenue],
      [1_000 - 400 - 1_000 + 400 - 1_500, undefined, undefined],
    );
  },
);

t.test("A1: an amount that is corrected while the dispute is open, in both directions", async (t) => {
  const { buy, stripe, quiet, wallet, books } = await startShop(t);
  const { intent } = await buy("ada", HUNDRED);
  const { id: dispute } = await stripe("disputes", { payment_intent: intent, amount: 500 });
  await quiet();
  t.match(await wallet("ada"), { balance: 50 });
  await stripe(`disputes/${dispute}`, { amount: 800 });
  await stripe(`disputes/${dispute}/transactions`, { amount: -300 });
  await quiet();
  t.match(await wallet("ada"), { balance: 20 });
  t.equal((await books("USD")).disputed_funds, 800);
  await stripe(`disputes/${dispute}`, { amount: 200 });
  await stripe(`disputes/${dispute}/transactions`, { amount: 600 });
  await quiet();
  t.match(await wallet("ada"), { balance: 80 });
  t.match(await books("USD"), { disputed_funds: 200, stripe_clearing: 1_000 - 200 - 1_500 });
});

t.test("A1: won, then withdrawn again, then returned in two parts", async (t) => {
  const { buy, stripe, quiet, wallet, books, payment, call } = await startShop(t);
  const { id, intent } = await buy("ada", HUNDRED);
  const { id: dispute } = await stripe("disputes", { payment_intent: intent });
  await stripe(`disputes/${dispute}/win`);
  await quiet();
  t.match(await wallet("ada"), { balance: 100 });
  await stripe(`disputes/${dispute}/transactions`, { amount: -1_000, status: "under_review" });
  await quiet();
  t.match(await wallet("ada"), { balance: 0 });
  t.match((await call("GET", "/v1/disputes")).body.data, [{ funds: "withdrawn", taken: 1_000 }]);
  await stripe(`disputes/${dispute}/transactions`, { amount: 300 });
  await quiet();
  t.match(await wallet("ada"), { balance: 30 });
  await stripe(`disputes/${dispute}/transactions`, { amount: 700, status: "won" });
  await quiet();
  t.match(await wallet("ada"), { balance: 100 });
  t.match(await payment(id), { status: "succeeded", amountDisputed: 0, grantsTakenBack: 0 });
  t.match((await call("GET", "/v1/disputes")).body.data, [{ funds: "reinstated", taken: 0 }]);
  t.strictSame(await books("USD"), { deferred_revenue: -1_000, provider_fees: 1_500, stripe_clearing: -500 });
});

t.test("A1: money of a lost dispute comes back in parts", async (t) => {
  const { buy, stripe, quiet, wallet, books } = await startShop(t);
  const { intent } = await buy("ada", HUNDRED);
  const { id: dispute } = await stripe("disputes", { payment_intent: intent });
  await stripe(`disputes/${dispute}/lose`);
  await quiet();
  await stripe(`disputes/${dispute}/transactions`, { amount: 250, status: "appeal_under_review" });
  await quiet();
  t.match(await wallet("ada"), { balance: 25 });
  t.strictSame(await books("USD"), { deferred_revenue: -250, provider_fees: 1_500, stripe_clearing: -1_250 });
});

t.test("A2: the fee of a dispute that is given back comes back in the books", async (t) => {
  const { buy, stripe, quiet, books, call } = await startShop(t);
  const { intent } = await buy("ada", HUNDRED);
  const { id: dispute } = await stripe("disputes", { payment_intent: intent });
  await quiet();
  t.match(await books("USD"), { provider_fees: 1_500 });
  await stripe(`disputes/${dispute}/transactions`, { amount: 1_000, fee: -1_500, status: "won" });
  await quiet();
  t.strictSame(await books("USD"), { deferred_revenue: -1_000, stripe_clearing: 1_000 });
  t.match((await call("GET", "/v1/disputes")).body.data, [{ fee: { amount: 0, asset: "USD" } }]);
});

t.test("A3: a dispute in another currency takes the credits, names its money, and tells a person", async (t) => {
  const { buy, stripe, quiet, wallet, books, call, payment } = await startShop(t);
  const { id, intent } = await buy("ada", HUNDRED);
  const { id: dispute } = await stripe("disputes", { payment_intent: intent, amount: 930, currency: "EUR" });
  await quiet();
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
  t.match(await payment(id), { status: "disputed" });
  t.match((await call("GET", "/v1/disputes")).body.data, [
    {
      amount: 930,
      currency: "EUR",
      taken: 1_000,
      takenElsewhere: [{ amount: 930, asset: "EUR" }],
      reviewReason: "other_currency",
    },
  ]);
  t.strictSame(await books("EUR"), { provider_fees: 1_500, stripe_clearing: -930 - 1_500, unexplained: 930 });
  const { data } = (await call("GET", "/v1/events?type=dispute.needs_review")).body as { data: object[] };
  t.match(data, [{ data: { currency: "EUR", amount: 930, paid: 1_000, paidCurrency: "USD" } }]);
  t.match((await call("GET", "/v1/webhook-events?status=pending")).body.data ?? [], []);
  await stripe(`disputes/${dispute}/transactions`, { amount: 310 });
  await quiet();
  t.match(await wallet("ada"), { balance: 34 }, "a third came back, what is lost rounded down");
  await stripe(`disputes/${dispute}/transactions`, { amount: 620, status: "won" });
  await quiet();
  t.match(await wallet("ada"), { balance: 100 });
  t.strictSame(await books("EUR"), { provider_fees: 1_500, stripe_clearing: -1_500 });
});

t.test("A3: a dispute that is settled in the account's own currency is booked in the payment's", async (t) => {
  const { buy, stripe, quiet, wallet, books } = await startShop(t);
  await stripe("balance/mode", { settlement: "usd", rate: 1.0837 });
  const { intent } = await buy("ada", { amount: 1_000, currency: "EUR", grants: { asset: "CREDIT", amount: 100 } });
  const { id: dispute } = await stripe("disputes", { payment_intent: intent });
  await quiet();
  t.match(await wallet("ada"), { balance: 0 });
  t.match(await books("EUR"), { disputed_funds: 1_000 });
  await stripe(`disputes/${dispute}/win`);
  await quiet();
  t.match(await wallet("ada"), { balance: 100 });
  t.strictSame(await books("EUR"), { deferred_revenue: -1_000, stripe_clearing: 1_000 });
});

t.test("A10: disputes of other applications and of connected accounts are ignored, with the reason", async (t) => {
  const { buy, stripe, quiet, wallet, sql } = await startShop(t);
  const { intent } = await buy("ada", HUNDRED);
  await stripe("disputes", { payment_intent: intent, foreign: true });
  await quiet();
  const { rows } = await sql.query("SELECT type, status, note FROM webhook_events WHERE type LIKE 'charge.dispute.%'");
  t.equal(rows.length, 2);
  for (const row of rows) t.match(row, { status: "ignored", note: /^foreign: / });
  t.match(await wallet("ada"), { balance: 100 });
});

t.test("for any list of movements, told in any steps, the books equal its sum", { timeout: 120_000 }, async (t) => {
  const { buy, stripe, quiet, wallet, books } = await startShop(t);
  let round = 0;
  let before: Record<string, number> = {};
  const movement = fc.record({
    amount: fc.integer({ min: -1_200, max: 1_200 }),
    fee: fc.constantFrom(0, 1_500, -1_500, 37),
    status: fc.constantFrom("needs_response", "under_review", "lost", "won", "appeal_under_review"),
    isTold: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(movement, { minLength: 1, maxLength: 6 }), async (movements) => {
      round += 1;
      const customer = `c${round}`;
      const { intent } = await buy(customer, HUNDRED);
      const { id } = await stripe("disputes", { payment_intent: intent });
      for (const { isTold, ...moved } of movements) {
        await stripe(`disputes/${id}/transactions`, moved);
        if (isTold) await quiet();
      }
      await quiet();
      const now = await books("USD");
      const change = (code: string) => (now[code] ?? 0) - (before[code] ?? 0);
      const moved = movements.reduce((sum, { amount }) => sum + amount, -1_000);
      const fees = movements.reduce((sum, { fee }) => sum + fee, 1_500);
      const booked = [
        change("stripe_clearing"),
        change("provider_fees"),
        change("disputed_funds") + change("deferred_revenue"),
      ];
      before = now;
      const right = [1_000 + moved - fees, fees, -1_000 - moved];
      if (booked.join() !== right.join()) throw new Error(`booked ${booked}, but the sums are ${right}`);
      const { balance, owed } = await wallet(customer);
      const kept = 100n - BigInt(Math.floor(Math.min(1_000, Math.max(0, -moved)) / 10));
      if (BigInt(balance) !== kept || owed !== 0) throw new Error(`${balance} kept, not ${kept}; ${owed} owed`);
    }),
    { numRuns: 12 },
  );
  t.pass();
});
