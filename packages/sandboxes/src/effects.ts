import type { Collection, Store } from "./store.js";

interface Effect {
  kind: string;
  id: string;
  counts: Record<string, number>;
  metadata: Record<string, string>;
}

/**
 * How often each thing really happened to each business object. This is the oracle of crash and retry tests: whatever
 * the client was told, a payment is right only when `charged` is 1 here.
 */
export class Effects {
  readonly #effects: Collection<Effect>;

  constructor(store: Store) {
    this.#effects = store.collection<Effect>("effects");
  }

  count(kind: string, id: string, effect: string, metadata: Record<string, string> = {}): void {
    const key = `${kind}/${id}`;
    const known = this.#effects.get(key);
    const counts = { ...known?.counts, [effect]: (known?.counts[effect] ?? 0) + 1 };
    this.#effects.put(key, { kind, id, counts, metadata });
  }

  /** `{ payment_intents: { pi_1: { created: 1, charged: 1, metadata: {} } } }` */
  report(): Record<string, Record<string, Record<string, unknown>>> {
    const report: Record<string, Record<string, Record<string, unknown>>> = {};
    for (const { kind, id, counts, metadata } of this.#effects.values()) {
      const group = report[kind] ?? {};
      group[id] = { ...counts, metadata };
      report[kind] = group;
    }
    return report;
  }
}
