import { setTimeout as sleep } from "node:timers/promises";
import type { Test } from "tap";
import { encodeId } from "../../src/core/ids.js";
import { assertBooks } from "../helpers/invariants.js";
import { callJson, type JsonReply } from "../helpers/sandbox-client.js";
import { type CallOptions, caller, createWorld, type TestWorld } from "../helpers/service.js";
import { coinHelpers } from "../helpers/stablecoins.js";
import { type Bundle, bundleChild, type Child, Fleet } from "./fleet.js";

/** The service under test, whichever process runs it now. */
export class Stage {
  readonly world: TestWorld;
  /** Blockradar's part, and shorthands for what tests of coins ask for. */
  readonly coins: ReturnType<typeof coinHelpers>;
  readonly #fleet: Fleet;
  #child: Child;
  /** How many processes died here. */
  kills = 0;

  private constructor(world: TestWorld, fleet: Fleet, child: Child) {
    this.world = world;
    this.coins = coinHelpers({ ...world, call: (...args) => this.call(...args) });
    this.#fleet = fleet;
    this.#child = child;
  }

  static async open(t: Test, world: TestWorld, bundle: Bundle): Promise<Stage> {
    const fleet = new Fleet(t, bundle, world.env);
    const stage = new Stage(world, fleet, fleet.take());
    await stage.start({ leaseMs: LEASE_MS });
    // Webhooks come when a scenario says so; a timer of the sandbox would make each run pass other points.
    await stage.stripe("POST", "/sandbox/webhooks/mode", { delayMs: WEBHOOK_HELD_MS });
    await stage.coins.chain.post("webhooks/mode", { delayMs: WEBHOOK_HELD_MS });
    return stage;
  }

  async start(order: Parameters<Child["start"]>[0]): Promise<void> {
    const url = await this.#child.start(order);
    this.world.stripe.setWebhookUrl(`${url}/webhooks/stripe`);
    this.world.coinbase.setWebhookUrl(`${url}/webhooks/coinbase`);
    this.world.blockradar.setWebhookUrl(`${url}/webhooks/blockradar`);
  }

  points = (): Promise<string[]> => this.#child.tell<string[]>({ do: "points" });

