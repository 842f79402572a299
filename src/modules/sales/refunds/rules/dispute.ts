import { type Clock, DAY_MS } from "../../../../core/clock.js";
import type { DisputeFunds } from "../types.js";

/** Money that moved for a dispute, in minor units of `asset`, and what it means for the payment. */
export interface Move {
  readonly reference: string;
  /** Signed: negative when it was taken from us. */
  readonly amount: bigint;
  readonly asset: string;
  /** Signed: negative when it was given back. */
  readonly fee: bigint;
  /** How much of the payment was taken with it, in minor units of the payment's currency; negative when it came back. */
  readonly worth: bigint;
  /** It is in a currency that neither the payment nor its dispute is in: it is booked as it is, on `unexplained`. */
  readonly isForeign: boolean;
}

/** What all moves of a dispute come to. The books and the wallet follow from these sums alone. */
export interface Sums {
  /** How much of the payment is with the bank now. Below zero when more came back than was taken. */
  readonly taken: bigint;
  /** The part of it that is in the books in the payment's currency. */
  readonly booked: bigint;
  /** Taken in other currencies, by currency. */
  readonly foreign: ReadonlyMap<string, bigint>;
  /** What the provider charges for it, by currency. */
  readonly fees: ReadonlyMap<string, bigint>;
}

/**
 * The sums of a dispute's moves. Moves that were converted are off by a unit each at most, and so is their sum: next to nothing
 * left, and next to all of it, are taken for what they are.
 */
export function sumMoves(moves: readonly Move[], currency: string, disputed: bigint | undefined): Sums {
  const foreign = new Map<string, bigint>();
  const fees = new Map<string, bigint>();
  let exact = 0n;
  let converted = 0n;
  let elsewhere = 0n;
  for (const { amount, asset, fee, worth, isForeign } of moves) {
    if (fee !== 0n || fees.has(asset)) fees.set(asset, (fees.get(asset) ?? 0n) + fee);
    if (isForeign) {
      foreign.set(asset, (foreign.get(asset) ?? 0n) - amount);
      elsewhere += worth;
    } else if (asset === currency) exact += worth;
    else converted += worth;
  }
  const slack = BigInt(moves.filter((move) => !move.isForeign && move.asset !== currency).length);
  const booked = roundOff(exact + converted, slack, disputed);
  return { taken: booked + elsewhere, booked, foreign, fees };
}

function roundOff(sum: bigint, slack: bigint, whole: bigint | undefined): bigint {
  const isNear = (other: bigint) => sum - other <= slack && other - sum <= slack;
  if (isNear(0n)) return 0n;
  return whole !== undefined && isNear(whole) ? whole : sum;
}

/** What a move is compared with to find its worth. All in minor units. */
export interface Disputed {
  readonly payment: { readonly amount: bigint; readonly asset: string };
  readonly dispute: { readonly amount: bigint; readonly asset: string };
  /** What was taken first in the move's currency, above zero; zero when nothing was. */
  readonly firstTaken: bigint;
}

/**
 * How much of the payment a move is. In the payment's currency that is exact. A provider settles in one currency what it
 * collects in many: then it is converted back at the move's own rate (`rate` of the move's currency for one of the dispute's, in
 * units of 10^-12, `scales` being the digits of both). And when even the dispute is in another currency, what was taken first is
 * all that is disputed, and each move its share.
 */
export function worthOf(
  move: { readonly amount: bigint; readonly asset: string },
  { payment, dispute, firstTaken }: Disputed,
  rate: { readonly value: bigint; readonly scales: readonly [number, number] } | undefined,
): { readonly worth: bigint; readonly isForeign: boolean } {
  if (move.asset === payment.asset) return { worth: -move.amount, isForeign: false };
  const isForeign = dispute.asset !== payment.asset;
  if (rate && !isForeign) {
    const [paid, settled] = rate.scales;
    const worth = divideRounded(-move.amount * 10n ** BigInt(paid + RATE_DIGITS), rate.value * 10n ** BigInt(settled));
    return { worth, isForeign };
  }
  const whole = isForeign ? payment.amount : dispute.amount;
  return { worth: firstTaken === 0n ? 0n : divideRounded(-move.amount * whole, firstTaken), isForeign };
}

/** How many digits of an exchange rate are kept. */
export const RATE_DIGITS = 12;

/** Half away from zero. */
function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

/** What became of a dispute's money: told by the sum of its moves; only whether the bank keeps it is told by the status. */
export function fundsOf(known: DisputeFunds, status: string, taken: bigint, wasTaken: boolean): DisputeFunds {
  // What was lost stays so until it comes back: an appeal asks, and gives nothing.
  if (taken > 0n) return status === "lost" || known === "lost" ? "lost" : "withdrawn";
  return wasTaken || known !== "none" ? "reinstated" : "none";
}

/** What is told of a dispute, by what became of its money; `moved`: how much more of the payment was taken. */
export function topicOf({
  isNew,
  before,
  funds,
  moved,
}: {
  readonly isNew: boolean;
  readonly before: DisputeFunds;
  readonly funds: DisputeFunds;
  readonly moved: bigint;
}) {
  if (funds === "none") return isNew ? "dispute.created" : "dispute.updated";
  if (funds === "lost" && before !== "lost") return "dispute.lost";
  if (moved > 0n) return "dispute.funds_withdrawn";
  if (moved < 0n || funds !== before) return "dispute.funds_reinstated";
  return "dispute.updated";
}

/** A movement of a dispute's money in the books, in the payment's currency; amounts are above zero. */
export interface Step {
  readonly kind: "withdraw" | "reinstate" | "lose";
  /** Where taken money stands: with the bank, or lost. */
  readonly place: "disputed" | "deferred";
  readonly amount: bigint;
}

/** How the books get from what they say of a dispute to what they should say. */
export function stepsBetween(
  before: { readonly funds: DisputeFunds; readonly booked: bigint },
  after: { readonly funds: DisputeFunds; readonly booked: bigint },
): readonly Step[] {
  const steps: Step[] = [];
  const place = before.funds === "lost" ? "deferred" : "disputed";
  const more = after.booked - before.booked;
  if (more > 0n) steps.push({ kind: "withdraw", place, amount: more });
  if (more < 0n) steps.push({ kind: "reinstate", place, amount: -more });
  const isNewlyLost = after.funds === "lost" && place === "disputed";
  if (isNewlyLost && after.booked > 0n) steps.push({ kind: "lose", place: "deferred", amount: after.booked });
  return steps;
}

const OVER: ReadonlySet<string> = new Set(["won", "lost", "warning_closed", "prevented"]);
const WATCHED_MS = 120 * DAY_MS;

/**
 * When a dispute is looked up again that nobody speaks of: daily while it is open, weekly for some months afterwards, since money
 * comes late and is taken again. Null after that.
 */
export function nextDisputeLook(clock: Clock, { status, createdAt }: { status: string; createdAt: Date }): Date | null {
  const now = clock.now().getTime();
  if (!OVER.has(status)) return new Date(now + DAY_MS);
  return now - createdAt.getTime() > WATCHED_MS ? null : new Date(now + 7 * DAY_MS);
}
