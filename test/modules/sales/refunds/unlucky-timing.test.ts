import t, { type Test } from "tap";
import { HOUR_MS } from "../../../../src/core/clock.js";
import { startWorker } from "../../../../src/worker.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { callJson, type JsonReply } from "../../../helpers/sandbox-client.js";
import { eventually, startTestService } from "../../../helpers/service.js";

// What hostile or unlucky timing once did to refunds and disputes, each with the harm that it did.

/** A service with a worker whose clock can be put forward, and what these tests ask for again and again. */
async function start(t: Test) {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const service = await startTestService(t, { overrides: { clock, providerTimeoutMs: 1_500 } });
  const worker = await startWorker(service.deps);
  t.teardown(() => worker.stop());
  const { call } = service;
  const stripe = (route: string, body: object = {}) => callJson("POST", `${service.stripe.url}/sandbox/${route}`, body);
  const coinbase = (route: string, body: object = {}) =>
    callJson("POST", `${service.coinbase.url}/sandbox/${route}`, body);
  const payment = async (id: string) => (await call("GET", `/v1/payments/${id}`)).body;
  const paymentIs = (id: string, status: string) =>
    eventually(async () => {
      const now = await payment(id);
      return now.status === status && now;
    }, 15_000);
  const buy = async (customerId: string, bundle: object = { package: "starter" }) => {
    const { body } = await call("POST", "/v1/payments", {
      body: { customerId, ...bundle, provider: "stripe", flow: "payment_intent" },
    });
    const paid = await call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    if (paid.status !== 200) throw new Error(JSON.stringify(paid.body));
    return body.id as string;
  };
  const buyWithCoins = async (customerId: string) => {
    const { body } = await call("POST", "/v1/payments", {
      body: { customerId, package: "starter", provider: "coinbase", flow: "checkout" },
    });
    await coinbase(`checkouts/${body.providerReference}/pay`);
    await paymentIs(body.id as string, "succeeded");
    return { id: body.id as string, checkout: body.providerReference as string };
  };
  const refund = (paymentId: string, body: object = {}, options: object = {}) =>
    call("POST", `/v1/payments/${paymentId}/refunds`, { body, ...options });
  const refundsOf = async (paymentId: string) =>
    (await call("GET", `/v1/refunds?paymentId=${paymentId}`)).body.data as Record<string, unknown>[];
  const wallet = async (customerId: string, asset = "CREDIT") => {
    const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
    const found = (body.balances as { asset: string; balance: number; owed: number }[]).find((b) => b.asset === asset);
    return { id: body.id as string, balance: found?.balance ?? 0, owed: found?.owed ?? 0 };
  };
  const sweep = () => jobsOf(service.deps)["refunds:sweep"]?.({});
  const putForward = (ms: number) => {
    ahead += ms;
  };
  const helpers = { stripe, coinbase, payment, paymentIs, buy, buyWithCoins, refund, refundsOf, wallet, sweep };
  return { ...service, ...helpers, putForward };
}

const WAIT = 15_000;

