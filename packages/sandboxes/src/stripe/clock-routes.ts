import { controlRefusal } from "../refusal.js";
import { dunningOf, setDunning } from "./billing/collection.js";
import { advanceTo, catchUp } from "./billing/due.js";
import type { DunningSettings, StripeWorld } from "./world.js";

const SWEEP_MS = 500;
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
  weeks: 604_800,
};
const FINAL_ACTIONS = ["cancel", "unpaid", "past_due"] as const;

function shown(world: StripeWorld): Record<string, unknown> {
  const now = world.now();
  return { now, at: new Date(now * 1_000).toISOString(), frozen: world.clock.isFrozen() };
}

/** `{ to }`: seconds since 1970 or an ISO 8601 time; `{ by: { days: 3 } }`: from now. */
function readTarget(world: StripeWorld, body: Record<string, unknown>): number {
  const { to, by } = body;
  if (to !== undefined) {
    const at = typeof to === "string" ? Math.floor(Date.parse(to) / 1_000) : to;
    if (typeof at !== "number" || !Number.isSafeInteger(at)) throw controlRefusal(400, "to must be a time");
    if (at < world.now()) throw controlRefusal(400, "the clock only goes forward");
    return at;
  }
  let target = world.now();
  for (const [unit, count] of Object.entries(typeof by === "object" && by !== null ? by : {})) {
    const seconds = UNIT_SECONDS[unit];
    if (seconds === undefined) throw controlRefusal(400, `by takes ${Object.keys(UNIT_SECONDS).join(", ")}`);
    if (typeof count !== "number" || !Number.isInteger(count) || count < 0) {
      throw controlRefusal(400, `${unit} must be a non-negative integer`);
    }
    target += count * seconds;
  }
  return target;
}

function readDunning(body: Record<string, unknown>, before: DunningSettings): DunningSettings {
  const { retry_days: retryDays = before.retryDays, final_action = before.finalAction } = body;
  const finalAction = FINAL_ACTIONS.find((each) => each === final_action);
  if (!finalAction) throw controlRefusal(400, `final_action must be one of ${FINAL_ACTIONS.join(", ")}`);
  const isDays = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value > 0;
  if (!Array.isArray(retryDays) || !retryDays.every(isDays)) {
    throw controlRefusal(400, "retry_days must be a list of positive integers");
  }
  return { retryDays, finalAction };
}

/** `/sandbox/clock` and `/sandbox/dunning`: the account's time, and what it does about renewals that fail. */
export function installClockRoutes(world: StripeWorld): void {
  const { server } = world;
  server.control("GET", "/sandbox/clock", () => shown(world));
  server.control("POST", "/sandbox/clock/advance", ({ body }) => {
    const done = advanceTo(world, readTarget(world, body));
    return { ...shown(world), done };
  });
  server.control("POST", "/sandbox/clock/run", () => {
    world.clock.run();
    return shown(world);
  });
  const dunning = ({ retryDays, finalAction }: DunningSettings) => ({
    retry_days: retryDays,
    final_action: finalAction,
  });
  server.control("GET", "/sandbox/dunning", () => dunning(dunningOf(world)));
  server.control("POST", "/sandbox/dunning", ({ body }) => {
    setDunning(world, readDunning(body, dunningOf(world)));
    return dunning(dunningOf(world));
  });
  const timer = setInterval(() => {
    if (!world.clock.isFrozen()) server.store.batch(() => catchUp(world));
  }, SWEEP_MS);
  timer.unref();
  server.onStop(() => clearInterval(timer));
}
