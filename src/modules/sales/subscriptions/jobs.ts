import { atEach } from "../../../kernel/at-each.js";
import { type Jobs, type LogFailure, type LookFailure, untilNothingIsDue } from "../../../kernel/jobs.js";
import { type BillingProvider, type BillingProviderName, ORIGINAL_BILLER } from "../../../providers/ports/index.js";
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
  const atEachBiller = async (work: (billing: BillingProvider) => Promise<LookFailure[]>) => {
    for (const failure of await atEach(deps.billingProviders.values(), work)) log(failure);
  };
  return {
    "invoices:look": ({ invoiceReference, provider = ORIGINAL_BILLER }) =>
      lookAtInvoice(deps, provider as BillingProviderName, invoiceReference),
    "invoices:catch-up": () => atEachBiller((billing) => catchUp(deps, billing)),
    "subscriptions:sweep": () => atEachBiller((billing) => sweep(deps, billing)),
  };
}

/** Reads both lists of a provider: that one cannot be read leaves the other to be. Returns what failed. */
async function catchUp(deps: SubscriptionDeps, billing: BillingProvider): Promise<LookFailure[]> {
  const lists = [
    { name: "invoices", read: catchUpInvoices },
    { name: "credit_notes", read: catchUpCreditNotes },
  ];
  return atEach(lists, async ({ read }) => (await read(deps, billing)).failures);
}

async function sweep(deps: SubscriptionDeps, billing: BillingProvider): Promise<LookFailure[]> {
  const failures: LookFailure[] = [];
  for (const look of [sweepSubscriptions, sweepInvoices, sweepCases])
    await untilNothingIsDue(
      () => look(deps, billing),
      (failure) => failures.push(failure),
    );
  return failures;
}
