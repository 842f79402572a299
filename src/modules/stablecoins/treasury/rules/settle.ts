import type { DepositNews } from "../../../../providers/ports/index.js";

/** What of a receipt decides. Undefined: nobody has heard of these coins. */
type Known =
  | {
      readonly status: "booked" | "held" | "rejected" | "gone";
      readonly providerReference: string | null;
      readonly asset: string;
      readonly amount: bigint;
    }
  | undefined;

/** News of coins that came to a master wallet, in our units. */
type Told = Pick<DepositNews, "status" | "providerReference"> & { readonly asset: string; readonly amount: bigint };

export type ReceiptDecision =
  | "nothing"
  /** The coins are there, and in no book. */
  | "book"
  /** They are there, and another amount of them is in the books. */
  | "correct"
  /** They are in the books, and not there after all. */
  | "undo"
  /** Told as gone before anybody decided about them. */
  | "forget"
  /** The same coins cannot be of two assets: a person must look. */
  | "contradiction";

/** The one decision about news of coins that came to a master wallet. */
export function settleReceipt(known: Known, told: Told): ReceiptDecision {
  if (told.status !== "confirmed") return undoing(known, told);
  if (!known || known.status === "gone") return told.amount > 0n ? "book" : "nothing";
  if (known.status !== "booked") return "nothing";
  if (known.asset !== told.asset) return "contradiction";
  return known.amount === told.amount ? "nothing" : "correct";
}

function undoing(known: Known, { providerReference }: Told): ReceiptDecision {
  // Told under another id since: the fate of the older is history.
  if (!known || known.providerReference !== providerReference) return "nothing";
  if (known.status === "booked") return "undo";
  return known.status === "held" ? "forget" : "nothing";
}

/** Whether a decision undoes, changes or redoes what was booked. Then the news may be late, and only what the provider says now counts. */
export const mayBeLate = (known: Known, decision: ReceiptDecision): boolean =>
  decision === "correct" || decision === "undo" || (decision === "book" && known !== undefined);