t.test("two refunds of one amount at once, at a provider that does not say whose they are", async (t) => {
  const { buyWithCoins, refund, refundsOf, coinbase, wallet, payment } = await start(t);
  const { id, checkout } = await buyWithCoins("ada");
  const match = { method: "POST", path: `/api/v1/checkouts/${checkout}/refund` };
  await coinbase("faults", { match, kind: "delay", delayMs: 1_000, times: 1 });
  const slow = refund(id, { amount: 1_000_000 });
  await eventually(async () => (await refundsOf(id)).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await coinbase("faults", { match, kind: "cut_after", times: 1 });
  t.match(await refund(id, { amount: 1_000_000 }, { key: "second" }), { status: 503 }, "made, and the reply was lost");
  // The news of it comes while the first is on its way, and does not say which it is.
  await coinbase(`checkouts/${checkout}/refunds/complete`);
  await eventually(async () => (await refundsOf(id)).some(({ status }) => status === "succeeded"), WAIT);
  t.match(await slow, { status: 201 });
  t.match(await refund(id, { amount: 1_000_000 }, { key: "second" }), { status: 201 });
  const list = await refundsOf(id);
  t.strictSame(list.map(({ status, origin }) => `${status} ${origin}`).sort(), ["pending api", "succeeded api"]);
  t.match(await payment(id), { amountRefunded: 2_000_000, grantsTakenBack: 2 });
  t.match(await wallet("ada"), { balance: 8, owed: 0 });
});

t.test("a refund that the provider made and nobody heard of is found after its key is forgotten", async (t) => {
  const { buyWithCoins, refund, refundsOf, coinbase, wallet, putForward, sweep } = await start(t);
  const { id, checkout } = await buyWithCoins("ada");
  await coinbase("webhooks/mode", { drop: true });
  const match = { method: "POST", path: `/api/v1/checkouts/${checkout}/refund` };
  await coinbase("faults", { match, kind: "cut_after", times: 1 });
  const asked = await refund(id, { amount: 5_000_000 });
  t.match(asked, { status: 503 });
  putForward(25 * HOUR_MS);
  await sweep();
  t.match(await refundsOf(id), [{ status: "pending", origin: "api" }], "it is there, in the list");
  t.match(await wallet("ada"), { balance: 5, owed: 0 });
});

t.test("a refund in credits can be asked of a provider that takes two decimals", async (t) => {
  const { buyWithCoins, refund } = await start(t);
  const { id } = await buyWithCoins("ada");
  t.match(await refund(id, { grants: 3 }), { status: 201, body: { amount: 3_000_000 } });
});

t.test("an inquiry that was escalated for another amount and won, before we heard of either", async (t) => {
  const { buy, payment, stripe, call, paymentIs, wallet } = await start(t);
  const id = await buy("ada");
  const intent = (await payment(id)).providerReference;
  const { body: inquiry } = await stripe("disputes", { payment_intent: intent, amount: 500, inquiry: true });
  await eventually(async () => ((await call("GET", "/v1/disputes")).body.data as object[]).length === 1, WAIT);
  const [dispute] = (await call("GET", "/v1/disputes")).body.data as { id: string }[];
  const match = { method: "POST", path: "/v1/disputes" };
  await stripe("faults", { match, kind: "malformed_after", times: 1 });
  const evidence = { evidence: { uncategorized_text: "x" }, submit: false };
  const unclear = await call("POST", `/v1/disputes/${dispute?.id}/evidence`, { body: evidence });
  t.match(unclear, { status: 503, body: { code: "provider.unavailable" } });
  t.notMatch(unclear.body.detail, /refund/, "an unclear answer about evidence does not speak of a refund");
  await stripe("webhooks/mode", { drop: true });
  await stripe(`disputes/${inquiry.id}/escalate`, { amount: 999 });
  await stripe("webhooks/mode", { drop: false });
  await stripe(`disputes/${inquiry.id}/win`);
  const won = async () => ((await call("GET", "/v1/disputes")).body.data as { funds: string }[])[0];
  await eventually(async () => (await won())?.funds === "reinstated", WAIT);
  t.match(await paymentIs(id, "succeeded"), { amountDisputed: 0, grantsTakenBack: 0 });
  t.match(await wallet("ada"), { balance: 10, owed: 0 });
});

let asked = 0;

/** Asks again under the same key for as long as the answer is that a row is locked, as a client does that heeds it. */
async function patiently(ask: (key: string) => Promise<JsonReply>): Promise<JsonReply> {
  asked += 1;
  const key = `storm-${asked}`;
  for (let tries = 0; ; tries += 1) {
    const reply = await ask(key);
    const isLocked = reply.status === 503 && /locked/.test(String(reply.body.detail));
    if (tries === 20 || (!isLocked && reply.body.code !== "request.in_flight")) return reply;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

t.test("a storm of refunds, disputes and spends leaves the books right", async (t) => {
  const { buy, payment, stripe, call, refund, refundsOf, wallet } = await start(t);
  await stripe("webhooks/mode", { repeat: 1, reorder: true });
  const ids = await Promise.all(["ada", "ada", "bob"].map((who) => buy(who)));
  const { id: walletId } = await wallet("ada");
  const replies = await Promise.all(
    ids.flatMap((id, index) => [
      ...[100, 333, 999].map((amount) => patiently((key) => refund(id, { amount }, { key }))),
      ...Array.from({ length: 4 }, () =>
        patiently((key) =>
          call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset: "CREDIT", amount: 3 }, key }),
        ),
      ),
      payment(id).then(({ providerReference }) =>
        stripe("disputes", { payment_intent: providerReference, ...(index === 1 ? { amount: 1_500 } : {}) }),
      ),
      payment(id).then(({ providerReference }) => stripe("disputes", { payment_intent: providerReference, amount: 1 })),
    ]),
  );
  t.strictSame(
    replies.filter(({ status }) => status >= 500).map(({ body }) => body),
    [],
  );
  await eventually(async () => {
    const { data } = (await call("GET", "/v1/disputes")).body as { data: { funds: string }[] };
    return data.length === 6 && data.every(({ funds }) => funds === "withdrawn");
  }, WAIT);
  const disputes = (await call("GET", "/v1/disputes")).body.data as { providerReference: string }[];
  await Promise.all(disputes.map((each, i) => stripe(`disputes/${each.providerReference}/${i % 2 ? "win" : "lose"}`)));
  await Promise.all(
    ids.map(async (id) => {
      for (const each of await refundsOf(id)) await stripe(`refunds/${each.providerReference}/fail`);
    }),
  );
  await eventually(async () => {
    const { data } = (await call("GET", "/v1/disputes")).body as { data: { funds: string }[] };
    return data.every(({ funds }) => funds === "reinstated" || funds === "lost");
  }, WAIT);
  for (const id of ids) t.equal((await payment(id)).reviewReason, null);
});
