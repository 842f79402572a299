import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import {
  findCustomerAccount,
  type Movement,
  movementsAfter,
  type Posting,
  postTogether,
  systemAccount,
} from "../../ledger/index.js";
import * as queries from "../queries.js";
import { bookingsOf } from "../rules/basis.js";
import { type Event, replay } from "../rules/replay.js";
import { defaultTerms } from "../rules/terms.js";
import type { Lot } from "../types.js";
import type { LotDeps } from "./deps.js";
import { lotOf } from "./record.js";

/** How many transfers one transaction settles: it holds the account's lots for some tens of milliseconds. */
const PORTION = 1_000;
const PORTIONS_MAX = 50;

/** The accounts of what is earned in one currency. */
interface EarningAccounts {
  readonly deferred: AccountId;
  readonly revenue: AccountId;
  readonly breakage: AccountId;
}

/** An account whose lots are settled, with everything opened that may not be opened while locks are held. */
export interface Settling {
  readonly id: AccountId;
  readonly walletId: Lot["walletId"];
  readonly asset: string;
  readonly earnings: ReadonlyMap<string, EarningAccounts>;
}

export async function earningAccounts(deps: LotDeps, currency: string): Promise<EarningAccounts> {
  return {
    deferred: await systemAccount(deps, "deferred_revenue", currency),
    revenue: await systemAccount(deps, "revenue", currency),
    breakage: await systemAccount(deps, "breakage_revenue", currency),
  };
}

/** Looks up what settling an account needs. Undefined when there is no such account of a customer. */
export async function prepareSettling(deps: LotDeps, id: AccountId): Promise<Settling | undefined> {
  const account = await findCustomerAccount(deps.db.read, id);
  if (!account) return undefined;
  const earnings = new Map<string, EarningAccounts>();
  for (const currency of await queries.listCurrencies(deps.db.read, id))
    earnings.set(currency, await earningAccounts(deps, currency));
  return { ...account, earnings };
}

/**
 * Settles an account's lots up to its newest transfer: what came makes lots, what went takes from them, and what was paid for that is
 * booked as earned. A portion at a time, each in a transaction of its own; with a bound, so that a busy account does not keep others
 * waiting. Returns whether it is settled. Spends go on meanwhile: nothing that they lock is held.
 */
export async function settleAccount(deps: LotDeps, id: AccountId): Promise<boolean> {
  for (let portion = 0; portion < PORTIONS_MAX; portion += 1) {
    const settling = await prepareSettling(deps, id);
    if (!settling) return true;
    const settled = await deps.db.transaction((tx) => settlePortion(deps, tx, settling));
    if (settled < PORTION) return true;
  }
  return false;
}

/** Settles all that is left in the caller's transaction, who holds the account and has settled what came before. */
export async function settleRest(deps: LotDeps, tx: Tx, settling: Settling): Promise<void> {
  for (let portion = 0; portion < PORTIONS_MAX; portion += 1)
    if ((await settlePortion(deps, tx, settling)) < PORTION) return;
  throw new Error(`account ${settling.id} has too much to settle at once`);
}

/** Settles the next transfers inside the caller's transaction. Returns how many there were. */
async function settlePortion(deps: LotDeps, tx: Tx, settling: Settling): Promise<number> {
  const { id } = settling;
  const cursor = await queries.lockCursor(tx, id);
  const movements = await movementsAfter(tx, id, cursor, PORTION);
  const events = await withClaims(tx, movements);
  const sources = events.flatMap(({ claim, source, type }) =>
    claim !== null ? [claim] : type === "take_back" && source !== null ? [source] : [],
  );
  const released = events.flatMap(({ type, source }) =>
    (type === "payout_released" || type === "payout_reserved") && source !== null ? [source] : [],
  );
  const slices = await queries.listSlices(tx, id, released);
  const held = await queries.lockLots(tx, id, { sources, ids: slices.map(({ lotId }) => lotId) });
  if (events.length === 0 && !held.some(({ unbooked }) => unbooked)) return 0;
  const open = (event: Event, amount: bigint) => {
    const { walletId, asset } = settling;
    const terms = defaultTerms(event.claim === null ? event : { ...event, source: event.claim });
    return lotOf(deps, { transferId: event.transferId, account: id, walletId, asset, amount, terms }, event.at);
  };
  const after = replay({ lots: held, slices }, events, open);
  const last = movements.at(-1);
  if (last) checkSum(id, after.lots, last);
  const known = new Set(held.map((lot) => lot.id));
  const changed = after.lots.filter((lot) => after.changed.has(lot.id) || lot.unbooked);
  await queries.insertLots(
    tx,
    changed.filter((lot) => !known.has(lot.id)),
  );
  const booked = await book(deps, tx, settling, changed);
  await queries.updateLots(tx, queries.bucketOfId("acc", id), booked);
  const before = new Map(slices.map((slice) => [`${slice.lotId} ${slice.source}`, slice.units]));
  await queries.writeSlices(
    tx,
    after.slices.filter((slice) => before.get(`${slice.lotId} ${slice.source}`) !== slice.units),
  );
  if (last) await queries.moveCursor(tx, id, last);
  tx.afterCommit(() => deps.onLots?.({ settled: events.length, expired: 0 }));
  return events.length;
}

async function withClaims(tx: Tx, movements: readonly Movement[]): Promise<Event[]> {
  const claiming = movements.filter(({ type }) => type === "take_back" || type === "restored");
  const claims = await queries.listClaims(
    tx,
    claiming.map(({ transferId }) => transferId),
  );
  return movements.map((movement) => ({ ...movement, claim: claims.get(movement.transferId) ?? null }));
}

/** Lots that do not add up to the balance are a mistake of ours: nothing more is booked on top of it. */
function checkSum(id: AccountId, lots: readonly Lot[], { balanceAfter, version }: Movement): void {
  const sum = lots.reduce((total, lot) => (lot.cameVersion === null ? total : total + lot.remaining), 0n);
  if (sum !== balanceAfter)
    throw new Error(`lots of ${id} add up to ${sum}, not to ${balanceAfter}, at version ${version}`);
}

/** Books what is earned of each lot by now, one transfer for each kind, and returns the lots with that. */
async function book(deps: LotDeps, tx: Tx, { earnings }: Settling, lots: readonly Lot[]): Promise<Lot[]> {
  const postings: Posting[] = [];
  const booked = lots.map((lot) => {
    const bookings = bookingsOf(lot);
    const currency = lot.priceCurrency;
    if (bookings.length === 0 || currency === null) return lot;
    const accounts = earnings.get(currency);
    if (!accounts) throw new Error(`accounts for ${currency} were not opened`);
    let after = lot;
    for (const { account, type, amount, more } of bookings) {
      const [from, to] = more ? [accounts[account], accounts.deferred] : [accounts.deferred, accounts[account]];
      postings.push({
        id: newId(deps.ids, "trf"),
        from,
        to,
        amount,
        asset: currency,
        type,
        key: `${lot.id}:${after.bookings}`,
        source: lot.id,
        reference: lot.source ?? undefined,
        actor: SYSTEM_ACTOR,
      });
      const sum = after[account] + (more ? amount : -amount);
      after = { ...after, [account]: sum, bookings: after.bookings + 1 };
    }
    return after;
  });
  await postTogether(tx, postings);
  return booked;
}
