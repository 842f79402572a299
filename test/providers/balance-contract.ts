import type { Test } from "tap";
import type {
  BalancePort,
  BalanceTransaction,
  Listing,
  ProviderBalance,
  ProviderResult,
} from "../../src/providers/ports/index.js";
import { acceptedValue, type SandboxFault } from "./contract-harness.js";
import { sumDecimals } from "./decimals.js";
import { TOO_LONG_MS } from "./harness.js";

/** One adapter pointed at its own fresh sandbox. */
export interface BalanceHarness {
  readonly balance: BalancePort;
  /** The same adapter with a key that the provider does not know. */
  readonly unauthorized: BalancePort;
  /** The same adapter pointed at a port where nobody listens. */
  readonly unreachable: BalancePort;
  /** Path prefix of the list of movements, for faults. */
  readonly path: string;
  /** More movements than a page of the list has. */
  readonly pageful: number;
  /** The provider does not say what it keeps. */
  readonly hasNoBalances?: true;
  /** Whether all movements of this are listed; of everything when absent. */
  readonly isListed?: (balance: ProviderBalance) => boolean;
  fault(fault: SandboxFault): Promise<void>;
  /** Makes so many movements of different kinds at the provider. */
  move(count: number): Promise<void>;
  /** Puts an entry into the list that is not as documented, with this for its id. */
  spoil(reference: string): Promise<void>;
}

type MakeHarness = (t: Test) => Promise<BalanceHarness>;

const LONG_AGO = new Date("2020-01-01T00:00:00Z");

/** A list to its end, each page as it comes; `between` happens after each page but the last. */
export async function readAll(
  t: Test,
  list: (cursor: string | undefined) => Promise<ProviderResult<Listing<BalanceTransaction>>>,
  between: () => Promise<void> = async () => {},
): Promise<{ readonly movements: BalanceTransaction[]; readonly unreadable: (string | undefined)[]; pages: number }> {
  const read = { movements: [] as BalanceTransaction[], unreadable: [] as (string | undefined)[], pages: 0 };
  let cursor: string | undefined;
  do {
    const page: Listing<BalanceTransaction> = acceptedValue(t, await list(cursor));
    read.movements.push(...page.data);
    read.unreadable.push(...(page.unreadable ?? []).map((each) => each.providerReference));
    read.pages += 1;
    cursor = page.nextCursor ?? undefined;
    if (read.pages > 100) throw new Error("the listing does not end");
    if (cursor !== undefined) await between();
  } while (cursor !== undefined);
  return read;
}

export const allSince = (t: Test, balance: BalancePort, since = LONG_AGO, between?: () => Promise<void>) =>
  readAll(
    t,
    (cursor) => balance.listBalanceTransactions({ since, ...(cursor === undefined ? {} : { cursor }) }),
    between,
  );

const keyOf = ({ account = "", asset }: { readonly account?: string; readonly asset: string }) => `${account} ${asset}`;

/** What came to each account of each asset since the opening, by the provider's word and by the sum of its movements. */
export function addsUp(
  t: Test,
  movements: readonly BalanceTransaction[],
  balances: readonly ProviderBalance[],
  opening: readonly ProviderBalance[] = [],
): void {
  const sums = new Map<string, string[]>();
  for (const each of movements) sums.set(keyOf(each), [...(sums.get(keyOf(each)) ?? []), each.net]);
  for (const balance of balances) {
    const moved = sumDecimals(sums.get(keyOf(balance)) ?? []);
    const began = opening.find((each) => keyOf(each) === keyOf(balance));
    const opened = sumDecimals([began?.available ?? "0", began?.pending ?? "0"]);
    t.equal(
      sumDecimals([opened, moved]),
      sumDecimals([balance.available, balance.pending]),
      `the sum of ${keyOf(balance)}`,
    );
    t.equal(
      sumDecimals([balance.total]),
      sumDecimals([balance.available, balance.pending, balance.reserved]),
      `the parts of ${keyOf(balance)}`,
    );
  }
  const told = new Set(balances.map(keyOf));
  const accounts = new Set(balances.map(({ account }) => account));
  const untold = movements.filter((each) => accounts.has(each.account) && !told.has(keyOf(each)));
  t.equal(sumDecimals(untold.map(({ net }) => net)), "0", "what is in no balance comes to nothing");
}

