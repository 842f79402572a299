import { DAY_MS, MINUTE_MS } from "../../../../core/clock.js";
import type { Tx } from "../../../../db/client.js";
import { atEach } from "../../../../kernel/at-each.js";
import type { LookFailure } from "../../../../kernel/jobs.js";
import type { BillingProviderName } from "../../../../providers/ports/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { methodNotFound, methodsUnavailable } from "../errors.js";
import { paymentMethodEvents } from "../events.js";
import type { ListKey } from "../queries.js";
import * as queries from "../queries.js";
import type { PaymentMethod } from "../types.js";
import type { PaymentMethodDeps } from "./deps.js";
import { refreshMethods } from "./refresh-methods.js";

const SWEEP_MAX = 100;
const AGAIN_MS = 10 * MINUTE_MS;

/** Looks up the lists of customers for whom a change was asked and never answered. Returns the failures. */
export const sweepMethods = (deps: PaymentMethodDeps): Promise<LookFailure[]> =>
  atEach(deps.billingProviders.values(), ({ name }) => sweepAt(deps, name));

async function sweepAt(deps: PaymentMethodDeps, provider: BillingProviderName): Promise<LookFailure[]> {
  const now = deps.clock.now();
  const failures: LookFailure[] = [];
  for (const { customerId } of await queries.listDue(deps.db.read, provider, now, SWEEP_MAX)) {
    try {
      if ((await refreshMethods(deps, { customerId, provider })) === "fresh") continue;
      failures.push({ id: customerId, error: new Error("the provider gave no answer") });
    } catch (error) {
      failures.push({ id: customerId, error });
    }
    // A list that nobody can be asked about must not keep the others waiting.
    const refreshAt = new Date(now.getTime() + AGAIN_MS);
    await deps.db.transaction((tx) => queries.touchList(tx, { customerId, provider }, { refreshAt }));
  }
  return failures;
}

const EXPIRING_MS = 30 * DAY_MS;
const BATCH_MAX = 500;

/** Announces cards whose last month ends within 30 days, each such end once. Returns how many. */
export async function announceExpiring(deps: PaymentMethodDeps): Promise<number> {
  let announced = 0;
  for (;;) {
    const methods = await deps.db.transaction(async (tx) => {
      const now = deps.clock.now();
      const due = await queries.noticeExpiring(tx, now, new Date(now.getTime() + EXPIRING_MS), BATCH_MAX);
      await emitEvents(
        deps,
        tx,
        due.map((method) =>
          paymentMethodEvents.of(
            "payment_method.expiring",
            { resource: method.id, customerId: method.customerId },
            {
              brand: method.brand,
              last4: method.last4,
              expMonth: method.expMonth,
              expYear: method.expYear,
              expiresAt: method.expiresAt?.toISOString() ?? null,
            },
          ),
        ),
      );
      return due;
    });
    announced += methods.length;
    if (methods.length < BATCH_MAX) return announced;
  }
}

/** A saved method by the provider's id, whatever became of it. */
export const findMethod = (deps: PaymentMethodDeps, id: string): Promise<PaymentMethod | undefined> =>
  queries.findMethod(deps.db.read, id);

/**
 * Makes sure that a customer has this method attached at a provider; one that is not known here may have been saved a moment ago,
 * and is looked up. Throws `payment_methods.not_found` (404), also for somebody else's and for another provider's, and
 * `provider.unavailable` (503).
 */
export async function requireMethod(deps: PaymentMethodDeps, list: ListKey, id: string): Promise<void> {
  const isTheirs = async () => {
    const method = await queries.findMethod(deps.db.read, id);
    const isOfList = method?.customerId === list.customerId && method.provider === list.provider;
    return isOfList && method.status === "attached";
  };
  if (await isTheirs()) return;
  if ((await refreshMethods(deps, list)) === "unanswered") throw methodsUnavailable(list.provider);
  if (!(await isTheirs())) throw methodNotFound(id);
}

/**
 * A customer's methods at a provider that can pay, the default one among them, held until the transaction ends: whoever begins to count on
 * them here cannot be overtaken by the detaching of the last one.
 */
export async function lockMethods(
  tx: Tx,
  list: ListKey,
): Promise<{ methods: readonly PaymentMethod[]; defaultMethodId: string | null }> {
  const { defaultMethodId } = await queries.lockList(tx, list);
  const methods = await queries.listAttached(tx, list.customerId, [list.provider]);
  return { methods: methods.filter((method) => method.status === "attached"), defaultMethodId };
}
