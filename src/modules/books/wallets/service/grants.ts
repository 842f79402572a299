import type { Caller } from "../../../../core/access.js";
import { mapLimited } from "../../../../core/concurrency.js";
import { AppError } from "../../../../core/errors.js";
import { newId, type WalletId } from "../../../../core/ids.js";
import { findCustomerIdsByEmail } from "../../../sales/customers/index.js";
import { getAsset } from "../../ledger/index.js";
import * as queries from "../queries.js";
import { type Ask, type CreditTerms, createCredit, firstCredit, type Movement, requireFuture } from "./movements.js";
import { openWallet, type WalletDeps } from "./wallets.js";

/** Who gets something: by id (created on first use) or by the e-mail address of exactly one customer. */
export interface GrantTarget {
  readonly customerId?: string | undefined;
  readonly email?: string | undefined;
}

export interface GrantInput extends GrantTarget, CreditTerms {
  readonly asset: string;
  readonly amount: bigint;
  readonly note: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface Grant extends Movement {
  readonly customerId: string;
  readonly walletId: WalletId;
}

/** Gives to one customer. Throws `customers.not_found` (404), `customers.email_ambiguous` (409). */
export async function createGrant(deps: WalletDeps, caller: Caller, input: GrantInput, ask: Ask): Promise<Grant> {
  const byEmail = await findCustomerIdsByEmail(deps, input.email === undefined ? [] : [input.email]);
  // A client's key has no space in it, so the keys of grants, of bulk items and of credits cannot meet.
  const grantAsk = "key" in ask ? { key: `grant ${ask.key}` } : ask;
  return grantTo(deps, caller, customerIdOf(input, byEmail), input, grantAsk);
}

async function grantTo(
  deps: WalletDeps,
  caller: Caller,
  customerId: string,
  input: GrantInput,
  ask: Ask,
): Promise<Grant> {
  const known = "dryRun" in ask ? await queries.findWalletOf(deps.db, customerId) : undefined;
  if ("dryRun" in ask && !known) {
    requireFuture(deps, input);
    return { ...(await firstCredit(deps, input)), customerId, walletId: newId(deps.ids, "wal") };
  }
  const wallet = known ?? (await openWallet(deps, caller.id, customerId));
  const movement = await createCredit(
    deps,
    caller,
    wallet.id,
    { ...termsOf(input), asset: input.asset, amount: input.amount, reason: input.note, metadata: input.metadata },
    ask,
  );
  return { ...movement, customerId, walletId: wallet.id };
}

const termsOf = ({ expiresAt, priority, kind }: CreditTerms): CreditTerms => ({ expiresAt, priority, kind });

function customerIdOf(target: GrantTarget, byEmail: Map<string, string[]>): string {
  if (target.customerId !== undefined) return target.customerId;
  const [first, ...others] = byEmail.get((target.email ?? "").toLowerCase()) ?? [];
  if (first === undefined) throw new AppError("customers.not_found", "No customer has this e-mail address.");
  if (others.length > 0) {
    throw new AppError("customers.email_ambiguous", `${others.length + 1} customers have this e-mail address.`);
  }
  return first;
}

export interface BulkGrantInput extends CreditTerms {
  readonly asset: string;
  readonly note: string;
  readonly items: readonly (GrantTarget & { readonly amount: bigint })[];
}

export type BulkGrantItem =
  | { readonly status: "granted" | "replayed"; readonly grant: Grant }
  | { readonly status: "refused"; readonly customerId: string | null; readonly error: AppError };

// Each item needs a few reads and shares a posting call; more at once would only queue for connections.
const BULK_CONCURRENCY = 8;

/**
 * Gives to many, one result per item in order; a refused item does not stop the others. Each item has its own key made of
 * the request's key and its place, so sending the list again grants what is missing and repeats nothing.
 */
export async function createBulkGrant(
  deps: WalletDeps,
  caller: Caller,
  input: BulkGrantInput,
  ask: Ask,
): Promise<BulkGrantItem[]> {
  await getAsset(deps, input.asset);
  const emails = input.items.flatMap((item) => item.email ?? []);
  const byEmail = await findCustomerIdsByEmail(deps, emails);
  return mapLimited(input.items, BULK_CONCURRENCY, async (item, index) => {
    try {
      const customerId = customerIdOf(item, byEmail);
      const itemAsk = "key" in ask ? { key: `bulk ${ask.key} ${index}` } : ask;
      const grant = await grantTo(
        deps,
        caller,
        customerId,
        { ...item, ...termsOf(input), asset: input.asset, note: input.note },
        itemAsk,
      );
      return { status: grant.replayed ? "replayed" : "granted", grant };
    } catch (error) {
      // Our own trouble is not an answer about this item: the whole request fails and is sent again.
      if (error instanceof AppError && error.status < 500) {
        return { status: "refused", customerId: item.customerId ?? null, error };
      }
      throw error;
    }
  });
}
