import { type Jobs, untilNothingIsDue } from "../../../kernel/jobs.js";
import { type PaymentDeps, sweepPayments } from "./service/index.js";

/** What the worker runs for payments. */
export const paymentJobs = (deps: PaymentDeps, log: (message: string) => void): Jobs<"payments:sweep"> => ({
  "payments:sweep": () => untilNothingIsDue(() => sweepPayments(deps), log),
});
