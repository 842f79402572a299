import { AsyncLocalStorage } from "node:async_hooks";
import type { FaultHook } from "../../src/core/faults.js";
import type { Deps } from "../../src/deps.js";

/** Sees every call to a provider that is made while a transaction is open: its row locks would wait for somebody else's network. */
export interface AskingWatch {
  /** The calls that were, by name. */
  readonly asked: readonly string[];
  /** Where every outbound call passes; calls `others`, too. */
  faults(others: FaultHook | undefined): FaultHook;
  /** Marks what runs inside the transactions of these dependencies. */
  db(deps: Deps): Deps;
}

export function watchAsking(): AskingWatch {
  const open = new AsyncLocalStorage<true>();
  const asked: string[] = [];
  return {
    asked,
    faults: (others) => (point) => {
      if (point.name.startsWith("http:") && point.phase === "before" && open.getStore()) asked.push(point.name);
      return others?.(point);
    },
    db: (deps) => {
      const { transaction } = deps.db;
      Object.assign(deps.db, {
        transaction: <T>(work: Parameters<typeof transaction<T>>[0]) =>
          transaction<T>((tx) => open.run(true, () => work(tx))),
      });
      return deps;
    },
  };
}
