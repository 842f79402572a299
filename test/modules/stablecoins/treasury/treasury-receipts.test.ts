import { randomUUID } from "node:crypto";
import fc from "fast-check";
import t, { type Test } from "tap";
import { settleReceipt } from "../../../../src/modules/stablecoins/treasury/rules/settle.js";
import { SPELLINGS, withTold } from "../../../helpers/told.js";

type Row = Record<string, unknown>;
const MILLION = 1_000_000;

/** A service, and coins that come to a master wallet. */
async function open(t: Test) {
  const service = await withTold(t);
  const { chain, call, expectStatus } = service;
  const arrival = async (amount: string): Promise<Row> => {
    const before = new Set(((await chain.get("deposits")).data as Row[]).map(({ id }) => id));
    await chain.post("wallets/base/fund", { asset: "USDC", amount });
    const came = ((await chain.get("deposits")).data as Row[]).find(({ id }) => !before.has(id));
    if (!came) throw new Error("nothing came");
    const { missed: _, ...told } = came;
    return told;
  };
  const receipts = async (status?: string) =>
    (await expectStatus(200, call("GET", `/v1/treasury/receipts?limit=100${status ? `&status=${status}` : ""}`)))
      .data as Row[];
  const expected = (amount: number) =>
    expectStatus(201, call("POST", "/v1/treasury/fundings", { body: { network: "base", asset: "USDC", amount } }));
  const fundings = async () => (await expectStatus(200, call("GET", "/v1/treasury/fundings"))).data as Row[];
  return { ...service, arrival, receipts, expected, fundings };
}

t.test(
  "coins for a master wallet, told many times, in any spelling, id, order and amount, are booked once",
  async (t) => {
    const service = await open(t);
    const { tell, arrival, receipts, systemBalances } = service;
    const telling = fc.record({
      spelling: fc.constantFrom(...Object.keys(SPELLINGS)),
      id: fc.nat(2),
      logIndex: fc.boolean(),
      amount: fc.constantFrom("12.5", "12.5", "12.49"),
      event: fc.constantFrom("deposit.success", "deposit.success", "deposit.processing"),
    });
    let booked = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(telling, { minLength: 2, maxLength: 6 }), async (tellings) => {
        const came = await arrival("12.5");
        const ids = [came.id, randomUUID(), randomUUID()];
        for (const { spelling, id, logIndex, amount, event } of tellings) {
          const isProcessing = event === "deposit.processing";
          const told = { ...came, id: ids[id], amount, amountPaid: amount, ...(logIndex ? { logIndex: 3 } : {}) };
          const data = { ...told, ...(isProcessing ? { status: "PROCESSING", confirmed: false } : {}) };
          const status = await tell(SPELLINGS[spelling]?.(data) ?? data, event);
          if (status !== 200) throw new Error(`answered ${status}`);
        }
        const ours = (await receipts()).filter(
          ({ transactionHash, status }) => transactionHash === came.hash && status === "booked",
        );
        const told = tellings.filter(({ event }) => event === "deposit.success");
        if (ours.length !== Math.min(told.length, 1)) throw new Error(`booked ${ours.length} times`);
        booked += (ours[0]?.amount as number) ?? 0;
        if (told.length > 0 && told.every(({ id }) => id === 0) && told.some(({ amount }) => amount === "12.5"))
          if (told.at(-1)?.amount === "12.5" && ours[0]?.amount !== 12_500_000) throw new Error("another amount");
        if (((await systemBalances())["custody USDC"] ?? 0) !== booked) throw new Error("custody is another sum");
      }),
      { numRuns: 25, endOnFailure: true },
    );
  },
);

