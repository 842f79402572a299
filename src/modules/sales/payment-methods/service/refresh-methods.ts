import type { Tx } from "../../../../db/client.js";
import { tell } from "../../../../kernel/listeners.js";
import type { BillingProviderName, MethodFacts } from "../../../../providers/ports/index.js";
import { isHidden } from "../../../../providers/ports/index.js";
import { customerOfReference, knownReference, unlink } from "../../customers/index.js";
import type { ListKey } from "../queries.js";
import * as queries from "../queries.js";
import { columnsOf, compareMethods, type MethodChanges } from "../rules/compare.js";
import type { PaymentMethod, PaymentMethodList } from "../types.js";
import { keeperOf, keepersOf, type PaymentMethodDeps } from "./deps.js";
import { attachListed, moveMethods, shownOf, type ToldOfMethod, tellOfMethods } from "./move.js";

const ROUNDS_MAX = 5;

interface Listing {
  readonly methods: readonly MethodFacts[];
  readonly defaultReference: string | undefined;
}

/**
 * Brings what we have of a customer's methods at a provider to what that has, and announces what is different. `ended` names the
 * method about which the provider has just answered us. `unanswered` when the provider says nothing; nothing changes then.
 */
export async function refreshMethods(
  deps: PaymentMethodDeps,
  key: ListKey,
  ended?: string,
): Promise<"fresh" | "unanswered"> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const list = await queries.findList(deps.db.read, key);
    const listing = await askForList(deps, key);
    if (!listing) return "unanswered";
    // Nobody has ever saved anything.
    if (!list && listing.methods.length === 0) return "fresh";
    if (await settle(deps, key, { listing, ended, observed: list?.version ?? 0 })) return "fresh";
  }
  throw new Error(`the payment methods of ${key.customerId} changed whenever they were looked up`);
}

/** Does so at every provider, or at the named one only. Returns those that say nothing. Throws `provider.not_configured` (503). */
export async function refreshAll(
  deps: PaymentMethodDeps,
  customerId: string,
  named?: BillingProviderName,
): Promise<BillingProviderName[]> {
  const outcomes = await Promise.all(
    keepersOf(deps, named).map(async ({ name }) => ({
      name,
      outcome: await refreshMethods(deps, { customerId, provider: name }),
    })),
  );
  return outcomes.flatMap(({ name, outcome }) => (outcome === "unanswered" ? name : []));
}

async function askForList(
  deps: PaymentMethodDeps,
  { customerId, provider: name }: ListKey,
): Promise<Listing | undefined> {
  const { billing, provider } = keeperOf(deps, name);
  const nothing: Listing = { methods: [], defaultReference: undefined };
  const reference = await knownReference(deps, provider, customerId);
  if (reference === undefined) return nothing;
  const result = await billing.listMethods(reference);
  if (result.outcome === "accepted") return result.value;
  if (result.outcome !== "notFound") return undefined;
  // Deleted there, and all its methods with it.
  await unlink(deps, provider, customerId, reference);
  return nothing;
}

/** Writes what the provider listed. False when something changed while it was asked: its answer may be the older one. */
function settle(
  deps: PaymentMethodDeps,
  key: ListKey,
  asked: { readonly listing: Listing; readonly ended: string | undefined; readonly observed: number },
): Promise<boolean> {
  const { listing, ended, observed } = asked;
  return deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    const list = await queries.lockList(tx, key);
    if (list.version !== observed) return false;
    const rows = await queries.listMethods(tx, key);
    const changes = compareMethods(rows, listing.methods);
    // While somebody asks for it to be detached, seeing it there says nothing.
    const isOverdue = list.refreshAt !== null && list.refreshAt <= now;
    const detaching = rows.filter((row) => row.status === "detaching" && !changes.detached.includes(row));
    const kept = detaching.filter((row) => isOverdue || row.id === ended);
    const defaultMethodId = listing.defaultReference ?? null;
    await carryOut(deps, tx, { ...list, defaultMethodId }, { rows, changes, kept, before: list.defaultMethodId });
    const isDone = isOverdue || (ended !== undefined && detaching.length === kept.length);
    const seen = { defaultMethodId, checkedAt: now, ...(isDone ? { refreshAt: null } : {}) };
    const isNews =
      defaultMethodId !== list.defaultMethodId ||
      [changes.attached, changes.updated, changes.detached, kept].some((each) => each.length > 0);
    // Many may look at once: those who find nothing new do not make the others look again.
    await (isNews ? queries.updateList(tx, key, seen) : queries.touchList(tx, key, seen));
    for (const id of [...changes.detached.map((row) => row.id), ...changes.updated.map(({ row }) => row.id)]) {
      await tell(deps, tx, "payment_method.changed", { methodId: id });
    }
    return true;
  });
}

