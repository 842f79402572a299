import { DAY_MS } from "../../../../core/clock.js";
import { currencyExponent } from "../../../../core/currencies.js";
import { newId } from "../../../../core/ids.js";
import { parseSignedDecimal } from "../../../../core/money.js";
import type { BalanceProvider, BankPayout, ListingQuery } from "../../../../providers/ports/index.js";
import { ensureAsset } from "../../../books/ledger/index.js";
import { keepUnreadable } from "../../../news/unreadable/index.js";
import * as queries from "../queries/index.js";
import type { BankPayoutRow } from "../types.js";
import type { ReconciliationDeps } from "./deps.js";
import { pagesOf, prepareEntries, takeEntries, UNREADABLE_EVENT } from "./import.js";

/** A payout may fail days after it was said to be paid. */
const LOOK_BACK_MS = 14 * DAY_MS;

/** Reads the payouts to our bank, and of each that the provider itemizes, once, the transactions that it carries. */
export async function importBankPayouts(deps: ReconciliationDeps, provider: BalanceProvider): Promise<void> {
  const { listBankPayouts } = provider;
  if (!listBankPayouts) return;
  const startedAt = deps.clock.now();
  const cursor = `${provider.name}:bank_payouts`;
  const last = await queries.readCursor(deps.db.read, cursor);
  const since = new Date(last ? last.getTime() - LOOK_BACK_MS : 0);
  for await (const page of pagesOf(provider.name, (query: ListingQuery) => listBankPayouts(query), since)) {
    await keepUnreadable(
      deps,
      { provider: provider.name, list: "bank_payouts", event: UNREADABLE_EVENT },
      page.unreadable ?? [],
    );
    for (const payout of page.data) await takePayout(deps, provider, payout);
  }
  await deps.db.transaction((tx) => queries.writeCursor(tx, cursor, startedAt));
}

async function takePayout(deps: ReconciliationDeps, provider: BalanceProvider, payout: BankPayout): Promise<void> {
  const { scale } = await ensureAsset(deps, payout.asset, currencyExponent(payout.asset));
  const now = deps.clock.now();
  const row = await deps.db.transaction((tx) =>
    queries.writeBankPayout(tx, {
      id: newId(deps.ids, "bpo"),
      provider: provider.name,
      reference: payout.reference,
      status: payout.status,
      amount: parseSignedDecimal(payout.amount, scale),
      asset: payout.asset,
      automatic: payout.isAutomatic,
      traceId: payout.traceId ?? null,
      arrivesAt: payout.arrivesAt ?? null,
      initiatedAt: payout.createdAt,
      createdAt: now,
      updatedAt: now,
    }),
  );
  // What did not add up may have been a list that was not complete.
  if (payout.isItemized && (row.itemizedAt === null || row.listedNet !== 0n)) await itemize(deps, provider, row);
}

async function itemize(deps: ReconciliationDeps, provider: BalanceProvider, row: BankPayoutRow): Promise<void> {
  const { listPayoutTransactions } = provider;
  if (!listPayoutTransactions) return;
  const list = ({ cursor }: ListingQuery) =>
    listPayoutTransactions({ payoutReference: row.reference, ...(cursor === undefined ? {} : { cursor }) });
  let net = 0n;
  const seen = new Set<string>();
  for await (const page of pagesOf(provider.name, list, row.initiatedAt)) {
    const { prepared } = await prepareEntries(deps, provider, page.data);
    for (const { row: entry } of prepared) {
      // A page may repeat what the one before said.
      if (!seen.has(entry.reference)) net += entry.net;
      seen.add(entry.reference);
    }
    await deps.db.transaction(async (tx) => {
      await queries.lockProvider(tx, provider.name);
      await takeEntries(deps, tx, provider, prepared);
      const references = prepared.map(({ row: entry }) => entry.reference);
      if (references.length > 0) await queries.noteBankPayout(tx, provider.name, references, row.reference);
    });
  }
  const listed = { listedNet: net, listedCount: seen.size, itemizedAt: deps.clock.now() };
  await deps.db.transaction((tx) => queries.writeItemized(tx, row.id, listed));
}
