import { AppError } from "../../../core/errors.js";
import { WINDOW_DAYS_MAX, type WindowProblem } from "./rules/window.js";

const WINDOW_PROBLEMS: Readonly<Record<WindowProblem, string>> = {
  reversed: "The window ends before it begins: `from` must be before `to`.",
  in_future: "The window ends in the future: `to` must not be later than now.",
  too_wide: `The window is wider than ${WINDOW_DAYS_MAX} days.`,
};
export const badWindow = (problem: WindowProblem) =>
  new AppError("reconciliation.bad_window", WINDOW_PROBLEMS[problem]);

export const noStatement = (provider: string) =>
  new AppError("provider.not_configured", `${provider} is not set up, or has no statement of a balance.`);
export const alreadyRunning = (provider: string) =>
  new AppError("reconciliation.already_running", `A reconciliation of ${provider} is running; wait for it.`, {
    retryAfter: 10,
  });
export const tooMuchToPreview = (most: number) =>
  new AppError(
    "reconciliation.too_much_to_preview",
    `The provider lists more than ${most} transactions since the last run; run it without dryRun.`,
  );
export const statementUnavailable = (provider: string, detail: string) =>
  new AppError("provider.unavailable", `${provider} gave no clear answer: ${detail}.`, { retryAfter: 5 });
export const runNotFound = (id: string) => new AppError("reconciliation.not_found", `No reconciliation ${id}.`);
export const breakNotFound = (id: string) => new AppError("reconciliation.break_not_found", `No break ${id}.`);
export const breakOver = (id: string, status: string) =>
  new AppError("reconciliation.break_not_open", `The break ${id} is ${status}.`);
export const amountDiffers = (difference: bigint) =>
  new AppError(
    "reconciliation.amount_differs",
    `The break is over ${difference} minor units now; a resolution must say the same amount.`,
  );
export const notResolvable = (kind: string) =>
  new AppError(
    "reconciliation.not_resolvable",
    `A break of kind ${kind} is not booked by a person; it closes when the provider's list agrees.`,
  );
export const samePerson = () =>
  new AppError("reconciliation.same_person", "Who proposed to write this off cannot approve it; another person must.");
export const notProposed = (id: string) =>
  new AppError("reconciliation.not_proposed", `Nothing is proposed for the break ${id}.`);
export const periodNotOver = (month: string) =>
  new AppError("periods.not_over", `${month} is not over; a month is closed after its last day (UTC).`);
export const periodClosed = (month: string) => new AppError("periods.closed", `${month} is closed already.`);
export const periodHasBreaks = (count: number) =>
  new AppError(
    "periods.has_breaks",
    `${count} breaks of that time are open; resolve them, or say acceptOpenBreaks with a note.`,
  );
export const periodNotFound = (month: string) => new AppError("periods.not_found", `${month} is not closed.`);
