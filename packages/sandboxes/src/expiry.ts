const SWEEP_MS = 250;

/** Calls back once for each watched object when its time is over. Watches are rebuilt from the store at start. */
export class ExpiryWatch {
  readonly #deadlines = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(onExpired: (id: string) => void, sweepMs = SWEEP_MS) {
    this.#timer = setInterval(() => {
      const now = Date.now();
      for (const [id, deadline] of this.#deadlines) {
        if (deadline > now) continue;
        this.#deadlines.delete(id);
        onExpired(id);
      }
    }, sweepMs);
    this.#timer.unref();
  }

  watch(id: string, deadlineMs: number): void {
    this.#deadlines.set(id, deadlineMs);
  }

  forget(id: string): void {
    this.#deadlines.delete(id);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
