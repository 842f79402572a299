import type { MethodFacts } from "../../../../providers/ports/index.js";
import type { PaymentMethod } from "../types.js";

/** What the provider says of a method, in our columns. */
export type MethodColumns = Pick<
  PaymentMethod,
  "type" | "brand" | "last4" | "expMonth" | "expYear" | "fingerprint" | "funding" | "country" | "expiresAt"
>;

/** A card is good until its month ends, in UTC. */
export function columnsOf({ type, card }: MethodFacts): MethodColumns {
  return {
    type,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? null,
    expMonth: card?.expMonth ?? null,
    expYear: card?.expYear ?? null,
    fingerprint: card?.fingerprint ?? null,
    funding: card?.funding ?? null,
    country: card?.country ?? null,
    // Months count from 0 there: this is the first day of the month after.
    expiresAt: card ? new Date(Date.UTC(card.expYear, card.expMonth, 1)) : null,
  };
}

/** What a look at the provider's list changes of what we had. */
export interface MethodChanges {
  readonly attached: readonly MethodFacts[];
  readonly updated: readonly { readonly row: PaymentMethod; readonly facts: MethodFacts; readonly fields: string[] }[];
  readonly detached: readonly PaymentMethod[];
}

/** Compares what we have of a customer's methods with the provider's whole list. */
export function compareMethods(rows: readonly PaymentMethod[], listed: readonly MethodFacts[]): MethodChanges {
  const known = new Map(rows.map((row) => [row.id, row]));
  const there = new Set(listed.map((facts) => facts.methodReference));
  return {
    attached: listed.filter((facts) => isGone(known.get(facts.methodReference))),
    updated: listed.flatMap((facts) => {
      const row = known.get(facts.methodReference);
      const fields = row && !isGone(row) ? changedFields(row, facts) : [];
      return row && fields.length > 0 ? [{ row, facts, fields }] : [];
    }),
    detached: rows.filter((row) => !isGone(row) && !there.has(row.id)),
  };
}

const isGone = (row: PaymentMethod | undefined): boolean => row === undefined || row.status === "detached";

// The end of the month follows from the month.
function changedFields(row: PaymentMethod, facts: MethodFacts): string[] {
  const { expiresAt: _, ...columns } = columnsOf(facts);
  return Object.entries(columns).flatMap(([field, value]) =>
    row[field as keyof MethodColumns] === value ? [] : field,
  );
}
