import type { Clock } from "../../core/clock.js";
import { type IdSource, newId } from "../../core/ids.js";
import { decodeCursor, type Page, type PageQuery, toPage } from "../../core/pagination.js";
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
}

/** Events, newest first. */
export async function listEvents(
  deps: OutboxDeps,
  filter: queries.EventFilter,
  page: PageQuery,
): Promise<Page<queries.OutboxRow>> {
  const [before] = page.cursor === undefined ? [] : decodeCursor(page.cursor, 1);
  const rows = await queries.listOutboxEvents(
    deps.db.read,
    filter,
    before as `evt_${string}` | undefined,
    page.limit + 1,
  );
  return toPage(
    rows,
    page.limit,
    (row) => [row.id],
    (row) => row,
  );
}
