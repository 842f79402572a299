import { z } from "zod";

/** What an event is about. */
export interface About {
  /** The id of the object, `pay_...`; where it has none of ours, what the provider calls it. */
  readonly resource: string;
  readonly customerId?: string | null;
}

const DATA = "What is known of it at that moment; more fields may come with time.";

declare const declared: unique symbol;

/** News of a change, of a declared type and with its data. Only a family of events makes one. */
export interface OutboxEvent extends About {
  readonly [declared]: true;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** Events about one kind of object, whose data have one shape. */
export interface EventFamily<Type extends string = string, Data extends z.ZodObject = z.ZodObject> {
  /** Its name in the OpenAPI document, `PaymentEvent`. */
  readonly id: string;
  /** What each type says, in a sentence. */
  readonly types: Readonly<Record<Type, string>>;
  readonly data: Data;
  /** A whole event as clients read it. */
  readonly shown: z.ZodObject;
  /** An event of this family. A type that was not declared, or data of another shape, does not compile. */
  of(type: Type, about: About, data: z.input<Data>): OutboxEvent;
}

/** What every event has, whatever it says. */
export const EVENT_ENVELOPE = {
  id: z.string().meta({
    description: "Unique; an event that is read twice has the same.",
    examples: ["evt_01h455vb4pex5vsknk084sn02q"],
  }),
  resource: z.string().meta({ description: "The id of what it is about." }),
  customerId: z.string().nullable(),
  createdAt: z.iso.datetime().meta({ examples: ["2026-11-20T12:00:00.000Z"] }),
};

/**
 * Declares the events about one kind of object. A module keeps its families in `events.ts`; `src/events.ts` lists them all. Data may
 * gain fields, and never lose one: events are kept, and clients read them.
 */
export function eventFamily<Type extends string, Data extends z.ZodObject>(
  id: string,
  declaration: { readonly data: Data; readonly types: Readonly<Record<Type, string>> },
): EventFamily<Type, Data> {
  const names = Object.keys(declaration.types) as Type[];
  const description = names.map((name) => `- \`${name}\`: ${declaration.types[name]}`).join("\n");
  return {
    ...declaration,
    id,
    shown: z
      .object({ ...EVENT_ENVELOPE, type: z.enum(names), data: declaration.data.meta({ description: DATA }) })
      .meta({ id, description }),
    // The brand is only for the compiler: it keeps events from being written by hand.
    of: (type, about, data) => ({ ...about, type, data }) as unknown as OutboxEvent,
  };
}
