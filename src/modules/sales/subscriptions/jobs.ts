import { type Jobs, type LogFailure, untilNothingIsDue } from "../../../kernel/jobs.js";
import {
  catchUpCreditNotes,
  catchUpInvoices,
  lookAtInvoice,
  type SubscriptionDeps,
  sweepCases,
  sweepInvoices,
  sweepSubscriptions,
} from "./service/index.js";

/** What the worker runs for subscriptions and their invoices. */
export function subscriptionJobs(
  deps: SubscriptionDeps,
  log: LogFailure,
): Jobs<"invoices:look" | "invoices:catch-up" | "subscriptions:sweep"> {
  return {
    "invoices:look": ({ invoiceReference }) => lookAtInvoice(deps, invoiceReference),
    "invoices:catch-up": async () => {
      if (!deps.billing) return;
      for (const catchUp of [catchUpInvoices, catchUpCreditNotes]) {
        const { failures } = await catchUp(deps);
        for (const failure of failures) log(failure);
      }
    },
    "subscriptions:sweep": async () => {
      for (const sweep of [sweepSubscriptions, sweepInvoices, sweepCases])
        await untilNothingIsDue(() => sweep(deps), log);
    },
  };
}
