import { chart, type StatusOf } from "../../../../kernel/charts.js";

const GIVEN_BACK = "`payouts_in_flight` to the wallet; a debt is repaid from it first";
const BOOKED_OUT = "what was set aside is used up, the coins leave `custody`, the fee and the gas are booked";

/**
 * What may become of a payout. `unknown` is left only by the provider's word or a person's decision. Money is set aside from the
 * beginning on, comes back with `failed` and `canceled`, and is used up with `confirmed`.
 */
export const payoutChart = chart({
  name: "payout",
  table: "payouts",
  statuses: [
    "requested",
    "awaiting_approval",
    "approved",
    "submitting",
    "unknown",
    "submitted",
    "confirmed",
    "failed",
    "canceled",
  ],
  final: ["confirmed", "failed", "canceled"],
  former: ["requested"],
  begins: [
    {
      to: "awaiting_approval",
      by: ["caller", "worker"],
      moves: "the wallet to `payouts_in_flight`",
      event: "payout.awaiting_approval",
    },
    { to: "approved", by: ["caller", "worker"], moves: "the wallet to `payouts_in_flight`", event: "payout.approved" },
  ],
  transitions: [
    {
      from: ["awaiting_approval"],
      to: "awaiting_approval",
      by: ["caller"],
      moves: "an edit: the old amount back, the new one set aside",
      event: "payout.awaiting_approval",
    },
    { from: ["awaiting_approval"], to: "approved", by: ["approver"], event: "payout.approved" },
    { from: ["awaiting_approval"], to: "canceled", by: ["approver"], moves: GIVEN_BACK, event: "payout.canceled" },
    {
      from: ["requested", "awaiting_approval", "approved"],
      to: "canceled",
      by: ["caller"],
      moves: GIVEN_BACK,
      event: "payout.canceled",
    },
    // The address was refused meanwhile, or its payment has lost its money.
    { from: ["approved"], to: "failed", by: ["worker"], moves: GIVEN_BACK, event: "payout.failed" },
    { from: ["approved"], to: "canceled", by: ["worker"], moves: GIVEN_BACK, event: "payout.canceled" },
    { from: ["approved"], to: "submitting", by: ["worker"], event: "payout.submitting" },
    { from: ["submitting"], to: "unknown", by: ["worker", "sweeper"], event: "payout.unknown" },
    // Nothing was sent, and later it may work.
    {
      from: ["submitting", "unknown"],
      to: "approved",
      by: ["provider", "worker", "sweeper"],
      event: "payout.approved",
    },
    // From `approved`: what was refused or given up turns up before another attempt is made. From itself: replaced by another.
    {
      from: ["approved", "submitting", "unknown", "submitted"],
      to: "submitted",
      by: ["provider"],
      event: "payout.submitted",
    },
    {
      from: ["approved", "submitting", "unknown", "submitted"],
      to: "confirmed",
      by: ["provider"],
      moves: BOOKED_OUT,
      event: "payout.confirmed",
    },
    {
      from: ["submitting", "unknown", "submitted"],
      to: "failed",
      by: ["provider"],
      moves: GIVEN_BACK,
      event: "payout.failed",
    },
    {
      from: ["submitting", "unknown", "submitted"],
      to: "canceled",
      by: ["provider"],
      moves: GIVEN_BACK,
      event: "payout.canceled",
    },
    // It arrived although we held it to have ended.
    {
      from: ["failed", "canceled"],
      to: "confirmed",
      by: ["provider"],
      moves: `taken back from the wallet, what it lacks is owed; then ${BOOKED_OUT}`,
      event: "payout.confirmed",
    },
    { from: ["unknown"], to: "approved", by: ["approver"], event: "payout.approved" },
    {
      from: ["failed"],
      to: "approved",
      by: ["caller"],
      moves: "the wallet to `payouts_in_flight`",
      event: "payout.approved",
    },
  ],
});

export type PayoutStatus = StatusOf<typeof payoutChart>;

/** What may become of one time that the provider was asked, or may have been. Its payout tells of it. */
export const attemptChart = chart({
  name: "payout attempt",
  table: "payout_attempts",
  statuses: ["submitting", "unknown", "submitted", "confirmed", "failed", "abandoned"],
  final: ["confirmed", "failed", "abandoned"],
  begins: [{ to: "submitting", by: ["worker"] }],
  transitions: [
    { from: ["submitting"], to: "unknown", by: ["worker", "sweeper"] },
    { from: ["submitting", "unknown"], to: "failed", by: ["worker", "sweeper"] },
    { from: ["unknown"], to: "abandoned", by: ["approver"] },
    { from: ["submitting", "unknown", "submitted", "abandoned"], to: "failed", by: ["provider"] },
    { from: ["submitting", "unknown", "submitted", "failed", "abandoned"], to: "submitted", by: ["provider"] },
    { from: ["submitting", "unknown", "submitted", "failed", "abandoned"], to: "confirmed", by: ["provider"] },
  ],
});

export type AttemptStatus = StatusOf<typeof attemptChart>;

/**
 * What may become of a change that loosens what payouts are held to. It waits for a second person, or until its time has come, so that
 * somebody can object. No money moves.
 */
export const settingChangeChart = chart({
  name: "payout setting change",
  table: "payout_setting_changes",
  statuses: ["pending", "applied", "canceled"],
  final: ["applied", "canceled"],
  begins: [{ to: "pending", by: ["caller"], event: "payout_settings.proposed" }],
  transitions: [
    // By the caller: where nothing waits, because one person runs the installation alone.
    { from: ["pending"], to: "applied", by: ["approver", "sweeper", "caller"], event: "payout_settings.applied" },
    { from: ["pending"], to: "canceled", by: ["approver"], event: "payout_settings.canceled" },
    // A later change of the same setting takes its place, and is told.
    { from: ["pending"], to: "canceled", by: ["caller"] },
  ],
});

export type SettingChangeStatus = StatusOf<typeof settingChangeChart>;
