import { type Caller, idempotencyScopeOf } from "../../../../core/access.js";
import { fingerprint } from "../../../../core/canonical.js";
import { type AccountId, newId, newIdIn, type TransferId, uuidOf, type WalletId } from "../../../../core/ids.js";
import {
  findWalletAccount,
  getAsset,
  isPosted,
  openWalletAccount,
  type Posting,
  type PostingResult,
  postingRefused,
  postTogether,
  postTransfer,
  previewTransfer,
  systemAccount,
} from "../../ledger/index.js";
import { expiryInPast, recordLots } from "../../lots/index.js";
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

/** What is agreed about credits that are given. */
export interface CreditTerms {
  readonly expiresAt?: Date | undefined;
  readonly priority?: number | undefined;
  readonly kind?: "promotional" | "adjustment" | undefined;
}

export interface CreditInput extends MovementInput, CreditTerms {
  /** Kept as the description of the transfer. */
  readonly reason: string;
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

/**
 * Gives to a wallet. Throws `lots.expiry_in_past` (422) when the credits would have expired already, `ledger.asset_not_found` (422), and
 * 422 for a key that was used with another request.
 */
export async function createCredit(
  deps: WalletDeps,
  caller: Caller,
  walletId: WalletId,
  input: CreditInput,
  ask: Ask,
): Promise<Movement> {
  if ("dryRun" in ask) requireFuture(deps, input);
  if ("dryRun" in ask && !(await findWalletAccount(deps, walletId, input.asset))) return firstCredit(deps, input);
  const from = await systemAccount(deps, "credits_issued", input.asset);
  const to = await openWalletAccount(deps, walletId, input.asset);
  const { reason, description, ...rest } = input;
  const text = description === undefined ? reason : `${reason}: ${description}`;
  const kind = { type: "grant", from, to } as const;
  return move(deps, caller, kind, { ...rest, description: text }, ask, (posting) =>
    saysTerms(input) ? giveAsAgreed(deps, walletId, posting, input) : postTransfer(deps, posting),
  );
}

const saysTerms = ({ expiresAt, priority, kind }: CreditTerms): boolean =>
  expiresAt !== undefined || priority !== undefined || kind !== undefined;

/** Throws `lots.expiry_in_past` (422). */
export function requireFuture(deps: WalletDeps, { expiresAt }: CreditTerms): void {
  if (expiresAt && expiresAt.getTime() <= deps.clock.now().getTime()) throw expiryInPast(expiresAt);
}

/**
 * Posts what is given together with what is agreed about it. Whether its end is in the past is asked of what is new: the same request
 * again is answered as before, also when the credits have expired since.
 */
function giveAsAgreed(
  deps: WalletDeps,
  walletId: WalletId,
  posting: Posting,
  input: CreditInput,
): Promise<PostingResult> {
  return deps.db.transaction(async (tx) => {
    const [result] = await postTogether(tx, [posting]);
    if (!result) throw new Error("the ledger answered with no result");
    if (!isPosted(result) || result.outcome !== "posted") return result;
    requireFuture(deps, input);
    const { expiresAt, priority, kind = "promotional", effectiveAt, metadata } = input;
    const terms = { kind, origin: "grant", source: null, expiresAt, priority, effectiveAt, metadata } as const;
    const { amount, asset, to: account } = posting;
    await recordLots(deps, tx, [{ transferId: result.transferId, account, walletId, asset, amount, terms }]);
    return result;
  });
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
  input: MovementInput & CreditTerms,
  ask: Ask,
  post: (posting: Posting) => Promise<PostingResult> = (posting) => postTransfer(deps, posting),
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
  const result = "dryRun" in ask ? await previewTransfer(deps, posting) : await post(posting);
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

const movementFingerprint = (input: MovementInput & CreditTerms): Buffer => {
  const { asset, description = null, reference = null, metadata = null } = input;
  const amount = input.amount.toString();
  const effectiveAt = input.effectiveAt?.toISOString() ?? null;
  if (!saysTerms(input)) return fingerprint(asset, amount, description, reference, metadata, effectiveAt);
  // Only where something is said of it: requests of before this was known have the fingerprint that they had.
  const { expiresAt, priority = null, kind = null } = input;
  const terms = { expiresAt: expiresAt?.toISOString() ?? null, priority, kind };
  return fingerprint(asset, amount, description, reference, metadata, effectiveAt, terms);
};
