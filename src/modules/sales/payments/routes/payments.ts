import { z } from "zod";
import { EVERY_ROLE, OPERATORS_AND_CUSTOMERS, STAFF } from "../../../../core/access.js";
import { encodeId } from "../../../../core/ids.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, iso, ListOf, PageParams } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import {
  ConfirmPayment,
  NewPayment,
  Payment,
  PaymentFilter,
  PaymentParams,
  PaymentPreview,
  PublicConfig,
  UnexplainedReceipt,
} from "../schemas.js";
import {
  agreePayment,
  cancelPayment,
  confirmPayment,
  createPayment,
  getPayment,
  listPayments,
  listUnexplained,
  type PaymentDeps,
  type PaymentInput,
  type Purchase,
  previewAct,
} from "../service/index.js";
import { render } from "./render.js";
import { statementRoutes } from "./statement-lines.js";

type Body = z.output<typeof NewPayment>;

function toInput(body: Body): PaymentInput {
  const { package: bundle, price, amount, currency, grants, ...rest } = body;
  const purchase: Purchase =
    bundle !== undefined
      ? { package: bundle, currency, price }
      : {
          amount: BigInt(amount ?? 0),
          currency: currency ?? "",
          grants: grants && { asset: grants.asset, amount: BigInt(grants.amount) },
        };
  return { ...rest, purchase };
}

function resourceIdOf(request: { idempotency: { resourceId: string | undefined } | null }): string {
  const resourceId = request.idempotency?.resourceId;
  if (resourceId === undefined) throw new Error("route has no idempotency policy");
  return resourceId;
}

export function paymentRoutes(app: App, deps: PaymentDeps): void {
  createRoute(app, deps);
  actRoutes(app, deps);
  statementRoutes(app, deps);
  readRoutes(app, deps);
  unexplainedRoute(app, deps);
  configRoute(app, deps);
}

function createRoute(app: App, deps: PaymentDeps): void {
  app.post(
    "/v1/payments",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "required" },
      schema: {
        operationId: "createPayment",
        summary: "Start a payment",
        description:
          "For a package, or for an amount. `payment_intent` returns a `clientSecret` for the provider's front-end library; " +
          "`checkout` returns a `checkoutUrl` to send the customer to; `transfer` returns `instructions`. The wallet is credited when the provider confirms the money, whatever the customer's browser says.",
        tags: ["Payments"],
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: NewPayment,
        response: { 200: PaymentPreview, 201: Payment, ...problems },
      },
    },
    async (request, reply) => {
      const input = toInput(request.body);
      if (request.query.dryRun) {
        const { provider, ...terms } = await agreePayment(deps, callerOf(request), input);
        return reply.code(200).send({
          ...terms,
          dryRun: true,
          provider: provider.name,
          amount: toWire(terms.amount),
          grants: { asset: terms.grants.asset, amount: toWire(terms.grants.amount) },
        });
      }
      const id = encodeId("pay", resourceIdOf(request));
      return reply.code(201).send(render(await createPayment(deps, callerOf(request), id, input), callerOf(request)));
    },
  );
}

function actRoutes(app: App, deps: PaymentDeps): void {
  app.post(
    "/v1/payments/:paymentId/confirm",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "required" },
      schema: {
        operationId: "confirmPayment",
        summary: "Confirm a payment with a payment method",
        description:
          "A decline is not an error: the payment stays open and carries its `failure`. 3-D Secure is returned as `nextAction`.",
        tags: ["Payments"],
        headers: IdempotencyHeaders,
        params: PaymentParams,
        querystring: DryRun,
        body: ConfirmPayment,
        response: { 200: Payment, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      if (request.query.dryRun)
        return {
          ...render(
            await previewAct(deps, caller, request.params.paymentId, "confirm", request.body.paymentMethodId),
            caller,
          ),
          dryRun: true as const,
        };
      const resumed = request.idempotency?.resumed ?? false;
      const input = { ...request.body, attempt: resourceIdOf(request), resumed };
      return render(await confirmPayment(deps, caller, request.params.paymentId, input), caller);
    },
  );
  app.post(
    "/v1/payments/:paymentId/cancel",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "cancelPayment",
        summary: "Cancel an unpaid payment",
        tags: ["Payments"],
        headers: IdempotencyHeaders,
        params: PaymentParams,
        querystring: DryRun,
        response: { 200: Payment, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      if (request.query.dryRun)
        return {
          ...render(await previewAct(deps, caller, request.params.paymentId, "cancel"), caller),
          dryRun: true as const,
        };
      const attempt = request.idempotency?.resourceId ?? deps.ids.uuid();
      const resumed = request.idempotency?.resumed ?? false;
      return render(await cancelPayment(deps, caller, request.params.paymentId, { attempt, resumed }), caller);
    },
  );
}

function readRoutes(app: App, deps: PaymentDeps): void {
  app.get(
    "/v1/payments/:paymentId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getPayment",
        summary: "Get a payment",
        tags: ["Payments"],
        params: PaymentParams,
        response: { 200: Payment, ...problems },
      },
    },
    async (request) => render(await getPayment(deps, callerOf(request), request.params.paymentId), callerOf(request)),
  );
  app.get(
    "/v1/payments",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listPayments",
        summary: "List payments, newest first",
        tags: ["Payments"],
        querystring: PaymentFilter,
        response: { 200: ListOf(Payment), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await listPayments(deps, callerOf(request), filter, { limit, cursor });
      return { ...page, data: page.data.map((row) => render(row, callerOf(request))) };
    },
  );
}

function unexplainedRoute(app: App, deps: PaymentDeps): void {
  app.get(
    "/v1/unexplained-receipts",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listUnexplainedReceipts",
        summary: "List receipts that no payment explains",
        description: "Booked on the system account `unexplained` and credited to nobody.",
        tags: ["Payments"],
        querystring: z.strictObject(PageParams),
        response: { 200: ListOf(UnexplainedReceipt), ...problems },
      },
    },
    async ({ query }) => {
      const page = await listUnexplained(deps, query);
      return {
        ...page,
        data: page.data.map((row) => ({
          ...row,
          amount: toWire(row.amount),
          expectedAmount: row.expectedAmount === null ? null : toWire(row.expectedAmount),
          createdAt: iso(row.createdAt),
        })),
      };
    },
  );
}

function configRoute(app: App, deps: PaymentDeps): void {
  app.get(
    "/v1/config",
    {
      config: { access: "public" },
      schema: {
        operationId: "getConfig",
        summary: "Get what a front end needs",
        tags: ["Payments"],
        security: [],
        response: { 200: PublicConfig, ...problems },
      },
    },
    async () => ({
      providers: [...deps.paymentProviders.values()].map((provider) => ({
        name: provider.name,
        flows: [...provider.capabilities.flows],
        publishableKey: provider.capabilities.publishableKey ?? null,
      })),
    }),
  );
}
