import { createHash } from "node:crypto";
import { type AccountId, encodeId, newId, type WalletId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { postingRefused } from "../errors.js";
import type { AccountRow } from "../queries/index.js";
import * as queries from "../queries/index.js";
import type { SystemAccountCode } from "../types.js";
import { getAsset } from "./assets.js";
import type { LedgerDeps } from "./deps.js";

/**
 * The id of a system account follows from its name and asset, so that no look-up is needed and two processes that open it
 * at once agree on it.
 */
export function systemAccountId(code: SystemAccountCode, asset: string): AccountId {
  const hex = createHash("sha256").update(`coffer system account ${code} ${asset}`).digest("hex");
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return encodeId("acc", uuid);
}

/** A system account, opened on first use. Throws `ledger.asset_not_found` (422). */
export async function systemAccount(deps: LedgerDeps, code: SystemAccountCode, asset: string): Promise<AccountId> {
  const name = `${code} ${asset}`;
  const known = deps.caches.systemAccounts.get(name);
  if (known) return known;
  const id = systemAccountId(code, asset);
  await getAsset(deps, asset);
  await deps.db.transaction((tx) => queries.insertSystemAccount(tx, { id, code, asset }));
  deps.caches.systemAccounts.set(name, id);
  return id;
}

/** A wallet's account for an asset, if it was ever used. */
export async function findWalletAccount(
  deps: LedgerDeps,
  walletId: WalletId,
  asset: string,
): Promise<AccountId | undefined> {
  const name = `${walletId}:${asset}`;
  const known = deps.caches.walletAccounts.get(name);
  if (known) return known;
  const found = await queries.findWalletAccount(deps.db, walletId, asset);
  if (found) deps.caches.walletAccounts.set(name, found);
  return found;
}

/** Looks up in one statement what `openWalletAccount` is about to be asked for one by one. */
export async function recallWalletAccounts(
  deps: LedgerDeps,
  wanted: readonly { readonly walletId: WalletId; readonly asset: string }[],
): Promise<void> {
  const unknown = wanted.filter(({ walletId, asset }) => !deps.caches.walletAccounts.get(`${walletId}:${asset}`));
  if (unknown.length < 2) return;
  const walletIds = new Set(unknown.map(({ walletId }) => walletId));
  const codes = new Set(unknown.map(({ asset }) => asset));
  for (const { id, walletId, asset } of await queries.findWalletAccounts(deps.db.read, [...walletIds], [...codes]))
    deps.caches.walletAccounts.set(`${walletId}:${asset}`, id);
}

/**
 * A wallet's account for an asset, opened on first use. Opening is its own small transaction: an account with balance zero
 * harms nobody when what follows is refused. Throws `ledger.asset_not_found` (422).
 */
export async function openWalletAccount(deps: LedgerDeps, walletId: WalletId, asset: string): Promise<AccountId> {
  const known = await findWalletAccount(deps, walletId, asset);
  if (known) return known;
  await getAsset(deps, asset);
  await deps.db.transaction((tx) => queries.insertWalletAccount(tx, newId(deps.ids, "acc"), walletId, asset));
  const opened = await findWalletAccount(deps, walletId, asset);
  if (!opened) throw new Error(`account of ${walletId} in ${asset} was not opened`);
  return opened;
}

export interface Balance {
  readonly asset: string;
  readonly scale: number;
  readonly balance: bigint;
  readonly held: bigint;
  /** What the customer owes of it; now, whatever moment the balance is of. */
  readonly owed: bigint;
  /** Nothing may be spent of it now. */
  readonly frozen: boolean;
}

/** Refuses what a posting of so much out of a wallet would be refused for now; writes nothing. Throws 402 and 409 likewise. */
export async function requireAvailable(
  deps: LedgerDeps,
  walletId: WalletId,
  asked: { readonly asset: string; readonly amount: bigint },
): Promise<void> {
  const found = (await walletBalances(deps, walletId)).find(({ asset }) => asset === asked.asset);
  const { scale } = await getAsset(deps, asked.asset);
  if (found?.frozen) throw postingRefused("frozen", asked, null, scale);
  const available = (found?.balance ?? 0n) - (found?.held ?? 0n);
  if (available < asked.amount) throw postingRefused("insufficient_balance", asked, available, scale);
}

/** A wallet's balances, one per asset that it ever held, as they are or as of a moment. */
export async function walletBalances(deps: LedgerDeps, walletId: WalletId, asOf?: Date): Promise<Balance[]> {
  const rows = await queries.readBalances(deps.db, walletId, asOf);
  return Promise.all(
    // Holds are not part of the past: nobody kept them.
    rows.map(async (row) => ({ ...row, scale: (await getAsset(deps, row.asset)).scale, held: asOf ? 0n : row.held })),
  );
}

/** One wallet balance by its account. Zero when the asset was never used. */
export interface AccountView extends AccountRow {
  readonly scale: number;
}

/** Fills in the balance of system accounts, which their rows do not have. */
export async function withBalances(
  deps: LedgerDeps,
  accounts: readonly AccountRow[],
  asOf: Date | null,
): Promise<AccountView[]> {
  const systemIds = accounts.filter((account) => account.kind === "system").map((account) => account.id);
  const sums = systemIds.length > 0 ? await queries.systemBalances(deps.db, systemIds, asOf) : new Map();
  return Promise.all(
    accounts.map(async (account) => {
      const { scale } = await getAsset(deps, account.asset);
      if (account.kind === "system") return { ...account, scale, balance: sums.get(account.id) ?? 0n };
      if (asOf === null) return { ...account, scale };
      return { ...account, scale, balance: await queries.balanceAsOf(deps.db, account.id, asOf), held: 0n };
    }),
  );
}

/** What a wallet's account has available, held until the transaction ends: what follows can be worked out from it. */
export const holdAvailable = (tx: Tx, id: AccountId): Promise<bigint> => queries.lockAvailable(tx, id);

/**
 * Lets a wallet's balance of an asset be spent, or not, as `isFrozen` says. It is asked while the account is held: of two who
 * have a reason to freeze and to thaw it, the later one sees what the other has written. Returns whether it is frozen.
 */
export async function freezeBalance(
  tx: Tx,
  walletId: WalletId,
  asset: string,
  isFrozen: () => Promise<boolean>,
): Promise<boolean> {
  const account = await queries.lockWalletAccount(tx, walletId, asset);
  const frozen = await isFrozen();
  if (account && account.frozen !== frozen) await queries.setFrozen(tx, account.id, frozen);
  return frozen;
}

/** What a system account stands at now. */
export async function systemBalance(deps: LedgerDeps, code: SystemAccountCode, asset: string): Promise<bigint> {
  const id = systemAccountId(code, asset);
  return (await queries.systemBalances(deps.db, [id], null)).get(id) ?? 0n;
}

/** What all wallets together hold of an asset. */
export const totalOfWallets = (deps: Pick<LedgerDeps, "db">, asset: string): Promise<bigint> =>
  queries.totalOfWallets(deps.db.read, asset);
