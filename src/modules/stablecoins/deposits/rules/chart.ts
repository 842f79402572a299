import { chart, type StatusOf } from "../../../../kernel/charts.js";

/** The coins are not in the books: nothing came yet, or what had come is not there any more. */
export const UNBOOKED = ["pending", "failed", "reversed"] as const;
const TOLD_AGAIN = "nothing, where it may be another deposit told again";

/**
 * What may become of coins that came. `pending` seen on the chain; `credited` in the wallet; `held` for review; `rejected` by a
 * reviewer; `failed` never came; `quarantined` came but is nobody's; `reversed` was credited and turned out not to be there. A chain
 * that dropped a transaction may take it again, so `failed` and `reversed` can come back.
 */
export const depositChart = chart({
  name: "deposit",
  table: "deposits",
  statuses: ["pending", "credited", "held", "rejected", "failed", "quarantined", "reversed"],
  final: ["credited", "rejected", "failed", "quarantined", "reversed"],
  // Told with the first news, in the same transaction.
  begins: [{ to: "pending", by: ["provider"] }],
  transitions: [
    { from: ["pending"], to: "pending", by: ["provider"], event: "deposit.pending" },
    { from: ["pending"], to: "pending", by: ["provider"], moves: "the sweep's gas", event: "deposit.swept" },
    { from: ["pending"], to: "failed", by: ["provider"], event: "deposit.failed" },
    {
      from: UNBOOKED,
      to: "credited",
      by: ["provider"],
      moves: "the coins to `custody`, their worth into the wallet; a debt is repaid from it first",
      event: "deposit.credited",
    },
    {
      from: UNBOOKED,
      to: "held",
      by: ["provider"],
      moves: `the coins to \`custody\` against \`unexplained\`; ${TOLD_AGAIN}`,
      event: "deposit.held",
    },
    {
      from: UNBOOKED,
      to: "quarantined",
      by: ["provider"],
      moves: `the coins to \`custody\` against \`unexplained\`; ${TOLD_AGAIN}`,
      event: "deposit.quarantined",
    },
    // It may be one told again that a person has rejected.
    { from: UNBOOKED, to: "rejected", by: ["provider"], event: "deposit.rejected" },
    {
      from: ["held"],
      to: "credited",
      by: ["approver"],
      moves: "`unexplained` is explained, their worth into the wallet; a debt is repaid from it first",
      event: "deposit.credited",
    },
    { from: ["held"], to: "rejected", by: ["approver"], event: "deposit.rejected" },
    {
      from: ["credited"],
      to: "reversed",
      by: ["provider"],
      moves: "the coins leave the books, and the wallet, which owes what it has spent",
      event: "deposit.reversed",
    },
    {
      from: ["held", "quarantined", "rejected"],
      to: "failed",
      by: ["provider"],
      moves: `the coins leave the books; ${TOLD_AGAIN}`,
      event: "deposit.failed",
    },
  ],
});

export type DepositStatus = StatusOf<typeof depositChart>;

/**
 * What may become of an address that a wallet is paid to. `requested` is promised and perhaps made; `rotated` is given out no more, but
 * stays watched, and what comes to it is credited as ever. No money moves.
 */
export const addressChart = chart({
  name: "deposit address",
  table: "deposit_addresses",
  statuses: ["requested", "active", "rotated"],
  final: ["rotated"],
  begins: [{ to: "requested", by: ["caller"] }],
  transitions: [
    { from: ["requested"], to: "active", by: ["provider"], event: "deposit_address.active" },
    { from: ["active"], to: "rotated", by: ["caller"] },
  ],
});

export type AddressStatus = StatusOf<typeof addressChart>;
