import { setTimeout as sleep } from "node:timers/promises";
import type { Agent } from "undici";
import { errorMessage } from "./errors.js";
import { parsedBody, record } from "./recorder.js";
import type { Collection, Store } from "./store.js";

const SECOND_MS = 1_000;
const DEFAULT_SCHEDULE_MS = [1, 5, 30, 120, 600, 1_800, 3_600, 10_800].map((seconds) => seconds * SECOND_MS);
const ATTEMPT_TIMEOUT_MS = 10 * SECOND_MS;
const CONCURRENCY = 32;
/** For how long `reorder` collects deliveries before it sends the newest first. */
const REORDER_WINDOW_MS = 100;
/** In `beforeReply` mode the reply delivers; this is only for events that no call waits for. */
const BEFORE_REPLY_GRACE_MS = 200;

export interface WebhookMode {
  /** New events are recorded but never delivered. */
  drop: boolean;
  /** How many extra copies of each event are delivered. */
  repeat: number;
  /** Newest first, one at a time. */
  reorder: boolean;
  /** How long after the event its first attempt is. */
  delayMs: number;
  /** A call that changes something is answered only after its webhooks were delivered (or refused). */
  beforeReply: boolean;
  /** Stripe's thin events: besides the snapshots, or instead of them. */
  thin: (typeof THIN_MODES)[number];
}

export const THIN_MODES = ["off", "both", "only"] as const;

const NORMAL: WebhookMode = { drop: false, repeat: 0, reorder: false, delayMs: 0, beforeReply: false, thin: "off" };

export interface OutgoingEvent {
  id: string;
  type: string;
  /** The exact bytes to send. */
  body: string;
}

interface Delivery {
  id: string;
  eventId: string;
  type: string;
  /** Absent once there is nothing more to send. */
  body?: string;
  status: "pending" | "delivered" | "failed" | "dropped";
  attempts: number;
  nextAttemptMs: number;
}

export interface FlushCounts {
  attempted: number;
  delivered: number;
  refused: number;
}

/** The provider's headers for one attempt, the signature over `body` at `seconds` among them. */
export type Signer = (event: OutgoingEvent, seconds: number) => Record<string, string>;

/** Delivers webhooks at least once. What is still to be delivered survives a restart. */
export class WebhookSender {
  mode: WebhookMode = { ...NORMAL };
  readonly #provider: string;
  readonly #deliveries: Collection<Delivery>;
  readonly #store: Store;
  readonly #sign: Signer;
  readonly #schedule: readonly number[];
  readonly #log: (line: string) => void;
  /** Opened by the first delivery. */
  #agent: Agent | undefined;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #inFlight = new Map<string, Promise<boolean>>();
  /** Ids of pending deliveries, oldest first. */
  readonly #pending = new Set<string>();
  #ready: string[] = [];
  #url: string | undefined;
  #stopped = false;

