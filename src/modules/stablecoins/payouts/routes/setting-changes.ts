import { PAYOUT_LIMITERS, STAFF } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders, iso } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { limitsOf } from "../rules/limits.js";
import { SettingChange, SettingChangeList, SettingChangePage, SettingChangeParams } from "../schemas.js";
import { approveChange, cancelChange, listChanges, type PayoutDeps } from "../service/index.js";
import type { SettingChange as ChangeRecord, LimitValues } from "../types.js";

/** A change of settings as the wire has it. */
export const renderChange = (row: ChangeRecord) => ({
  id: row.id,
  subject: row.subject,
  status: row.status,
  before: renderValues(row.before),
  after: renderValues(row.after),
  requestedBy: row.askedBy.actor,
  decidedBy: row.decidedBy,
  effectiveAt: iso(row.effectiveAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

const renderValues = (values: LimitValues) => ({
  ...(values.coolingOffSeconds === undefined ? {} : { coolingOffSeconds: values.coolingOffSeconds }),
  ...Object.fromEntries(
    Object.entries(limitsOf(values)).map(([name, amount]) => [name, amount === null ? null : toWire(amount)]),
  ),
});

export function settingChangeRoutes(app: App, deps: PayoutDeps): void {
  app.get(
    "/v1/payout-setting-changes",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listPayoutSettingChanges",
        summary: "Changes that loosen payout settings, newest first",
        description: "Pending ones (waiting for a second person or for their time) and decided ones.",
        tags: ["Payouts"],
        querystring: SettingChangePage,
        response: { 200: SettingChangeList, ...problems },
      },
    },
    async ({ query }) => {
      const page = await listChanges(deps, query);
      return { ...page, data: page.data.map(renderChange) };
    },
  );
  decisionRoute(app, deps, "approve", {
    operationId: "approvePayoutSettingChange",
    summary: "Approve a change of payout settings",
    description:
      "Takes effect at once. Needs another person than the requester, with a key that neither created for the other.",
    decide: approveChange,
  });
  decisionRoute(app, deps, "cancel", {
    operationId: "cancelPayoutSettingChange",
    summary: "Cancel a change of payout settings",
    description: "The current settings stay in force.",
    decide: cancelChange,
  });
}

function decisionRoute(
  app: App,
  deps: PayoutDeps,
  verb: "approve" | "cancel",
  { decide, ...words }: { operationId: string; summary: string; description: string; decide: typeof approveChange },
): void {
  app.post(
    `/v1/payout-setting-changes/:changeId/${verb}`,
    {
      config: { access: PAYOUT_LIMITERS, idempotency: "optional" },
      schema: {
        ...words,
        tags: ["Payouts"],
        headers: IdempotencyHeaders,
        params: SettingChangeParams,
        response: { 200: SettingChange, ...problems },
      },
    },
    async (request) => renderChange(await decide(deps, callerOf(request), request.params.changeId)),
  );
}
