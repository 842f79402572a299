import type { Clock } from "../../core/clock.js";
import { type IdSource, newId } from "../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../core/pagination.js";
import type { Database, Tx } from "../../db/client.js";
import * as queries from "./queries.js";

/** News of a change: `payment.succeeded` about `pay_...`. `data` is wire-shaped. */
export interface OutboxEvent {
  readonly type: string;
  readonly resource: string;
  readonly customerId?: string;
  readonly data: Record<string, unknown>;
}

export interface OutboxDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** Told of each event's type as it is written, for metrics. */
  readonly onEvent?: (type: string) => void;
}

/** Writes news in the transaction that makes it true, so that it exists exactly when the change does. */
export async function emitEvents(deps: OutboxDeps, tx: Tx, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length === 0) return;
  await queries.insertOutboxEvents(
    tx,
    events.map((event) => ({
      id: newId(deps.ids, "evt"),
      type: event.type,
      resource: event.resource,
      customerId: event.customerId ?? null,
      data: event.data,
    })),
    deps.clock.now(),
  );
  for (const { type } of events) deps.onEvent?.(type);
}

/** Events, newest first. */
export function listEvents(
  deps: OutboxDeps,
  filter: queries.EventFilter,
  page: PageQuery,
): Promise<Page<queries.OutboxRow>> {
  return pageById("evt", page, (before, limit) => queries.listOutboxEvents(deps.db.read, filter, before, limit));
}
