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
  readonly #queue: Waiting<Item, Result>[] = [];
  #inFlight = 0;
  readonly #idle: (() => void)[] = [];

  /**
   * `run` answers with one settled result per item, in order. If it throws, every item of the batch is refused with that
   * error. At most `maxInFlight` batches run at once.
   */
  constructor(options: {
    run: (items: Item[]) => Promise<PromiseSettledResult<Result>[]>;
    maxItems: number;
    maxInFlight: number;
  }) {
    this.#run = options.run;
    this.#maxItems = options.maxItems;
    this.#maxInFlight = options.maxInFlight;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      // A microtask later, so that requests parsed in the same turn of the event loop share the first batch.
      if (this.#inFlight < this.#maxInFlight) queueMicrotask(() => this.#pump());
    });
  }

  /** Resolves when nothing is queued or in flight. */
  drain(): Promise<void> {
    if (this.#inFlight === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #pump(): void {
    while (this.#inFlight < this.#maxInFlight && this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#maxItems);
      this.#inFlight += 1;
      void this.#runBatch(batch);
    }
  }

  async #runBatch(batch: Waiting<Item, Result>[]): Promise<void> {
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
      this.#inFlight -= 1;
      this.#pump();
      if (this.#inFlight === 0 && this.#queue.length === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }
}