  constructor(store: Store, sign: Signer, options: WebhookSenderOptions) {
    this.#provider = options.provider;
    this.#store = store;
    this.#deliveries = store.collection<Delivery>("deliveries");
    this.#sign = sign;
    this.#url = options.webhookUrl;
    this.#schedule = options.retryScheduleMs ?? DEFAULT_SCHEDULE_MS;
    this.#log = options.log ?? (() => {});
    for (const { id, status } of this.#deliveries.values()) if (status === "pending") this.#pending.add(id);
    this.#planPending();
  }

  setUrl(url: string): void {
    this.#url = url;
    this.#planPending();
  }

  /** Records the deliveries of an event inside the caller's batch, and starts them after it. */
  enqueue(event: OutgoingEvent): void {
    const provider = this.#provider;
    record(() => ({ kind: "webhook", provider, type: event.type, body: parsedBody(event.body) }));
    const { drop, repeat, delayMs, beforeReply } = this.mode;
    const wait = Math.max(delayMs, beforeReply ? BEFORE_REPLY_GRACE_MS : 0);
    for (let copy = 0; copy <= (drop ? 0 : repeat); copy += 1) {
      const id = `${event.id}#${copy}`;
      const common = { id, eventId: event.id, type: event.type, attempts: 0, nextAttemptMs: Date.now() + wait };
      if (drop) {
        this.#deliveries.put(id, { ...common, status: "dropped" });
        continue;
      }
      this.#deliveries.put(id, { ...common, body: event.body, status: "pending" });
      this.#pending.add(id);
      this.#plan(id, wait);
    }
  }

  /** Whether the receiver has accepted this event at least once. */
  wasDelivered(eventId: string): boolean {
    for (let copy = 0; ; copy += 1) {
      const delivery = this.#deliveries.get(`${eventId}#${copy}`);
      if (!delivery) return false;
      if (delivery.status === "delivered") return true;
    }
  }

  /**
   * Attempts what is pending once, whatever its schedule, in order (or newest first when reordering), including what
   * comes up meanwhile. `fresh` leaves out what was refused before: that keeps to its schedule.
   * `waitForInFlight` also waits for attempts that others started; a handler that calls back must not wait for itself.
   */
  async flush({ fresh, waitForInFlight }: { fresh: boolean; waitForInFlight: boolean }): Promise<FlushCounts> {
    const counts: FlushCounts = { attempted: 0, delivered: 0, refused: 0 };
    const seen = new Set<string>();
    const count = (ok: boolean) => {
      counts.attempted += 1;
      if (ok) counts.delivered += 1;
      else counts.refused += 1;
    };
    for (;;) {
      const id = this.#nextPending(seen, fresh);
      if (id === undefined || this.#stopped || this.#url === undefined) return counts;
      seen.add(id);
      const running = this.#inFlight.get(id);
      if (!running) count(await this.#attempt(id));
      else if (waitForInFlight) count(await running);
    }
  }

  /** Waits for new webhooks as a browser at the provider's page does: a while, and not for those to come later. */
  async settle(limitMs: number): Promise<void> {
    if (this.mode.delayMs > 0) return;
    const flushed = this.flush({ fresh: true, waitForInFlight: true });
    await Promise.race([flushed, sleep(limitMs, undefined, { ref: false })]);
  }

  /** In `beforeReply` mode, delivers what the present call has caused. */
  async deliverBeforeReply(): Promise<void> {
    if (this.mode.beforeReply) await this.flush({ fresh: true, waitForInFlight: false });
  }

  counts(): Record<Delivery["status"], number> {
    const counts = { pending: 0, delivered: 0, failed: 0, dropped: 0 };
    for (const { status } of this.#deliveries.values()) counts[status] += 1;
    return counts;
  }

  reset(): void {
    this.mode = { ...NORMAL };
    this.#pending.clear();
    this.#clearTimers();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#clearTimers();
    await this.#agent?.destroy();
    await Promise.all(this.#inFlight.values());
  }

  #nextPending(seen: ReadonlySet<string>, fresh: boolean): string | undefined {
    const ids = this.mode.reorder ? [...this.#pending].reverse() : this.#pending;
    for (const id of ids) {
      if (!seen.has(id) && !(fresh && (this.#deliveries.get(id)?.attempts ?? 0) > 0)) return id;
    }
    return undefined;
  }

  #planPending(): void {
    for (const id of this.#pending) {
      const delivery = this.#deliveries.get(id);
      if (delivery && !this.#inFlight.has(id)) this.#plan(id, delivery.nextAttemptMs - Date.now());
    }
  }

  #clearTimers(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#ready = [];
  }

  #plan(id: string, waitMs: number): void {
    clearTimeout(this.#timers.get(id));
    const timer = setTimeout(
      () => {
        this.#timers.delete(id);
        this.#ready.push(id);
        // Deliveries of one moment come due one by one; a later turn sees them all and can send the newest first.
        if (this.mode.reorder) setTimeout(() => this.#pump(), REORDER_WINDOW_MS).unref();
        else this.#pump();
      },
      Math.max(0, waitMs),
    );
    timer.unref();
    this.#timers.set(id, timer);
  }

  #pump(): void {
    // Without an address nothing is lost: setUrl plans every pending delivery again.
    if (this.#url === undefined) this.#ready = [];
    const limit = this.mode.reorder ? 1 : CONCURRENCY;
    while (!this.#stopped && this.#inFlight.size < limit) {
      const id = this.mode.reorder ? this.#ready.pop() : this.#ready.shift();
      if (id === undefined) return;
      void this.#attempt(id).then(() => this.#pump());
    }
  }

  #attempt(id: string): Promise<boolean> {
    const running = this.#inFlight.get(id);
    if (running) return running;
    const delivery = this.#deliveries.get(id);
    if (delivery?.status !== "pending" || delivery.body === undefined) {
      // The call that queued it was refused after all.
      this.#pending.delete(id);
      return Promise.resolve(true);
    }
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    const event = { id: delivery.eventId, type: delivery.type, body: delivery.body };
    const attempt = this.#post(event)
      .then((ok) => {
        this.#conclude(id, ok);
        return ok;
      })
      .finally(() => this.#inFlight.delete(id));
    this.#inFlight.set(id, attempt);
    return attempt;
  }

  async #post(event: OutgoingEvent): Promise<boolean> {
    if (this.#url === undefined) return false;
    try {
      const undici = await import("undici");
      if (this.#stopped) return false;
      this.#agent ??= new undici.Agent({ connections: CONCURRENCY });
      const { statusCode, body } = await undici.request(this.#url, {
        method: "POST",
        dispatcher: this.#agent,
        headers: this.#sign(event, Math.floor(Date.now() / SECOND_MS)),
        body: event.body,
        signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
      });
      await body.dump();
      this.#log(`webhook ${event.type} ${event.id}: ${statusCode}`);
      return statusCode >= 200 && statusCode < 300;
    } catch (error) {
      this.#log(`webhook ${event.type} ${event.id}: ${errorMessage(error)}`);
      return false;
    }
  }

  #conclude(id: string, ok: boolean): void {
    const delivery = this.#deliveries.get(id);
    // An attempt that stopping cut short is as if it had never started; a reset has no use for the outcome either.
    if (!delivery || (this.#stopped && !ok)) return;
    const attempts = delivery.attempts + 1;
    const { body: _sent, ...rest } = delivery;
    const wait = this.#schedule[attempts - 1];
    if (ok || wait === undefined) this.#pending.delete(id);
    this.#store.batch(() => {
      if (ok) this.#deliveries.put(id, { ...rest, attempts, status: "delivered" });
      else if (wait === undefined) this.#deliveries.put(id, { ...rest, attempts, status: "failed" });
      else this.#deliveries.put(id, { ...delivery, attempts, nextAttemptMs: Date.now() + wait });
    });
    if (!ok && wait !== undefined) this.#plan(id, wait);
  }
}

export interface WebhookSenderOptions {
  provider: string;
  webhookUrl: string | undefined;
  retryScheduleMs?: number[] | undefined;
  log?: ((line: string) => void) | undefined;
}