/** Writes what is different, and tells of it. */
async function carryOut(
  deps: PaymentMethodDeps,
  tx: Tx,
  list: PaymentMethodList,
  found: {
    readonly rows: readonly PaymentMethod[];
    readonly changes: MethodChanges;
    /** Whose detaching came to nothing. */
    readonly kept: readonly PaymentMethod[];
    /** The default method of before. */
    readonly before: string | null;
  },
): Promise<void> {
  const { rows, changes, kept, before } = found;
  await attachListed(deps, tx, list, changes.attached, rows);
  for (const { row, facts } of changes.updated) {
    await queries.updateMethod(tx, row.id, { ...columnsOf(facts), updatedAt: deps.clock.now() });
  }
  await tellOfMethods(deps, tx, list.customerId, changes.updated.map(toldOfUpdate));
  await moveMethods(deps, tx, changes.detached, "detached", "provider");
  await moveMethods(deps, tx, kept, "attached", "provider");
  await tellOfMethods(deps, tx, list.customerId, newDefault(changes, before, list.defaultMethodId));
}

const toldOfUpdate = ({ facts, fields }: MethodChanges["updated"][number]): ToldOfMethod => ({
  type: "payment_method.updated",
  id: facts.methodReference,
  data: { ...shownOf(columnsOf(facts)), changed: fields.filter((field) => field !== "fingerprint") },
});

function newDefault(changes: MethodChanges, before: string | null, now: string | null): ToldOfMethod[] {
  const isNew = now !== null && now !== before && !changes.attached.some((facts) => facts.methodReference === now);
  return isNew ? [{ type: "payment_method.updated", id: now, data: { changed: ["default"], default: true } }] : [];
}

/**
 * Looks up the methods of the customer that a provider's webhook is about. Returns whose they are; undefined when no customer of ours is
 * meant. Throws when the provider gives no answer, so that the event is tried later.
 */
export async function followMethodEvent(
  deps: PaymentMethodDeps,
  provider: BillingProviderName,
  meaning: { readonly methodReference?: string; readonly customerReference?: string },
): Promise<string | undefined> {
  const customerId = await customerOf(deps, provider, meaning);
  if (customerId === undefined) return undefined;
  if ((await refreshMethods(deps, { customerId, provider })) === "unanswered")
    throw new Error("the provider gave no answer");
  return customerId;
}

async function customerOf(
  deps: PaymentMethodDeps,
  name: BillingProviderName,
  { methodReference, customerReference }: { readonly methodReference?: string; readonly customerReference?: string },
): Promise<string | undefined> {
  const { billing, provider } = keeperOf(deps, name);
  if (customerReference !== undefined) {
    const linked = await customerOfReference(deps, provider, customerReference);
    if (linked !== undefined) return linked;
  }
  if (methodReference === undefined) return undefined;
  const found = await queries.findMethod(deps.db.read, methodReference);
  const row = found?.provider === name ? found : undefined;
  if (row || customerReference !== undefined) return row?.customerId;
  const result = await billing.getMethod(methodReference);
  if (result.outcome === "unknown" && !isHidden(result)) throw new Error("the provider gave no answer");
  const owner = result.outcome === "accepted" ? result.value.customerReference : undefined;
  return owner === undefined ? undefined : customerOfReference(deps, provider, owner);
}
