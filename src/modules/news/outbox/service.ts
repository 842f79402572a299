import type { Clock } from "../../../core/clock.js";
import { decodeId, type IdSource, newId } from "../../../core/ids.js";
import {
  decodeCursor,
  encodeCursor,
  invalidCursor,
  type Page,
  type PageQuery,
  pageById,
} from "../../../core/pagination.js";
import type { Database, Tx } from "../../../db/client.js";
import type { OutboxEvent } from "../../../kernel/events.js";
import * as queries from "./queries.js";

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
  tx.afterCommit(() => {
    for (const { type } of events) deps.onEvent?.(type);
  });
}

/** Events, newest first. */
export function listEvents(
  deps: OutboxDeps,
  filter: queries.EventFilter,
  page: PageQuery,
): Promise<Page<queries.OutboxRow>> {
  return pageById("evt", page, (before, limit) => queries.listOutboxEvents(deps.db.read, filter, before, limit));
}

/** From where to follow: the place that an earlier page ended at, or the very first event. */
export const START = "start";

/**
 * Events in the order in which they become visible, after a place. A reader that goes on from `nextCursor` misses none, however
 * late a transaction commits; the cursor is there also when nothing new is. Throws `request.invalid_cursor` (400).
 */
export async function followEvents(
  deps: OutboxDeps,
  filter: queries.EventFilter,
  after: string,
  limit: number,
): Promise<Page<queries.OutboxRow>> {
  const data = await queries.listInOrder(deps.db.read, filter, after === START ? undefined : placeOf(after), limit);
  const last = data.at(-1);
  const nextCursor = last ? encodeCursor([String(last.epoch ?? ""), last.xid ?? "", last.id]) : after;
  return { data, nextCursor };
}

function placeOf(cursor: string): queries.Place {
  const [epoch = "", xid = "", id = ""] = decodeCursor(cursor, 3);
  if (decodeId("evt", id) === undefined || !/^\d{0,9}$/.test(epoch) || !/^\d{0,19}$/.test(xid)) throw invalidCursor();
  if ((epoch === "") !== (xid === "")) throw invalidCursor();
  return {
    epoch: epoch === "" ? null : Number(epoch),
    xid: xid === "" ? null : xid,
    id: id as queries.OutboxRow["id"],
  };
}
