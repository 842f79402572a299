interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: items that arrive while a batch is in flight ride together in the next one, so the cost of a round trip
 * and of a durable commit is shared by all of them. With one caller a batch is one item and nothing waits for a timer.
 */
export class Batcher<Item, Result> {
  readonly #run: (items: Item[]) => Promise<PromiseSettledResult<Result>[]>;
  readonly #maxItems: number;
  readonly #maxInFlight: number;
  readonly #patienceMs: number;
  readonly #secondAt: number;
  readonly #queue: Waiting<Item, Result>[] = [];
  /** When each batch in flight was started, oldest first. */
  readonly #started: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #idle: (() => void)[] = [];

  /**
   * `run` answers with one settled result per item, in order. If it throws, every item of the batch is refused with that
   * error. Larger batches cost less for each item, so one runs at a time; a second as soon as `secondAt` items wait, which
   * are worth a trip of their own; and more, up to `maxInFlight`, when the oldest has run for `patienceMs`: one that hangs
   * on a lock must not hold up all the others.
   */
  constructor(options: {
    run: (items: Item[]) => Promise<PromiseSettledResult<Result>[]>;
    maxItems: number;
    maxInFlight: number;
    patienceMs?: number;
    secondAt?: number;
  }) {
    this.#run = options.run;
    this.#maxItems = options.maxItems;
    this.#maxInFlight = options.maxInFlight;
    this.#patienceMs = options.patienceMs ?? 0;
    this.#secondAt = options.secondAt ?? Number.POSITIVE_INFINITY;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      // A microtask later, so that requests parsed in the same turn of the event loop share the first batch.
      if (this.#mayStart()) queueMicrotask(() => this.#pump());
      else this.#pumpLater();
    });
  }

  /** Resolves when nothing is queued or in flight. */
  drain(): Promise<void> {
    if (this.#started.length === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #mayStart(): boolean {
    const [oldest] = this.#started;
    if (oldest === undefined) return true;
    if (this.#started.length >= this.#maxInFlight) return false;
    if (this.#started.length === 1 && this.#queue.length >= this.#secondAt) return true;
    return performance.now() - oldest >= this.#patienceMs;
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#mayStart()) void this.#runBatch(this.#queue.splice(0, this.#maxItems));
    if (this.#queue.length > 0) this.#pumpLater();
  }

  // The end of a batch pumps; this is for the one that does not end soon.
  #pumpLater(): void {
    if (this.#timer || this.#started.length >= this.#maxInFlight) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, this.#patienceMs);
  }

  async #runBatch(batch: Waiting<Item, Result>[]): Promise<void> {
    const start = performance.now();
    this.#started.push(start);
    try {
      const results = await this.#run(batch.map((entry) => entry.item));
      for (const [index, entry] of batch.entries()) {
        const result = results[index];
        if (result === undefined) entry.reject(new Error("batch answered with too few results"));
        else if (result.status === "fulfilled") entry.resolve(result.value);
        else entry.reject(result.reason);
      }
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    } finally {
      this.#started.splice(this.#started.indexOf(start), 1);
      this.#pump();
      if (this.#started.length === 0 && this.#queue.length === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }
}
