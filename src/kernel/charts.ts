/** Who may cause a step of a money object, and what is meant by each. */
export const ACTORS = {
  caller: "who asks over the API",
  approver: "a person who decides over the API",
  provider: "the provider's word: a reply, a webhook, its list, a look-up",
  worker: "our own process, as it does what was asked",
  sweeper: "the look at what is due",
} as const;

export type Actor = keyof typeof ACTORS;

/** How an object gets to a status. */
interface Step<Status extends string, Event extends string> {
  readonly to: Status;
  readonly by: readonly Actor[];
  /** What the ledger does with it; absent when no money moves. */
  readonly moves?: string;
  /** The event that is told of it; absent when none is. */
  readonly event?: Event;
}

interface Transition<Status extends string, Event extends string> extends Step<Status, Event> {
  readonly from: readonly Status[];
}

interface Declaration<Status extends string, Event extends string> {
  /** The object, in our words. */
  readonly name: string;
  /** Where its status is kept. */
  readonly table: string;
  readonly column?: string;
  /** In the order in which the wire and the database list them. */
  readonly statuses: readonly Status[];
  /** Of these nothing is expected any more, though what happens all the same is still booked. */
  readonly final: readonly NoInfer<Status>[];
  /** Rows of before a release may have these; nothing gets there any more. */
  readonly former?: readonly NoInfer<Status>[];
  /** How it comes to be. */
  readonly begins: readonly Step<NoInfer<Status>, Event>[];
  readonly transitions: readonly Transition<NoInfer<Status>, Event>[];
}

/** Everything that may become of one kind of money object. From it come the type, the words on the wire and the database's check. */
export interface Chart<Status extends string = string, Event extends string = string>
  extends Required<Declaration<Status, Event>> {
  readonly isFinal: (status: Status) => boolean;
  /** Whether anybody may cause it to get from the one to the other. */
  readonly mayGo: (from: Status, to: Status) => boolean;
  /** The way in which an object comes to be. Throws an internal error when the chart has none. */
  readonly begin: (id: string, to: Status, by: Actor) => Step<Status, Event>;
  /**
   * The step from where an object is; `event` says which, where one actor may cause two for different reasons. Throws an internal
   * error when the chart has none: our code is wrong, not a caller.
   */
  readonly step: (
    from: { readonly id: string; readonly status: Status },
    to: Status,
    by: Actor,
    event?: NoInfer<Event>,
  ) => Step<Status, Event>;
}

/** The statuses of a chart. */
export type StatusOf<Some> = Some extends Chart<infer Status, infer _> ? Status : never;

/** Declares what may become of one kind of money object. Throws when two rows are of one step and tell the same. */
export function chart<const Status extends string, const Event extends string>(
  declared: Declaration<Status, Event>,
): Chart<Status, Event> {
  const { name, statuses, begins, transitions } = declared;
  const from = (status: Status) => transitions.filter((each) => each.from.includes(status));
  for (const steps of [begins, ...statuses.map(from)]) refuseTwins(name, steps);
  const find = (steps: readonly Step<Status, Event>[], to: Status, by: Actor, event?: Event) =>
    steps.find((each) => each.to === to && each.by.includes(by) && (event === undefined || each.event === event));
  return {
    column: "status",
    former: [],
    ...declared,
    isFinal: (status) => declared.final.includes(status),
    mayGo: (status, to) => from(status).some((each) => each.to === to),
    begin: (id, to, by) => {
      const step = find(begins, to, by);
      if (!step) throw new Error(`${name} ${id}: no ${by} has one begin as ${to}`);
      return step;
    },
    step: ({ id, status }, to, by, event) => {
      const step = find(from(status), to, by, event);
      if (!step) throw new Error(`${name} ${id}: no ${by} gets it from ${status} to ${to}`);
      return step;
    },
  };
}

function refuseTwins(name: string, steps: readonly Step<string, string>[]): void {
  const seen = new Set<string>();
  for (const { to, by, event } of steps) {
    for (const actor of by) {
      const key = `${to} ${actor} ${event}`;
      if (seen.has(key)) throw new Error(`${name}: two steps to ${to} by ${actor}`);
      seen.add(key);
    }
  }
}
