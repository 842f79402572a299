/**
 * A bounded map for facts that never change once known. It keeps two generations: when the young one is full it becomes
 * the old one, and what is still asked for moves on. Costs one look-up, where keeping exact order of use costs three.
 */
export class LruMap<Key, Value> {
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();
  readonly #generation: number;

  /** Remembers at most `max` entries, and at least the half of them that were used last. */
  constructor(max: number) {
    this.#generation = Math.max(1, Math.floor(max / 2));
  }

  get(key: Key): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const older = this.#old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
