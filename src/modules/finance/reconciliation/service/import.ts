import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { DAY_MS, HOUR_MS } from "../../../../core/clock.js";
import { currencyExponent } from "../../../../core/currencies.js";
import { type AccountId, newId } from "../../../../core/ids.js";
import { parseDecimal } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import type {
  BalanceProvider,
  BalanceTransaction,
  Listing,
  ListingQuery,
  ProviderResult,
} from "../../../../providers/ports/index.js";
import { ensureAsset, type Posting, postTogether, systemAccount } from "../../../books/ledger/index.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import { statementUnavailable, tooMuchToPreview } from "../errors.js";
import * as queries from "../queries/index.js";
import { type Habits, isRemainder, type OwnBooking, type Plan, planOf } from "../rules/book.js";
import type { NewProviderTransaction, ProviderTransactionRow } from "../types.js";
import { accountOf, type ReconciliationDeps } from "./deps.js";
import { openBreak } from "./move.js";

/** An entry of the statement, with its amounts read and the accounts open: everything that may not be looked up in a transaction. */
export interface PreparedEntry {
  readonly row: NewProviderTransaction;
  readonly plan: Plan;
  readonly accounts: readonly { readonly clearing: AccountId; readonly against: AccountId }[];
}

const habitsOf = (provider: BalanceProvider): Habits => ({
  feesComeWithPayments: provider.feesComeWithPayments === true,
  keepsCoins: accountOf(provider.name) === "custody",
});

/** Reads the amounts of entries in minor units and opens their accounts. What cannot be counted is kept as unreadable. */
export async function prepareEntries(
  deps: ReconciliationDeps,
  provider: BalanceProvider,
  entries: readonly BalanceTransaction[],
): Promise<{ prepared: PreparedEntry[]; unreadable: { entry: unknown; reason: string; providerReference: string }[] }> {
  const prepared: PreparedEntry[] = [];
  const unreadable: { entry: unknown; reason: string; providerReference: string }[] = [];
  for (const entry of entries) {
    try {
      prepared.push(await prepareEntry(deps, provider, entry));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      unreadable.push({ entry: entry.raw, reason: error.message, providerReference: entry.reference });
    }
  }
  return { prepared, unreadable };
}

async function prepareEntry(
  deps: ReconciliationDeps,
  provider: BalanceProvider,
  entry: BalanceTransaction,
): Promise<PreparedEntry> {
  const { asset, presented, subject, networkFee } = entry;
  const amount = await units(deps, entry.amount, asset);
  const fee = await units(deps, entry.fee, asset);
  if ((await units(deps, entry.net, asset)) !== amount - fee) throw new RangeError("net is not amount minus fee");
  const paid = presented && {
    asset: presented.asset,
    amount: await units(deps, presented.amount, presented.asset),
  };
  const isKnownKind = subject && subject.kind !== "bank_payout";
  const plan = planOf(
    {
      category: entry.category,
      asset,
      amount,
      fee,
      subject: isKnownKind ? { kind: subject.kind as "payment", reference: subject.reference } : undefined,
      presented: paid,
      transactionHash: entry.transactionHash,
    },
    habitsOf(provider),
  );
  const clearing = accountOf(provider.name);
  const accounts = [];
  for (const { asset: of, against } of plan.own) {
    const here = await systemAccount(deps, clearing, of);
    accounts.push({ clearing: here, against: await systemAccount(deps, against, of) });
  }
  const gas = networkFee && (await gasOf(deps, networkFee));
  return { row: rowOf(deps, provider, entry, plan, { amount, fee, gas }), plan, accounts };
}

/** A signed decimal in minor units of an asset, exactly. Throws a RangeError on what is finer than the asset counts. */
async function units(deps: ReconciliationDeps, text: string, asset: string): Promise<bigint> {
  const { scale } = await ensureAsset(deps, asset, currencyExponent(asset));
  const { amount, remainder } = parseDecimal(text.replace(/^-/, ""), scale);
  if (remainder !== null) throw new RangeError(`${text} ${asset} is finer than its smallest unit`);
  return text.startsWith("-") ? -amount : amount;
}

/** Gas is shown and not booked here: whoever sent or collected the coins does. */
async function gasOf(deps: ReconciliationDeps, { amount, asset }: { amount: string; asset: string }) {
  return { asset, amount: await units(deps, amount, asset).catch(() => undefined) };
}

