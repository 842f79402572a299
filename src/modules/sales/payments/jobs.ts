import { type Jobs, type LogFailure, untilNothingIsDue } from "../../../kernel/jobs.js";
import { type PaymentDeps, sweepPayments } from "./service/index.js";

/** What the worker runs for payments. */
export const paymentJobs = (deps: PaymentDeps, log: LogFailure): Jobs<"payments:sweep"> => ({
  "payments:sweep": () => untilNothingIsDue(() => sweepPayments(deps), log),
});
