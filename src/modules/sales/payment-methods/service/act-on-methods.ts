import { type Caller, maySeeCustomer } from "../../../../core/access.js";
import { MINUTE_MS } from "../../../../core/clock.js";
import type { Tx } from "../../../../db/client.js";
import { type Act, askOnce, askPromised } from "../../../../kernel/asking.js";
import { type MethodUse, tell } from "../../../../kernel/listeners.js";
import type {
  BillingProviderName,
  MethodFacts,
  ProviderResult,
  SetupFacts,
} from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { customerNotFound, ensureCustomer, getCustomer, linkedReference, unlink } from "../../customers/index.js";
import { methodInUse, methodNotFound, methodRejected, methodsUnavailable, setupNotFound } from "../errors.js";
import type { ListKey } from "../queries.js";
import * as queries from "../queries.js";
import type { PaymentMethod } from "../types.js";
import { type Keeper, keeperOf, keepersOf, type PaymentMethodDeps } from "./deps.js";
import { moveMethods } from "./move.js";
import { refreshAll, refreshMethods } from "./refresh-methods.js";

// Whoever asks the provider is back by then, or will not come back.
const ANSWER_MS = MINUTE_MS;

/** A customer's saved methods as shown: `stale` when a provider could not be asked just now. */
export interface ShownMethods {
  readonly methods: readonly PaymentMethod[];
  /** What pays at each provider when nothing else is said, in the order of the providers. */
  readonly defaultMethodIds: readonly string[];
  readonly stale: boolean;
  /** When the provider that was asked longest ago was asked. */
  readonly checkedAt: Date | null;
}

/**
 * A customer's saved methods at all providers or at the named one, newest first: as the providers have them now, or as they last had
 * them when they do not answer. Throws `customers.not_found` (404), `provider.not_configured` (503).
 */
export async function listMethods(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  named?: BillingProviderName,
): Promise<ShownMethods> {
  await getCustomer(deps, caller, customerId);
  const unanswered = await refreshAll(deps, customerId, named);
  const names = keepersOf(deps, named).map(({ name }) => name);
  return readMethods(deps, customerId, names, unanswered.length > 0);
}

