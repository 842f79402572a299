import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { postTogether } from "../../../books/ledger/index.js";
import type { ReceiptRow } from "../queries.js";
import * as queries from "../queries.js";
import type { TreasuryDeps } from "./deps.js";
import { moveFunding, moveReceipt } from "./move.js";

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

/** Books coins that are in no book: for the oldest funding that expects exactly this, else as unexplained. `approver`: who says so. */
export async function bookReceipt(
  { deps, tx, accounts }: Booking,
  receipt: ReceiptRow,
  approver?: string,
): Promise<ReceiptRow> {
  const { provider, asset, amount, walletReference } = receipt;
  const by = approver === undefined ? "provider" : "approver";
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
        actor: approver ?? SYSTEM_ACTOR,
      },
    ]);
  }
  if (funding) {
    const { providerReference, transactionHash } = receipt;
    const came = { receivedAmount: amount, providerReference, transactionHash, transactionId };
    await moveFunding(tx, funding, "received", { by, change: { ...came, receivedAt: deps.clock.now() } });
  }
  return moveReceipt(deps, tx, receipt, "booked", {
    by,
    event: funding ? "treasury.funded" : "treasury.unexplained_receipt",
    change: {
      bookedOn: funding ? "capital" : "unexplained",
      fundingId: funding?.id ?? null,
      duplicateOf: null,
    },
  });
}

/** A funding whose coins are not there after all. */
const UNMATCHED = {
  receivedAmount: null,
  providerReference: null,
  transactionHash: null,
  transactionId: null,
  receivedAt: null,
} as const;

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
  if (fundingId !== null) {
    const received = { id: fundingId, status: "received" } as const;
    await moveFunding(tx, received, "expected", { by: "provider", change: UNMATCHED });
  }
  return moveReceipt(deps, tx, receipt, "gone", {
    by: "provider",
    event: fundingId === null ? "treasury.receipt_undone" : "treasury.funding_undone",
    change: { bookedOn: null, fundingId: null },
    details: { reason },
  });
}
