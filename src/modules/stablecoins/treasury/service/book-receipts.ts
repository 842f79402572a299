import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { postTogether } from "../../../books/ledger/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { treasuryReceiptEvents } from "../events.js";
import type { ReceiptRow } from "../queries.js";
import * as queries from "../queries.js";
import type { TreasuryDeps } from "./deps.js";

export interface ReceiptAccounts {
  readonly custody: AccountId;
  readonly capital: AccountId;
  readonly unexplained: AccountId;
}

interface Booking {
  readonly deps: TreasuryDeps;
  readonly tx: Tx;
  readonly accounts: ReceiptAccounts;
}

const nameOf = ({ transactionHash, providerReference, id }: ReceiptRow): string =>
  transactionHash ?? providerReference ?? id;

/** Books coins that are in no book: for the oldest funding that expects exactly this, else as unexplained. */
export async function bookReceipt(
  { deps, tx, accounts }: Booking,
  receipt: ReceiptRow,
  actor: string = SYSTEM_ACTOR,
): Promise<ReceiptRow> {
  const { provider, asset, amount, walletReference } = receipt;
  const now = deps.clock.now();
  const funding =
    walletReference === null
      ? undefined
      : await queries.lockExpectedFunding(tx, { provider, walletReference, asset, amount });
  const transactionId = newId(deps.ids, "txn");
  if (amount > 0n) {
    await postTogether(tx, [
      {
        id: newId(deps.ids, "trf"),
        transactionId,
        from: funding ? accounts.capital : accounts.unexplained,
        to: accounts.custody,
        amount,
        asset,
        type: funding ? "treasury_funding" : "unexplained_receipt",
        key: `receipt:${receipt.id}:${receipt.version}`,
        source: funding?.id,
        reference: nameOf(receipt),
        actor,
      },
    ]);
  }
  if (funding) {
    await queries.updateFunding(tx, funding.id, {
      status: "received",
      receivedAmount: amount,
      providerReference: receipt.providerReference,
      transactionHash: receipt.transactionHash,
      transactionId,
      receivedAt: now,
    });
  }
  const row = await queries.updateReceipt(tx, receipt.id, {
    status: "booked",
    bookedOn: funding ? "capital" : "unexplained",
    fundingId: funding?.id ?? null,
    duplicateOf: null,
    updatedAt: now,
  });
  await announce({ deps, tx }, row, funding ? "treasury.funded" : "treasury.unexplained_receipt");
  return row;
}

/** Takes coins out of the books that are not there after all; their funding is expected again. */
export async function unbookReceipt(
  { deps, tx, accounts }: Booking,
  receipt: ReceiptRow,
  reason: string | null,
): Promise<ReceiptRow> {
  const { asset, amount, bookedOn, fundingId } = receipt;
  if (bookedOn === null) throw new Error(`receipt ${receipt.id} is not booked`);
  if (amount > 0n) {
    await postTogether(tx, [
      {
        id: newId(deps.ids, "trf"),
        transactionId: newId(deps.ids, "txn"),
        from: accounts.custody,
        to: accounts[bookedOn],
        amount,
        asset,
        type: "deposit_undone",
        key: `receipt:${receipt.id}:${receipt.version}:undone`,
        source: fundingId ?? undefined,
        reference: nameOf(receipt),
        actor: SYSTEM_ACTOR,
      },
    ]);
  }
  if (fundingId !== null) await queries.reopenFunding(tx, fundingId);
  await announce({ deps, tx }, receipt, fundingId === null ? "treasury.receipt_undone" : "treasury.funding_undone", {
    reason,
  });
  return queries.updateReceipt(tx, receipt.id, {
    status: "gone",
    bookedOn: null,
    fundingId: null,
    updatedAt: deps.clock.now(),
  });
}

/** Tells of a receipt: by its funding, or by what the provider calls it; one that waits for a decision by its own id. */
export async function announce(
  { deps, tx }: Pick<Booking, "deps" | "tx">,
  receipt: ReceiptRow,
  type: keyof typeof treasuryReceiptEvents.types,
  more: { readonly reason?: string | null; readonly duplicateOf?: string | null } = {},
): Promise<void> {
  const { id, fundingId, providerReference, asset, amount, network } = receipt;
  const resource = receipt.status === "held" ? id : (fundingId ?? providerReference ?? id);
  const data = { asset, amount: Number(amount), network, ...more };
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource, details: data }]);
  await emitEvents(deps, tx, [treasuryReceiptEvents.of(type, { resource }, data)]);
}
