import { mapLimited } from "../core/concurrency.js";
import type { AccountId, Id, PaymentId } from "../core/ids.js";
import type { Tx } from "../db/client.js";
import { addJob } from "../db/jobs.js";

/** Told nothing: the job finds out what is to be done. */
type Nothing = Readonly<Record<string, never>>;

/** Every job that the worker runs, and what it is told. A job that is not here can be neither enqueued nor scheduled. */
export interface JobPayloads {
  "catalog:sync": {
    readonly itemId: Id<"pkg"> | Id<"pln">;
    /** With this provider only; absent for all of them. */
    readonly provider?: string;
    readonly everything?: boolean;
  };
  "catalog:sync-all": Nothing;
  "catalog:sweep": Nothing;
  "customers:tell": { readonly customerId: string };
  "deposits:catch-up": Nothing;
  "deposits:sweep": Nothing;
  "exports:make": { readonly exportId: Id<"exp"> };
  "exports:purge": Nothing;
  "exports:sweep": Nothing;
  "idempotency:purge": Nothing;
  "invoices:look": {
    readonly invoiceReference: string;
    /** Whose invoice it is. The release before this one says nothing of it. */
    readonly provider?: string;
  };
  "invoices:catch-up": Nothing;
  "jobs:release": Nothing;
  "ledger:snapshot": Nothing;
  "lots:settle": { readonly accountId: AccountId };
  "lots:expire": Nothing;
  "lots:notice": Nothing;
  "payment-methods:sweep": Nothing;
  "payment-methods:expiring": Nothing;
  "payments:sweep": Nothing;
  "payouts:submit": { readonly payoutId: Id<"po"> };
  "payouts:start": { readonly paymentId: PaymentId };
  "payouts:sweep": Nothing;
  "reconciliation:run": { readonly runId: Id<"rec"> };
  "reconciliation:daily": Nothing;
  "refunds:look": { readonly paymentId: PaymentId };
  "refunds:sweep": Nothing;
  "revenue:recognize": Nothing;
  "reversals:catch-up": Nothing;
  "subscriptions:sweep": Nothing;
  "top-ups:check": { readonly autoTopUpId: Id<"atu"> };
  "top-ups:follow": { readonly paymentId: PaymentId };
  "top-ups:method-changed": { readonly methodId: string };
  "top-ups:disputed": { readonly disputeId: Id<"dsp">; readonly paymentId: PaymentId; readonly isOver: boolean };
  "top-ups:sweep": Nothing;
  "treasury:watch": Nothing;
  "webhooks:process": { readonly eventId: Id<"whe"> };
  "webhooks:reschedule": Nothing;
  "webhooks:heal": Nothing;
  "webhooks:purge": Nothing;
}

export type JobName = keyof JobPayloads;

/** What carries out some of the jobs, by name. */
export type Jobs<Names extends JobName> = {
  readonly [Name in Names]: (payload: JobPayloads[Name]) => Promise<void>;
};

/**
 * Enqueues a job for the worker in the caller's transaction: it runs if, and only if, the transaction commits. A second job
 * with the same `key` replaces one that has not run yet.
 */
export const enqueueJob = <Name extends JobName>(
  tx: Tx,
  name: Name,
  payload: JobPayloads[Name],
  options: { readonly runAt?: Date; readonly key: string },
): Promise<void> => addJob(tx, name, payload, options);

/** Something that could not be looked at, and what broke the look off: the error itself, since its stack says where. */
export interface LookFailure {
  readonly id: string;
  readonly error: unknown;
  /** Whose it is, where it was looked for at several providers. */
  readonly provider?: string;
}

export type LogFailure = (failure: LookFailure) => void;

/** What one round of looking at what is due came to. */
export interface Round {
  readonly checked: number;
  readonly failures: readonly LookFailure[];
}

const LOOKS_AT_ONCE = 4;

/** Looks at each, some at a time. What fails is kept by its id, and keeps none of the others from being looked at. */
export async function lookAtEach<Row extends { readonly id: string }>(
  due: readonly Row[],
  look: (row: Row) => Promise<unknown>,
): Promise<Round> {
  const failures: LookFailure[] = [];
  await mapLimited(due, LOOKS_AT_ONCE, (row) => keepFailure(failures, row.id, () => look(row)));
  return { checked: due.length, failures };
}

/** Does something that may fail; a failure goes to the others, by the id of what it was about. */
export async function keepFailure(failures: LookFailure[], id: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    failures.push({ id, error });
  }
}

const ROUNDS_MAX = 20;

/**
 * Looks at what is due, a portion at a time, until nothing is: with a bound, so that one customer's many open things do not keep
 * others waiting. The next minute goes on.
 */
export async function untilNothingIsDue(look: () => Promise<Round>, log: LogFailure): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const { checked, failures } = await look();
    for (const failure of failures) log(failure);
    if (checked === 0) return;
  }
}
