import { bucketOf, inBucketOf } from "../../src/core/buckets.js";
import { encodeId, systemIds } from "../../src/core/ids.js";
import type { LoadResult } from "../load/client.js";
import type { PaidPayment } from "../load/requests.js";
import { costLine, type Line, latencyLine } from "../report.js";
import { formatNumber as f, median } from "../stats.js";
import { type Cost, type Server, STRIPE_SECRET, type World, withCost } from "../world/world.js";
import type { Options } from "./debits.js";

const CONNECTIONS = 64;
const BAR = 1.5;
const PREPARED_CHUNK = 5_000;

// As createPayment leaves them once Stripe has answered: the customer's wallet and its account are open, the payment is
// promised and knows its intent. Every payment has a customer of its own, so nothing is remembered from the one before.
const PREPARE = `
  WITH item AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[]) AS u(payment, wallet, account, reference, bucket)),
  customer AS (
    INSERT INTO customers (id, metadata, created_at, updated_at)
    SELECT 'payer-' || reference, '{}', now(), now() FROM item),
  opened AS (
    INSERT INTO wallets (id, customer_id, created_at) SELECT wallet, 'payer-' || reference, now() FROM item),
  account AS (
    INSERT INTO ledger_accounts (id, bucket, wallet_id, asset)
    SELECT account, bucket, wallet, 'CREDIT' FROM item)
  INSERT INTO payments (id, customer_id, wallet_id, provider, flow, status, amount, currency, grants_asset, grants_amount,
      description, metadata, provider_reference, transfer_ids, next_check_at, created_by, created_at, updated_at)
  SELECT payment, 'payer-' || reference, wallet, 'stripe', 'payment_intent', 'pending', 999, 'USD', 'CREDIT', 10,
         'Starter: 10 credits', '{}', reference, '[]', now() + interval '1 hour', 'bench', now(), now() FROM item`;

const PREPARE_BASELINE = `
  WITH item AS (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS u(payment, account, reference)),
  account AS (INSERT INTO accounts (id, balance) SELECT account, 0 FROM item)
  INSERT INTO payments (id, reference, account_id, amount, grants, status)
  SELECT payment, reference, account, 999, 10, 'pending' FROM item`;

async function preparePayments(world: World, count: number): Promise<PaidPayment[]> {
  const payments: PaidPayment[] = [];
  while (payments.length < count) {
    const size = Math.min(PREPARED_CHUNK, count - payments.length);
    const uuids = () => Array.from({ length: size }, () => systemIds.uuid());
    const ids = uuids();
    const references = ids.map((uuid) => `pi_${uuid.replaceAll("-", "").slice(8)}`);
    const wallets = uuids();
    const accounts = wallets.map((wallet) => inBucketOf(systemIds.uuid(), wallet));
    await world.sql.query(PREPARE, [ids, wallets, accounts, references, wallets.map(bucketOf)]);
    await world.baselineSql.query(PREPARE_BASELINE, [ids, accounts, references]);
    for (const [index, uuid] of ids.entries())
      payments.push({ id: encodeId("pay", uuid), reference: references[index] ?? "", amount: 999 });
  }
  return payments;
}

async function deliver(
  world: World,
  server: Server,
  count: number,
  pace: { durationMs: number; rate?: number | undefined },
  costs: Cost[] = [],
): Promise<LoadResult> {
  const payments = await preparePayments(world, count);
  const { result, cost } = await withCost(world, server, () =>
    world.generator.load({
      target: { port: server.port, connections: CONNECTIONS },
      pace,
      job: { kind: "webhooks", secret: STRIPE_SECRET, payments },
    }),
  );
  costs.push(cost);
  if (result.statuses["200"] !== result.sent) throw new Error(`replies: ${JSON.stringify(result.statuses)}`);
  if (result.sent === count && pace.rate === undefined)
    console.log(`  all ${f(count)} payments were delivered early; the round was shorter than asked for`);
  return result;
}

interface Side {
  readonly server: Server;
  readonly peaks: number[];
  readonly costs: Cost[];
  readonly calm: LoadResult[];
}

/** Signed `payment_intent.succeeded` events until the wallets are credited: throughput, and latency at half of it. */
export async function webhookSuite(world: World, { rounds, roundMs }: Options): Promise<Line[]> {
  const perRound = Math.ceil((6_000 * roundMs) / 1_000);
  const sideOf = (server: Server): Side => ({ server, peaks: [], costs: [], calm: [] });
  const [theirs, ours] = [sideOf(world.baseline), sideOf(world.service)];
  for (const { server } of [theirs, ours]) await deliver(world, server, 10_000, { durationMs: 20_000 });
  const inTurn = async (act: (side: Side) => Promise<void>) => {
    for (let round = 0; round < rounds; round += 1)
      for (const side of round % 2 === 0 ? [theirs, ours] : [ours, theirs]) await act(side);
  };
  await inTurn(async ({ server, peaks, costs }) => {
    peaks.push((await deliver(world, server, perRound, { durationMs: roundMs }, costs)).perSecond);
  });
  const rateOf = ({ peaks }: Side) => Math.round(median(peaks) / 2);
  await inTurn(async (side) => {
    const rate = rateOf(side);
    side.calm.push(
      await deliver(world, side.server, Math.ceil((rate * roundMs) / 1_000), { durationMs: roundMs, rate }),
    );
  });
  await assertCredited(world);
  const latencyOf = (side: Side) => ({
    rate: rateOf(side),
    p99: median(side.calm.map(({ p99 }) => p99)),
    p50: median(side.calm.map(({ p50 }) => p50)),
  });
  const [baseline, peak] = [median(theirs.peaks), median(ours.peaks)];
  return [
    {
      what: `signed Stripe webhook to credited wallet, ${CONNECTIONS} connections`,
      bar: `>= ${BAR} x baseline`,
      baseline: `${f(baseline)}/s`,
      measured: `${f(peak)}/s`,
      ratio: `${f(peak / baseline)} x`,
      pass: peak >= BAR * baseline,
    },
    costLine("a webhook", ours.costs, theirs.costs),
    latencyLine("p99 of a webhook at half of the peak", latencyOf(ours), latencyOf(theirs)),
  ];
}

/** Every event that was answered 200 credited its wallet once; every other wallet got nothing. */
async function assertCredited(world: World): Promise<void> {
  const { rows } = await world.sql.query<{ events: string; paid: string; wrong: string }>(`
    SELECT (SELECT count(*) FROM webhook_events WHERE status = 'processed') AS events,
           count(*) FILTER (WHERE p.status = 'succeeded') AS paid,
           count(*) FILTER (WHERE a.balance <> CASE WHEN p.status = 'succeeded' THEN p.grants_amount ELSE 0 END) AS wrong
      FROM payments p JOIN ledger_accounts a ON a.wallet_id = p.wallet_id AND a.asset = p.grants_asset`);
  const { events, paid, wrong } = rows[0] ?? {};
  if (wrong !== "0" || events !== paid) throw new Error(`wallets credited wrongly: ${JSON.stringify(rows[0])}`);
  console.log(`  ${f(Number(paid))} payments settled by as many events, each wallet credited exactly once`);
}
