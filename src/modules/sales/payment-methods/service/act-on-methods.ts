import { type Caller, maySeeCustomer } from "../../../../core/access.js";
import { MINUTE_MS } from "../../../../core/clock.js";
import type { Tx } from "../../../../db/client.js";
import { type Act, askOnce, askPromised } from "../../../../kernel/asking.js";
import { type MethodUse, tell } from "../../../../kernel/listeners.js";
import type { MethodFacts, ProviderResult, SetupFacts } from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { customerNotFound, ensureCustomer, getCustomer, linkedReference, unlink } from "../../customers/index.js";
import { methodInUse, methodNotFound, methodRejected, methodsUnavailable, setupNotFound } from "../errors.js";
import * as queries from "../queries.js";
import type { PaymentMethod } from "../types.js";
import { keeperOf, type PaymentMethodDeps } from "./deps.js";
import { moveMethods } from "./move.js";
import { refreshMethods } from "./refresh-methods.js";

// Whoever asks the provider is back by then, or will not come back.
const ANSWER_MS = MINUTE_MS;

/** A customer's saved methods as shown: `stale` when the provider could not be asked just now. */
export interface ShownMethods {
  readonly methods: readonly PaymentMethod[];
  readonly defaultMethodId: string | null;
  readonly stale: boolean;
  readonly checkedAt: Date | null;
}

/**
 * A customer's saved methods, newest first: as the provider has them now, or as it last had them when it does not answer.
 * Throws `customers.not_found` (404), `provider.not_configured` (503).
 */
export async function listMethods(deps: PaymentMethodDeps, caller: Caller, customerId: string): Promise<ShownMethods> {
  await getCustomer(deps, caller, customerId);
  const outcome = await refreshMethods(deps, customerId);
  return readMethods(deps, customerId, outcome === "unanswered");
}

async function readMethods(deps: PaymentMethodDeps, customerId: string, stale: boolean): Promise<ShownMethods> {
  const [list, methods] = await Promise.all([
    queries.findList(deps.db.read, customerId),
    queries.listAttached(deps.db.read, customerId),
  ]);
  return { methods, defaultMethodId: list?.defaultMethodId ?? null, stale, checkedAt: list?.checkedAt ?? null };
}

/**
 * Begins the saving of a method, which its owner finishes in the front end with the `clientSecret`. `attempt` names the
 * request. Throws 404, 422 `payment_methods.rejected`, 503.
 */
export async function createSetup(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  attempt: string,
): Promise<SetupFacts> {
  const { billing } = keeperOf(deps);
  return askOnce(deps, {
    name: "payment_methods.setup",
    id: customerId,
    promise: (tx) =>
      promise(deps, tx, caller, { customerId, action: "createPaymentMethodSetup", resource: customerId }),
    ask: () =>
      withCustomer(deps, customerId, (customerReference) =>
        billing.createSetup({ customerReference, idempotencyKey: `${attempt}:setup:${customerReference}` }),
      ),
    settle: async (_, answer) => accept(answer, setupNotFound(customerId)),
  });
}

/** How the saving of a method stands. Throws `payment_methods.setup_not_found` (404), also for somebody else's. */
export async function getSetup(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  setupId: string,
): Promise<SetupFacts> {
  const { billing, provider } = keeperOf(deps);
  await getCustomer(deps, caller, customerId);
  const setup = accept(await billing.getSetup(setupId), setupNotFound(setupId));
  const link = await linkedReference(deps, provider, customerId);
  if (link.outcome !== "linked" || setup.customerReference !== link.reference) throw setupNotFound(setupId);
  if (setup.status === "succeeded") await refreshMethods(deps, customerId);
  return setup;
}

/**
 * Saves a method that the front end made. Throws 404, 422 `payment_methods.rejected` when the bank refuses it, 503
 * `provider.unavailable`; asked again with the same `attempt` it is the same request.
 */
