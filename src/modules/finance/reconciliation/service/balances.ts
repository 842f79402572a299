import { currencyExponent } from "../../../../core/currencies.js";
import { newId } from "../../../../core/ids.js";
import { parseSignedDecimal } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import type { BalanceProvider, ProviderBalance } from "../../../../providers/ports/index.js";
import { ensureAsset, listAssets } from "../../../books/ledger/index.js";
import { statementUnavailable } from "../errors.js";
import * as queries from "../queries/index.js";
import { accountOf, type ReconciliationDeps } from "./deps.js";
import type { Found } from "./match.js";

/** What a provider keeps for us, in minor units. */
export interface KnownBalance {
  readonly account: string;
  readonly asset: string;
  /** What all movements together come to. */
  readonly total: bigint;
}

/**
 * What the provider keeps for us now. Undefined where it does not say so. Throws `provider.unavailable` (503). Its own tokens that nobody
 * here counts are left out.
 */
export async function readBalances(
  deps: ReconciliationDeps,
  provider: BalanceProvider,
): Promise<KnownBalance[] | undefined> {
  const answer = await provider.getProviderBalances();
  if (answer.outcome === "rejected" || answer.outcome === "notFound") return undefined;
  if (answer.outcome === "unknown") throw statementUnavailable(provider.name, answer.reason);
  const known = await Promise.all(answer.value.map((balance) => inUnits(deps, balance)));
  return known.filter((balance) => balance !== undefined);
}

/** Of a chain's own token no list says what came, so nothing can be compared with its balance. */
async function inUnits(deps: ReconciliationDeps, balance: ProviderBalance): Promise<KnownBalance | undefined> {
  const { account = "", asset, available, pending } = balance;
  const exponent = currencyExponent(asset);
  const known = exponent === undefined ? (await listAssets(deps)).find(({ code }) => code === asset) : undefined;
  if (exponent === undefined && (!known || known.kind === "native")) return undefined;
  const { scale } = await ensureAsset(deps, asset, exponent);
  return { account, asset, total: parseSignedDecimal(available, scale) + parseSignedDecimal(pending, scale) };
}

/** Whether nothing moved between two looks, so that what was read in between is all that there was. */
export const isSameInstant = (one: readonly KnownBalance[], other: readonly KnownBalance[]): boolean =>
  JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

const sorted = (balances: readonly KnownBalance[]) =>
  balances.map(({ account, asset, total }) => `${account} ${asset} ${total}`).sort();

/** Writes down what was found at an instant, and returns where the provider's balance is not what its list comes to. */
export async function compareBalances(
  deps: ReconciliationDeps,
  tx: Tx,
  provider: BalanceProvider,
  balances: readonly KnownBalance[],
): Promise<Found[]> {
  const takenAt = deps.clock.now();
  const found: Found[] = [];
  const last = await queries.newestBalances(tx, provider.name);
  for (const { account, asset, total } of balances) {
    const { listed, booked } = await queries.listedBalance(tx, provider.name, account, asset);
    const id = newId(deps.ids, "pbl");
    await queries.insertBalance(tx, { id, provider: provider.name, account, asset, total, listed, booked, takenAt });
    if (listed === total) continue;
    // Coins under way are out of the balance before they are in the list: only what differs alike at two looks is no movement.
    const before = last.find((each) => each.account === account && each.asset === asset);
    const isSettled = before !== undefined && before.total - before.listed === total - listed;
    if (accountOf(provider.name) === "custody" && !isSettled) continue;
    found.push({ account, asset, kind: "balance", what: "balance", reference: null, ours: listed, theirs: total });
  }
  return found;
}
