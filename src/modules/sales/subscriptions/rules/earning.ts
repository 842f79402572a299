import type { Line, LineTerms } from "../types.js";

type CreditTerms = LineTerms["credits"];
const NOTHING_SAID: CreditTerms = { creditsExpireAfter: null, creditsPriority: null };

/** What the plan of an invoice's first line for an asset says about its credits. */
export const creditsAgreed = (lines: readonly Line[], asset: string): CreditTerms =>
  lines.find(({ terms }) => terms?.asset === asset)?.terms?.credits ?? NOTHING_SAID;

/**
 * The period over which a payment of an invoice is earned day by day: where the plan says so, and where nothing was granted for it,
 * since then there is no use that it could be earned by. Undefined when its credits earn it, or no line is of a plan.
 */
export function straightLineOf(
  lines: readonly Line[],
  granted: bigint,
): { readonly start: Date; readonly end: Date } | undefined {
  const own = lines.filter(({ terms }) => terms !== null);
  const isByDays = granted === 0n || own.some(({ terms }) => terms?.recognition === "straight_line");
  const [first, ...others] = own;
  if (!first || !isByDays) return undefined;
  return others.reduce(
    ({ start, end }, line) => ({
      start: line.periodStart < start ? line.periodStart : start,
      end: line.periodEnd > end ? line.periodEnd : end,
    }),
    { start: first.periodStart, end: first.periodEnd },
  );
}
