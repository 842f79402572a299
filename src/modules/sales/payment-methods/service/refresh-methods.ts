import type { Tx } from "../../../../db/client.js";
import { tell } from "../../../../kernel/listeners.js";
import type { MethodFacts } from "../../../../providers/ports/index.js";
import { isHidden } from "../../../../providers/ports/index.js";
import { customerOfReference, knownReference, unlink } from "../../customers/index.js";
import * as queries from "../queries.js";
import { columnsOf, compareMethods, type MethodChanges } from "../rules/compare.js";
import type { PaymentMethod, PaymentMethodList } from "../types.js";
import { keeperOf, type PaymentMethodDeps } from "./deps.js";
import { attachListed, moveMethods, shownOf, type ToldOfMethod, tellOfMethods } from "./move.js";

const ROUNDS_MAX = 5;

interface Listing {
  readonly methods: readonly MethodFacts[];
  readonly defaultReference: string | undefined;
}

/**
 * Brings what we have of a customer's methods to what the provider has, and announces what is different. `ended` names the
 * method about which the provider has just answered us. `unanswered` when the provider says nothing; nothing changes then.
 */
export async function refreshMethods(
  deps: PaymentMethodDeps,
  customerId: string,
  ended?: string,
): Promise<"fresh" | "unanswered"> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const list = await queries.findList(deps.db.read, customerId);
    const listing = await askForList(deps, customerId);
    if (!listing) return "unanswered";
    // Nobody has ever saved anything.
    if (!list && listing.methods.length === 0) return "fresh";
    if (await settle(deps, customerId, { listing, ended, observed: list?.version ?? 0 })) return "fresh";
  }
  throw new Error(`the payment methods of ${customerId} changed whenever they were looked up`);
}

async function askForList(deps: PaymentMethodDeps, customerId: string): Promise<Listing | undefined> {
  const { billing, provider } = keeperOf(deps);
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
  customerId: string,
  asked: { readonly listing: Listing; readonly ended: string | undefined; readonly observed: number },
): Promise<boolean> {
  const { listing, ended, observed } = asked;
  return deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    const list = await queries.lockList(tx, customerId);
    if (list.version !== observed) return false;
    const rows = await queries.listMethods(tx, customerId);
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
    await (isNews ? queries.updateList(tx, customerId, seen) : queries.touchList(tx, customerId, seen));
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
 * Looks up the methods of the customer that a webhook is about. Returns whose they are; undefined when no customer of ours is
 * meant. Throws when the provider gives no answer, so that the event is tried later.
 */
export async function followMethodEvent(
  deps: PaymentMethodDeps,
  meaning: { readonly methodReference?: string; readonly customerReference?: string },
): Promise<string | undefined> {
  const customerId = await customerOf(deps, meaning);
  if (customerId === undefined) return undefined;
  if ((await refreshMethods(deps, customerId)) === "unanswered") throw new Error("the provider gave no answer");
  return customerId;
}

async function customerOf(
  deps: PaymentMethodDeps,
  { methodReference, customerReference }: { readonly methodReference?: string; readonly customerReference?: string },
): Promise<string | undefined> {
  const { billing, provider } = keeperOf(deps);
  if (customerReference !== undefined) {
    const linked = await customerOfReference(deps, provider, customerReference);
    if (linked !== undefined) return linked;
  }
  if (methodReference === undefined) return undefined;
  const row = await queries.findMethod(deps.db.read, methodReference);
  if (row || customerReference !== undefined) return row?.customerId;
  const result = await billing.getMethod(methodReference);
  if (result.outcome === "unknown" && !isHidden(result)) throw new Error("the provider gave no answer");
  const owner = result.outcome === "accepted" ? result.value.customerReference : undefined;
  return owner === undefined ? undefined : customerOfReference(deps, provider, owner);
}