  /** True when this process has died; then another one has taken its place. */
  async replaceIfDead(t: Test): Promise<boolean> {
    const { process } = this.#child;
    // A connection that breaks is seen a moment before the end of the process that held it.
    const died = await Promise.race([this.#child.exited.then(() => true), sleep(2_000, false, { ref: false })]);
    if (!died) return false;
    t.equal(process.signalCode, "SIGKILL", "it ended at the point and not otherwise");
    this.kills += 1;
    this.#child = this.#fleet.take();
    await this.start({ leaseMs: LEASE_MS });
    return true;
  }

  call(method: string, route: string, options?: CallOptions): Promise<JsonReply> {
    return caller(this.#child.url)(method, route, options);
  }

  job = (name: string, payload?: unknown): Promise<unknown> => this.#child.tell({ do: "job", name, payload });
  advance = (ms: number): Promise<unknown> => this.#child.tell({ do: "advance", ms });

  async stripe(method: "GET" | "POST" | "DELETE", route: string, body?: unknown): Promise<Record<string, unknown>> {
    return (await callJson(method, `${this.world.stripe.url}${route}`, body)).body;
  }

  /** Delivers what webhooks are due. Throws when one was refused. */
  async deliver(): Promise<void> {
    const { refused } = await this.stripe("POST", "/sandbox/webhooks/flush");
    const coins = await this.coins.chain.post("webhooks/flush");
    if (refused !== 0 || coins.refused !== 0) throw new Error("webhooks were refused");
  }

  /** Does what the worker would do with the events that wait. Returns how many there were. */
  async work(): Promise<number> {
    const { rows } = await this.world.sql.query("SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY id");
    for (const { id } of rows) await this.job("webhooks:process", { eventId: encodeId("whe", id) });
    return rows.length;
  }
}

const LEASE_MS = 150;
const TRIES_MAX = 40;
const WEBHOOK_HELD_MS = 600_000;
// Side by side, how often a point is passed depends on who was first: a call that found the work of another done passes it once
// less. Then the case is lived through again, until the process has died at the point that every recorded run passed.
const SIDE_BY_SIDE_TRIES = 12;
const MINUTE_MS = 60_000;

/** One flow of money, as its client and its provider live through it. */
export interface Scenario<State> {
  /** The service does parts of it at the same time, so that two runs need not be the same to the statement. */
  readonly sideBySide?: true;
  /** What must be there before; nothing dies here. */
  prepare(stage: Stage, customerId: string): Promise<State>;
  /** What happens, in order; each is repeated until it goes through. A reply must be 2xx in the end. */
  readonly steps: readonly ((stage: Stage, state: State) => Promise<JsonReply | undefined>)[];
  /** That it happened exactly once, however often it was tried. */
  check(t: Test, stage: Stage, state: State): Promise<void>;
}

/** Whether every point and every case is taken, which is `npm run test:crash`. */
export const EVERY_POINT = process.env.COFFER_CRASH_POINTS === "all";

/** A timeout for a test file; each of its processes takes a good part of a second, and every point is a process. */
export const CRASH_TIMEOUT_MS = EVERY_POINT ? 3_600_000 : 600_000;

let cases = 0;

// Each kill is a process that starts anew; so `npm test` takes one in twelve of the telling points, on one stage.
const SHARE = 12;
const STAGES = EVERY_POINT ? 2 : 1;
// Over all stages. With every point the runs are compared; what is done side by side is recorded twice all the same.
const RECORDED_RUNS = EVERY_POINT ? 4 : 1;

/** The points to die at: the telling ones, shared out evenly; `npm run test:crash` takes every point, which is an hour more. */
const chosen = (points: readonly string[]): string[] =>
  EVERY_POINT ? [...points] : points.filter(isTelling).filter((_, index) => index % SHARE === 0);

/**
 * Whether a kill here leaves something behind that no other kill does: what is durable changes with a COMMIT, a statement of
 * its own and a call that goes out. Of each kind of write the first is taken all the same, for the locks that it holds.
 */
function isTelling(point: string): boolean {
  if (/^\w+ http:|^after sql:(COMMIT|\w+ idempotency_keys)/.test(point)) return true;
  return /^before sql:(insert|update|delete) .*#1$/.test(point);
}

/**
 * Runs the scenario once to see which fault points it passes, then once for each of them, killing the process there. After
 * every kill the client sends its request again with the same key to the process that took over. With every point, two stages
 * work side by side.
 */
export async function killAtEveryPoint<State>(t: Test, scenario: Scenario<State>, given?: Stages): Promise<void> {
  const stages = given ?? (await openStages(t));
  const killedBefore = stages.reduce((sum, stage) => sum + stage.kills, 0);
  // The first run ever opens what all later ones find open; then every run must pass the same points.
  for (const stage of stages) await runCase(t, stage, scenario, undefined);
  const runs: string[][] = [];
  const recorded = scenario.sideBySide ? Math.max(2, RECORDED_RUNS) : RECORDED_RUNS;
  for (let run = 0; run < recorded / stages.length; run += 1) {
    runs.push(
      ...(await Promise.all(stages.map(async (stage) => (await runCase(t, stage, scenario, undefined)).points))),
    );
  }
  const points = chosen([...new Set(runs.flat())].sort());
  const steady = new Set(points.filter((point) => runs.every((run) => run.includes(point))));
  t.comment(`of ${new Set(runs.flat()).size} points`);
  t.ok(steady.size > 0, `${points.length} points, ${steady.size} of them in every run`);
  const unsteady = points.filter((point) => !steady.has(point));
  if (!scenario.sideBySide) t.strictSame(unsteady, [], "each run passes the same points");
  t.jobs = stages.length;
  await Promise.all(
    stages.map((stage, lane) =>
      t.test(`stage ${lane + 1}`, { buffered: true }, async (t) => {
        for (const point of points.filter((_, index) => index % stages.length === lane)) {
          await t.test(`killed ${point}`, (t) => killAt(t, stage, scenario, point, steady.has(point)));
        }
      }),
    ),
  );
  const kills = stages.reduce((sum, stage) => sum + stage.kills, 0) - killedBefore;
  t.ok(kills >= steady.size, `${kills} processes were killed at ${points.length} points`);
}

async function killAt<State>(
  t: Test,
  stage: Stage,
  scenario: Scenario<State>,
  point: string,
  isSteady: boolean,
): Promise<void> {
  const triesMax = scenario.sideBySide && isSteady ? SIDE_BY_SIDE_TRIES : 1;
  let kills = 0;
  for (let tries = 0; tries < triesMax && kills === 0; tries += 1) {
    kills = (await runCase(t, stage, scenario, point)).kills;
  }
  // A point that only some of the recorded runs passed may not be met again.
  if (isSteady || kills > 0) t.equal(kills, 1, `the process was killed ${point}`);
}

type Stages = readonly Stage[];

/** The stages, with a world each, for scenarios that follow each other. */
export async function openStages(t: Test): Promise<Stages> {
  // Only a flush repeats a delivery: how long a new process takes to start must not decide what is still tried.
  const retryScheduleMs = new Array<number>(TRIES_MAX).fill(WEBHOOK_HELD_MS);
  const worlds: TestWorld[] = [];
  while (worlds.length < STAGES) worlds.push(await createWorld(t, { retryScheduleMs }));
  const bundle = await bundleChild(worlds[0]?.env ?? {});
  return Promise.all(worlds.map((world) => Stage.open(t, world, bundle)));
}

/** Lives through the scenario once, dying at `killAt`. Returns what points it passed when it was not to die. */
async function runCase<State>(
  t: Test,
  stage: Stage,
  scenario: Scenario<State>,
  killAt: string | undefined,
): Promise<{ points: string[]; kills: number }> {
  cases += 1;
  const state = await scenario.prepare(stage, `crash-${process.pid}-${cases}`);
  await stage.start({ frozen: true, leaseMs: LEASE_MS, ...(killAt === undefined ? {} : { killAt }) });
  const replies: (JsonReply | undefined)[] = [];
  let kills = 0;
  for (const step of scenario.steps) {
    const outcome = await untilDone(t, stage, () => step(stage, state));
    kills += outcome.kills;
    replies.push(outcome.reply);
  }
  const points = killAt === undefined ? (await stage.points()).sort() : [];
  await settle(stage);
  await scenario.check(t, stage, state);
  await checkReplays(t, stage, scenario, state, replies);
  await checkQuiet(t, stage);
  return { points, kills };
}

async function untilDone(t: Test, stage: Stage, step: () => Promise<JsonReply | undefined>) {
  let kills = 0;
  let last: unknown;
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    try {
      const reply = await step();
      if (reply === undefined || (reply.status >= 200 && reply.status < 300)) return { reply, kills };
      last = reply;
      // In flight: whoever held the key is dead, and its lease runs out.
      if (reply.status !== 409 && reply.status !== 503) break;
      if (reply.body.code !== "request.in_flight" && reply.status === 409) break;
      await sleep(LEASE_MS / 3);
    } catch (error) {
      last = error;
      if (await stage.replaceIfDead(t)) kills += 1;
    }
  }
  t.fail("a request went through in the end", { last });
  return { reply: undefined, kills };
}

/** Lets everything that is still to come happen: webhooks, their jobs, and the sweeper for what nobody told us. */
async function settle(stage: Stage): Promise<void> {
  await stage.stripe("POST", "/sandbox/webhooks/flush");
  await stage.coins.chain.post("webhooks/flush");
  // Later than a promise may be left alone, and yet within what a webhook's signature allows.
  await stage.advance(2 * MINUTE_MS);
  for (let round = 0; round < 3; round += 1) {
    await stage.job("webhooks:reschedule");
    const worked = await stage.work();
    await stage.job("payments:sweep");
    await stage.job("payouts:sweep");
    await stage.job("refunds:sweep");
    await stage.job("subscriptions:sweep");
    if (worked === 0) break;
  }
  await stage.advance(-2 * MINUTE_MS);
}

async function checkReplays<State>(
  t: Test,
  stage: Stage,
  { steps }: Scenario<State>,
  state: State,
  replies: readonly (JsonReply | undefined)[],
): Promise<void> {
  for (const [index, reply] of replies.entries()) {
    if (reply === undefined) continue;
    const again = await steps[index]?.(stage, state);
    t.equal(again?.status, reply.status, "a request that was answered is answered alike again");
    t.same(settledBody(again?.body), settledBody(reply.body));
  }
}

// A list of grants says of each whether this request or an earlier one made it.
function settledBody(body: Record<string, unknown> | undefined): unknown {
  if (!Array.isArray(body?.data)) return body;
  return {
    ...body,
    data: body.data.map((item) => ({ ...item, status: item.status === "replayed" ? "granted" : item.status })),
  };
}

async function checkQuiet(t: Test, stage: Stage): Promise<void> {
  const { sql } = stage.world;
  const count = async (query: string) => Number((await sql.query<{ n: string }>(query)).rows[0]?.n);
  t.equal(
    await count("SELECT count(*) AS n FROM idempotency_keys WHERE response_status IS NULL"),
    0,
    "no key in flight",
  );
  t.equal(
    await count("SELECT count(*) AS n FROM webhook_events WHERE status NOT IN ('processed', 'ignored')"),
    0,
    "the inbox is drained",
  );
  t.equal(await count("SELECT count(*) AS n FROM unexplained_receipts"), 0, "all money is explained");
  await assertBooks(t, sql);
}

/** What the provider really did for a payment, by its own account. */
export async function effectsOf(stage: Stage, kind: string, metadataKey: string, value: unknown) {
  const { [kind]: objects = {} } = (await stage.stripe("GET", "/sandbox/effects")) as Record<
    string,
    Record<string, { metadata: Record<string, string> } & Record<string, unknown>>
  >;
  return Object.values(objects)
    .filter(({ metadata }) => metadata[metadataKey] === value)
    .map(({ metadata: _, ...counts }) => counts);
}

export async function balanceOf(stage: Stage, customerId: string): Promise<unknown> {
  const { body } = await stage.call("GET", `/v1/customers/${customerId}/wallet`);
  return (body.balances as { asset: string; balance: number }[] | undefined)?.find(({ asset }) => asset === "CREDIT")
    ?.balance;
}