async function readMethods(
  deps: PaymentMethodDeps,
  customerId: string,
  names: readonly BillingProviderName[],
  stale: boolean,
): Promise<ShownMethods> {
  const [found, methods] = await Promise.all([
    Promise.all(names.map((provider) => queries.findList(deps.db.read, { customerId, provider }))),
    queries.listAttached(deps.db.read, customerId, names),
  ]);
  const lists = found.filter((list) => list !== undefined);
  const checked = lists.flatMap(({ checkedAt }) => checkedAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  return {
    methods,
    defaultMethodIds: lists.flatMap(({ defaultMethodId }) => defaultMethodId ?? []),
    stale,
    checkedAt: checked[0] ?? null,
  };
}

/** What a customer saved, and at which provider: the default one when absent. */
export interface WhereSaved {
  readonly customerId: string;
  readonly provider?: BillingProviderName | undefined;
}

/**
 * Begins the saving of a method, which its owner finishes in the front end with the `clientSecret`. `attempt` names the
 * request. Throws 404, 422 `payment_methods.rejected`, 503.
 */
export async function createSetup(
  deps: PaymentMethodDeps,
  caller: Caller,
  { customerId, provider }: WhereSaved,
  attempt: string,
): Promise<Setup> {
  const keeper = keeperOf(deps, provider);
  const { billing, name } = keeper;
  const list = { customerId, provider: name };
  const made = await askOnce(deps, {
    name: "payment_methods.setup",
    id: customerId,
    promise: (tx) => promise(deps, tx, caller, { ...list, action: "createPaymentMethodSetup", resource: customerId }),
    ask: () =>
      withCustomer(deps, keeper, customerId, (customerReference) =>
        billing.createSetup({ customerReference, idempotencyKey: `${attempt}:setup:${customerReference}` }),
      ),
    settle: async (_, answer) => accept(name, answer, setupNotFound(customerId)),
  });
  return { ...made, provider: name };
}

/** How the saving of a method stands, and with whom. */
export interface Setup extends SetupFacts {
  readonly provider: BillingProviderName;
}

/** How the saving of a method stands. Throws `payment_methods.setup_not_found` (404), also for somebody else's. */
export async function getSetup(
  deps: PaymentMethodDeps,
  caller: Caller,
  { customerId, provider: named }: WhereSaved,
  setupId: string,
): Promise<Setup> {
  const { billing, provider, name } = keeperOf(deps, named);
  await getCustomer(deps, caller, customerId);
  const setup = accept(name, await billing.getSetup(setupId), setupNotFound(setupId));
  const link = await linkedReference(deps, provider, customerId);
  if (link.outcome !== "linked" || setup.customerReference !== link.reference) throw setupNotFound(setupId);
  if (setup.status === "succeeded") await refreshMethods(deps, { customerId, provider: name });
  return { ...setup, provider: name };
}

/**
 * Saves a method that the front end made. Throws 404, 422 `payment_methods.rejected` when the bank refuses it, 503
 * `provider.unavailable`; asked again with the same `attempt` it is the same request.
 */
export async function attachMethod(
  deps: PaymentMethodDeps,
  caller: Caller,
  { customerId, provider }: WhereSaved,
  input: { readonly paymentMethodId: string; readonly makeDefault: boolean; readonly attempt: string },
): Promise<{ method: PaymentMethod; isDefault: boolean }> {
  const keeper = keeperOf(deps, provider);
  const { billing, name } = keeper;
  const list = { customerId, provider: name };
  const { paymentMethodId, makeDefault, attempt } = input;
  let reference = "";
  const { methodReference } = await askOnce(deps, {
    name: "payment_methods.attach",
    id: paymentMethodId,
    promise: (tx) => promise(deps, tx, caller, { ...list, action: "attachPaymentMethod", resource: paymentMethodId }),
    ask: () =>
      withCustomer(deps, keeper, customerId, (customerReference) => {
        reference = customerReference;
        const idempotencyKey = `${attempt}:attach:${customerReference}`;
        return billing.attachMethod({ customerReference, methodReference: paymentMethodId, idempotencyKey });
      }),
    settle: (_, result) => acceptAct(deps, list, result, paymentMethodId),
  });
  if (makeDefault) await makeItDefault(deps, list, { reference, methodReference, attempt });
  const outcome = await refreshMethods(deps, list, methodReference);
  const { methods, defaultMethodIds } = await readMethods(deps, customerId, [name], outcome === "unanswered");
  const method = methods.find((each) => each.id === methodReference);
  if (!method) throw methodsUnavailable(name);
  return { method, isDefault: defaultMethodIds.includes(method.id) };
}

/** The second half of what attaching has promised. */
const makeItDefault = (
  deps: PaymentMethodDeps,
  list: ListKey,
  { reference, methodReference, attempt }: Record<"reference" | "methodReference" | "attempt", string>,
) => {
  const act: Act<undefined, ProviderResult<unknown>, unknown> = {
    name: "payment_methods.default",
    id: methodReference,
    ask: () => {
      const idempotencyKey = `${attempt}:default:${reference}`;
      return keeperOf(deps, list.provider).billing.setDefaultMethod({
        customerReference: reference,
        methodReference,
        idempotencyKey,
      });
    },
    settle: (_, chosen) => acceptAct(deps, list, chosen, methodReference),
  };
  return askPromised(deps, act, undefined);
};

/**
 * Forgets a method; doing so twice is the same as once. Throws 404, and 409 `payment_methods.in_use` for the last method of a
 * customer at its provider when something is paid with it.
 */
export async function detachMethod(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  methodId: string,
): Promise<PaymentMethod> {
  const { provider } = await findOwn(deps, caller, customerId, methodId);
  const { billing } = keeperOf(deps, provider);
  const list = { customerId, provider };
  await askOnce<true, ProviderResult<MethodFacts>, void>(deps, {
    name: "payment_methods.detach",
    id: methodId,
    promise: async (tx) => {
      await holdList(deps, tx, caller, list);
      if (!(await beginDetaching(deps, tx, list, methodId))) return { settled: undefined };
      return writeDown(deps, tx, caller, { ...list, action: "detachPaymentMethod", resource: methodId });
    },
    ask: () =>
      billing.detachMethod({
        methodReference: methodId,
        idempotencyKey: `${methodId}:detach:${deps.ids.uuid()}`,
      }),
    settle: (_, result) => concludeDetaching(deps, list, methodId, result),
  });
  const method = await queries.findMethod(deps.db.read, methodId);
  if (method?.status !== "detached") throw methodsUnavailable(provider);
  return method;
}

async function concludeDetaching(
  deps: PaymentMethodDeps,
  list: ListKey,
  methodId: string,
  result: ProviderResult<MethodFacts>,
): Promise<void> {
  // Somebody else may have detached it, or an earlier request whose answer was lost: then there is nothing left to do.
  if (result.outcome === "rejected") {
    const found = await keeperOf(deps, list.provider).billing.getMethod(methodId);
    const isGone = found.outcome === "accepted" && found.value.customerReference === undefined;
    if (!isGone) await acceptAct(deps, list, result, methodId);
  }
  if (result.outcome === "unknown") throw methodsUnavailable(list.provider);
  await refreshMethods(deps, list, methodId);
}

async function beginDetaching(
  deps: PaymentMethodDeps,
  tx: Tx,
  { customerId, provider }: ListKey,
  methodId: string,
): Promise<boolean> {
  const methods = await queries.listAttached(tx, customerId, [provider]);
  const leaving = methods.find((method) => method.id === methodId);
  if (!leaving) return false;
  // One that is being detached is no way to pay: of two requests for the last two methods, the second is refused.
  const isLast = !methods.some((method) => method.id !== methodId && method.status === "attached");
  const uses: MethodUse[] = [];
  const needs = (use: MethodUse) => void uses.push(use);
  if (isLast) await tell(deps, tx, "payment_method.last_leaving", { customerId, provider, needs });
  if (uses.length > 0) throw methodInUse(methodId, uses);
  await moveMethods(deps, tx, [leaving], "detaching", "caller");
  return true;
}

/**
 * Says which method pays at its provider when nothing else is said; null for none. Throws 404 for a method that is not the
 * customer's, or not at the provider that is named.
 */
export async function setDefaultMethod(
  deps: PaymentMethodDeps,
  caller: Caller,
  { customerId, provider }: WhereSaved,
  methodId: string | null,
): Promise<ShownMethods> {
  const keeper = await keeperFor(deps, caller, { customerId, provider }, methodId);
  const { billing, name } = keeper;
  const list = { customerId, provider: name };
  const resource = methodId ?? customerId;
  const attempt = deps.ids.uuid();
  await askOnce<true, ProviderResult<unknown>, unknown>(deps, {
    name: "payment_methods.default",
    id: resource,
    promise: (tx) => promise(deps, tx, caller, { ...list, action: "setDefaultPaymentMethod", resource }),
    ask: () =>
      withCustomer(deps, keeper, customerId, (customerReference) =>
        billing.setDefaultMethod({
          customerReference,
          methodReference: methodId,
          idempotencyKey: `${attempt}:default`,
        }),
      ),
    settle: (_, result) => acceptAct(deps, list, result, resource),
  });
  const outcome = await refreshMethods(deps, list, methodId ?? "");
  return readMethods(deps, customerId, [name], outcome === "unanswered");
}

/** Who keeps the method that is to be the default, or whose default is to go. */
async function keeperFor(
  deps: PaymentMethodDeps,
  caller: Caller,
  { customerId, provider }: WhereSaved,
  methodId: string | null,
): Promise<Keeper> {
  if (methodId === null) return keeperOf(deps, provider);
  const method = await findOwn(deps, caller, customerId, methodId);
  const isElsewhere = provider !== undefined && method.provider !== provider;
  if (method.status === "detached" || isElsewhere) throw methodNotFound(methodId);
  return keeperOf(deps, method.provider);
}

/**
 * A method that is or was this customer's, at whichever provider and whatever its status. Throws `payment_methods.not_found` (404),
 * and 503 when a provider that may have it does not answer.
 */
async function findOwn(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  methodId: string,
): Promise<PaymentMethod> {
  await getCustomer(deps, caller, customerId);
  const known = await queries.findMethod(deps.db.read, methodId);
  const [unanswered] = known ? [] : await refreshAll(deps, customerId);
  const method = known ?? (await queries.findMethod(deps.db.read, methodId));
  if (!method && unanswered !== undefined) throw methodsUnavailable(unanswered);
  if (method?.customerId !== customerId) throw methodNotFound(methodId);
  return method;
}

interface PromisedAct extends ListKey {
  readonly action: string;
  readonly resource: string;
}

/** Writes down that the provider is about to be asked, and makes sure that somebody looks if we die before the answer. */
async function promise(deps: PaymentMethodDeps, tx: Tx, caller: Caller, act: PromisedAct): Promise<{ ask: true }> {
  await holdList(deps, tx, caller, act);
  return writeDown(deps, tx, caller, act);
}

async function holdList(
  deps: PaymentMethodDeps,
  tx: Tx,
  caller: Caller,
  { customerId, provider }: ListKey,
): Promise<void> {
  if (!maySeeCustomer(caller, customerId)) throw customerNotFound(customerId);
  await ensureCustomer(deps, tx, caller.id, customerId);
  await queries.lockList(tx, { customerId, provider });
}

async function writeDown(
  deps: PaymentMethodDeps,
  tx: Tx,
  caller: Caller,
  { customerId, provider, action, resource }: PromisedAct,
): Promise<{ ask: true }> {
  const refreshAt = new Date(deps.clock.now().getTime() + ANSWER_MS);
  await queries.updateList(tx, { customerId, provider }, { refreshAt });
  await recordAudit(deps, tx, [{ actor: caller.id, action, resource, details: { customerId } }]);
  return { ask: true };
}

// Each that was deleted names its successor; nobody deletes customers so fast that more are asked for.
const CUSTOMERS_MAX = 4;

/** Asks with the provider's customer of ours, made when there is none and made anew when it is gone there. */
async function withCustomer<T>(
  deps: PaymentMethodDeps,
  keeper: Keeper,
  customerId: string,
  ask: (customerReference: string) => Promise<ProviderResult<T>>,
): Promise<ProviderResult<T>> {
  let gone: string | undefined;
  for (let round = 1; ; round += 1) {
    const reference = await referenceOf(deps, keeper, customerId, gone);
    const result = await ask(reference);
    if (result.outcome !== "rejected" || !result.customerMissing || round === CUSTOMERS_MAX) return result;
    await unlink(deps, keeper.provider, customerId, reference);
    gone = reference;
  }
}

async function referenceOf(
  deps: PaymentMethodDeps,
  { name, provider }: Keeper,
  customerId: string,
  insteadOf?: string,
): Promise<string> {
  const link = await linkedReference(deps, provider, customerId, insteadOf);
  if (link.outcome === "unknown") throw methodsUnavailable(name);
  if (link.reference === undefined) {
    throw methodRejected(name, { code: "customer_refused", message: "it has no customer for this one" });
  }
  return link.reference;
}

function accept<T>(provider: string, result: ProviderResult<T>, missing: Error): T {
  switch (result.outcome) {
    case "accepted":
      return result.value;
    case "rejected":
      throw methodRejected(provider, result.failure);
    case "notFound":
      throw missing;
    case "unknown":
      throw methodsUnavailable(provider);
  }
}

/** The answer to an act. A refusal ends the promise: things are as they were. */
async function acceptAct<T>(
  deps: PaymentMethodDeps,
  list: ListKey,
  result: ProviderResult<T>,
  methodId: string,
): Promise<T> {
  if (result.outcome === "rejected" || result.outcome === "notFound") await refreshMethods(deps, list, methodId);
  return accept(list.provider, result, methodNotFound(methodId));
}