/** What every keeper's statement must be. */
export function balanceContract(t: Test, makeHarness: MakeHarness): void {
  t.test("each movement is listed once by its reference, whatever comes between two pages", async (t) => {
    const { balance, move, pageful } = await makeHarness(t);
    await move(pageful);
    const before = await allSince(t, balance);
    t.ok(before.pages > 1, `${before.pages} pages`);
    const references = before.movements.map(({ reference }) => reference);
    t.equal(new Set(references).size, references.length, "each once");
    const during = await allSince(t, balance, LONG_AGO, () => move(2));
    const found = new Set(during.movements.map(({ reference }) => reference));
    t.same(
      references.filter((each) => !found.has(each)),
      [],
      "none is lost that was there when the reading began",
    );
    t.same((await allSince(t, balance, new Date(Date.now() + 3_600_000))).movements, [], "nothing since the future");
  });

  t.test("what moved comes to what there is, and each net is its amount less its fee", async (t) => {
    const { balance, move, isListed = () => true, hasNoBalances } = await makeHarness(t);
    t.same((await allSince(t, balance)).movements, []);
    const opening = hasNoBalances ? [] : acceptedValue(t, await balance.getProviderBalances());
    await move(12);
    const { movements, unreadable } = await allSince(t, balance);
    t.same(unreadable, []);
    const kept = await balance.getProviderBalances();
    if (hasNoBalances) t.match(kept, { outcome: "rejected", failure: { code: "not_supported" } });
    else {
      const closing = acceptedValue(t, kept).filter(isListed);
      t.ok(closing.length > 0);
      addsUp(t, movements, closing, opening);
    }
    for (const { amount, fee, net, reference } of movements)
      t.equal(sumDecimals([net, fee]), sumDecimals([amount]), reference);
  });

  t.test("an entry that cannot be read hides none of its neighbours", async (t) => {
    const { balance, move, spoil } = await makeHarness(t);
    await move(3);
    const before = await allSince(t, balance);
    await spoil("odd_1");
    const { movements, unreadable } = await allSince(t, balance);
    t.same(movements, before.movements);
    t.ok(unreadable.length > 0);
    t.same([...new Set(unreadable)], ["odd_1"]);
  });

  t.test("what got no usable answer is unknown, and says nothing of the money", async (t) => {
    const { balance, move, unauthorized, unreachable, fault, path, hasNoBalances } = await makeHarness(t);
    await move(1);
    const list = () => balance.listBalanceTransactions({ since: LONG_AGO });
    const match = { method: "GET", path };
    for (const trouble of [
      { kind: "status", status: 500 },
      { kind: "status", status: 503 },
      { kind: "rate_limit" },
      { kind: "cut_before" },
      { kind: "malformed_after" },
      { kind: "delay", delayMs: TOO_LONG_MS },
    ] as const) {
      await fault({ match, times: 1, ...trouble });
      t.match(await list(), { outcome: "unknown" }, trouble.kind);
    }
    t.equal(acceptedValue(t, await list()).data.length > 0, true, "and then it answers again");
    for (const port of [unauthorized, unreachable]) {
      t.match(await port.listBalanceTransactions({ since: LONG_AGO }), { outcome: "unknown" });
      if (!hasNoBalances) t.match(await port.getProviderBalances(), { outcome: "unknown" });
    }
    t.match(await balance.listBalanceTransactions({ since: LONG_AGO, cursor: "../x?y" }), { outcome: "rejected" });
  });
}
