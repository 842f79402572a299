import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";

/** `[collection, id, value]` puts, `[collection, id]` deletes. */
type Operation = [collection: string, id: string, value?: unknown];

interface Batch {
  operations: Operation[];
  /** Undo the changes, to be run last to first. */
  undo: (() => void)[];
}

const JOURNAL = "journal.jsonl";
const COMPACT_CHUNK = 500;
/** Rewriting costs as much as reading, so it is done when at least half of the journal is history. */
const COMPACT_RATIO = 2;

/** Records of one kind, in the order of their creation. Records are values: change one by putting a new one. */
export interface Collection<T> {
  get(id: string): T | undefined;
  put(id: string, value: T): void;
  delete(id: string): void;
  /** Oldest first. */
  values(): T[];
  entries(): [string, T][];
}

/**
 * In-memory maps with an append-only journal. One line is one batch: a process killed between two writes leaves either
 * the whole effect of a call (object, events, deliveries, stored idempotent reply) or nothing of it.
 * Lines reach the kernel before the call is answered; there is no fsync, since a sandbox need not outlive the machine.
 */
export class Store {
  readonly #collections = new Map<string, Map<string, unknown>>();
  readonly #file: string;
  #descriptor: number | undefined;
  #batch: Batch | undefined;

  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    this.#file = path.join(dataDir, JOURNAL);
    const tidy = this.#load();
    this.#descriptor = tidy ? openSync(this.#file, "a", 0o600) : this.#compact();
  }

  collection<T>(name: string): Collection<T> {
    const records = () => this.#records(name) as Map<string, T>;
    return {
      get: (id) => records().get(id),
      put: (id, value) => this.#change([name, id, value], () => records().set(id, value)),
      delete: (id) => {
        if (records().has(id)) this.#change([name, id], () => records().delete(id));
      },
      values: () => [...records().values()],
      entries: () => [...records().entries()],
    };
  }

  /**
   * Runs synchronous work whose writes become one journal line, so that they are kept or lost together.
   * Work that throws leaves nothing behind: a request that is refused has had no effect.
   */
  batch<T>(work: () => T): T {
    if (this.#descriptor === undefined) throw new Error("the sandbox has stopped");
    if (this.#batch) return work();
    const batch: Batch = { operations: [], undo: [] };
    this.#batch = batch;
    try {
      const result = work();
      if (batch.operations.length > 0) this.#append(lastOfEach(batch.operations));
      return result;
    } catch (error) {
      for (const undo of batch.undo.reverse()) undo();
      throw error;
    } finally {
      this.#batch = undefined;
    }
  }

  /** Forgets everything, on disk too. */
  reset(): void {
    this.#collections.clear();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = this.#compact();
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #records(name: string): Map<string, unknown> {
    let records = this.#collections.get(name);
    if (!records) {
      records = new Map();
      this.#collections.set(name, records);
    }
    return records;
  }

  #change(operation: Operation, apply: () => void): void {
    const [name, id] = operation;
    if (!this.#batch) {
      this.#append([operation]);
      apply();
      return;
    }
    const records = this.#records(name);
    const previous = records.get(id);
    this.#batch.undo.push(() => (previous === undefined ? records.delete(id) : records.set(id, previous)));
    this.#batch.operations.push(operation);
    apply();
  }

  #append(operations: Operation[]): void {
    if (this.#descriptor === undefined) throw new Error("the sandbox has stopped");
    writeSync(this.#descriptor, `${JSON.stringify(operations)}\n`);
  }

  /** Reads the journal. True when it can be appended to as it is, false when it should be compacted first. */
  #load(): boolean {
    if (!existsSync(this.#file)) return false;
    const lines = readFileSync(this.#file, "utf8").split("\n");
    // What follows the last newline is a line whose write was cut short: nobody was told of it.
    const torn = lines.pop() !== "";
    let operations = 0;
    for (const line of lines) {
      for (const [name, id, ...rest] of JSON.parse(line) as Operation[]) {
        operations += 1;
        if (rest.length === 0) this.#records(name).delete(id);
        else this.#records(name).set(id, rest[0]);
      }
    }
    let records = 0;
    for (const collection of this.#collections.values()) records += collection.size;
    return !torn && operations <= COMPACT_RATIO * records;
  }

  /** Rewrites the journal as the present state, and returns a descriptor that appends to it. */
  #compact(): number {
    const draft = `${this.#file}.new`;
    writeFileSync(draft, "", { mode: 0o600 });
    const descriptor = openSync(draft, "a", 0o600);
    let operations: Operation[] = [];
    const write = () => {
      if (operations.length > 0) writeSync(descriptor, `${JSON.stringify(operations)}\n`);
      operations = [];
    };
    for (const [name, records] of this.#collections) {
      for (const [id, value] of records) {
        operations.push([name, id, value]);
        if (operations.length >= COMPACT_CHUNK) write();
      }
    }
    write();
    renameSync(draft, this.#file);
    return descriptor;
  }
}

/** The last change of each record, at the place of its first: what lies between is never seen again. */
function lastOfEach(operations: readonly Operation[]): Operation[] {
  const last = new Map<string, Operation>();
  for (const operation of operations) last.set(`${operation[0]}/${operation[1]}`, operation);
  return [...last.values()];
}
