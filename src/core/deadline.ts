/** A moment after which something must not be begun any more, by the process's own clocks. */
export interface Deadline {
  passed(): boolean;
}

/**
 * A deadline in `ms` from now. It counts by a clock that nobody sets, and by the wall clock as well, since the first stands
 * still while a machine is suspended: whichever has gone further counts.
 */
export function deadlineIn(ms: number): Deadline {
  const startedAt = performance.now();
  const wallStartedAt = Date.now();
  return {
    passed: () => performance.now() - startedAt > ms || Math.abs(Date.now() - wallStartedAt) > ms,
  };
}
