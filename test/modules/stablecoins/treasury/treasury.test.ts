import { BLOCKRADAR_WALLETS } from "@coffer/sandboxes";
import t from "tap";
import { jobsOf } from "../../../helpers/jobs.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { BLOCKRADAR_KEY } from "../../../helpers/service.js";
import { SOMEWHERE, startCoinService } from "../../../helpers/stablecoins.js";

type Row = Record<string, unknown>;
const MILLION = 1_000_000;

t.test("announced coins are ours when they come, others are unexplained", async (t) => {
  const { call, chain, quiet, expectStatus, systemBalances, eventsOf } = await startCoinService(t);
  const body = { network: "base", asset: "USDC", amount: 50 * MILLION, note: "for the weekend" };
  const dry = await expectStatus(200, call("POST", "/v1/treasury/fundings?dryRun=true", { body, key: null }));
  const funding = await expectStatus(201, call("POST", "/v1/treasury/fundings", { body }));
  t.match(funding, { status: "expected", address: dry.address });
  const canceled = await expectStatus(201, call("POST", "/v1/treasury/fundings", { body: { ...body, amount: 1 } }));
  await expectStatus(200, call("POST", `/v1/treasury/fundings/${canceled.id}/cancel`));

  await chain.post("webhooks/mode", { repeat: 1 });
  const fund = (amount: string) => chain.post("wallets/base/fund", { asset: "USDC", amount });
  await fund("50");
  await quiet();
  await fund("50");
  await fund("0.000001");
  await quiet();
  const { data } = await expectStatus(200, call("GET", "/v1/treasury/fundings"));
  t.match(data, [{ status: "canceled" }, { status: "received", id: funding.id }]);
  t.match(await systemBalances(), {
    "treasury_capital USDC": -50 * MILLION,
    "unexplained USDC": -50 * MILLION - 1,
    "custody USDC": 100 * MILLION + 1,
  });
  t.equal((await eventsOf("treasury.funded")).length, 1);
  t.equal((await eventsOf("treasury.unexplained_receipt")).length, 2);
  const late = await call("POST", `/v1/treasury/fundings/${funding.id}/cancel`);
  t.match(late, { status: 409, body: { code: "treasury.funding_not_expected" } });
});

t.test("coins of our own that the chain drops leave the books once, and are expected again", async (t) => {
  const { call, chain, deps, quiet, expectStatus, systemBalances, eventsOf } = await startCoinService(t);
  const body = { network: "base", asset: "USDC", amount: 50 * MILLION };
  const funding = await expectStatus(201, call("POST", "/v1/treasury/fundings", { body }));
  await chain.post("webhooks/mode", { repeat: 1 });
  await chain.post("wallets/base/fund", { asset: "USDC", amount: "50" });
  await chain.post("wallets/base/fund", { asset: "USDC", amount: "7" });
  await quiet();
  const deposits = (await chain.get("deposits")).data as { id: string; amount: string }[];
  const [ours, stray] = ["50", "7"].map(
    (amount) => deposits.find((each) => Number(each.amount) === Number(amount))?.id,
  );
  const next = async (id: string | undefined, step: string, outcome: object = {}) => {
    await chain.post(`deposits/${id}/${step}`, outcome);
    await quiet();
    await jobsOf(deps)["deposits:catch-up"]?.(undefined);
  };
  const fundings = async () => (await expectStatus(200, call("GET", "/v1/treasury/fundings"))).data;
  const booked = {
    "treasury_capital USDC": -50 * MILLION,
    "unexplained USDC": -7 * MILLION,
    "custody USDC": 57 * MILLION,
  };
  t.strictSame(await systemBalances(), booked);

  await next(ours, "reorg", { outcome: "dropped" });
  await next(stray, "reorg", { outcome: "dropped" });
  t.strictSame(await systemBalances(), {}, "what the chain dropped is in no book");
  t.match(await fundings(), [{ id: funding.id, status: "expected", receivedAt: null }]);
  for (let time = 0; time < 2; time += 1) {
    await next(stray, "confirm");
    await next(ours, "confirm");
    t.strictSame(await systemBalances(), booked, "taken again: booked again");
    t.match(await fundings(), [{ id: funding.id, status: "received" }]);
    await next(ours, "reorg", { outcome: "dropped" });
    await next(stray, "reorg", { outcome: "dropped" });
    t.strictSame(await systemBalances(), {}, "dropped again");
  }
  t.equal((await eventsOf("treasury.funding_undone")).length, 3);
  t.equal((await eventsOf("treasury.receipt_undone")).length, 3);
});

