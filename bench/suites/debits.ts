import type { LoadResult } from "../load/client.js";
import { costLine, type Line, latencyLine } from "../report.js";
import { formatNumber as f, median } from "../stats.js";
import { residentMb } from "../world/processes.js";
import { API_KEY, type Cost, type Server, type World, withCost } from "../world/world.js";

const CONNECTIONS = 64;
const WALLETS = 1_000;
const WARM_UP_REQUESTS = 20_000;
const FUNDS = 1_000_000_000_000;

export interface Options {
  readonly rounds: number;
  readonly roundMs: number;
}

interface Funded {
  readonly wallets: readonly string[];
}

/** Opens the wallets through the API, and gives the baseline accounts of the same names. */
export async function fundWallets(world: World): Promise<Funded> {
  const wallets: string[] = [];
  const customers = Array.from({ length: WALLETS }, (_, index) => `bench-${index}`);
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let customerId = customers.pop(); customerId !== undefined; customerId = customers.pop()) {
        const reply = await fetch(`http://127.0.0.1:${world.service.port}/v1/grants`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${API_KEY}`,
            "content-type": "application/json",
            "idempotency-key": `fund-${customerId}`,
          },
          body: JSON.stringify({ customerId, asset: "CREDIT", amount: FUNDS, note: "benchmark" }),
        });
        const body = (await reply.json()) as { walletId: string };
        if (reply.status !== 201) throw new Error(`funding: ${JSON.stringify(body)}`);
        wallets.push(body.walletId);
      }
    }),
  );
  await world.baselineSql.query(
    "INSERT INTO accounts (id, balance) SELECT id, $2 FROM unnest($1::text[]) AS u(id) ON CONFLICT DO NOTHING",
    [wallets, FUNDS],
  );
  return { wallets };
}

let runs = 0;

/** Debits for a while. Throws when any reply is not a 201: a fast refusal must not count as speed. */
export async function debits(
  world: World,
  server: Server,
  wallets: readonly string[],
  pace: { durationMs: number; rate?: number | undefined },
  path?: "empty",
): Promise<LoadResult> {
  runs += 1;
  const result = await world.generator.load({
    target: { port: server.port, connections: CONNECTIONS },
    pace,
    job: { kind: "debits", apiKey: API_KEY, wallets, run: `run${process.pid}-${runs}`, ...(path ? { path } : {}) },
  });
  if (result.statuses["201"] !== result.sent) throw new Error(`replies: ${JSON.stringify(result.statuses)}`);
  return result;
}

interface Peaks {
  readonly spread: number[];
  readonly spreadBaseline: number[];
  readonly hot: number[];
  readonly hotBaseline: number[];
  residentMb: number;
  readonly cost: Cost[];
  readonly costBaseline: Cost[];
  readonly costEmpty: Cost[];
}

/** Throughput on many wallets and on one, service and baseline in turn, and the latency at half of the peak. */
export async function debitSuite(world: World, { rounds, roundMs }: Options): Promise<Line[]> {
  const { wallets } = await fundWallets(world);
  const [hotWallet = ""] = wallets;
  const peaks: Peaks = {
    spread: [],
    spreadBaseline: [],
    hot: [],
    hotBaseline: [],
    residentMb: 0,
    cost: [],
    costBaseline: [],
    costEmpty: [],
  };
  const measure = async (into: number[], server: Server, on: readonly string[]) => {
    const { result, cost } = await withCost(world, server, () => debits(world, server, on, { durationMs: roundMs }));
    into.push(result.perSecond);
    if (into === peaks.spread) peaks.cost.push(cost);
    if (into === peaks.spreadBaseline) peaks.costBaseline.push(cost);
    peaks.residentMb = Math.max(peaks.residentMb, residentMb(world.service.process.pid));
  };
  const measureEmpty = async () => {
    const load = () => debits(world, world.baseline, wallets, { durationMs: roundMs }, "empty");
    peaks.costEmpty.push((await withCost(world, world.baseline, load)).cost);
  };
  for (const server of [world.service, world.baseline]) await warmUp(world, server, wallets);
  for (let round = 0; round < rounds; round += 1) {
    const steps = [
      () => measure(peaks.spreadBaseline, world.baseline, wallets),
      () => measure(peaks.spread, world.service, wallets),
      () => measure(peaks.hotBaseline, world.baseline, [hotWallet]),
      () => measure(peaks.hot, world.service, [hotWallet]),
      measureEmpty,
    ];
    // Every other round the other way round: whatever drifts meets both alike.
    for (const step of round % 2 === 0 ? steps : steps.reverse()) await step();
    console.log(`  round ${round + 1}: ${JSON.stringify(peaks, (_, value) => roundedOf(value))}`);
  }
  return [...throughputLines(peaks), await latencies(world, wallets, peaks, { rounds, roundMs })];
}

// Until the compilers have seen the code often enough, however slow the machine is today.
async function warmUp(world: World, server: Server, wallets: readonly string[]): Promise<void> {
  for (let sent = 0; sent < WARM_UP_REQUESTS; )
    sent += (await debits(world, server, wallets, { durationMs: 1_000 })).sent;
}

const roundedOf = (value: unknown) => (typeof value === "number" ? Math.round(value) : value);

function throughputLines(peaks: Peaks): Line[] {
  const [spread, hot] = [median(peaks.spread), median(peaks.hot)];
  const [spreadBaseline, hotBaseline] = [median(peaks.spreadBaseline), median(peaks.hotBaseline)];
  const line = (what: string, bar: number, baseline: number, measured: number): Line => ({
    what,
    bar: `>= ${bar} x baseline`,
    baseline: `${f(baseline)}/s`,
    measured: `${f(measured)}/s`,
    ratio: `${f(measured / baseline)} x`,
    pass: measured >= bar * baseline,
  });
  return [
    line(`debits, ${f(WALLETS)} wallets, ${CONNECTIONS} connections`, 3, spreadBaseline, spread),
    line("debits, one hot wallet", 6.5, hotBaseline, hot),
    costLine("a debit, many wallets", peaks.cost, peaks.costBaseline),
    emptyLine(peaks),
    {
      what: "one hot wallet against many",
      bar: "within 20%",
      baseline: `${f(spread)}/s`,
      measured: `${f(hot)}/s`,
      ratio: `${f(hot / spread)} x`,
      pass: hot >= 0.8 * spread,
    },
    {
      what: "memory of the API process under this load",
      bar: "<= 200 MB",
      baseline: "",
      measured: `${f(peaks.residentMb)} MB`,
      ratio: "",
      pass: peaks.residentMb <= 200,
    },
  ];
}

/** What a debit costs this process beside a route that answers at once. PostgreSQL's part is not in it. */
function emptyLine({ cost, costEmpty }: Peaks): Line {
  const [ours, empty] = [cost, costEmpty].map((costs) => median(costs.map(({ node }) => node)));
  const [debit = Number.NaN, least = Number.NaN] = [ours, empty];
  return {
    what: "node's processor time of a debit, against a route that answers at once",
    bar: `<= ${EMPTY_BAR} x`,
    baseline: `${f(least)} us`,
    measured: `${f(debit)} us`,
    ratio: `${f(debit / least)} x`,
    pass: debit <= EMPTY_BAR * least,
  };
}

const EMPTY_BAR = 2;

/** The slowest hundredth, of each server at half of its own peak, in turn. */
async function latencies(
  world: World,
  wallets: readonly string[],
  peaks: Peaks,
  { rounds, roundMs }: Options,
): Promise<Line> {
  const sides = [
    { server: world.baseline, rate: Math.round(median(peaks.spreadBaseline) / 2), results: [] as LoadResult[] },
    { server: world.service, rate: Math.round(median(peaks.spread) / 2), results: [] as LoadResult[] },
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const { server, rate, results } of round % 2 === 0 ? sides : [...sides].reverse())
      results.push(await debits(world, server, wallets, { durationMs: roundMs, rate }));
  }
  const [theirs, ours] = sides.map(({ rate, results }) => ({
    rate,
    p99: median(results.map(({ p99 }) => p99)),
    p50: median(results.map(({ p50 }) => p50)),
  }));
  if (!ours || !theirs) throw new Error("nothing was measured");
  return latencyLine("p99 of a debit at half of the peak", ours, theirs);
}
