import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import type { MethodFacts } from "../../../../providers/ports/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { paymentMethodEvents } from "../events.js";
import * as queries from "../queries.js";
import { methodChart } from "../rules/chart.js";
import { columnsOf } from "../rules/compare.js";
import type { PaymentMethod, PaymentMethodList } from "../types.js";
import type { PaymentMethodDeps } from "./deps.js";

// The one door to a saved method's status. What the chart does not have cannot be written here, and nobody else writes it.

/** Something that is told of a method. */
export interface ToldOfMethod {
  readonly type: keyof typeof paymentMethodEvents.types;
  readonly id: string;
  readonly data: Parameters<typeof paymentMethodEvents.of>[2];
}

/** Tells auditors and listeners what became of a customer's methods. */
export async function tellOfMethods(
  deps: PaymentMethodDeps,
  tx: Tx,
  customerId: string,
  told: readonly ToldOfMethod[],
): Promise<void> {
  const lines = told.map(({ type, id, data }) => ({
    actor: SYSTEM_ACTOR,
    action: type,
    resource: id,
    details: { customerId, ...data },
  }));
  await recordAudit(deps, tx, lines);
  const events = told.map(({ type, id, data }) => paymentMethodEvents.of(type, { resource: id, customerId }, data));
  await emitEvents(deps, tx, events);
}

/** What events say of a method. */
export const shownOf = (method: Pick<PaymentMethod, "type" | "brand" | "last4" | "expMonth" | "expYear">) => ({
  type: method.type,
  brand: method.brand,
  last4: method.last4,
  expMonth: method.expMonth,
  expYear: method.expYear,
});

/**
 * Writes methods down that the provider lists and that were not saved here, or not any more: `known` are those of before. The caller
 * holds the customer's list.
 */
export async function attachListed(
  deps: PaymentMethodDeps,
  tx: Tx,
  { customerId, provider, defaultMethodId }: PaymentMethodList,
  listed: readonly MethodFacts[],
  known: readonly PaymentMethod[],
): Promise<void> {
  for (const facts of listed) {
    const id = facts.methodReference;
    const before = known.find((row) => row.id === id);
    const step = before
      ? methodChart.step(before, "attached", "provider")
      : methodChart.begin(id, "attached", "provider");
    const columns = columnsOf(facts);
    const fresh = { status: "attached", detachedAt: null, expiryNoticed: null, updatedAt: deps.clock.now() } as const;
    await queries.putMethod(tx, { id, ...columns, ...fresh, customerId, provider, createdAt: facts.createdAt });
    const data = { ...shownOf(columns), default: id === defaultMethodId };
    if (step.event !== undefined) await tellOfMethods(deps, tx, customerId, [{ type: step.event, id, data }]);
  }
}

/**
 * Gets a customer's methods to a status, with the audit lines and the events. The caller holds the customer's list. Throws an internal
 * error for a step that the chart does not have.
 */
export async function moveMethods(
  deps: PaymentMethodDeps,
  tx: Tx,
  methods: readonly PaymentMethod[],
  to: "detaching" | "attached" | "detached",
  by: "caller" | "provider",
): Promise<void> {
  const now = deps.clock.now();
  const detachedAt = to === "detached" ? { detachedAt: now } : {};
  for (const row of methods) {
    const { event } = methodChart.step(row, to, by);
    await queries.writeMethodStatus(tx, row, { status: to, ...detachedAt, updatedAt: now });
    if (event !== undefined)
      await tellOfMethods(deps, tx, row.customerId, [{ type: event, id: row.id, data: shownOf(row) }]);
  }
}
