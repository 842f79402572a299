import { encodeId, type TransferId, uuidOf } from "../../../../core/ids.js";
import type { Movement } from "../../ledger/index.js";
import type { Lot, LotId, LotSlice } from "../types.js";
import { giveBackUnits, type Purpose, smaller, takeUnits } from "./basis.js";

/** A lot as far as the order of taking and its units go. */
export type Held = Pick<
  Lot,
  | "id"
  | "granted"
  | "remaining"
  | "expired"
  | "priceAmount"
  | "spentBasis"
  | "expiredBasis"
  | "paidOutBasis"
  | "revenue"
  | "breakage"
  | "refunded"
  | "cameVersion"
  | "kind"
  | "origin"
  | "source"
  | "priority"
  | "effectiveAt"
  | "expiresAt"
>;

/** The lot that a transfer brings: it has its uuid. */
export const lotIdOf = (id: TransferId): LotId => encodeId("lot", uuidOf("trf", id));

/** A movement of the account, with whose lot it is about when it names one. */
export interface Event extends Movement {
  readonly claim: string | null;
}

export interface Replayed<L extends Held> {
  /** All lots, as they are after the last event. */
  readonly lots: readonly L[];
  /** Those that changed, and those that are new. */
  readonly changed: ReadonlySet<LotId>;
  readonly slices: readonly LotSlice[];
}

/**
 * Who is taken from first: the lower priority, then what expires soonest, then what was given for nothing, then the oldest, then the
 * lower id.
 */
export function inOrder(a: Held, b: Held): number {
  const until = ({ expiresAt }: Held) => expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const [first, second] = [until(a), until(b)];
  return (
    a.priority - b.priority ||
    (first === second ? 0 : first - second) ||
    Number(a.kind === "paid") - Number(b.kind === "paid") ||
    a.effectiveAt.getTime() - b.effectiveAt.getTime() ||
    (a.id < b.id ? -1 : 1)
  );
}

/**
 * What an account's movements do to its lots, one after the other in the order of its versions. Settling all at once or one by one
 * comes to the same, since each event depends on the lots as the one before left them and on nothing else. `open` makes the lot of
 * a movement that nobody recorded one for. Throws a RangeError when more goes than there is: then lots and balance differ.
 */
export function replay<L extends Held>(
  state: { readonly lots: readonly L[]; readonly slices: readonly LotSlice[] },
  events: readonly Event[],
  open: (event: Event, units: bigint) => L,
): Replayed<L> {
  const pool = new Pool(state.lots, state.slices);
  for (const event of events) {
    if (event.amount > 0n) come(pool, event, open);
    else go(pool, event);
  }
  return { lots: pool.lots, changed: pool.changed, slices: [...pool.slices.values()] };
}

/** The lots while they are replayed. */
class Pool<L extends Held> {
  lots: L[];
  readonly changed = new Set<LotId>();
  readonly slices: Map<string, LotSlice>;

  constructor(lots: readonly L[], slices: readonly LotSlice[]) {
    this.lots = lots.toSorted(inOrder);
    this.slices = new Map(slices.map((slice) => [`${slice.lotId} ${slice.source}`, slice]));
  }

  add(lot: L): void {
    this.lots.push(lot);
    this.lots.sort(inOrder);
    this.changed.add(lot.id);
  }

  replace(lot: L): void {
    this.lots = this.lots.map((each) => (each.id === lot.id ? lot : each));
    this.changed.add(lot.id);
  }

  /** Takes up to `units` from the lots that are meant, in order. Returns how many are still wanted. */
  take(units: bigint, purpose: Purpose, event: Event, isMeant: (lot: L) => boolean = () => true): bigint {
    let wanted = units;
    const meant = this.lots.filter((lot) => lot.cameVersion !== null && lot.remaining > 0n && isMeant(lot));
    // What was over by then goes last: until it is booked as expired it could be spent.
    const isOver = ({ expiresAt }: L) => expiresAt !== null && expiresAt.getTime() <= event.at.getTime();
    for (const lot of [...meant.filter((each) => !isOver(each)), ...meant.filter(isOver)]) {
      if (wanted === 0n) break;
      const part = smaller(wanted, lot.remaining);
      wanted -= part;
      this.replace(takeUnits(lot, part, purpose));
      if (purpose === "paid_out" && event.source !== null) this.note(lot.id, event.source, part);
    }
    return wanted;
  }

  /** Gives up to `units` back to the lots that are meant, as far as they had them. Returns how many nobody had. */
  giveBack(units: bigint, isMeant: (lot: L) => boolean): bigint {
    let left = units;
    for (const lot of this.lots.filter((each) => each.cameVersion !== null && isMeant(each))) {
      const part = smaller(left, lot.granted - lot.remaining);
      if (part === 0n) continue;
      left -= part;
      this.replace(giveBackUnits(lot, part, false));
    }
    return left;
  }

  /** Gives back what was taken for something that will not happen. Returns how many nobody had. */
  release(units: bigint, source: string): bigint {
    let left = units;
    for (const slice of [...this.slices.values()].filter((each) => each.source === source)) {
      const lot = this.lots.find(({ id }) => id === slice.lotId);
      const part = lot ? smaller(left, smaller(slice.units, lot.granted - lot.remaining)) : 0n;
      if (!lot || part === 0n) continue;
      left -= part;
      this.replace(giveBackUnits(lot, part, true));
      this.note(lot.id, source, -part);
    }
    return left;
  }

  private note(lotId: LotId, source: string, units: bigint): void {
    const key = `${lotId} ${source}`;
    this.slices.set(key, { lotId, source, units: (this.slices.get(key)?.units ?? 0n) + units });
  }
}

function come<L extends Held>(pool: Pool<L>, event: Event, open: (event: Event, units: bigint) => L): void {
  const id = lotIdOf(event.transferId);
  const recorded = pool.lots.find((lot) => lot.id === id);
  if (recorded) {
    pool.replace({ ...recorded, cameVersion: event.version });
    return;
  }
  let left = event.amount;
  if (event.type === "restored" && event.claim !== null) {
    left = pool.giveBack(left, ({ source }) => source === event.claim);
  }
  if (event.type === "payout_released" && event.source !== null) left = pool.release(left, event.source);
  if (left > 0n) pool.add({ ...open(event, left), cameVersion: event.version });
}

const isOfCycle = ({ origin }: Held): boolean => origin === "invoice";

function go<L extends Held>(pool: Pool<L>, event: Event): void {
  let left = -event.amount;
  const { type, source, claim } = event;
  switch (type) {
    case "expired":
      // Of a lot that it names; or what a subscription does not keep of the cycle before, which is the cycles' own first.
      left = pool.take(left, "expired", event, ({ id }) => id === source);
      left = pool.take(left, "expired", event, isOfCycle);
      left = pool.take(left, "expired", event);
      break;
    case "take_back":
      left = pool.take(left, "taken_back", event, (lot) => lot.source !== null && lot.source === (claim ?? source));
      // What others' credits pay of it was used by the customer all the same, as when they repay a debt.
      if (claim !== null) left = pool.take(left, "spent", event);
      left = pool.take(left, "taken_back", event, isOfCycle);
      left = pool.take(left, "taken_back", event);
      break;
    case "payout_reserved":
    case "conversion":
      left = pool.take(left, "paid_out", event);
      break;
    default:
      left = pool.take(left, "spent", event);
  }
  if (left > 0n) throw new RangeError(`${type} ${event.transferId} takes ${left} more than the lots have`);
}
