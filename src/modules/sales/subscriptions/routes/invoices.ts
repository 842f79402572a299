import { EVERY_ROLE, OPERATORS_AND_CUSTOMERS } from "../../../../core/access.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { CustomerParams } from "../../customers/index.js";
import { Invoice, InvoiceFilter, InvoiceParams, InvoicePayment, NewPortalSession, PortalSession } from "../schemas.js";
import {
  getInvoice,
  listInvoices,
  openPortal,
  payInvoice,
  previewPayment,
  type SubscriptionDeps,
  viewInvoice,
} from "../service/index.js";
import { renderInvoice } from "./render.js";

export function invoiceRoutes(app: App, deps: SubscriptionDeps): void {
  readInvoices(app, deps);
  payRoute(app, deps);
  portalRoute(app, deps);
}

function readInvoices(app: App, deps: SubscriptionDeps): void {
  app.get(
    "/v1/customers/:customerId/invoices",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listInvoices",
        summary: "A customer's invoices, newest first",
        tags: ["Invoices"],
        params: CustomerParams,
        querystring: InvoiceFilter,
        response: { 200: ListOf(Invoice), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const caller = callerOf(request);
      const { customerId } = request.params;
      const page = await listInvoices(deps, caller, { ...filter, customerId }, { limit, cursor });
      return { ...page, data: page.data.map((each) => renderInvoice(each, caller)) };
    },
  );
  app.get(
    "/v1/invoices/:invoiceId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getInvoice",
        summary: "Get an invoice",
        description: "With links to the provider's page and PDF.",
        tags: ["Invoices"],
        params: InvoiceParams,
        response: { 200: Invoice, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return renderInvoice(await getInvoice(deps, caller, request.params.invoiceId), caller);
    },
  );
}

function payRoute(app: App, deps: SubscriptionDeps): void {
  app.post(
    "/v1/invoices/:invoiceId/pay",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "required" },
      schema: {
        operationId: "payInvoice",
        summary: "Collect an open invoice now",
        description: "Uses `paymentMethodId` if one is given. A decline is not an error: see `failure`.",
        tags: ["Invoices"],
        headers: IdempotencyHeaders,
        params: InvoiceParams,
        querystring: DryRun,
        body: InvoicePayment,
        response: { 200: Invoice, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { invoiceId } = request.params;
      if (request.query.dryRun) {
        const row = await previewPayment(deps, caller, invoiceId, request.body.paymentMethodId);
        return { ...renderInvoice(await viewInvoice(deps, row), caller), dryRun: true as const };
      }
      const { idempotency } = request;
      if (idempotency?.resourceId === undefined) throw new Error("route has no idempotency policy");
      const { paymentMethodId } = request.body;
      const attempt = { attempt: idempotency.resourceId, resumed: idempotency.resumed };
      const row = await payInvoice(deps, caller, invoiceId, { paymentMethodId, ...attempt });
      return renderInvoice(await viewInvoice(deps, row), caller);
    },
  );
}

function portalRoute(app: App, deps: SubscriptionDeps): void {
  app.post(
    "/v1/customers/:customerId/portal-sessions",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "createPortalSession",
        summary: "Create a billing portal session",
        description:
          "The customer manages payment methods, invoices and subscriptions on the provider's page. Changes come back by webhook.",
        tags: ["Invoices"],
        headers: IdempotencyHeaders,
        params: CustomerParams,
        body: NewPortalSession,
        response: { 201: PortalSession, ...problems },
      },
    },
    async (request, reply) => {
      const attempt = request.idempotency?.resourceId ?? deps.ids.uuid();
      const { customerId } = request.params;
      const opened = await openPortal(deps, callerOf(request), customerId, { ...request.body, attempt });
      return reply.code(201).send(opened);
    },
  );
}
