import { z } from "zod";
import { EVERY_ROLE, OPERATORS, STAFF } from "../../../core/access.js";
import { problems } from "../../../http/problem.js";
import { iso, ListOf, PageParams } from "../../../http/schemas.js";
import { type App, callerOf } from "../../../http/types.js";
import { Customer, CustomerParams, PutCustomer } from "./schemas.js";
import {
  type CustomerDeps,
  type Customer as CustomerRecord,
  getCustomer,
  listCustomers,
  putCustomer,
} from "./service.js";

const render = (row: CustomerRecord) => ({ ...row, createdAt: iso(row.createdAt), updatedAt: iso(row.updatedAt) });

export function customerRoutes(app: App, deps: CustomerDeps): void {
  app.put(
    "/v1/customers/:customerId",
    {
      config: { access: OPERATORS },
      schema: {
        operationId: "putCustomer",
        summary: "Create or change a customer",
        description: "The id is your own user id. An absent field stays as it is; null clears it.",
        tags: ["Customers"],
        params: CustomerParams,
        body: PutCustomer,
        response: { 200: Customer, 201: Customer, ...problems },
      },
    },
    async (request, reply) => {
      const { customer, created } = await putCustomer(
        deps,
        callerOf(request).id,
        request.params.customerId,
        request.body,
      );
      return reply.code(created ? 201 : 200).send(render(customer));
    },
  );
  app.get(
    "/v1/customers/:customerId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getCustomer",
        summary: "Get a customer",
        tags: ["Customers"],
        params: CustomerParams,
        response: { 200: Customer, ...problems },
      },
    },
    async (request) => render(await getCustomer(deps, callerOf(request), request.params.customerId)),
  );
  app.get(
    "/v1/customers",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listCustomers",
        summary: "List customers, newest first",
        tags: ["Customers"],
        querystring: z.strictObject({ email: z.email().optional(), ...PageParams }),
        response: { 200: ListOf(Customer), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listCustomers(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map(render) };
    },
  );
}
