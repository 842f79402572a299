import type { Clock } from "../../src/core/clock.js";

/** The time that goes by itself and can be moved ahead by hand. */
export function movableClock(): { readonly clock: Clock; readonly advance: (ms: number) => void } {
  let aheadMs = 0;
  return {
    clock: { now: () => new Date(Date.now() + aheadMs) },
    advance: (ms) => {
      aheadMs += ms;
    },
  };
}
