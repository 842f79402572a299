import type { BalanceCategory } from "../../../../providers/ports/index.js";
import type { MatchKind } from "../types.js";

/** What a provider's statement says of one movement, in minor units. */
export interface Movement {
  readonly category: BalanceCategory;
  readonly asset: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly subject?: { readonly kind: MatchKind; readonly reference: string } | undefined;
  /** What the customer paid or got back, when the balance is kept in another currency. */
  readonly presented?: { readonly asset: string; readonly amount: bigint } | undefined;
  readonly transactionHash?: string | undefined;
}

/** What only the statement knows, as the import books it: how much comes to the provider's account (+) or leaves it (-). */
export interface OwnBooking {
  readonly part: "amount" | "fee" | "paid" | "settled";
  readonly type:
    | "provider_fee"
    | "bank_payout"
    | "bank_payout_returned"
    | "bank_top_up"
    | "reserve_held"
    | "reserve_released"
    | "currency_exchange"
    | "unexplained_receipt"
    | "unexplained_withdrawal";
  readonly against: "provider_fees" | "bank" | "stripe_reserve" | "exchange" | "unexplained";
  readonly asset: string;
  readonly amount: bigint;
}

/** What the rest of the service books of a movement, when it hears of it in its own way. */
export interface Expected {
  readonly kind: MatchKind;
  readonly reference?: string | undefined;
  readonly asset: string;
  readonly amount: bigint;
}

export interface Plan {
  readonly expected?: Expected;
  readonly own: readonly OwnBooking[];
}

/** What differs between providers: whose fees come with the payment, so that they are booked with it. */
export interface Habits {
  readonly feesComeWithPayments: boolean;
  /** Coins: fees of the chain are booked by whoever sends or collects them. */
  readonly keepsCoins: boolean;
}

const KINDS: Partial<Record<BalanceCategory, MatchKind>> = {
  payment: "payment",
  refund: "refund",
  refund_returned: "refund",
  dispute: "dispute",
  dispute_reversal: "dispute",
  deposit: "deposit",
  withdrawal: "withdrawal",
};

/**
 * Who books what of a movement. Together it is all of it: in the movement's asset `expected` and `own` come to `amount` - `fee`, and in the
 * customer's currency to nothing. Disputes are booked with their fees by whoever reads the dispute.
 */
export function planOf(movement: Movement, { feesComeWithPayments, keepsCoins }: Habits): Plan {
  const { category, asset, amount, fee, subject, presented, transactionHash } = movement;
  const kind = KINDS[category];
  const feeBooking: OwnBooking[] =
    fee === 0n ? [] : [{ part: "fee", type: "provider_fee", against: "provider_fees", asset, amount: -fee }];
  if (kind === undefined) return { own: [...ownOf(movement, keepsCoins), ...feeBooking].filter(isSome) };
  const reference = keepsCoins ? (transactionHash ?? subject?.reference) : subject?.reference;
  const isWhole = kind === "dispute" || keepsCoins || (kind === "payment" && feesComeWithPayments);
  if (isWhole) return withoutZero({ kind, reference, asset, amount: amount - fee }, []);
  if (!presented || presented.asset === asset) return withoutZero({ kind, reference, asset, amount }, feeBooking);
  const exchange = (part: OwnBooking["part"], of: string, units: bigint): OwnBooking => ({
    part,
    type: "currency_exchange",
    against: "exchange",
    asset: of,
    amount: units,
  });
  return withoutZero({ kind, reference, ...presented }, [
    exchange("paid", presented.asset, -presented.amount),
    exchange("settled", asset, amount),
    ...feeBooking,
  ]);
}

const isSome = ({ amount }: OwnBooking): boolean => amount !== 0n;

const withoutZero = (expected: Expected, own: readonly OwnBooking[]): Plan => ({
  ...(expected.amount === 0n ? {} : { expected }),
  own: own.filter(isSome),
});

function ownOf({ category, asset, amount }: Movement, keepsCoins: boolean): OwnBooking[] {
  const booking = (type: OwnBooking["type"], against: OwnBooking["against"]): OwnBooking[] => [
    { part: "amount", type, against, asset, amount },
  ];
  switch (category) {
    case "fee":
    case "tax":
      return booking("provider_fee", "provider_fees");
    case "bank_payout":
      return booking("bank_payout", "bank");
    case "bank_payout_returned":
      return booking("bank_payout_returned", "bank");
    case "bank_top_up":
      return booking("bank_top_up", "bank");
    case "reserve":
      return booking(amount < 0n ? "reserve_held" : "reserve_released", "stripe_reserve");
    case "conversion":
      return booking("currency_exchange", "exchange");
    case "internal":
    case "network_fee":
      if (keepsCoins) return [];
      break;
    default:
      break;
  }
  return booking(amount > 0n ? "unexplained_receipt" : "unexplained_withdrawal", "unexplained");
}

/** Whether a movement is booked on `unexplained` because nothing else is known of it: a labelled remainder, which is a break. */
export const isRemainder = (plan: Plan): boolean => plan.own.some(({ against }) => against === "unexplained");
