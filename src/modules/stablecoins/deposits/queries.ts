import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, ne, or, sql } from "drizzle-orm";
import type { Whose } from "../../../core/access.js";
import type { WalletId } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { ofCustomer } from "../../../db/lists.js";
import type { CustodyProviderName } from "../../../providers/ports/index.js";
import { depositAddresses, deposits } from "./tables.js";
import type { Deposit, DepositAddress, DepositId, DepositStatus } from "./types.js";

// --- addresses

/** The deposit address with this spelling, whosoever it is and whoever watches it. */
export async function findByAddress(
  db: Db,
  family: DepositAddress["family"],
  address: string,
): Promise<DepositAddress | undefined> {
  const [row] = await db
    .select()
    .from(depositAddresses)
    .where(and(eq(depositAddresses.family, family), eq(depositAddresses.address, address)));
  return row;
}

export async function findByReference(
  db: Db,
  provider: CustodyProviderName,
  addressReference: string,
): Promise<DepositAddress | undefined> {
  const [row] = await db
    .select()
    .from(depositAddresses)
    .where(and(eq(depositAddresses.provider, provider), eq(depositAddresses.addressReference, addressReference)));
  return row;
}

export async function findAddress(db: Db, id: DepositAddress["id"]): Promise<DepositAddress | undefined> {
  const [row] = await db.select().from(depositAddresses).where(eq(depositAddresses.id, id));
  return row;
}

/** The address of a provider's that a wallet gives out for a kind of chain at the moment. */
export async function findCurrent(
  db: Db,
  { walletId, family, provider }: Pick<DepositAddress, "walletId" | "family" | "provider">,
): Promise<DepositAddress | undefined> {
  const [row] = await db
    .select()
    .from(depositAddresses)
    .where(
      and(
        eq(depositAddresses.walletId, walletId),
        eq(depositAddresses.family, family),
        eq(depositAddresses.provider, provider),
        inArray(depositAddresses.status, ["requested", "active"]),
      ),
    );
  return row;
}

export type NewAddress = typeof depositAddresses.$inferInsert;

/** For `service/move.ts` only. Undefined when the wallet has an address of this kind. */
export async function insertAddress(tx: Tx, row: NewAddress): Promise<DepositAddress | undefined> {
  const [inserted] = await tx.insert(depositAddresses).values(row).onConflictDoNothing().returning();
  return inserted;
}

/** Takes the asking for a promised address; false while somebody else has it. */
export async function takeAsking(tx: Tx, id: DepositAddress["id"], now: Date, until: Date): Promise<boolean> {
  const rows = await tx
    .update(depositAddresses)
    .set({ askingUntil: until })
    .where(
      and(
        eq(depositAddresses.id, id),
        eq(depositAddresses.status, "requested"),
        or(isNull(depositAddresses.askingUntil), lte(depositAddresses.askingUntil, now)),
      ),
    )
    .returning({ id: depositAddresses.id });
  return rows.length > 0;
}

export const endAsking = (tx: Tx, id: DepositAddress["id"]) =>
  tx.update(depositAddresses).set({ askingUntil: null }).where(eq(depositAddresses.id, id));

/** For `service/move.ts` only, which knows what may follow what. Undefined when it does not stand there any more. */
export async function writeAddressStatus(
  tx: Tx,
  { id, status }: Pick<DepositAddress, "id" | "status">,
  change: Partial<DepositAddress> & Pick<DepositAddress, "status">,
): Promise<DepositAddress | undefined> {
  const [row] = await tx
    .update(depositAddresses)
    .set(change)
    .where(and(eq(depositAddresses.id, id), eq(depositAddresses.status, status)))
    .returning();
  return row;
}

export const postponeAddress = (tx: Tx, id: DepositAddress["id"], nextCheckAt: Date, checks: number) =>
  tx.update(depositAddresses).set({ nextCheckAt, checks }).where(eq(depositAddresses.id, id));

/** How many addresses of a family a wallet was given since a moment. */
export async function countAddressesSince(
  db: Db,
  walletId: WalletId,
  family: DepositAddress["family"],
  since: Date,
): Promise<number> {
  const [row] = await db
    .select({ made: sql<number>`count(*)::int` })
    .from(depositAddresses)
    .where(
      and(
        eq(depositAddresses.walletId, walletId),
        eq(depositAddresses.family, family),
        gt(depositAddresses.createdAt, since),
      ),
    );
  return row?.made ?? 0;
}

export const listDueAddresses = (
  db: Db,
  provider: CustodyProviderName,
  now: Date,
  limit: number,
): Promise<DepositAddress[]> =>
  db
    .select()
    .from(depositAddresses)
    .where(and(eq(depositAddresses.provider, provider), lte(depositAddresses.nextCheckAt, now)))
    .orderBy(asc(depositAddresses.nextCheckAt))
    .limit(limit);

export const listAddresses = (
  db: Db,
  walletId: WalletId,
  before: DepositAddress["id"] | undefined,
  limit: number,
): Promise<DepositAddress[]> =>
  db
    .select()
    .from(depositAddresses)
    .where(and(eq(depositAddresses.walletId, walletId), before ? lt(depositAddresses.id, before) : undefined))
    .orderBy(desc(depositAddresses.id))
    .limit(limit);

// --- deposits

/** What a deposit is known by among those that one provider tells of. */
export type DepositName = Pick<Deposit, "provider" | "chainKey" | "providerReference">;

