import type { AccountId, TransferId, WalletId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import { holdAvailable } from "../../ledger/index.js";
import type { NewLot } from "../queries.js";
import * as queries from "../queries.js";
import { PRIORITY_DEFAULT } from "../rules/kinds.js";
import { lotIdOf } from "../rules/replay.js";
import { nextNotice } from "../rules/terms.js";
import type { Lot, LotTerms } from "../types.js";
import type { LotDeps } from "./deps.js";

/** Credits that come, by the transfer that brings them. */
export interface Coming {
  readonly transferId: TransferId;
  readonly account: AccountId;
  readonly walletId: WalletId;
  readonly asset: string;
  readonly amount: bigint;
  readonly terms: LotTerms;
}

/** A lot as it comes, before anything was taken from it. `at`: when it came, for terms that do not say. */
export function lotOf(deps: Pick<LotDeps, "clock">, coming: Coming, at: Date): Lot & NewLot {
  const { transferId, account, walletId, asset, amount, terms } = coming;
  const effectiveAt = terms.effectiveAt ?? at;
  const expiresAt = terms.expiresAt ?? null;
  const now = deps.clock.now();
  return {
    id: lotIdOf(transferId),
    bucket: queries.bucketOfId("acc", account),
    accountId: account,
    walletId,
    asset,
    granted: amount,
    remaining: amount,
    expired: 0n,
    priceAmount: terms.price?.amount ?? 0n,
    priceCurrency: terms.price && terms.price.amount > 0n ? terms.price.currency : null,
    spentBasis: 0n,
    expiredBasis: 0n,
    paidOutBasis: 0n,
    revenue: 0n,
    breakage: 0n,
    refunded: 0n,
    bookings: 0,
    unbooked: false,
    cameVersion: null,
    kind: terms.kind,
    origin: terms.origin,
    source: terms.source,
    priority: terms.priority ?? PRIORITY_DEFAULT,
    effectiveAt,
    expiresAt,
    nextNoticeAt: nextNotice({ effectiveAt, expiresAt }, now),
    metadata: terms.metadata ? { ...terms.metadata } : null,
    createdAt: now,
  };
}

/** Writes down what was agreed about credits, in the transaction that posts them. The lots count once they are settled. */
export async function recordLots(deps: LotDeps, tx: Tx, coming: readonly Coming[]): Promise<void> {
  const now = deps.clock.now();
  await queries.insertLots(
    tx,
    coming.map((each) => lotOf(deps, each, now)),
  );
}

/** Writes down whose lot a transfer takes from first, or gives back to, in the transaction that posts it. */
export const recordClaim = (tx: Tx, transferId: TransferId, source: string) =>
  queries.insertClaim(tx, transferId, source);

/**
 * Notes that money of a source, e.g. of a payment, went back to who had paid it; negative when it came again. What was earned of it
 * is taken back by the next settlement, which is asked for here. Holds the account, so that it comes before its lots, as everywhere.
 */
export async function noteRefunded(
  deps: LotDeps,
  tx: Tx,
  refunded: { readonly account: AccountId; readonly source: string; readonly amount: bigint },
): Promise<void> {
  const { account, source, amount } = refunded;
  if (amount === 0n) return;
  await holdAvailable(tx, account);
  const schedule = await queries.lockSchedule(tx, source);
  if (schedule)
    await queries.updateSchedule(tx, source, { refunded: schedule.refunded + amount, dueAt: deps.clock.now() });
  const count = await queries.addRefunded(tx, account, source, amount);
  if (count > 0) await enqueueJob(tx, "lots:settle", { accountId: account }, { key: `lots:settle:${account}` });
}
