import { AppError, errorMessage } from "../core/errors.js";
import type { Database, Tx } from "../db/client.js";
import { isDatabaseTrouble } from "../db/pg-errors.js";

/** Nobody knows whether what was asked for took effect. */
export interface Unanswered {
  readonly outcome: "unknown";
  readonly reason: string;
  /** What the asking broke off with. */
  readonly error?: unknown;
}

/** The asking that broke off, for the log. */
export interface BrokenAsking {
  /** What was asked for, e.g. `payments.create`. */
  readonly act: string;
  readonly id: string;
  readonly error: unknown;
}

export interface AskingDeps {
  readonly db: Database;
  readonly onBrokenAsking?: (broken: BrokenAsking) => void;
}

/** Something that a provider is asked for, and what its answer does. */
export interface Act<Promised, Answer, Settled> {
  /** As the log calls it, e.g. `payments.create`. */
  readonly name: string;
  /** The id of the object that it is about. */
  readonly id: string;
  /** Asks the provider. Runs with no transaction open, after the promise has committed. */
  readonly ask: (promised: Promised) => Promise<Answer>;
  /** Settles what the provider said, or that nobody knows. Request and sweep come through here alike. */
  readonly settle: (promised: Promised, answer: NoInfer<Answer> | Unanswered) => Promise<Settled>;
}

/** What a promise came to: something to ask for, or nothing, because it is settled already. */
export type ToAsk<Promised, Settled> = { readonly ask: Promised } | { readonly settled: Settled };

/**
 * Promise, ask, settle: writes down in one transaction what is about to be asked, asks outside of it, and settles the answer. What
 * the promise returns is handed to the other two. Throws what the three throw.
 */
export async function askOnce<Promised, Answer, Settled>(
  deps: AskingDeps,
  act: Act<Promised, Answer, Settled> & { readonly promise: (tx: Tx) => Promise<ToAsk<Promised, Settled>> },
): Promise<Settled> {
  const written = await deps.db.transaction(act.promise);
  return "settled" in written ? written.settled : askPromised(deps, act, written.ask);
}

/** Asks for what was promised before and settles the answer: how the sweep goes on with what a request has left. */
export async function askPromised<Promised, Answer, Settled>(
  deps: AskingDeps,
  act: Act<Promised, Answer, Settled>,
  promised: Promised,
): Promise<Settled> {
  return act.settle(promised, await answerOf(deps, act, promised));
}

async function answerOf<Promised, Answer>(
  deps: AskingDeps,
  { name, id, ask }: Act<Promised, Answer, unknown>,
  promised: Promised,
): Promise<Answer | Unanswered> {
  try {
    return await ask(promised);
  } catch (error) {
    // A refusal of ours, and trouble of our database, say what they are; the promise stays, and the sweep goes on with it.
    if (error instanceof AppError || isDatabaseTrouble(error)) throw error;
    deps.onBrokenAsking?.({ act: name, id, error });
    return { outcome: "unknown", reason: errorMessage(error), error };
  }
}
