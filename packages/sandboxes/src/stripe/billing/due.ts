import type { StoredInvoice, StoredSubscription, StripeWorld } from "../world.js";
import { DAY_SECONDS, FIRST_PAYMENT_SECONDS, TRIAL_NOTICE_SECONDS } from "./calendar.js";
import { collectInvoice } from "./collection.js";
import { dropWaiting } from "./follow.js";
import { voidInvoice } from "./invoices.js";
import { announceUpcoming, billRest, endsWithPeriod, turnPeriod } from "./periods.js";
import { endSubscription, isOver, periodOf, putSubscription } from "./subscriptions.js";

const UPCOMING_SECONDS = 7 * DAY_SECONDS;

/** One thing that time brings about. */
interface Due {
  /** Seconds since 1970. */
  readonly at: number;
  readonly act: () => void;
}

/** Ends what is to end between two periods. */
function cancelEarly(world: StripeWorld, id: string): void {
  billRest(world, world.subscription(id));
  endSubscription(world, id, "cancellation_requested");
}

function expireIncomplete(world: StripeWorld, { wire }: StoredSubscription): void {
  // The void invoice ends the subscription.
  if (wire.latest_invoice !== null) voidInvoice(world, wire.latest_invoice);
}

/** What comes of a subscription by itself, in the order in which things of one moment happen. */
function* ofSubscription(world: StripeWorld, stored: StoredSubscription): Generator<Due> {
  const { wire, waiting } = stored;
  const { id, status, pause_collection: pause } = wire;
  if (isOver(wire)) return;
  if (status === "incomplete") {
    yield { at: wire.created + FIRST_PAYMENT_SECONDS, act: () => expireIncomplete(world, stored) };
    return;
  }
  if (waiting && wire.pending_update) yield { at: wire.pending_update.expires_at, act: () => dropWaiting(world, id) };
  if (pause && pause.resumes_at !== null) {
    const act = () => putSubscription(world, id, { pause_collection: null }, "customer.subscription.updated");
    yield { at: pause.resumes_at, act };
  }
  const { end } = periodOf(wire);
  if (wire.cancel_at !== null && wire.cancel_at < end) yield { at: wire.cancel_at, act: () => cancelEarly(world, id) };
  if (status === "paused") return;
  if (status === "trialing" && !stored.trialNoticeSent) {
    const event = "customer.subscription.trial_will_end";
    const act = () => putSubscription(world, id, {}, event, { trialNoticeSent: true });
    yield { at: end - TRIAL_NOTICE_SECONDS, act };
  }
  const { start } = periodOf(wire);
  const announced = stored.upcomingSentFor === end || pause !== null || end - start <= UPCOMING_SECONDS;
  if (!announced && status !== "unpaid" && !endsWithPeriod(wire)) {
    yield { at: end - UPCOMING_SECONDS, act: () => announceUpcoming(world, id) };
  }
  yield { at: end, act: () => turnPeriod(world, id) };
}

function* ofInvoice(world: StripeWorld, { wire }: StoredInvoice): Generator<Due> {
  if (wire.status !== "open" || wire.next_payment_attempt === null) return;
  const act = () => void collectInvoice(world, wire.id, { automatic: true, offSession: true });
  yield { at: wire.next_payment_attempt, act };
}

function* everything(world: StripeWorld): Generator<Due> {
  // An invoice that is tried again at the moment of a renewal comes first: it decides whether there is a renewal.
  for (const invoice of world.invoices.values()) yield* ofInvoice(world, invoice);
  for (const subscription of world.subscriptions.values()) yield* ofSubscription(world, subscription);
  for (const { wire } of world.sessions.values()) {
    if (wire.status === "open") yield { at: wire.expires_at, act: () => world.onSessionExpired(wire.id) };
  }
}

/** The next thing that is due by then: the earliest, and of one moment the first. */
function nextDue(world: StripeWorld, by: number): Due | undefined {
  let next: Due | undefined;
  for (const due of everything(world)) {
    if (due.at <= by && (next === undefined || due.at < next.at)) next = due;
  }
  return next;
}

/**
 * Moves the account's time forward and does, one after the other and each at its own moment, what is due by then.
 * The time stands still afterwards. Returns how many things were done.
 */
export function advanceTo(world: StripeWorld, target: number): number {
  world.clock.freeze(world.now());
  let done = 0;
  for (let due = nextDue(world, target); due; due = nextDue(world, target)) {
    world.clock.freeze(due.at);
    due.act();
    done += 1;
  }
  world.clock.freeze(target);
  return done;
}

/** While the time runs: does what has become due since the last look. */
export function catchUp(world: StripeWorld): void {
  const now = world.now();
  for (let due = nextDue(world, now); due; due = nextDue(world, now)) due.act();
}
