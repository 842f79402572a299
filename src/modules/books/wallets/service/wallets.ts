import { type Caller, maySeeCustomer, SYSTEM_ACTOR } from "../../../../core/access.js";
import { AppError } from "../../../../core/errors.js";
import { newId, type WalletId } from "../../../../core/ids.js";
import { LruMap } from "../../../../core/lru.js";
import { type CustomerDeps, customerNotFound, ensureCustomer, getCustomer } from "../../../sales/customers/index.js";
import { type Balance, getAsset, type LedgerDeps, walletBalances } from "../../ledger/index.js";
import type { LotDeps } from "../../lots/index.js";
import type { WalletRow } from "../queries.js";
import * as queries from "../queries.js";

export interface WalletDeps extends LedgerDeps, CustomerDeps, LotDeps {
  /** Which customer a wallet belongs to; never changes. */
  readonly walletOwners: LruMap<WalletId, string>;
}

export const createWalletOwners = (): LruMap<WalletId, string> => new LruMap(100_000);

const walletNotFound = (id: string) => new AppError("wallets.not_found", `No wallet ${id}.`);

/**
 * The wallet of an existing customer, opened on first look. A customer that looks at its own is a customer by that. Throws
 * `customers.not_found` (404).
 */
export async function getWalletOf(deps: WalletDeps, caller: Caller, customerId: string): Promise<WalletRow> {
  if (!maySeeCustomer(caller, customerId)) throw customerNotFound(customerId);
  const known = await queries.findWalletOf(deps.db, customerId);
  if (known) return known;
  if (caller.role !== "customer") await getCustomer(deps, caller, customerId);
  return openWallet(deps, caller.id, customerId);
}

/** The customer's wallet; both are created on first use. */
export async function openWallet(deps: WalletDeps, actor: string, customerId: string): Promise<WalletRow> {
  const known = await queries.findWalletOf(deps.db, customerId);
  if (known) return known;
  await deps.db.transaction(async (tx) => {
    await ensureCustomer(deps, tx, actor, customerId);
    await queries.insertWallet(tx, { id: newId(deps.ids, "wal"), customerId, createdAt: deps.clock.now() });
  });
  const opened = await queries.findWalletOf(deps.db, customerId);
  if (!opened) throw new Error(`wallet of ${customerId} was not opened`);
  return opened;
}

/** A wallet that this caller may see. Throws `wallets.not_found` (404), also for somebody else's. */
export async function getWallet(
  deps: WalletDeps,
  caller: Caller,
  id: WalletId,
): Promise<{ id: WalletId; customerId: string }> {
  let customerId = deps.walletOwners.get(id);
  if (customerId === undefined) {
    customerId = (await queries.findWallet(deps.db.read, id))?.customerId;
    if (customerId !== undefined) deps.walletOwners.set(id, customerId);
  }
  if (customerId === undefined || !maySeeCustomer(caller, customerId)) throw walletNotFound(id);
  return { id, customerId };
}

/** Whose a wallet is, for what tells its owner of something. Throws `wallets.not_found` (404). */
export const ownerOfWallet = async (deps: WalletDeps, id: WalletId): Promise<string> =>
  (await getWallet(deps, { id: SYSTEM_ACTOR, role: "admin" }, id)).customerId;

/** The credit type that every installation has. */
const DEFAULT_CREDIT = "CREDIT";

/** A wallet's balances. CREDIT is always listed, so that a new wallet is not an empty page. */
export async function getBalances(deps: WalletDeps, walletId: WalletId, asOf?: Date): Promise<Balance[]> {
  const balances = await walletBalances(deps, walletId, asOf);
  if (balances.some((balance) => balance.asset === DEFAULT_CREDIT)) return balances;
  const { scale } = await getAsset(deps, DEFAULT_CREDIT);
  return [{ asset: DEFAULT_CREDIT, scale, balance: 0n, held: 0n, owed: 0n, frozen: false }, ...balances];
}
