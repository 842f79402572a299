import {
  catchUpCreditNotes,
  catchUpInvoices,
  lookAtInvoice,
  type SubscriptionDeps,
  sweepCases,
  sweepInvoices,
  sweepSubscriptions,
} from "./service/index.js";

const SWEEP_ROUNDS_MAX = 20;

/** What the worker runs for subscriptions and their invoices. */
export function subscriptionJobs(deps: SubscriptionDeps, log: (message: string) => void) {
  return {
    "invoices:look": (payload: unknown) =>
      lookAtInvoice(deps, (payload as { invoiceReference: string }).invoiceReference),
    "invoices:catch-up": async () => {
      if (!deps.billing) return;
      for (const catchUp of [catchUpInvoices, catchUpCreditNotes]) {
        const { failures } = await catchUp(deps);
        for (const failure of failures) log(failure);
      }
    },
    "subscriptions:sweep": async () => {
      for (const sweep of [sweepSubscriptions, sweepInvoices, sweepCases]) {
        for (let round = 0; round < SWEEP_ROUNDS_MAX; round += 1) {
          const { checked, failures } = await sweep(deps);
          for (const failure of failures) log(failure);
          if (checked === 0) break;
        }
      }
    },
  };
}
