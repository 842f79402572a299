import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../core/clock.js";

const RETRY_AFTER_MS = [
  2 * SECOND_MS,
  10 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
];

/** When an event that failed `attempts` times is tried again; undefined when a person must look: it becomes a dead letter. */
export function retryAt(now: Date, attempts: number): Date | undefined {
  const delayMs = RETRY_AFTER_MS[attempts - 1];
  return delayMs === undefined ? undefined : new Date(now.getTime() + delayMs);
}

/**
 * Whether what a provider lists is what it delivers to us: an endpoint may be sent another kind of events, and misses none of those
 * that are listed. Who has heard nothing yet may have missed everything.
 */
export const hearsWhatIsListed = (
  heard: readonly string[],
  isListed: (type: string) => boolean = () => true,
): boolean => heard.length === 0 || heard.some((type) => isListed(type));
