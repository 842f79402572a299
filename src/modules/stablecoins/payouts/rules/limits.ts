import type { LimitValues, Payout, PayoutPolicy, SettingChange } from "../types.js";

const LIMITS = ["perPayoutMax", "customerDayMax", "globalDayMax", "approvalAbove"] as const;
type Limits = Pick<PayoutPolicy, (typeof LIMITS)[number]>;

/** Null is no limit, so it is above every limit. */
const isLooser = (wanted: bigint | null, current: bigint | null): boolean =>
  current !== null && (wanted === null || wanted > current);

/**
 * What a change of limits does at once, and what of it has to wait: each limit takes the stricter of its two values now. A
 * stablecoin without limits is held to a second person for everything until the first ones are approved.
 */
export function splitLimits(current: Limits | undefined, wanted: Limits): { now: Limits; waits: boolean } {
  const held: Limits = current ?? { ...wanted, approvalAbove: 0n };
  const now = { ...wanted };
  let waits = false;
  for (const limit of LIMITS) {
    if (!isLooser(wanted[limit], held[limit])) continue;
    now[limit] = held[limit];
    waits = true;
  }
  return { now, waits };
}

/** Limits as a change of settings keeps them. */
export const limitValues = (limits: Limits): LimitValues =>
  Object.fromEntries(LIMITS.map((limit) => [limit, limits[limit]?.toString() ?? null]));

/** The limits that a change of settings names. */
export const limitsOf = (values: LimitValues): Partial<Limits> =>
  Object.fromEntries(
    LIMITS.filter((limit) => values[limit] !== undefined).map((limit) => {
      const text = values[limit];
      return [limit, text === null || text === undefined ? null : BigInt(text)];
    }),
  );

/**
 * Whether a payout goes through only because of what a change loosened: it exceeds a limit of before, or its address would
 * still have been cooling off when it was asked for.
 */
export function neededChange(
  { before }: Pick<SettingChange, "before">,
  payout: Pick<Payout, "payoutAmount" | "createdAt">,
  facts: { readonly customerDay: bigint; readonly globalDay: bigint; readonly listedAt: Date | undefined },
): boolean {
  const limits = limitsOf(before);
  const exceeds = (amount: bigint, limit: bigint | null | undefined) =>
    limit !== null && limit !== undefined && amount > limit;
  if (exceeds(payout.payoutAmount, limits.perPayoutMax)) return true;
  if (exceeds(facts.customerDay, limits.customerDayMax) || exceeds(facts.globalDay, limits.globalDayMax)) return true;
  const { coolingOffSeconds } = before;
  if (coolingOffSeconds === undefined || facts.listedAt === undefined) return false;
  return payout.createdAt.getTime() < facts.listedAt.getTime() + coolingOffSeconds * 1_000;
}