t.test("a funding that is announced after its coins came does not book them a second time", async (t) => {
  const { call, chain, deps, quiet, expectStatus, systemBalances } = await startCoinService(t);
  await chain.post("wallets/base/fund", { asset: "USDC", amount: "50" });
  await quiet();
  const body = { network: "base", asset: "USDC", amount: 50 * MILLION };
  await expectStatus(201, call("POST", "/v1/treasury/fundings", { body }));
  await jobsOf(deps)["deposits:catch-up"]?.(undefined);
  t.strictSame(await systemBalances(), { "unexplained USDC": -50 * MILLION, "custody USDC": 50 * MILLION });
  t.match((await call("GET", "/v1/treasury/fundings")).body, { data: [{ status: "expected" }] });
});

t.test("what is kept covers what is owed", async (t) => {
  const { call, chain, quiet, walletOf, giveAddress, expectStatus, noCooling, listAddress, payoutIs } =
    await startCoinService(t);
  const usdc = async () => {
    const { coverage } = await expectStatus(200, call("GET", "/v1/treasury"));
    const row = (coverage as Row[]).find(({ asset }) => asset === "USDC");
    return { booked: row?.booked, owed: row?.owed, surplus: row?.surplus, onMasterWallets: row?.onMasterWallets };
  };
  const before = (await usdc()).onMasterWallets as number;
  const walletId = await walletOf("ada");
  const { address } = await giveAddress(walletId);
  await chain.deposit({ address: address as string, asset: "USDC", amount: "100" });
  await quiet();
  const owed = { booked: 100 * MILLION, owed: 100 * MILLION, surplus: 0 };
  t.strictSame(await usdc(), { ...owed, onMasterWallets: before }, "not swept yet");
  const [deposit] = (await chain.get("deposits")).data as Row[];
  await chain.post(`deposits/${deposit?.id}/sweep`);
  await quiet();
  t.strictSame(await usdc(), { ...owed, onMasterWallets: before + 100 * MILLION });

  await noCooling();
  await listAddress("ada");
  await chain.rule({ outcome: "stuck", times: 1 });
  const body = { walletId, asset: "USDC", amount: 60 * MILLION, network: "base", address: SOMEWHERE };
  const payout = await expectStatus(201, call("POST", "/v1/payouts", { body }));
  const { attempts } = await payoutIs(payout.id, "submitted");
  t.match(await usdc(), owed, "what is in flight is still owed");
  const [attempt] = attempts as { id: string }[];
  await chain.settle(attempt?.id ?? "", { status: "success" });
  await payoutIs(payout.id, "confirmed");
  t.match(await usdc(), { booked: 41 * MILLION, owed: 40 * MILLION, surplus: MILLION }, "the fee is ours");
});

t.test("an alarm for each fall, and only one", async (t) => {
  const { call, chain, deps, expectStatus, eventsOf } = await startCoinService(t);
  const { base } = BLOCKRADAR_WALLETS;
  await jobsOf(deps)["treasury:watch"]?.(undefined);
  const threshold = (asset: string, alertBelow: string) =>
    expectStatus(200, call("PUT", `/v1/treasury/wallets/${base}/threshold`, { body: { asset, alertBelow } }));
  await threshold("USDC", "1000.5");
  await threshold("ETH", "0.25");
  const holds = async (asset: string, amount: string) => {
    await chain.post("wallets/base/fund", { asset, amount, set: true });
    await jobsOf(deps)["treasury:watch"]?.(undefined);
    await jobsOf(deps)["treasury:watch"]?.(undefined);
    const events = [...(await eventsOf("treasury.low_balance")), ...(await eventsOf("treasury.low_gas"))];
    return events.map(({ type, data }) => [type, (data as Row).balance]).sort();
  };
  t.strictSame(await holds("USDC", "1000.5"), [], "at the threshold is not below it");
  const low = ["treasury.low_balance", "1000.499999"];
  t.strictSame(await holds("USDC", "1000.499999"), [low]);
  t.strictSame(await holds("USDC", "900"), [low], "the same fall");
  t.strictSame(await holds("USDC", "2000"), [low]);
  t.strictSame(await holds("USDC", "1"), [["treasury.low_balance", "1"], low], "another fall");
  t.match(await holds("ETH", "0.249"), [{}, {}, ["treasury.low_gas", "0.249"]]);
});

