import type { Db } from "../../../../db/client.js";
import type { BalanceProvider } from "../../../../providers/ports/index.js";
import * as queries from "../queries/index.js";
import { isInTransit, type OpenGroup } from "../rules/breaks.js";
import type { Window } from "../rules/window.js";
import type { OpenItem, Statement, StatementLine } from "../types.js";

const SHOWN_MAX = 100;
const GROUPS_AT_ONCE = 1_000;

/** The statements of a window, one for each asset that the provider has moved. Read only; the same window comes to the same. */
export async function statementsOf(
  db: Db,
  provider: BalanceProvider,
  { asset, ...window }: Window & { readonly asset: string | null },
  now: Date,
): Promise<Statement[]> {
  const assets = (await queries.assetsOf(db, provider.name)).filter((each) => asset === null || each === asset);
  const statements: Statement[] = [];
  for (const each of assets) statements.push(await statementOf(db, provider, each, window, now));
  return statements;
}

async function statementOf(
  db: Db,
  provider: BalanceProvider,
  asset: string,
  { from, to }: Window,
  now: Date,
): Promise<Statement> {
  const { name } = provider;
  const opening = await queries.sumsBefore(db, name, asset, from);
  const closing = await queries.sumsBefore(db, name, asset, to);
  const lines = linesOf(await queries.lineSums(db, name, asset, { from, to }));
  const open = await openAt(db, provider, asset, to, now);
  return {
    asset,
    opening: { provider: String(opening.theirs), ledger: String(opening.ours) },
    lines,
    closing: { provider: String(closing.theirs), ledger: String(closing.ours) },
    inTransit: String(open.inTransit),
    remainder: String(open.remainder),
    openItems: open.shown,
    openCount: open.count,
  };
}

/** The fees of all movements are one line, and so are the provider's own fees: what it kept in all. */
function linesOf(sums: readonly queries.LineSums[]): StatementLine[] {
  const lines = sums.map(({ category, count, theirs, ours }) => ({
    category: category as StatementLine["category"],
    count,
    provider: String(theirs),
    ledger: String(ours),
  }));
  const fees = sums.reduce((sum, each) => sum + each.fees, 0n);
  const ourFees = sums.reduce((sum, each) => sum + each.ourFees, 0n);
  return fees === 0n && ourFees === 0n
    ? lines
    : [...lines, { category: "fees", count: 0, provider: String(-fees), ledger: String(-ourFees) }];
}

async function openAt(db: Db, provider: BalanceProvider, asset: string, until: Date, now: Date) {
  let inTransit = 0n;
  let remainder = 0n;
  let count = 0;
  let after = "";
  const shown: OpenItem[] = [];
  for (;;) {
    const groups = await queries.openGroups(db, provider.name, { after, asset, until, limit: GROUPS_AT_ONCE });
    for (const group of groups) {
      const difference = group.ours - group.theirs;
      if (isInTransit(group, now)) inTransit += difference;
      else remainder += difference;
      count += 1;
      if (shown.length < SHOWN_MAX) shown.push(shownAs(group));
    }
    const last = groups.at(-1);
    if (!last || groups.length < GROUPS_AT_ONCE) return { inTransit, remainder, count, shown };
    after = last.reference;
  }
}

const shownAs = ({ kind, reference, ours, theirs, since }: OpenGroup): OpenItem => ({
  kind,
  reference,
  ledger: String(ours),
  provider: String(theirs),
  since: since.toISOString(),
});
