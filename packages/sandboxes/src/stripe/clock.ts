import type { Collection, Store } from "../store.js";

const NAME = "clock";
const RECENT_SECONDS = 3_600;

/** `frozenAt`: time stands still there. Otherwise it runs with the real one, `aheadSeconds` before it. */
interface Setting {
  readonly frozenAt?: number;
  readonly aheadSeconds: number;
}

function realSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/**
 * The time of one Stripe account, in seconds since 1970. It is the real time until somebody moves it; from then on it stands
 * where it was put, so that what happens at a moment happens exactly there, until `run` lets it go on. It never goes back.
 */
export class StripeClock {
  readonly #settings: Collection<Setting>;

  constructor(store: Store) {
    this.#settings = store.collection("clock");
  }

  now(): number {
    const { frozenAt, aheadSeconds } = this.#setting();
    return frozenAt ?? realSeconds() + aheadSeconds;
  }

  /**
   * A time that somebody gave who does not know that this clock was moved: what it is here, when it is the real time or a
   * little before; undefined for any other.
   */
  fromReal(at: number): number | undefined {
    const ago = realSeconds() - at;
    if (Math.abs(ago) > RECENT_SECONDS) return undefined;
    const { frozenAt, aheadSeconds } = this.#setting();
    return frozenAt ?? at + aheadSeconds;
  }

  isFrozen(): boolean {
    return this.#setting().frozenAt !== undefined;
  }

  /** Puts the time there, where it stays. Earlier than now is now. */
  freeze(at: number): void {
    const frozenAt = Math.max(at, this.now());
    this.#settings.put(NAME, { frozenAt, aheadSeconds: frozenAt - realSeconds() });
  }

  /** Lets the time run on from where it stands. */
  run(): void {
    this.#settings.put(NAME, { aheadSeconds: Math.max(0, this.now() - realSeconds()) });
  }

  #setting(): Setting {
    return this.#settings.get(NAME) ?? { aheadSeconds: 0 };
  }
}