/** The deposit that this is, held until the transaction ends; by what the chain or by what the provider calls it. */
export async function lockDeposit(tx: Tx, name: DepositName): Promise<Deposit | undefined> {
  const [row] = await tx
    .select()
    .from(deposits)
    .where(isThe(name))
    // Where the two name different rows, the chain decides: these coins may be booked already under another id.
    .orderBy(desc(eq(deposits.chainKey, name.chainKey)))
    .limit(1)
    .for("update");
  return row;
}

export async function lockDepositById(tx: Tx, id: DepositId): Promise<Deposit | undefined> {
  const [row] = await tx.select().from(deposits).where(eq(deposits.id, id)).for("update");
  return row;
}

export async function findDeposit(db: Db, id: DepositId): Promise<Deposit | undefined> {
  const [row] = await db.select().from(deposits).where(eq(deposits.id, id));
  return row;
}

/** The deposit that news is about, unlocked: what is decided by it must be decided again under the lock. */
export async function findKnown(db: Db, name: DepositName): Promise<Deposit | undefined> {
  const [row] = await db.select().from(deposits).where(isThe(name));
  return row;
}

const isThe = ({ provider, chainKey, providerReference }: DepositName) =>
  and(
    eq(deposits.provider, provider),
    or(eq(deposits.chainKey, chainKey), eq(deposits.providerReference, providerReference)),
  );

/** From here to the end of the transaction nobody else books coins of this transaction of a chain. */
export const lockTransactionHash = (tx: Tx, network: string, hash: string) =>
  tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`coffer deposit ${network} ${hash}`}, 0))`);

/**
 * A deposit that is in the books and may be the same coins under another id, of this provider or of another one: of the same
 * transaction, and to the same address in the same token as far as both tell; the amount tells nothing, since what is told again may
 * have been corrected. `isExact`: which log of the transaction it is, is known; then only one that does not tell it, or tells the
 * same, can be the same.
 */
export async function findTwin(
  tx: Tx,
  { id, chainKey, network, transactionHash, contract, toAddress }: Deposit,
  isExact: boolean,
): Promise<Deposit | undefined> {
  if (network === null || transactionHash === null) return undefined;
  const [row] = await tx
    .select()
    .from(deposits)
    .where(
      and(
        eq(deposits.transactionHash, transactionHash),
        eq(deposits.network, network),
        contract === null ? undefined : or(isNull(deposits.contract), eq(deposits.contract, contract)),
        toAddress === null ? undefined : or(isNull(deposits.toAddress), eq(deposits.toAddress, toAddress)),
        inArray(deposits.status, ["credited", "held", "rejected", "quarantined"]),
        isNull(deposits.duplicateOf),
        isExact ? or(keyIsTheProviders, eq(deposits.chainKey, chainKey)) : undefined,
        ne(deposits.id, id),
      ),
    )
    .orderBy(asc(deposits.id))
    .limit(1);
  return row;
}

const keyIsTheProviders = sql`starts_with(${deposits.chainKey}, ${deposits.provider} || ':')`;

/** The deposit under this id of the provider's, held until the transaction ends. */
export async function lockByReference(
  tx: Tx,
  { provider, providerReference }: Pick<Deposit, "provider" | "providerReference">,
): Promise<Deposit | undefined> {
  const [row] = await tx
    .select()
    .from(deposits)
    .where(and(eq(deposits.provider, provider), eq(deposits.providerReference, providerReference)))
    .for("update");
  return row;
}

export type NewDeposit = typeof deposits.$inferInsert;

/** For `service/move.ts` only. */
export async function insertDeposit(tx: Tx, row: NewDeposit): Promise<Deposit | undefined> {
  const [inserted] = await tx.insert(deposits).values(row).onConflictDoNothing().returning();
  return inserted;
}

/** What may change of a deposit beside its status. */
export type DepositFacts = Partial<Omit<Deposit, "id" | "status" | "version">> & { readonly status?: never };

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writeDepositStatus(
  tx: Tx,
  { id, status }: Pick<Deposit, "id" | "status">,
  change: Partial<Deposit> & Pick<Deposit, "status">,
): Promise<Deposit> {
  const [row] = await tx
    .update(deposits)
    .set({ ...change, version: sql`${deposits.version} + 1` })
    .where(and(eq(deposits.id, id), eq(deposits.status, status)))
    .returning();
  if (!row) throw new Error(`deposit ${id} is not ${status} any more`);
  return row;
}

/** Writes facts; where it stands does not change. */
export async function updateDeposit(tx: Tx, id: DepositId, change: DepositFacts): Promise<Deposit> {
  const [row] = await tx
    .update(deposits)
    .set({ ...change, version: sql`${deposits.version} + 1` })
    .where(eq(deposits.id, id))
    .returning();
  if (!row) throw new Error(`deposit ${id} disappeared`);
  return row;
}

export interface DepositFilter {
  readonly customerId?: string | undefined;
  readonly walletId?: WalletId | undefined;
  readonly status?: DepositStatus | undefined;
}

export function listDeposits(
  db: Db,
  whose: Whose,
  filter: DepositFilter,
  before: DepositId | undefined,
  limit: number,
): Promise<Deposit[]> {
  const conditions = ofCustomer(deposits.customerId, whose);
  if (filter.walletId) conditions.push(eq(deposits.walletId, filter.walletId));
  if (filter.status) conditions.push(eq(deposits.status, filter.status));
  if (before) conditions.push(lt(deposits.id, before));
  return db
    .select()
    .from(deposits)
    .where(and(...conditions))
    .orderBy(desc(deposits.id))
    .limit(limit);
}
