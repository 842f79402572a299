import type { Payment, PaymentStatus } from "../types.js";

/** What of its grants a payment loses with so much of its money: in proportion, rounded down, all of it with all of it. */
export function grantsLost(payment: Pick<Payment, "amount" | "grantsAmount">, lost: bigint): bigint {
  const capped = smaller(lost, payment.amount);
  return capped <= 0n ? 0n : (payment.grantsAmount * capped) / payment.amount;
}

/** The status of a paid payment by what it has lost. An open dispute is said before a refund. */
export function statusAfterLoss(payment: Pick<Payment, "amount">, refunded: bigint, disputed: bigint): PaymentStatus {
  if (disputed > 0n) return "disputed";
  if (refunded >= payment.amount) return "refunded";
  return refunded > 0n ? "partially_refunded" : "succeeded";
}

/** What a payment has lost so far, and of what. */
export type Losing = Pick<
  Payment,
  "id" | "amount" | "grantsAmount" | "amountRefunded" | "amountCredited" | "amountDisputed" | "grantsTakenBack"
>;

/** A change of a payment's own losses, in minor units of the currency; negative when money comes back. */
export interface OwnLoss {
  readonly id: Payment["id"];
  readonly refunded: bigint;
  readonly disputed: bigint;
}

/**
 * The payments of one invoice after one of them lost something. What was credited of the invoice is all of theirs: the share that
 * has no room beside a payment's own losses any more becomes another's.
 */
export function lose<Row extends Losing>(together: readonly Row[], { id, refunded, disputed }: OwnLoss): Row[] {
  const changed = together.map((each) =>
    each.id === id
      ? { ...each, amountRefunded: each.amountRefunded + refunded, amountDisputed: each.amountDisputed + disputed }
      : each,
  );
  return credit(changed, sumOf(together.map(({ amountCredited }) => amountCredited)));
}

/**
 * The payments of one invoice after so much was credited of it in all. Each keeps the share that it has, as far as there is
 * room beside its own losses; more goes to the first that has room, and less is taken off the last.
 */
export function credit<Row extends Losing>(together: readonly Row[], credited: bigint): Row[] {
  const rooms = together.map(roomOf);
  const kept = together.map(({ amountCredited }, index) => smaller(amountCredited, rooms[index] ?? 0n));
  let shares = kept;
  let rest = credited - sumOf(kept);
  if (rest < 0n) shares = takeOff(kept, -rest);
  // More than all of them have left was given back: it is nobody's loss, and stays where it was until there is room again.
  const kinds = [rooms, together.map(({ amountCredited }) => amountCredited), together.map(({ amount }) => amount)];
  for (const limits of rest > 0n ? kinds : []) {
    const filled = fill(shares, limits, rest);
    rest -= sumOf(filled) - sumOf(shares);
    shares = filled;
  }
  return together.map((each, index) => withShare(each, shares[index] ?? 0n));
}

function withShare<Row extends Losing>(row: Row, share: bigint): Row {
  const amountRefunded = row.amountRefunded - row.amountCredited + share;
  const grantsTakenBack = grantsLost(row, amountRefunded + row.amountDisputed);
  return { ...row, amountRefunded, amountCredited: share, grantsTakenBack };
}

/**
 * What of a payment can be refunded: what is left of it, and what it was allotted of its invoice's credit notes as far as others
 * have room for that. What is with a bank counts as left: some providers send money back even then.
 */
export function leftToRefund(together: readonly Losing[], id: Payment["id"]): bigint {
  const own = together.find((each) => each.id === id);
  if (!own) return 0n;
  const others = together.filter((each) => each.id !== id);
  const elsewhere = sumOf(others.map((each) => larger(0n, roomOf(each) - each.amountCredited)));
  return own.amount - own.amountRefunded + smaller(own.amountCredited, elsewhere);
}

/** What a payment has left beside what it lost by itself. */
const roomOf = ({ amount, amountRefunded, amountCredited, amountDisputed }: Losing): bigint =>
  larger(0n, amount - (amountRefunded - amountCredited) - amountDisputed);

/** The parts made as large as their limits, the first first, until there is nothing more. */
function fill(parts: readonly bigint[], limits: readonly bigint[], amount: bigint): bigint[] {
  let left = amount;
  return parts.map((part, index) => {
    const more = smaller(left, larger(0n, (limits[index] ?? 0n) - part));
    left -= more;
    return part + more;
  });
}

/** The parts without so much, the last first. */
function takeOff(parts: readonly bigint[], amount: bigint): bigint[] {
  let left = amount;
  return parts
    .toReversed()
    .map((part) => {
      const less = smaller(part, left);
      left -= less;
      return part - less;
    })
    .toReversed();
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
