import { chart, type StatusOf } from "../../../../kernel/charts.js";

const BOOKED_FUNDING = "the coins to `custody` against `treasury_capital`";
const BOOKED_UNEXPLAINED = "the coins to `custody` against `unexplained`";

/**
 * What may become of coins that came to a master wallet itself. `booked` for a funding that expected them, else as unexplained; `held`
 * may be another receipt told again, and books nothing until a person says so; `gone` is not there after all, or not decided about yet.
 * A chain that dropped a transaction may take it again, so what is gone can come back.
 */
export const receiptChart = chart({
  name: "treasury receipt",
  table: "treasury_receipts",
  statuses: ["booked", "held", "rejected", "gone"],
  final: ["booked", "rejected", "gone"],
  // In the books of nobody: the first step follows in the same transaction.
  begins: [{ to: "gone", by: ["provider"] }],
  transitions: [
    { from: ["gone"], to: "booked", by: ["provider"], moves: BOOKED_FUNDING, event: "treasury.funded" },
    {
      from: ["gone"],
      to: "booked",
      by: ["provider"],
      moves: BOOKED_UNEXPLAINED,
      event: "treasury.unexplained_receipt",
    },
    { from: ["gone"], to: "held", by: ["provider"], event: "treasury.receipt_held" },
    // It may be one told again that a person has rejected.
    { from: ["gone"], to: "rejected", by: ["provider"] },
    {
      from: ["booked"],
      to: "gone",
      by: ["provider"],
      moves: "the coins leave the books; their funding is expected again",
      event: "treasury.funding_undone",
    },
    {
      from: ["booked"],
      to: "gone",
      by: ["provider"],
      moves: "the coins leave the books",
      event: "treasury.receipt_undone",
    },
    { from: ["held"], to: "gone", by: ["provider"] },
    { from: ["held"], to: "booked", by: ["approver"], moves: BOOKED_FUNDING, event: "treasury.funded" },
    {
      from: ["held"],
      to: "booked",
      by: ["approver"],
      moves: BOOKED_UNEXPLAINED,
      event: "treasury.unexplained_receipt",
    },
    { from: ["held"], to: "rejected", by: ["approver"] },
  ],
});

export type ReceiptStatus = StatusOf<typeof receiptChart>;

/** What may become of coins of our own that are announced. The receipt that they are matched with moves them, and tells of it. */
export const fundingChart = chart({
  name: "treasury funding",
  table: "treasury_fundings",
  statuses: ["expected", "received", "canceled"],
  final: ["received", "canceled"],
  begins: [{ to: "expected", by: ["caller"] }],
  transitions: [
    { from: ["expected"], to: "received", by: ["provider", "approver"] },
    // The coins are not there after all.
    { from: ["received"], to: "expected", by: ["provider"] },
    { from: ["expected"], to: "canceled", by: ["caller"] },
  ],
});

export type FundingStatus = StatusOf<typeof fundingChart>;