t.test("coins that somebody sends in the provider's dashboard are booked and told", async (t) => {
  const { blockradar, chain, quiet, eventsOf, systemBalances } = await startCoinService(t);
  const [wallet] = (
    (await chain.get("wallets")).data as { network: string; assets: Record<string, { id: string }> }[]
  ).filter(({ network }) => network === "base");
  await chain.post("webhooks/mode", { repeat: 1 });
  const sent = await callJson(
    "POST",
    `${blockradar.url}/v1/wallets/${BLOCKRADAR_WALLETS.base}/withdraw`,
    { assetId: wallet?.assets.USDC?.id, address: SOMEWHERE, amount: "12.5", reference: "by hand" },
    { "x-api-key": BLOCKRADAR_KEY },
  );
  await chain.settle((sent.body.data as Row).id as string, { status: "success" });
  await quiet();
  t.match(await systemBalances(), { "custody USDC": -12.5 * MILLION, "unexplained USDC": 12.5 * MILLION });
  t.match(await eventsOf("treasury.unexplained_withdrawal"), [{ data: { asset: "USDC", amount: 12.5 * MILLION } }]);
});

t.test("more coins than the books can count are kept for a person, and hold nothing up", async (t) => {
  const { blockradar, call, chain, quiet, systemBalances, sql } = await startCoinService(t);
  const [wallet] = (
    (await chain.get("wallets")).data as { network: string; assets: Record<string, { id: string }> }[]
  ).filter(({ network }) => network === "base");
  await chain.post(`wallets/${BLOCKRADAR_WALLETS.base}/fund`, { asset: "USDC", amount: "20000000000", set: true });
  const before = await systemBalances();
  const sent = await callJson(
    "POST",
    `${blockradar.url}/v1/wallets/${BLOCKRADAR_WALLETS.base}/withdraw`,
    { assetId: wallet?.assets.USDC?.id, address: SOMEWHERE, amount: "10000000000", reference: "by hand" },
    { "x-api-key": BLOCKRADAR_KEY },
  );
  await chain.settle((sent.body.data as Row).id as string, { status: "success" });
  await quiet();
  t.strictSame(await systemBalances(), before);
  t.match((await call("GET", "/v1/unreadable-entries")).body, {
    data: [{ list: BLOCKRADAR_WALLETS.base, reason: /10000000000 USDC is more than the books can count/ }],
  });
  const { rows } = await sql.query("SELECT status FROM webhook_events WHERE status NOT IN ('processed', 'ignored')");
  t.strictSame(rows, []);
});

t.test("a token of a wallet that cannot be read is told once, and the others are served", async (t) => {
  const { call, chain, deps, eventsOf } = await startCoinService(t);
  const huge = { symbol: "HUGE", decimals: 77, contract: "0x00000000000000000000000000000000000000aa" };
  await chain.post(`wallets/${BLOCKRADAR_WALLETS.base}/assets`, huge);
  const watch = jobsOf(deps)["treasury:watch"];
  await watch?.();
  await watch?.();
  t.match(await eventsOf("treasury.unreadable_entry"), { length: 1 });
  t.match((await call("GET", "/v1/unreadable-entries")).body, { data: [{ list: BLOCKRADAR_WALLETS.base }] });
  t.match(await call("GET", "/v1/treasury"), { status: 200 });
});
