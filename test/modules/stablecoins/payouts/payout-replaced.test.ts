import t from "tap";
import { encodeId } from "../../../../src/core/ids.js";
import { fundedCustomer, startSteppedCoins } from "../../../helpers/stablecoins.js";

const HOUR_MS = 3_600_000;
type Attempts = { id: string }[];

for (const told of ["new first", "old first"] as const) {
  for (const by of ["webhooks", "the sweeper", "webhooks, backwards"] as const) {
    t.test(`C3: a replaced transaction is one payout that is confirmed: ${told}, by ${by}`, async (t) => {
      const service = await startSteppedCoins(t);
      const { chain, submit, sweep, payout, advance, call, sql, job, balanceOf, systemBalances } = service;
      const { ask } = await fundedCustomer(service, "ada");
      const { id, payoutAmount } = await ask();
      await submit(id);
      const { attempts, providerReference: old } = await payout(id);
      const reference = (attempts as Attempts)[0]?.id ?? "";
      await chain.settle(reference, { status: "processing" });
      if (by !== "the sweeper") await chain.post("webhooks/mode", { drop: false });
      const replaced = await chain.post(`withdrawals/${reference}/replace`, { newFirst: told === "new first" });
      t.not(replaced.id, old);
      if (by === "the sweeper") {
        advance(HOUR_MS);
        await sweep();
      } else {
        await chain.post("webhooks/flush");
        const order = by === "webhooks" ? "ASC" : "DESC";
        const { rows } = await sql.query(`SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY id ${order}`);
        t.equal(rows.length, 2);
        for (const row of rows) await job("webhooks:process", { eventId: encodeId("whe", row.id) });
      }
      t.match(await payout(id), {
        status: "confirmed",
        providerReference: replaced.id,
        transactionHash: replaced.hash,
        reviewReason: null,
      });
      t.match((await call("GET", "/v1/payout-controls")).body, { halted: false });
      t.equal(await balanceOf("ada", "USDC"), 4_900_000_000);
      t.equal((await systemBalances())["custody USDC"], -Number(payoutAmount));
      t.strictSame(Object.values(await chain.references()), [{ accepted: 1, sent: 1, confirmed: 1 }]);
    });
  }
}

t.test("C3: a replacement that is still under way is followed, and two that both arrive call a person", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, submit, sweep, payout, advance, call } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const { id } = await ask();
  await submit(id);
  const reference = ((await payout(id)).attempts as Attempts)[0]?.id ?? "";
  await chain.settle(reference, { status: "processing" });
  const { providerReference: old } = await payout(id);
  const replaced = await chain.post(`withdrawals/${reference}/replace`, { status: "processing" });
  advance(HOUR_MS);
  await sweep();
  t.match(await payout(id), { status: "submitted", providerReference: replaced.id });
  await chain.settle(String(replaced.id), { status: "success" });
  advance(HOUR_MS);
  await sweep();
  t.match(await payout(id), { status: "confirmed", providerReference: replaced.id, reviewReason: null });
  t.match((await call("GET", "/v1/payout-controls")).body, { halted: false });

  // The one that was given up arrives as well: now more has left than was asked for.
  await chain.post("webhooks/mode", { drop: false });
  await chain.settle(String(old), { status: "success" });
  await chain.post("webhooks/flush");
  const { rows } = await service.sql.query("SELECT id FROM webhook_events WHERE status = 'pending'");
  for (const row of rows) await service.job("webhooks:process", { eventId: encodeId("whe", row.id) });
  t.match(await payout(id), { status: "confirmed", reviewReason: "second_transaction" });
  t.match((await call("GET", "/v1/payout-controls")).body, { halted: true });
});
