import { z } from "zod";
import { MONEY_ADMINS, STAFF } from "../../../../core/access.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { ClosePeriod, Period, PeriodFilter, PeriodParams } from "../schemas.js";
import { closePeriod, getPeriod, listPeriods, type ReconciliationDeps } from "../service/index.js";
import { renderPeriod } from "./render.js";

const TAGS = ["Reconciliation"];

/** Months that are closed. */
export function periodRoutes(app: App, deps: ReconciliationDeps): void {
  app.get(
    "/v1/periods",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listPeriods",
        summary: "List closed months, newest first",
        tags: TAGS,
        querystring: PeriodFilter,
        response: { 200: ListOf(Period), ...problems },
      },
    },
    async ({ query }) => {
      const page = await listPeriods(deps, query);
      return { ...page, data: page.data.map(renderPeriod) };
    },
  );
  app.get(
    "/v1/periods/:month",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getPeriod",
        summary: "Get a closed month",
        tags: TAGS,
        params: PeriodParams,
        response: { 200: Period, ...problems },
      },
    },
    async ({ params }) => renderPeriod(await getPeriod(deps, params.month)),
  );
  app.post(
    "/v1/periods/:month/close",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "closePeriod",
        summary: "Close a month",
        description:
          "Keeps every account as it stood at the end of the month (UTC). What is heard of it later is booked in the open month, with its own date in `effectiveAt`. A month with open breaks is closed only with `acceptOpenBreaks` and a note. A closed month stays closed.",
        tags: TAGS,
        headers: IdempotencyHeaders,
        params: PeriodParams,
        querystring: z.strictObject({}),
        body: ClosePeriod,
        response: { 200: Period, ...problems },
      },
    },
    async (request) => {
      const input = { ...request.body, resumed: request.idempotency?.resumed ?? false };
      return renderPeriod(await closePeriod(deps, callerOf(request), request.params.month, input));
    },
  );
}