function rowOf(
  deps: ReconciliationDeps,
  { name }: BalanceProvider,
  entry: BalanceTransaction,
  { expected, own }: Plan,
  {
    amount,
    fee,
    gas,
  }: { amount: bigint; fee: bigint; gas?: { asset: string; amount: bigint | undefined } | undefined },
): NewProviderTransaction {
  const now = deps.clock.now();
  return {
    id: newId(deps.ids, "ptx"),
    provider: name,
    account: entry.account ?? "",
    reference: entry.reference,
    category: entry.category,
    providerCategory: entry.providerCategory,
    asset: entry.asset,
    amount,
    fee,
    net: amount - fee,
    fees: entry.fees.map((each) => ({ ...each })),
    subjectKind: expected?.kind ?? null,
    subjectReference: entry.subject?.reference ?? null,
    expectedAsset: expected?.asset ?? null,
    expectedAmount: expected?.amount ?? null,
    expectedReference: expected?.reference ?? null,
    exchangeRate: entry.exchangeRate ?? null,
    networkFeeAsset: gas?.amount === undefined ? null : gas.asset,
    networkFeeAmount: gas?.amount ?? null,
    transactionHash: entry.transactionHash ?? null,
    ourReference: entry.ourReference ?? null,
    description: entry.description?.slice(0, 500) ?? null,
    status: entry.status,
    occurredAt: entry.occurredAt,
    availableAt: entry.availableAt ?? null,
    matchedAt: expected === undefined ? now : null,
    rule: expected !== undefined ? null : own.length > 0 ? "booked" : "offset",
    raw: entry.raw,
    history: [],
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Writes entries down and books what only they know, in the caller's transaction. An entry that was told before books nothing; that it is
 * available now is noted; that it says another amount is a break.
 */
export async function takeEntries(
  deps: ReconciliationDeps,
  tx: Tx,
  provider: BalanceProvider,
  prepared: readonly PreparedEntry[],
): Promise<{ imported: number; booked: number; opened: number }> {
  // In one order, so that two imports of the same page cannot wait for each other.
  const sorted = [...prepared].sort((a, b) => (a.row.reference < b.row.reference ? -1 : 1));
  const fresh = await queries.insertTransactions(
    tx,
    sorted.map(({ row }) => row),
  );
  const isFresh = ({ row }: PreparedEntry) => fresh.has(row.id);
  const news = sorted.filter(isFresh);
  const postings = news.flatMap((entry) => postingsOf(deps, entry));
  await postTogether(tx, postings);
  let opened = 0;
  for (const { row } of news.filter(({ plan }) => isRemainder(plan))) {
    await openBreak(deps, tx, { ...remainderOf(row), theirs: row.amount });
    opened += 1;
  }
  opened += await compareWithKnown(
    deps,
    tx,
    provider,
    sorted.filter((entry) => !isFresh(entry)),
  );
  return { imported: news.length, booked: postings.length, opened };
}

const remainderOf = ({ provider, account, asset, reference, amount }: NewProviderTransaction) => ({
  provider,
  account,
  asset,
  kind: "unknown" as const,
  what: `remainder:${reference}`,
  reference,
  // It is in the books, on `unexplained`; what is open is where it belongs.
  ours: 0n,
  theirs: amount,
});

async function compareWithKnown(
  deps: ReconciliationDeps,
  tx: Tx,
  { name }: BalanceProvider,
  told: readonly PreparedEntry[],
): Promise<number> {
  if (told.length === 0) return 0;
  const references = told.map(({ row }) => row.reference);
  const known = new Map<string, ProviderTransactionRow>();
  for (const row of await queries.findTransactions(tx, name, references))
    known.set(`${row.account} ${row.reference}`, row);
  const open = new Set((await queries.listOpenBreaks(tx, name)).map(({ what }) => what));
  let opened = 0;
  for (const { row } of told) {
    const before = known.get(`${row.account} ${row.reference}`);
    if (!before) continue;
    const what = `changed:${row.reference}`;
    if (before.amount !== row.amount || before.fee !== row.fee || before.asset !== row.asset) {
      if (open.has(what)) continue;
      const { provider, account, asset, reference } = before;
      const sums = { ours: before.net, theirs: row.net };
      await openBreak(deps, tx, { provider, account, asset, reference, kind: "changed", what, ...sums });
      opened += 1;
      open.add(what);
    } else if (before.status !== row.status) {
      await queries.updateStanding(
        tx,
        before,
        { status: row.status, availableAt: row.availableAt ?? null },
        deps.clock.now(),
      );
    }
  }
  return opened;
}

/** The transfers of one entry. Each has the entry's own reference as its key, so an entry is booked once, whoever tells it. */
function postingsOf(deps: ReconciliationDeps, { row, plan, accounts }: PreparedEntry): Posting[] {
  const transactionId = newId(deps.ids, "txn");
  return plan.own.map((booking: OwnBooking, index) => {
    const sides = accounts[index];
    if (!sides) throw new Error(`accounts of ${row.reference} were not opened`);
    const comes = booking.amount > 0n;
    return {
      id: newId(deps.ids, "trf"),
      transactionId,
      from: comes ? sides.against : sides.clearing,
      to: comes ? sides.clearing : sides.against,
      amount: comes ? booking.amount : -booking.amount,
      asset: booking.asset,
      type: booking.type,
      key: `statement:${row.provider}:${row.account}:${row.reference}:${booking.part}`,
      source: row.id,
      reference: row.reference,
      description: row.description ?? undefined,
      actor: SYSTEM_ACTOR,
      effectiveAt: row.occurredAt,
    };
  });
}

/** Entries appear late, and say an earlier time when they do. */
const OVERLAP_MS = 2 * DAY_MS + HOUR_MS;
const LATE_DAYS_MAX = 40;

/**
 * From when on the statement is read: from its beginning at first; then with an overlap over what was read, and as far back as something of
 * ours waits for it.
 */
async function readFrom(deps: ReconciliationDeps, { name }: BalanceProvider): Promise<Date> {
  const last = await queries.readCursor(deps.db.read, `${name}:transactions`);
  if (!last) return new Date(0);
  const overlapped = last.getTime() - OVERLAP_MS;
  const waiting = await queries.waitingSince(deps.db.read, name, LATE_DAYS_MAX);
  return new Date(Math.min(overlapped, (waiting?.getTime() ?? overlapped) - HOUR_MS));
}

/** Every page of one of a provider's lists. Throws `provider.unavailable` (503). */
export async function* pagesOf<T>(
  name: string,
  list: (query: ListingQuery) => Promise<ProviderResult<Listing<T>>>,
  since: Date,
): AsyncGenerator<Listing<T>> {
  let cursor: string | undefined;
  do {
    const page = await list({ since, ...(cursor === undefined ? {} : { cursor }) });
    if (page.outcome !== "accepted")
      throw statementUnavailable(name, page.outcome === "unknown" ? page.reason : `its list is ${page.outcome}`);
    yield page.value;
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

export const UNREADABLE_EVENT = "balance.unreadable_entry";

/** How many entries are booked in one transaction: several pages, since each transaction waits for the disk. */
const TAKEN_AT_ONCE = 1_000;

/**
 * Reads a provider's statement since the last time, and books some pages at a time as they come: a process that dies has lost nothing, and
 * the next one reads the same pages again.
 */
export async function importStatement(deps: ReconciliationDeps, provider: BalanceProvider) {
  const startedAt = deps.clock.now();
  const since = await readFrom(deps, provider);
  const counts = { imported: 0, booked: 0, opened: 0, unreadable: 0 };
  const list = (query: ListingQuery) => provider.listBalanceTransactions(query);
  let waiting: PreparedEntry[] = [];
  const take = async () => {
    const some = waiting;
    waiting = [];
    const taken = await deps.db.transaction(async (tx) => {
      await queries.lockProvider(tx, provider.name);
      return takeEntries(deps, tx, provider, some);
    });
    for (const name of ["imported", "booked", "opened"] as const) counts[name] += taken[name];
  };
  for await (const page of pagesOf(provider.name, list, since)) {
    const { prepared, unreadable } = await prepareEntries(deps, provider, page.data);
    const strange = [...(page.unreadable ?? []), ...unreadable];
    await keepUnreadable(deps, { provider: provider.name, list: "balance", event: UNREADABLE_EVENT }, strange);
    counts.unreadable += strange.length;
    waiting.push(...prepared);
    if (waiting.length >= TAKEN_AT_ONCE) await take();
  }
  await take();
  await deps.db.transaction((tx) => queries.writeCursor(tx, `${provider.name}:transactions`, startedAt));
  return counts;
}

/** How many entries a preview reads. */
export const PREVIEW_MAX = 2_000;

/** What an import would read, without writing anything down. Throws `reconciliation.too_much_to_preview` (422). */
export async function readForPreview(deps: ReconciliationDeps, provider: BalanceProvider): Promise<PreparedEntry[]> {
  const since = await readFrom(deps, provider);
  const all: PreparedEntry[] = [];
  const list = (query: ListingQuery) => provider.listBalanceTransactions(query);
  for await (const page of pagesOf(provider.name, list, since)) {
    all.push(...(await prepareEntries(deps, provider, page.data)).prepared);
    if (all.length > PREVIEW_MAX) throw tooMuchToPreview(PREVIEW_MAX);
  }
  return all;
}

/** Takes over what our books have of the provider's account since the last time. */
export async function copyBooks(tx: Tx, provider: BalanceProvider): Promise<void> {
  const cursor = `${provider.name}:clearing`;
  // The books' own time, which is the database's. A posting is there some time after its moment, and never an hour.
  const last = await queries.readCursor(tx, cursor);
  const since = new Date(last ? last.getTime() - HOUR_MS : 0);
  let newest = last;
  for (;;) {
    const copied = await queries.copyClearing(tx, provider.name, accountOf(provider.name), since);
    if (copied === undefined) break;
    if (!newest || copied > newest) newest = copied;
  }
  if (newest && newest !== last) await queries.writeCursor(tx, cursor, newest);
}
