const KEPT = 10_000;

export interface RequestLogEntry {
  at: string;
  method: string;
  path: string;
  idempotencyKey: string | null;
  /** What the caller was answered; null while it waits, and for ever when the connection was cut. */
  status: number | null;
  replayed: boolean;
  fault: string | null;
}

/** The latest API requests, oldest first. Kept in memory: it is an aid to tests, not part of the provider. */
export class RequestLog {
  #entries: RequestLogEntry[] = [];

  open(call: { method: string; path: string; idempotencyKey: string | undefined }): RequestLogEntry {
    const entry: RequestLogEntry = {
      at: new Date().toISOString(),
      method: call.method,
      path: call.path,
      idempotencyKey: call.idempotencyKey ?? null,
      status: null,
      replayed: false,
      fault: null,
    };
    this.#entries.push(entry);
    if (this.#entries.length > 2 * KEPT) this.#entries = this.#entries.slice(-KEPT);
    return entry;
  }

  list(): RequestLogEntry[] {
    return this.#entries.slice(-KEPT);
  }

  clear(): void {
    this.#entries = [];
  }
}