export async function attachMethod(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  input: { readonly paymentMethodId: string; readonly makeDefault: boolean; readonly attempt: string },
): Promise<{ method: PaymentMethod; isDefault: boolean }> {
  const { billing } = keeperOf(deps);
  const { paymentMethodId, makeDefault, attempt } = input;
  let reference = "";
  const { methodReference } = await askOnce(deps, {
    name: "payment_methods.attach",
    id: paymentMethodId,
    promise: (tx) =>
      promise(deps, tx, caller, { customerId, action: "attachPaymentMethod", resource: paymentMethodId }),
    ask: () =>
      withCustomer(deps, customerId, (customerReference) => {
        reference = customerReference;
        const idempotencyKey = `${attempt}:attach:${customerReference}`;
        return billing.attachMethod({ customerReference, methodReference: paymentMethodId, idempotencyKey });
      }),
    settle: (_, result) => acceptAct(deps, customerId, result, paymentMethodId),
  });
  if (makeDefault) await makeItDefault(deps, customerId, { reference, methodReference, attempt });
  const outcome = await refreshMethods(deps, customerId, methodReference);
  const { methods, defaultMethodId } = await readMethods(deps, customerId, outcome === "unanswered");
  const method = methods.find((each) => each.id === methodReference);
  if (!method) throw methodsUnavailable();
  return { method, isDefault: method.id === defaultMethodId };
}

/** The second half of what attaching has promised. */
const makeItDefault = (
  deps: PaymentMethodDeps,
  customerId: string,
  { reference, methodReference, attempt }: Record<"reference" | "methodReference" | "attempt", string>,
) => {
  const act: Act<undefined, ProviderResult<unknown>, unknown> = {
    name: "payment_methods.default",
    id: methodReference,
    ask: () => {
      const idempotencyKey = `${attempt}:default:${reference}`;
      return keeperOf(deps).billing.setDefaultMethod({ customerReference: reference, methodReference, idempotencyKey });
    },
    settle: (_, chosen) => acceptAct(deps, customerId, chosen, methodReference),
  };
  return askPromised(deps, act, undefined);
};

/**
 * Forgets a method; doing so twice is the same as once. Throws 404, and 409 `payment_methods.in_use` for the last method of a
 * customer when something is paid with it.
 */
export async function detachMethod(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  methodId: string,
): Promise<PaymentMethod> {
  const { billing } = keeperOf(deps);
  await findOwn(deps, caller, customerId, methodId);
  await askOnce<true, ProviderResult<MethodFacts>, void>(deps, {
    name: "payment_methods.detach",
    id: methodId,
    promise: async (tx) => {
      await holdList(deps, tx, caller, customerId);
      if (!(await beginDetaching(deps, tx, customerId, methodId))) return { settled: undefined };
      return writeDown(deps, tx, caller, { customerId, action: "detachPaymentMethod", resource: methodId });
    },
    ask: () =>
      billing.detachMethod({
        methodReference: methodId,
        idempotencyKey: `${methodId}:detach:${deps.ids.uuid()}`,
      }),
    settle: (_, result) => concludeDetaching(deps, customerId, methodId, result),
  });
  const method = await queries.findMethod(deps.db.read, methodId);
  if (method?.status !== "detached") throw methodsUnavailable();
  return method;
}

async function concludeDetaching(
  deps: PaymentMethodDeps,
  customerId: string,
  methodId: string,
  result: ProviderResult<MethodFacts>,
): Promise<void> {
  // Somebody else may have detached it, or an earlier request whose answer was lost: then there is nothing left to do.
  if (result.outcome === "rejected") {
    const found = await keeperOf(deps).billing.getMethod(methodId);
    const isGone = found.outcome === "accepted" && found.value.customerReference === undefined;
    if (!isGone) await acceptAct(deps, customerId, result, methodId);
  }
  if (result.outcome === "unknown") throw methodsUnavailable();
  await refreshMethods(deps, customerId, methodId);
}

async function beginDetaching(deps: PaymentMethodDeps, tx: Tx, customerId: string, methodId: string): Promise<boolean> {
  const methods = await queries.listAttached(tx, customerId);
  const leaving = methods.find((method) => method.id === methodId);
  if (!leaving) return false;
  // One that is being detached is no way to pay: of two requests for the last two methods, the second is refused.
  const isLast = !methods.some((method) => method.id !== methodId && method.status === "attached");
  const uses: MethodUse[] = [];
  const needs = (use: MethodUse) => void uses.push(use);
  if (isLast) await tell(deps, tx, "payment_method.last_leaving", { customerId, needs });
  if (uses.length > 0) throw methodInUse(methodId, uses);
  await moveMethods(deps, tx, [leaving], "detaching", "caller");
  return true;
}

