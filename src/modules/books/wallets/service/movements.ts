import { type Caller, idempotencyScopeOf } from "../../../../core/access.js";
import { fingerprint } from "../../../../core/canonical.js";
import { type AccountId, newId, newIdIn, type TransferId, uuidOf, type WalletId } from "../../../../core/ids.js";
import {
  findWalletAccount,
  getAsset,
  isPosted,
  openWalletAccount,
  type Posting,
  postingRefused,
  postTransfer,
  previewTransfer,
  systemAccount,
} from "../../ledger/index.js";
import type { WalletDeps } from "./wallets.js";

export interface MovementInput {
  readonly asset: string;
  /** Minor units, positive. */
  readonly amount: bigint;
  readonly description?: string | undefined;
  readonly reference?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** When it happened in the world, if not now. */
  readonly effectiveAt?: Date | undefined;
}

/** How a movement is asked for: under a key, or to see what would happen. */
export type Ask = { readonly key: string } | { readonly dryRun: true };

export interface Movement {
  readonly id: TransferId;
  readonly balanceAfter: bigint;
  readonly createdAt: Date;
  readonly replayed: boolean;
}

/**
 * Spends from a wallet. Throws `wallets.insufficient_balance` (402) with the available amount, `ledger.asset_not_found`
 * (422), and 422 for a key that was used with another request.
 */
export async function createDebit(
  deps: WalletDeps,
  caller: Caller,
  walletId: WalletId,
  input: MovementInput,
  ask: Ask,
): Promise<Movement> {
  const from = await findWalletAccount(deps, walletId, input.asset);
  const to = await systemAccount(deps, "credits_used", input.asset);
  // An asset the wallet never held is a balance of zero, not an unknown thing.
  if (!from) throw postingRefused("insufficient_balance", input, 0n, (await getAsset(deps, input.asset)).scale);
  return move(deps, caller, { type: "debit", from, to }, input, ask);
}

/** Gives to a wallet. `reason` is kept as the description of the transfer. */
export async function createCredit(
  deps: WalletDeps,
  caller: Caller,
  walletId: WalletId,
  input: MovementInput & { readonly reason: string },
  ask: Ask,
): Promise<Movement> {
  if ("dryRun" in ask && !(await findWalletAccount(deps, walletId, input.asset))) return firstCredit(deps, input);
  const from = await systemAccount(deps, "credits_issued", input.asset);
  const to = await openWalletAccount(deps, walletId, input.asset);
  const { reason, description, ...rest } = input;
  const text = description === undefined ? reason : `${reason}: ${description}`;
  return move(deps, caller, { type: "grant", from, to }, { ...rest, description: text }, ask);
}

/** What a first credit of an asset would come to; a preview opens no account for it. */
export async function firstCredit(deps: WalletDeps, input: Pick<MovementInput, "asset" | "amount">): Promise<Movement> {
  await getAsset(deps, input.asset);
  return { id: newId(deps.ids, "trf"), balanceAfter: input.amount, createdAt: deps.clock.now(), replayed: false };
}

async function move(
  deps: WalletDeps,
  caller: Caller,
  kind: { type: "debit" | "grant"; from: AccountId; to: AccountId },
  input: MovementInput,
  ask: Ask,
): Promise<Movement> {
  // Every field by name: on this path a spread takes longer than hashing the request.
  const posting: Posting = {
    id: newIdIn(deps.ids, "trf", uuidOf("acc", kind.type === "debit" ? kind.from : kind.to)),
    from: kind.from,
    to: kind.to,
    amount: input.amount,
    asset: input.asset,
    type: kind.type,
    // Scoped to principal and kind, so that two of them cannot meet each other's keys.
    key: "key" in ask ? `${idempotencyScopeOf(caller)}:${kind.type}:${ask.key}` : undefined,
    fingerprint: "key" in ask ? movementFingerprint(input) : undefined,
    reference: input.reference,
    description: input.description,
    metadata: input.metadata,
    actor: caller.id,
    effectiveAt: input.effectiveAt,
  };
  const result = "dryRun" in ask ? await previewTransfer(deps, posting) : await postTransfer(deps, posting);
  if (!isPosted(result)) {
    throw postingRefused(result.outcome, input, result.available, (await getAsset(deps, input.asset)).scale);
  }
  return {
    id: result.transferId,
    balanceAfter: result.balanceAfter ?? 0n,
    createdAt: result.postedAt,
    replayed: result.outcome === "replayed",
  };
}

const movementFingerprint = (input: MovementInput) =>
  fingerprint(
    input.asset,
    input.amount.toString(),
    input.description ?? null,
    input.reference ?? null,
    input.metadata ?? null,
    input.effectiveAt?.toISOString() ?? null,
  );
