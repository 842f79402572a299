import { randomBytes, randomUUID } from "node:crypto";
import fc from "fast-check";
import t, { type Test } from "tap";
import { SPELLINGS, withTold as startTold } from "../../../helpers/told.js";

type Row = Record<string, unknown>;

/** A service whose customer has an address, and a provider that says whatever it is told to say. */
async function withTold(t: Test, env: Record<string, string> = {}) {
  const service = await startTold(t, env);
  const { chain, call, expectStatus } = service;
  /** Coins that came, as the provider tells of them. */
  const arrival = async (customerId: string, change: Row = {}) => {
    const given = await service.giveAddress(await service.walletOf(customerId));
    return chain.deposit({
      address: given.address as string,
      asset: "USDC",
      amount: "12.5",
      network: "base",
      ...change,
    });
  };
  const depositsOf = async (customerId: string) =>
    (await expectStatus(200, call("GET", `/v1/deposits?customerId=${customerId}`))).data as Row[];
  return { ...service, arrival, depositsOf };
}

const upper = (hex: unknown) => `0x${String(hex).slice(2).toUpperCase()}`;

t.test("B1: a deposit told many times, in any spelling, id and order, is booked once", async (t) => {
  const service = await withTold(t);
  const { tell, arrival, depositsOf, balanceOf, systemBalances } = service;
  let run = 0;
  const telling = fc.record({
    spelling: fc.constantFrom(...Object.keys(SPELLINGS)),
    id: fc.nat(2),
    logIndex: fc.boolean(),
    event: fc.constantFrom("deposit.success", "deposit.success", "deposit.processing", "deposit.swept.success"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(telling, { minLength: 2, maxLength: 6 }), async (tellings) => {
      run += 1;
      const customerId = `run-${run}`;
      const came = await arrival(customerId);
      const ids = [came.id, randomUUID(), randomUUID()];
      for (const { spelling, id, logIndex, event } of tellings) {
        const isProcessing = event === "deposit.processing";
        const told = { ...came, id: ids[id], ...(logIndex ? { logIndex: 3 } : {}) };
        const data = { ...told, ...(isProcessing ? { status: "PROCESSING", confirmed: false } : {}) };
        const status = await tell(SPELLINGS[spelling]?.(data) ?? data, event);
        if (status !== 200) throw new Error(`answered ${status}`);
      }
      const succeeded = tellings.some(({ event }) => event === "deposit.success");
      const expected = succeeded ? 12_500_000 : 0;
      const credited = (await depositsOf(customerId)).filter((each) => each.status === "credited");
      if (credited.length !== (succeeded ? 1 : 0)) throw new Error(`credited ${credited.length} times`);
      if ((await balanceOf(customerId, "USDC")) !== expected) throw new Error("another balance");
    }),
    {
      numRuns: 25,
      endOnFailure: true,
      // The row of one id comes to be known by the key of another's news.
      examples: [
        [
          [
            { spelling: "as it was", id: 2, logIndex: false, event: "deposit.swept.success" },
            { spelling: "as it was", id: 0, logIndex: true, event: "deposit.swept.success" },
            { spelling: "without 0x", id: 2, logIndex: true, event: "deposit.success" },
          ],
        ],
      ],
    },
  );
  const { rows } = await service.sql.query("SELECT count(*)::int AS n FROM deposits WHERE status = 'credited'");
  const books = await systemBalances();
  t.equal(books["custody USDC"], rows[0].n * 12_500_000, "custody is booked once as well");
  t.equal(books["unexplained USDC"], undefined);
});

t.test("B2: first news without a log index, then another id with one, and the other order", async (t) => {
  const { tell, arrival, depositsOf, balanceOf, systemBalances, call, expectStatus } = await withTold(t);
  for (const [customerId, indexes] of [
    ["ada", [undefined, 4]],
    ["bob", [4, undefined]],
  ] as const) {
    const came = await arrival(customerId);
    for (const logIndex of indexes)
      await tell({ ...came, id: randomUUID(), ...(logIndex === undefined ? {} : { logIndex }) });
    const [second, first] = await depositsOf(customerId);
    t.match(first, { status: "credited" });
    t.match(second, { status: "held", reason: `the same transaction as ${first?.id}` });
    t.equal(await balanceOf(customerId, "USDC"), 12_500_000);
  }
  t.match(await systemBalances(), { "custody USDC": 25_000_000 }, "what may be told twice is booked once");
  // A person finds that they were two transfers of one amount.
  const [held] = await depositsOf("ada");
  await expectStatus(200, call("POST", `/v1/deposits/${held?.id}/approve`, { body: { reason: "two logs" } }));
  t.equal(await balanceOf("ada", "USDC"), 25_000_000);
  t.match(await systemBalances(), { "custody USDC": 37_500_000 });
  // And two transfers whose log indexes differ are two from the start.
  const came = await arrival("eve");
  await tell({ ...came, id: randomUUID(), logIndex: 1 });
  await tell({ ...came, id: randomUUID(), logIndex: 2 });
  t.equal(await balanceOf("eve", "USDC"), 25_000_000);
});

t.test("B1: told again under another id with another amount, coins wait for a person", async (t) => {
  const { tell, arrival, depositsOf, balanceOf, systemBalances } = await withTold(t);
  for (const [customerId, indexes] of [
    ["ada", [undefined, undefined]],
    ["bob", [undefined, 4]],
    ["eve", [4, undefined]],
  ] as const) {
    const came = await arrival(customerId);
    for (const [index, amount] of ["12.5", "12.49"].entries()) {
      const logIndex = indexes[index];
      const told = { ...came, id: randomUUID(), amount, amountPaid: amount };
      await tell({ ...told, ...(logIndex === undefined ? {} : { logIndex }) });
    }
    t.match(await depositsOf(customerId), [{ status: "held" }, { status: "credited" }], customerId);
    t.equal(await balanceOf(customerId, "USDC"), 12_500_000);
  }
  t.match(await systemBalances(), { "custody USDC": 37_500_000 });
});

t.test(
  "B1: coins of which nobody says the transaction are looked up, and wait for a person if they must",
  async (t) => {
    const { tell, arrival, depositsOf, balanceOf, chain } = await withTold(t);
    const came = await arrival("ada");
    await tell({ ...came, hash: null });
    t.match(await depositsOf("ada"), [{ status: "credited", transactionHash: came.hash }], "the provider knows it");
    await tell({ ...came, id: randomUUID(), hash: null });
    t.match(await depositsOf("ada"), [{ status: "credited" }], "and does not know this one");
    t.equal(await balanceOf("ada", "USDC"), 12_500_000);
    const nameless = await chain.deposit({
      address: came.recipientAddress as string,
      asset: "USDC",
      amount: "7",
      network: "base",
      hash: "",
    });
    await tell(nameless);
    const [newest] = await depositsOf("ada");
    t.match(newest, { status: "held", reason: /which transaction/ });
    t.equal(await balanceOf("ada", "USDC"), 12_500_000);
  },
);

t.test("B3: what a person rejected, or holds, or nobody owns, stays so under another id", async (t) => {
  const { tell, arrival, depositsOf, balanceOf, systemBalances, call, expectStatus } = await withTold(t);
  const clean = { status: "success", message: "Address is not sanctioned", provider: "ofac" };
  const flagged = await arrival("ada", { aml: "flagged" });
  await tell(flagged);
  const again = () => tell({ ...flagged, id: randomUUID(), amlScreening: clean, hash: upper(flagged.hash) });
  await again();
  t.match(await depositsOf("ada"), [{ status: "held" }, { status: "held" }], "held");
  const [, held] = await depositsOf("ada");
  await expectStatus(200, call("POST", `/v1/deposits/${held?.id}/reject`, { body: { reason: "stolen" } }));
  await again();
  const [newest] = await depositsOf("ada");
  t.match(newest, { status: "rejected", reason: `the same transaction as ${held?.id}` });
  t.equal(await balanceOf("ada", "USDC"), 0);

  const lost = await arrival("bob");
  const nobodys = { ...lost, address: null, recipientAddress: `0x${randomBytes(20).toString("hex")}`, metadata: null };
  await tell(nobodys);
  await tell({ ...nobodys, id: randomUUID(), recipientAddress: upper(nobodys.recipientAddress) });
  t.equal(await balanceOf("bob", "USDC"), 0);
  t.match(await systemBalances(), { "custody USDC": 25_000_000, "unexplained USDC": -25_000_000 }, "each once");
});

t.test("B8: a large deposit that the provider never had is not credited, whoever signs it", async (t) => {
  const { tell, arrival, depositsOf, balanceOf } = await withTold(t);
  const came = await arrival("ada", { amount: "250" });
  await tell({ ...came, id: randomUUID(), hash: `0x${"7".repeat(64)}` });
  t.strictSame(await depositsOf("ada"), []);
  await tell({ ...came, amount: "250000", amountPaid: "250000" });
  t.equal(await balanceOf("ada", "USDC"), 250_000_000, "what the provider has is what is credited");
});

t.test("C5: a large deposit that nobody screened waits for a person; a small one goes by the policy", async (t) => {
  const { tell, arrival, depositsOf } = await withTold(t, { DEPOSIT_HOLD_UNSCREENED_ABOVE: "20" });
  await tell(await arrival("ada", { aml: "none" }));
  await tell(await arrival("bob", { aml: "none", amount: "20.000001" }));
  const talkative = await arrival("eve");
  await tell({
    ...talkative,
    amlScreening: { status: "success", message: "No doubt: the sender is not unknown, it is sanctioned" },
  });
  t.match(await depositsOf("ada"), [{ status: "credited" }]);
  t.match(await depositsOf("bob"), [{ status: "held", reason: /screened/ }]);
  t.match(await depositsOf("eve"), [{ status: "held", reason: /sanctioned/ }]);
});

t.test("F10: many ask for an address at once, and the provider makes one for each wallet", async (t) => {
  const { call, walletOf, blockradar } = await withTold(t);
  const wallets = await Promise.all(Array.from({ length: 6 }, (_, index) => walletOf(`customer-${index}`)));
  const asked = wallets.flatMap((walletId) =>
    Array.from({ length: 6 }, () => call("POST", `/v1/wallets/${walletId}/addresses`, { body: { network: "base" } })),
  );
  const replies = await Promise.all(asked);
  t.ok(replies.every(({ status }) => status === 201));
  t.equal(new Set(replies.map(({ body }) => body.address)).size, wallets.length);
  const { data } = (await (await fetch(`${blockradar.url}/sandbox/requests`)).json()) as { data: Row[] };
  const made = data.filter(({ method, path }) => method === "POST" && /\/addresses$/.test(String(path)));
  t.equal(made.length, wallets.length, "each was asked for once");
});
