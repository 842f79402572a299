import { type Caller, EVERY_ROLE, OPERATORS_AND_CUSTOMERS } from "../../../core/access.js";
import { problems } from "../../../http/problem.js";
import { IdempotencyHeaders, iso, isoOrNull } from "../../../http/schemas.js";
import { type App, callerOf } from "../../../http/types.js";
import { CustomerParams } from "../customers/index.js";
import {
  AttachPaymentMethod,
  CustomerMethodParams,
  DefaultPaymentMethod,
  PaymentMethod,
  PaymentMethodList,
  PaymentMethodSetup,
  ProviderChoice,
  ProviderFilter,
  SetupParams,
} from "./schemas.js";
import {
  attachMethod,
  createSetup,
  detachMethod,
  getSetup,
  listMethods,
  type PaymentMethodDeps,
  type Setup,
  type ShownMethods,
  setDefaultMethod,
} from "./service/index.js";
import type { PaymentMethod as MethodRecord } from "./types.js";

const tags = ["Payment methods"];

const render = (row: MethodRecord, isDefault: boolean, caller: Caller) => ({
  id: row.id,
  customerId: row.customerId,
  provider: row.provider,
  type: row.type,
  status: row.status,
  default: isDefault,
  card:
    row.brand === null || row.last4 === null || row.expMonth === null || row.expYear === null
      ? null
      : {
          brand: row.brand,
          last4: row.last4,
          expMonth: row.expMonth,
          expYear: row.expYear,
          funding: row.funding,
          country: row.country,
          fingerprint: caller.role === "customer" ? null : row.fingerprint,
        },
  expiresAt: isoOrNull(row.expiresAt),
  createdAt: iso(row.createdAt),
  detachedAt: isoOrNull(row.detachedAt),
});

const renderList = ({ methods, defaultMethodIds, stale, checkedAt }: ShownMethods, caller: Caller) => ({
  data: methods.map((row) => render(row, defaultMethodIds.includes(row.id), caller)),
  defaultPaymentMethodId: defaultMethodIds[0] ?? null,
  stale,
  checkedAt: isoOrNull(checkedAt),
  nextCursor: null,
});

const renderSetup = (setup: Setup, customerId: string) => ({
  id: setup.setupReference,
  customerId,
  provider: setup.provider,
  status: setup.status,
  clientSecret: setup.clientSecret ?? null,
  paymentMethodId: setup.methodReference ?? null,
  failure: setup.failure ?? null,
});

/** Names the request to the provider: the same for each try with one idempotency key. */
const attemptOf = (
  deps: PaymentMethodDeps,
  request: { idempotency: { resourceId: string | undefined } | null },
): string => request.idempotency?.resourceId ?? deps.ids.uuid();

export function paymentMethodRoutes(app: App, deps: PaymentMethodDeps): void {
  setupRoutes(app, deps);
  listRoute(app, deps);
  attachRoute(app, deps);
  changeRoutes(app, deps);
}

function setupRoutes(app: App, deps: PaymentMethodDeps): void {
  app.post(
    "/v1/customers/:customerId/payment-methods/setups",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "createPaymentMethodSetup",
        summary: "Start saving a payment method",
        description:
          "The front end completes it with the `clientSecret` and the provider's library, including authentication, so that the method can be charged later while the customer is away. Nothing is charged now.",
        tags,
        headers: IdempotencyHeaders,
        params: CustomerParams,
        querystring: ProviderChoice,
        response: { 201: PaymentMethodSetup, ...problems },
      },
    },
    async (request, reply) => {
      const { customerId } = request.params;
      const where = { customerId, provider: request.query.provider };
      const setup = await createSetup(deps, callerOf(request), where, attemptOf(deps, request));
      return reply.code(201).send(renderSetup(setup, customerId));
    },
  );
  app.get(
    "/v1/customers/:customerId/payment-methods/setups/:setupId",
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "getPaymentMethodSetup",
        summary: "Get the state of a payment method setup",
        tags,
        params: SetupParams,
        querystring: ProviderChoice,
        response: { 200: PaymentMethodSetup, ...problems },
      },
    },
    async (request) => {
      const { customerId, setupId } = request.params;
      const where = { customerId, provider: request.query.provider };
      return renderSetup(await getSetup(deps, callerOf(request), where, setupId), customerId);
    },
  );
}

function listRoute(app: App, deps: PaymentMethodDeps): void {
  app.get(
    "/v1/customers/:customerId/payment-methods",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listPaymentMethods",
        summary: "List a customer's saved payment methods, newest first",
        description:
          "As the providers have them now. While one does not answer, the last known ones with `stale: true`.",
        tags,
        params: CustomerParams,
        querystring: ProviderFilter,
        response: { 200: PaymentMethodList, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { customerId } = request.params;
      return renderList(await listMethods(deps, caller, customerId, request.query.provider), caller);
    },
  );
}

function attachRoute(app: App, deps: PaymentMethodDeps): void {
  app.post(
    "/v1/customers/:customerId/payment-methods",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "attachPaymentMethod",
        summary: "Save a payment method that the front end made",
        tags,
        headers: IdempotencyHeaders,
        params: CustomerParams,
        body: AttachPaymentMethod,
        response: { 201: PaymentMethod, ...problems },
      },
    },
    async (request, reply) => {
      const { paymentMethodId, provider, default: makeDefault = false } = request.body;
      const where = { customerId: request.params.customerId, provider };
      const { method, isDefault } = await attachMethod(deps, callerOf(request), where, {
        paymentMethodId,
        makeDefault,
        attempt: attemptOf(deps, request),
      });
      return reply.code(201).send(render(method, isDefault, callerOf(request)));
    },
  );
}

function changeRoutes(app: App, deps: PaymentMethodDeps): void {
  app.put(
    "/v1/customers/:customerId/payment-methods/default",
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "setDefaultPaymentMethod",
        summary: "Set the default payment method",
        tags,
        params: CustomerParams,
        body: DefaultPaymentMethod,
        response: { 200: PaymentMethodList, ...problems },
      },
    },
    async (request) => {
      const { customerId } = request.params;
      const { paymentMethodId, provider } = request.body;
      const list = await setDefaultMethod(deps, callerOf(request), { customerId, provider }, paymentMethodId);
      return renderList(list, callerOf(request));
    },
  );
  app.delete(
    "/v1/customers/:customerId/payment-methods/:methodId",
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "detachPaymentMethod",
        summary: "Detach a payment method",
        description:
          "A provider's last one is refused with 409 `payment_methods.in_use` while an active subscription or an auto top-up " +
          "there is paid with it.",
        tags,
        params: CustomerMethodParams,
        response: { 200: PaymentMethod, ...problems },
      },
    },
    async (request) => {
      const { customerId, methodId } = request.params;
      return render(await detachMethod(deps, callerOf(request), customerId, methodId), false, callerOf(request));
    },
  );
}
