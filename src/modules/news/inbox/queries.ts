import { and, asc, count, desc, eq, inArray, lt, lte, sql } from "drizzle-orm";
import { encodeId, uuidOf } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { listNewest } from "../../../db/lists.js";
import { type WebhookEventStatus, webhookCursors, webhookEvents } from "./tables.js";

export type WebhookEventRow = typeof webhookEvents.$inferSelect;
export type NewWebhookEvent = typeof webhookEvents.$inferInsert;

const INSERT = `
  INSERT INTO webhook_events (id, provider, event_id, type, status, body, attempts, next_attempt_at, note, resource,
         occurred_at, received_at, processed_at, healed)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::int[],
         $8::timestamptz[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
         $14::boolean[])
  ON CONFLICT DO NOTHING RETURNING id`;

/** Inserts the events that are new; returns their ids. An event whose id was seen before is left as it is. */
export async function insertEvents(tx: Tx, rows: readonly NewWebhookEvent[]): Promise<Set<WebhookEventRow["id"]>> {
  const column = <T>(pick: (row: NewWebhookEvent) => T) => rows.map(pick);
  const inserted = await tx.$client.query<{ id: string }>({
    name: "webhook_events_insert",
    text: INSERT,
    values: [
      column((row) => uuidOf("whe", row.id)),
      column((row) => row.provider),
      column((row) => row.eventId),
      column((row) => row.type),
      column((row) => row.status),
      column((row) => row.body),
      column((row) => row.attempts ?? 0),
      column((row) => row.nextAttemptAt ?? null),
      column((row) => row.note ?? null),
      column((row) => row.resource ?? null),
      column((row) => row.occurredAt ?? null),
      column((row) => row.receivedAt),
      column((row) => row.processedAt ?? null),
      column((row) => row.healed ?? false),
    ],
  });
  return new Set(inserted.rows.map((row) => encodeId("whe", row.id)));
}

export const updateEvent = (tx: Tx, id: WebhookEventRow["id"], change: Partial<NewWebhookEvent>) =>
  tx.update(webhookEvents).set(change).where(eq(webhookEvents.id, id));

export async function findEvent(db: Db, id: WebhookEventRow["id"]): Promise<WebhookEventRow | undefined> {
  const [row] = await db.select().from(webhookEvents).where(eq(webhookEvents.id, id));
  return row;
}

/** Holds the row until the transaction ends: two workers cannot settle one event together. */
export async function lockEvent(tx: Tx, id: WebhookEventRow["id"]): Promise<WebhookEventRow | undefined> {
  const [row] = await tx.select().from(webhookEvents).where(eq(webhookEvents.id, id)).for("update");
  return row;
}

export const listDueEvents = (db: Db, before: Date, limit: number) =>
  db
    .select({ id: webhookEvents.id })
    .from(webhookEvents)
    .where(and(eq(webhookEvents.status, "pending"), lte(webhookEvents.nextAttemptAt, before)))
    .orderBy(asc(webhookEvents.nextAttemptAt))
    .limit(limit);

export interface EventFilter {
  readonly provider?: WebhookEventRow["provider"] | undefined;
  readonly status?: WebhookEventStatus | undefined;
  readonly type?: string | undefined;
  readonly resource?: string | undefined;
  readonly healed?: boolean | undefined;
}

export const listEvents = (db: Db, filter: EventFilter, before: WebhookEventRow["id"] | undefined, limit: number) =>
  listNewest(db, webhookEvents, filter, before, limit);

/** How many events wait or are dead. */
export async function countBacklog(db: Db): Promise<Record<string, number>> {
  const rows = await db
    .select({ status: webhookEvents.status, events: count() })
    .from(webhookEvents)
    .where(inArray(webhookEvents.status, ["pending", "dead"]))
    .groupBy(webhookEvents.status);
  return { pending: 0, dead: 0, ...Object.fromEntries(rows.map((row) => [row.status, row.events])) };
}

export const deleteSettledBefore = (tx: Tx, before: Date) =>
  tx
    .delete(webhookEvents)
    .where(and(lt(webhookEvents.receivedAt, before), sql`${webhookEvents.status} in ('processed', 'ignored')`));

/** Which of these ids of a provider's events the inbox has. */
export async function findKnownEvents(
  db: Db,
  provider: WebhookEventRow["provider"],
  eventIds: readonly string[],
): Promise<Set<string>> {
  if (eventIds.length === 0) return new Set();
  const rows = await db
    .select({ eventId: webhookEvents.eventId })
    .from(webhookEvents)
    .where(and(eq(webhookEvents.provider, provider), inArray(webhookEvents.eventId, [...eventIds])));
  return new Set(rows.map(({ eventId }) => eventId));
}

/** The types of the latest events that a provider delivered, by itself. */
export async function listHeardTypes(
  db: Db,
  provider: WebhookEventRow["provider"],
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .select({ type: webhookEvents.type })
    .from(webhookEvents)
    .where(and(eq(webhookEvents.provider, provider), eq(webhookEvents.healed, false)))
    .orderBy(desc(webhookEvents.id))
    .limit(limit);
  return [...new Set(rows.map(({ type }) => type))];
}

export async function readCursor(db: Db, provider: WebhookEventRow["provider"]): Promise<Date | undefined> {
  const [row] = await db.select().from(webhookCursors).where(eq(webhookCursors.provider, provider));
  return row?.readUpTo;
}

export const writeCursor = (tx: Tx, provider: WebhookEventRow["provider"], readUpTo: Date) =>
  tx
    .insert(webhookCursors)
    .values({ provider, readUpTo })
    .onConflictDoUpdate({ target: webhookCursors.provider, set: { readUpTo } });
