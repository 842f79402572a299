import { appendFileSync } from "node:fs";
import type { FaultHook } from "./core/faults.js";

/** A way for somebody outside to kill the process at a place of the code, and to learn which places there are. */
export interface CrashSwitch {
  readonly hook: FaultHook;
  /** Counts from here: getting here is no part of what is tried. */
  arm(): void;
}

/**
 * Kills the process, as SIGKILL does, at the `at`-th fault point that it passes (`7`), or at a point by its name and how often it
 * was passed (`before sql:COMMIT #2`). Writes each point that is passed to the file `log`, one a line: number, tab, name.
 */
export function createCrashSwitch(at: string | undefined, log: string | undefined): CrashSwitch | undefined {
  if (at === undefined && log === undefined) return undefined;
  const passed = new Map<string, number>();
  let isArmed = false;
  let points = 0;
  return {
    arm: () => {
      isArmed = true;
    },
    hook: ({ phase, name }) => {
      if (!isArmed) return;
      points += 1;
      const point = `${phase} ${name}`;
      const count = (passed.get(point) ?? 0) + 1;
      passed.set(point, count);
      const named = `${point} #${count}`;
      if (log !== undefined) appendFileSync(log, `${points}\t${named}\n`);
      if (at !== String(points) && at !== named) return;
      process.kill(process.pid, "SIGKILL");
      // The signal is on its way; nothing may be done before it arrives.
      return new Promise(() => {});
    },
  };
}
