import { and, desc, eq, getTableColumns, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { encodeId, uuidOf } from "../../../../core/ids.js";
import type { Db, Tx } from "../../../../db/client.js";
import type { BalanceProviderName } from "../../../../providers/ports/index.js";
import { bankPayouts, providerTransactions, reconciliationCursors } from "../tables.js";
import type { BankPayoutRow, NewProviderTransaction, ProviderTransactionRow } from "../types.js";

/** Holds everybody else off a provider's reconciliation until the transaction ends. */
export async function lockProvider(tx: Tx, provider: BalanceProviderName): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`reconciliation:${provider}`}, 0))`);
}

export async function readCursor(db: Db, name: string): Promise<Date | undefined> {
  const [row] = await db.select().from(reconciliationCursors).where(eq(reconciliationCursors.name, name));
  return row?.readUpTo;
}

export const writeCursor = (tx: Tx, name: string, readUpTo: Date) =>
  tx
    .insert(reconciliationCursors)
    .values({ name, readUpTo })
    .onConflictDoUpdate({ target: reconciliationCursors.name, set: { readUpTo } });

/** Writes entries down that nobody told of before, and returns their references; of the others nothing changes. */
export async function insertTransactions(tx: Tx, rows: readonly NewProviderTransaction[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const names = sql.raw(INSERTED.map(([, column]) => column).join(", "));
  // One parameter instead of thirty for each entry: pages of entries come by the thousand.
  const { rows: inserted } = await tx.execute<{ id: string }>(sql`
    INSERT INTO provider_transactions (${names})
    SELECT ${names} FROM json_populate_recordset(null::provider_transactions, ${JSON.stringify(rows.map(asJson))}::json)
    ON CONFLICT DO NOTHING RETURNING id`);
  return new Set(inserted.map(({ id }) => encodeId("ptx", id)));
}

// What a new entry has no value for yet is left to the table.
const INSERTED = Object.entries(getTableColumns(providerTransactions))
  .filter(([name]) => !["bankPayout", "matchId"].includes(name))
  .map(([name, column]) => [name as keyof NewProviderTransaction, column.name] as const);

const asJson = (row: NewProviderTransaction): Record<string, unknown> =>
  Object.fromEntries(
    INSERTED.map(([name, column]) => {
      const { [name]: value } = row;
      if (name === "id") return [column, uuidOf("ptx", row.id)];
      return [column, typeof value === "bigint" ? value.toString() : value];
    }),
  );

export const findTransactions = (
  db: Db,
  provider: BalanceProviderName,
  references: readonly string[],
): Promise<ProviderTransactionRow[]> =>
  references.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(providerTransactions)
        .where(
          and(eq(providerTransactions.provider, provider), inArray(providerTransactions.reference, [...references])),
        );

/** What may change of an entry: from pending to available. What it said is kept. */
export const updateStanding = (
  tx: Tx,
  row: ProviderTransactionRow,
  { status, availableAt }: Pick<ProviderTransactionRow, "status" | "availableAt">,
  now: Date,
) =>
  tx
    .update(providerTransactions)
    .set({
      status,
      availableAt,
      history: [...row.history, { status: row.status, until: now.toISOString() }],
      updatedAt: now,
    })
    .where(eq(providerTransactions.id, row.id));

export const noteBankPayout = (
  tx: Tx,
  provider: BalanceProviderName,
  references: readonly string[],
  bankPayout: string,
) =>
  tx
    .update(providerTransactions)
    .set({ bankPayout })
    .where(
      and(
        eq(providerTransactions.provider, provider),
        inArray(providerTransactions.reference, [...references]),
        isNull(providerTransactions.bankPayout),
      ),
    );

/** Writes what a provider says of a payout to our bank over what was known. */
export async function writeBankPayout(tx: Tx, row: typeof bankPayouts.$inferInsert): Promise<BankPayoutRow> {
  const { status, arrivesAt, traceId, updatedAt } = row;
  const [written] = await tx
    .insert(bankPayouts)
    .values(row)
    .onConflictDoUpdate({
      target: [bankPayouts.provider, bankPayouts.reference],
      set: { status, arrivesAt, traceId, updatedAt },
    })
    .returning();
  if (!written) throw new Error(`bank payout ${row.reference} was not written`);
  return written;
}

export const writeItemized = (
  tx: Tx,
  id: BankPayoutRow["id"],
  listed: Pick<BankPayoutRow, "listedNet" | "listedCount" | "itemizedAt">,
) => tx.update(bankPayouts).set(listed).where(eq(bankPayouts.id, id));

export const listBankPayouts = (
  db: Db,
  provider: BalanceProviderName | undefined,
  before: BankPayoutRow["id"] | undefined,
  limit: number,
): Promise<BankPayoutRow[]> =>
  db
    .select()
    .from(bankPayouts)
    .where(
      and(
        provider === undefined ? undefined : eq(bankPayouts.provider, provider),
        before === undefined ? undefined : lt(bankPayouts.id, before),
      ),
    )
    .orderBy(desc(bankPayouts.id))
    .limit(limit);

/** Payouts whose transactions were read and come to something. */
export const listUnevenPayouts = (db: Db, provider: BalanceProviderName): Promise<BankPayoutRow[]> =>
  db
    .select()
    .from(bankPayouts)
    .where(
      and(eq(bankPayouts.provider, provider), isNotNull(bankPayouts.itemizedAt), sql`${bankPayouts.listedNet} <> 0`),
    )
    .limit(100);

const COPY_MAX = 10_000;

/**
 * Takes the transfers of the account that stands for a provider's balance over to our side of the comparison, some of those posted since.
 * Returns when the newest of them was posted; undefined when there are none. What the import itself booked has its partner already.
 */
export async function copyClearing(
  tx: Tx,
  provider: BalanceProviderName,
  account: string,
  since: Date,
): Promise<Date | undefined> {
  const { rows } = await tx.execute<{ newest: string | null }>(sql`
    WITH copied AS (INSERT INTO clearing_transfers (transfer_id, provider, asset, amount, kind, type, reference, source, posted_at, effective_at,
                                    matched_at, rule)
    SELECT e.transfer_id, ${provider}, e.asset, e.amount,
           CASE WHEN e.type IN ('refund', 'refund_returned') THEN 'refund'
                WHEN e.type LIKE 'dispute\\_%' OR e.source LIKE 'dsp\\_%' THEN 'dispute'
                WHEN e.type IN ('payout_sent', 'unexplained_withdrawal') THEN 'withdrawal'
                WHEN e.type IN ('deposit_received', 'deposit_undone', 'treasury_funding') THEN 'deposit'
                WHEN e.type = 'unexplained_receipt' AND ${account} = 'custody' THEN 'deposit'
                WHEN e.type IN ('payment_received', 'unexplained_receipt', 'provider_fee') THEN 'payment'
                ELSE 'other' END,
           e.type, e.reference, e.source, e.created_at, e.effective_at,
           CASE WHEN e.source LIKE 'ptx\\_%' OR e.source LIKE 'brk\\_%' THEN e.created_at END,
           CASE WHEN e.source LIKE 'ptx\\_%' THEN 'booked' WHEN e.source LIKE 'brk\\_%' THEN 'resolved' END
      FROM ledger_chart c
      JOIN ledger_entries e ON e.account_id = c.id
     WHERE c.kind = 'system' AND c.code = ${account} AND e.created_at >= ${since.toISOString()}::timestamptz
       AND e.type <> 'debit'
       -- What is below a coin's smallest unit, and gas, is in no provider's list of coins.
       AND NOT (c.code = 'custody' AND e.type IN ('deposit_dust', 'network_fee'))
       AND NOT EXISTS (SELECT FROM clearing_transfers k WHERE k.transfer_id = e.transfer_id)
     LIMIT ${COPY_MAX}
    ON CONFLICT DO NOTHING RETURNING posted_at)
    SELECT max(posted_at) AS newest FROM copied`);
  const newest = rows[0]?.newest;
  return newest ? new Date(newest) : undefined;
}
