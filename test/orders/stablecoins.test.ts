import { createHmac } from "node:crypto";
import { startWebhookReceiver } from "@coffer/sandboxes/testing";
import t, { type Test } from "tap";
import { BLOCKRADAR_KEY, eventually } from "../helpers/service.js";
import { fundedCustomer, startSteppedCoins } from "../helpers/stablecoins.js";
import { drain, permutations, type SentEvent, send, withDuplicates } from "./replay.js";

type Coins = Awaited<ReturnType<typeof startCoins>>;
type Data = Record<string, unknown>;

const MILLION = 1_000_000;

/** A service that hears nothing by itself, and everything that the provider would have told it. */
async function startCoins(t: Test) {
  const receiver = await startWebhookReceiver();
  t.teardown(() => receiver.stop());
  const service = await startSteppedCoins(t);
  service.blockradar.setWebhookUrl(receiver.url);
  await service.chain.post("webhooks/mode", { drop: false });
  /** The events of one transaction, in the order in which they happened. */
  const told = (transactionId: unknown, count: number): Promise<SentEvent[]> =>
    eventually(async () => {
      const bodies = [...new Set(receiver.received.map(({ body }) => body))];
      const ours = bodies.filter((body) => JSON.parse(body).data.id === transactionId);
      return ours.length >= count && ours.map((body) => signed(body));
    });
  return { ...service, told };
}

function signed(body: string): SentEvent {
  const headers = {
    "content-type": "application/json",
    "x-blockradar-signature": createHmac("sha512", BLOCKRADAR_KEY).update(body).digest("hex"),
  };
  return { type: JSON.parse(body).event, path: "/webhooks/blockradar", headers, body };
}

/** Replays an order with repetitions, the worker being quick or slow, until nothing is left to do. */
async function replay(service: Coins, order: readonly SentEvent[], round: number): Promise<void> {
  for (const event of withDuplicates(order, round)) {
    const status = await send(service.url, event);
    if (status !== 200) throw new Error(`${event.type} was answered ${status}`);
    if (round % 2 === 0) await drain(service);
  }
  for (let again = 0; again < 3; again += 1) await drain(service);
}

const names = (events: readonly SentEvent[]) => events.map(({ type }) => type).join(", ");

/** What happens to a deposit at the provider, each after the one before, and how the wallet ends. */
const DEPOSITS: readonly { steps: readonly [what: string, body: object][]; ends: number; aml?: string }[] = [
  {
    steps: [
      ["confirm", {}],
      ["sweep", {}],
    ],
    ends: 100 * MILLION,
  },
  { steps: [["reorg", { outcome: "dropped" }]], ends: 0 },
  {
    steps: [
      ["confirm", {}],
      ["reorg", { outcome: "dropped" }],
    ],
    ends: 0,
  },
  {
    steps: [
      ["confirm", {}],
      ["reorg", { outcome: "dropped" }],
      ["confirm", {}],
    ],
    ends: 100 * MILLION,
  },
  {
    steps: [
      ["confirm", {}],
      ["reorg", { outcome: "dropped" }],
    ],
    ends: 0,
    aml: "flagged",
  },
  {
    steps: [
      ["confirm", {}],
      ["reorg", { outcome: "dropped" }],
      ["confirm", {}],
    ],
    ends: 0,
    aml: "flagged",
  },
];

t.setTimeout(200_000);
t.test("news of a deposit leads to the same end in every order", async (t) => {
  const service = await startCoins(t);
  const { chain, walletOf, giveAddress, balanceOf, systemBalances, told } = service;
  let customers = 0;
  let inCustody = 0;
  for (const { steps, ends, aml = "clean" } of DEPOSITS) {
    const orders = permutations([...Array(steps.length + 1).keys()]);
    let round = 0;
    for (const order of orders) {
      round += 1;
      customers += 1;
      const customerId = `payer-${customers}`;
      const { address } = await giveAddress(await walletOf(customerId));
      const deposit = { address: String(address), asset: "USDC", amount: "100", status: "processing", aml };
      const { id } = await chain.deposit(deposit);
      for (const [what, body] of steps) await chain.post(`deposits/${id}/${what}`, body);
      const events = await told(id, steps.length + 1);
      const ordered = order.flatMap((index) => events[index] ?? []);
      await replay(service, ordered, round);
      const balance = await balanceOf(customerId, "USDC");
      inCustody += steps.at(-1)?.[0] === "reorg" ? 0 : 100 * MILLION;
      const custody = (await systemBalances())["custody USDC"] ?? 0;
      t.same({ balance, custody }, { balance: ends, custody: inCustody }, `${aml}: ${names(ordered)}`);
    }
  }
  await checkInbox(t, service);
});

/** What becomes of a withdrawal at the provider after it was accepted. */
const WITHDRAWALS: readonly { steps: readonly string[]; status: string; balance: number }[] = [
  { steps: ["success"], status: "confirmed", balance: 900 * MILLION },
  { steps: ["failed"], status: "failed", balance: 1_000 * MILLION },
  { steps: ["cancelled"], status: "canceled", balance: 1_000 * MILLION },
  { steps: ["failed", "success"], status: "confirmed", balance: 900 * MILLION },
  { steps: ["success", "failed"], status: "confirmed", balance: 900 * MILLION },
  { steps: ["failed", "success", "failed"], status: "confirmed", balance: 900 * MILLION },
];

t.test("news of a payout leads to the same end in every order", async (t) => {
  const service = await startCoins(t);
  const { chain, submit, fault, payout, balanceOf, told } = service;
  let customers = 0;
  for (const { steps, status, balance } of WITHDRAWALS) {
    let round = 0;
    for (const order of permutations([...Array(steps.length + 1).keys()])) {
      round += 1;
      customers += 1;
      const customerId = `payee-${customers}`;
      const { ask } = await fundedCustomer(service, customerId, 1_000 * MILLION);
      const { id } = await ask();
      // Every other time the reply is lost, so that the news is all there is.
      if (round % 2 === 1) await fault("POST", "/withdraw$", { kind: "cut_after" });
      await submit(id);
      const [attempt] = (await payout(id)).attempts as { id: string }[];
      const { data } = await chain.get(`withdrawals?reference=${attempt?.id}`);
      const [transaction] = data as Data[];
      for (const step of steps) await chain.settle(attempt?.id ?? "", { status: step });
      const { broadcast: _, ...accepted } = transaction ?? {};
      const events = [
        signed(JSON.stringify({ event: "withdraw.processing", data: accepted })),
        ...(await told(transaction?.id, steps.length)),
      ];
      const ordered = order.flatMap((index) => events[index] ?? []);
      await replay(service, ordered, round);
      const ended = { status: (await payout(id)).status, balance: await balanceOf(customerId, "USDC") };
      t.same(ended, { status, balance }, names(ordered));
      if (steps.length === 1) t.equal((await payout(id)).reviewReason, null, "and nobody is called");
    }
  }
  t.ok(Object.values(await chain.references()).every(({ accepted }) => accepted === 1));
  await checkInbox(t, service);
});

async function checkInbox(t: Test, { sql }: Coins): Promise<void> {
  const { rows } = await sql.query(
    "SELECT type, status, note FROM webhook_events WHERE status NOT IN ('processed', 'ignored')",
  );
  t.same(rows, [], "the inbox is drained");
}