t.test("a corrected amount takes the place of the other, also where it was an announced one", async (t) => {
  const { chain, tell, arrival, expected, fundings, systemBalances, receipts, eventsOf } = await open(t);
  const funding = await expected(50 * MILLION);
  const came = await arrival("50");
  await tell(came);
  t.match(await fundings(), [{ id: funding.id, status: "received" }]);
  await tell({ ...came, amount: "49", amountPaid: "49" });
  t.match(
    await systemBalances(),
    { "treasury_capital USDC": -50 * MILLION },
    "what the provider does not say is late news",
  );
  const corrected = await chain.post(`deposits/${came.id}/correct`, { amount: "49.5" });
  for (let time = 0; time < 2; time += 1) await tell(corrected);
  t.strictSame(await systemBalances(), { "unexplained USDC": -49.5 * MILLION, "custody USDC": 49.5 * MILLION });
  t.match(await fundings(), [{ id: funding.id, status: "expected", transactionHash: null }]);
  await tell(await chain.post(`deposits/${came.id}/correct`, { amount: "50" }));
  t.strictSame(await systemBalances(), { "treasury_capital USDC": -50 * MILLION, "custody USDC": 50 * MILLION });
  t.match(await receipts(), [{ status: "booked", fundingId: funding.id, amount: 50 * MILLION }]);
  t.equal((await eventsOf("treasury.funding_undone")).length, 1);
});

t.test("what may be told again waits for a person, who books it or never does", async (t) => {
  const { tell, arrival, receipts, systemBalances, call, expectStatus, eventsOf, url } = await open(t);
  const came = await arrival("50");
  await tell(came);
  await tell({ ...came, id: randomUUID(), amount: "40", amountPaid: "40" });
  await tell({ ...came, id: randomUUID(), amount: "30", amountPaid: "30", logIndex: 7 });
  const held = await receipts("held");
  t.match(
    held.map(({ amount }) => amount),
    [30 * MILLION, 40 * MILLION],
  );
  t.match(await systemBalances(), { "custody USDC": 50 * MILLION });
  t.match(
    (await eventsOf("treasury.receipt_held")).map(({ resource }) => resource),
    held.map(({ id }) => id),
  );
  const scraped = await (await fetch(`${url}/metrics`)).text();
  t.match(scraped, /coffer_waiting_items\{kind="treasury_receipts_held"\} 2/);
  const decide = (id: unknown, deed: string) =>
    call("POST", `/v1/treasury/receipts/${id}/${deed}`, { body: { reason: "looked up" } });
  t.match(await expectStatus(200, decide(held[0]?.id, "approve")), { status: "booked" });
  t.match(await expectStatus(200, decide(held[1]?.id, "reject")), { status: "rejected" });
  t.match(await decide(held[1]?.id, "approve"), { status: 409, body: { code: "treasury.receipt_not_held" } });
  t.match(await systemBalances(), { "custody USDC": 80 * MILLION });
});

t.test("the rule of receipts, as a table", (t) => {
  const known = { status: "booked", providerReference: "one", asset: "USDC", amount: 5n } as const;
  const told = { status: "confirmed", providerReference: "one", asset: "USDC", amount: 5n } as const;
  const table = [
    [undefined, told, "book"],
    [undefined, { ...told, amount: 0n }, "nothing"],
    [undefined, { ...told, status: "failed" }, "nothing"],
    [known, told, "nothing"],
    [known, { ...told, providerReference: "two" }, "nothing"],
    [known, { ...told, amount: 4n }, "correct"],
    [known, { ...told, amount: 0n }, "correct"],
    [known, { ...told, asset: "USDT" }, "contradiction"],
    [known, { ...told, status: "failed" }, "undo"],
    [known, { ...told, status: "canceled" }, "undo"],
    [known, { ...told, status: "failed", providerReference: "two" }, "nothing"],
    [{ ...known, status: "gone" }, told, "book"],
    [{ ...known, status: "gone" }, { ...told, status: "failed" }, "nothing"],
    [{ ...known, status: "held" }, { ...told, amount: 4n }, "nothing"],
    [{ ...known, status: "held" }, { ...told, status: "failed" }, "forget"],
    [{ ...known, status: "rejected" }, told, "nothing"],
    [{ ...known, status: "rejected" }, { ...told, status: "failed" }, "nothing"],
  ] as const;
  for (const [before, news, decision] of table)
    t.equal(settleReceipt(before, news), decision, JSON.stringify([before?.status, news.status, decision]));
  t.end();
});
