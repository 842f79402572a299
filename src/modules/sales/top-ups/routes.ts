import type { z } from "zod";
import { EVERY_ROLE, OPERATORS_AND_CUSTOMERS } from "../../../core/access.js";
import { toWire } from "../../../core/money.js";
import { problems } from "../../../http/problem.js";
import { IdempotencyHeaders, iso, isoOrNull, ListOf } from "../../../http/schemas.js";
import { type App, callerOf } from "../../../http/types.js";
import { Attempt, AutoTopUp, Consent, PageQuery, PutAutoTopUp, WalletParams } from "./schemas.js";
import {
  type AutoTopUpView,
  getAutoTopUp,
  listAttempts,
  listConsents,
  putAutoTopUp,
  resumeAutoTopUp,
  switchOff,
  type TopUpDeps,
} from "./service/index.js";
import type { Attempt as AttemptRecord, Consent as ConsentRecord, StoredPurchase } from "./types.js";

const tags = ["Auto top-up"];
const ROUTE = "/v1/wallets/:walletId/auto-top-up";

const renderConsent = (row: ConsentRecord) => ({
  id: row.id,
  acceptedAt: iso(row.acceptedAt),
  text: row.text,
  version: row.version,
  ip: row.ip,
  userAgent: row.userAgent,
  terms: row.terms,
  recordedBy: row.recordedBy,
  createdAt: iso(row.createdAt),
});

const renderAttempt = (row: AttemptRecord) => ({
  id: row.id,
  status: row.status,
  paymentId: row.paymentId,
  amount: toWire(row.amount),
  currency: row.currency,
  available: toWire(row.available),
  failureCode: row.failureCode,
  createdAt: iso(row.createdAt),
  endedAt: isoOrNull(row.endedAt),
});

const render = (row: AutoTopUpView) => ({
  id: row.id,
  walletId: row.walletId,
  customerId: row.customerId,
  asset: row.asset,
  status: row.status,
  pausedReason: row.pausedReason,
  pausedUntil: isoOrNull(row.pausedUntil),
  threshold: toWire(row.threshold),
  purchase: row.purchase,
  amount: toWire(row.amount),
  currency: row.currency,
  grants: { asset: row.asset, amount: toWire(row.grantsAmount) },
  monthlyCap: { amount: toWire(row.monthlyCap), currency: row.currency },
  spentThisMonth: toWire(row.spentThisMonth),
  provider: row.provider,
  paymentMethodId: row.paymentMethodId,
  cardLast4: row.cardLast4,
  failures: row.failures,
  nextAttemptAt: isoOrNull(row.nextAttemptAt),
  openAttempt: row.open ? renderAttempt(row.open) : null,
  consent: row.consent ? renderConsent(row.consent) : null,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

function purchaseOf(body: z.output<typeof PutAutoTopUp>): StoredPurchase {
  const { package: bundle, price, amount = 0, currency, grants } = body;
  if (bundle !== undefined) return { package: bundle, currency, price };
  return { amount, currency: currency ?? "", grants };
}

export function topUpRoutes(app: App, deps: TopUpDeps): void {
  putRoute(app, deps);
  stateRoutes(app, deps);
  historyRoutes(app, deps);
}

function putRoute(app: App, deps: TopUpDeps): void {
  app.put(
    ROUTE,
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "putAutoTopUp",
        summary: "Set up an auto top-up",
        description:
          "Charges the saved card when the balance runs low, while the customer is away. So each call needs the customer's consent, which is kept. At most one charge at a time, at most `monthlyCap` a month, and only at the agreed price. When the bank asks for the customer, the payment waits in `requires_action` with its `clientSecret`, and nothing else is charged meanwhile.",
        tags,
        params: WalletParams,
        body: PutAutoTopUp,
        response: { 200: AutoTopUp, ...problems },
      },
    },
    async (request) => {
      const { body } = request;
      const caller = callerOf(request);
      // What the customer's own request says of itself cannot be made up by anybody in between.
      const origin =
        caller.role === "customer"
          ? { ip: request.ip, userAgent: request.headers["user-agent"]?.slice(0, 500) }
          : undefined;
      const set = await putAutoTopUp(deps, caller, request.params.walletId, {
        asset: body.asset,
        threshold: BigInt(body.threshold),
        purchase: purchaseOf(body),
        monthlyCap: { amount: BigInt(body.monthlyCap.amount), currency: body.monthlyCap.currency },
        provider: body.provider,
        paymentMethodId: body.paymentMethodId,
        despiteDispute: body.despiteDispute,
        consent: body.consent && { ...body.consent, ...origin },
      });
      return render(set);
    },
  );
}

function stateRoutes(app: App, deps: TopUpDeps): void {
  app.get(
    ROUTE,
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getAutoTopUp",
        summary: "Get a wallet's auto top-up",
        tags,
        params: WalletParams,
        response: { 200: AutoTopUp, ...problems },
      },
    },
    async (request) => render(await getAutoTopUp(deps, callerOf(request), request.params.walletId)),
  );
  app.delete(
    ROUTE,
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "deleteAutoTopUp",
        summary: "Switch off a wallet's auto top-up",
        description: "A charge that waits for the customer is canceled. Past charges and consents stay on record.",
        tags,
        params: WalletParams,
        response: { 200: AutoTopUp, ...problems },
      },
    },
    async (request) => render(await switchOff(deps, callerOf(request), request.params.walletId)),
  );
  app.post(
    `${ROUTE}/resume`,
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "resumeAutoTopUp",
        summary: "Resume a paused auto top-up",
        description: "Uses the existing consent. Only an administrator can resume after a dispute.",
        tags,
        headers: IdempotencyHeaders,
        params: WalletParams,
        response: { 200: AutoTopUp, ...problems },
      },
    },
    async (request) => render(await resumeAutoTopUp(deps, callerOf(request), request.params.walletId)),
  );
}

function historyRoutes(app: App, deps: TopUpDeps): void {
  app.get(
    `${ROUTE}/history`,
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listAutoTopUpAttempts",
        summary: "List an auto top-up's charges, newest first",
        tags,
        params: WalletParams,
        querystring: PageQuery,
        response: { 200: ListOf(Attempt), ...problems },
      },
    },
    async (request) => {
      const page = await listAttempts(deps, callerOf(request), request.params.walletId, request.query);
      return { ...page, data: page.data.map(renderAttempt) };
    },
  );
  app.get(
    `${ROUTE}/consents`,
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listAutoTopUpConsents",
        summary: "List the customer's consents, newest first",
        tags,
        params: WalletParams,
        querystring: PageQuery,
        response: { 200: ListOf(Consent), ...problems },
      },
    },
    async (request) => {
      const page = await listConsents(deps, callerOf(request), request.params.walletId, request.query);
      return { ...page, data: page.data.map(renderConsent) };
    },
  );
}