/** Says which method pays when nothing else is said; null for none. Throws 404 for a method that is not the customer's. */
export async function setDefaultMethod(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  methodId: string | null,
): Promise<ShownMethods> {
  const { billing } = keeperOf(deps);
  if (methodId !== null) {
    const method = await findOwn(deps, caller, customerId, methodId);
    if (method.status === "detached") throw methodNotFound(methodId);
  }
  const resource = methodId ?? customerId;
  const attempt = deps.ids.uuid();
  await askOnce<true, ProviderResult<unknown>, unknown>(deps, {
    name: "payment_methods.default",
    id: resource,
    promise: (tx) => promise(deps, tx, caller, { customerId, action: "setDefaultPaymentMethod", resource }),
    ask: () =>
      withCustomer(deps, customerId, (customerReference) =>
        billing.setDefaultMethod({
          customerReference,
          methodReference: methodId,
          idempotencyKey: `${attempt}:default`,
        }),
      ),
    settle: (_, result) => acceptAct(deps, customerId, result, resource),
  });
  const outcome = await refreshMethods(deps, customerId, methodId ?? "");
  return readMethods(deps, customerId, outcome === "unanswered");
}

/** A method that is or was this customer's, whatever its status. Throws `payment_methods.not_found` (404). */
async function findOwn(
  deps: PaymentMethodDeps,
  caller: Caller,
  customerId: string,
  methodId: string,
): Promise<PaymentMethod> {
  await getCustomer(deps, caller, customerId);
  let method = await queries.findMethod(deps.db.read, methodId);
  if (!method && (await refreshMethods(deps, customerId)) === "unanswered") throw methodsUnavailable();
  method ??= await queries.findMethod(deps.db.read, methodId);
  if (method?.customerId !== customerId) throw methodNotFound(methodId);
  return method;
}

interface PromisedAct {
  readonly customerId: string;
  readonly action: string;
  readonly resource: string;
}

/** Writes down that the provider is about to be asked, and makes sure that somebody looks if we die before the answer. */
async function promise(deps: PaymentMethodDeps, tx: Tx, caller: Caller, act: PromisedAct): Promise<{ ask: true }> {
  await holdList(deps, tx, caller, act.customerId);
  return writeDown(deps, tx, caller, act);
}

async function holdList(deps: PaymentMethodDeps, tx: Tx, caller: Caller, customerId: string): Promise<void> {
  if (!maySeeCustomer(caller, customerId)) throw customerNotFound(customerId);
  await ensureCustomer(deps, tx, caller.id, customerId);
  await queries.lockList(tx, customerId);
}

async function writeDown(
  deps: PaymentMethodDeps,
  tx: Tx,
  caller: Caller,
  { customerId, action, resource }: PromisedAct,
): Promise<{ ask: true }> {
  await queries.updateList(tx, customerId, { refreshAt: new Date(deps.clock.now().getTime() + ANSWER_MS) });
  await recordAudit(deps, tx, [{ actor: caller.id, action, resource, details: { customerId } }]);
  return { ask: true };
}

// Each that was deleted names its successor; nobody deletes customers so fast that more are asked for.
const CUSTOMERS_MAX = 4;

/** Asks with the provider's customer of ours, made when there is none and made anew when it is gone there. */
async function withCustomer<T>(
  deps: PaymentMethodDeps,
  customerId: string,
  ask: (customerReference: string) => Promise<ProviderResult<T>>,
): Promise<ProviderResult<T>> {
  const { provider } = keeperOf(deps);
  let gone: string | undefined;
  for (let round = 1; ; round += 1) {
    const reference = await referenceOf(deps, customerId, gone);
    const result = await ask(reference);
    if (result.outcome !== "rejected" || !result.customerMissing || round === CUSTOMERS_MAX) return result;
    await unlink(deps, provider, customerId, reference);
    gone = reference;
  }
}

async function referenceOf(deps: PaymentMethodDeps, customerId: string, insteadOf?: string): Promise<string> {
  const link = await linkedReference(deps, keeperOf(deps).provider, customerId, insteadOf);
  if (link.outcome === "unknown") throw methodsUnavailable();
  if (link.reference === undefined) {
    throw methodRejected({ code: "customer_refused", message: "it has no customer for this one" });
  }
  return link.reference;
}

function accept<T>(result: ProviderResult<T>, missing: Error): T {
  switch (result.outcome) {
    case "accepted":
      return result.value;
    case "rejected":
      throw methodRejected(result.failure);
    case "notFound":
      throw missing;
    case "unknown":
      throw methodsUnavailable();
  }
}

/** The answer to an act. A refusal ends the promise: things are as they were. */
async function acceptAct<T>(
  deps: PaymentMethodDeps,
  customerId: string,
  result: ProviderResult<T>,
  methodId: string,
): Promise<T> {
  if (result.outcome === "rejected" || result.outcome === "notFound") await refreshMethods(deps, customerId, methodId);
  return accept(result, methodNotFound(methodId));
}
