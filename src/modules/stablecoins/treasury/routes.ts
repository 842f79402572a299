import { z } from "zod";
import { MONEY_ADMINS, STAFF } from "../../../core/access.js";
import { encodeId } from "../../../core/ids.js";
import { fitsWire, formatDecimal, toWire } from "../../../core/money.js";
import { problems } from "../../../http/problem.js";
import { DryRun, IdempotencyHeaders, iso, isoOrNull, ListOf, PageParams } from "../../../http/schemas.js";
import { type App, callerOf } from "../../../http/types.js";
import type { CustodyProviderName, Network } from "../../../providers/ports/index.js";
import type { FundingRow, ReceiptRow } from "./queries.js";
import {
  Funding,
  FundingParams,
  NewFunding,
  Receipt,
  ReceiptFilter,
  ReceiptParams,
  ReceiptReason,
  Threshold,
  ThresholdParams,
  Treasury,
} from "./schemas.js";
import {
  cancelFunding,
  everyWallet,
  expectFunding,
  listFundings,
  listReceipts,
  overview,
  reviewReceipt,
  routeOf,
  setThreshold,
  type TreasuryDeps,
  type TreasuryView,
} from "./service/index.js";

const renderTreasury = ({ wallets, coverage, strangers, unreadable, unanswered }: TreasuryView) => ({
  wallets: wallets.map(({ wallet, balances, tokens, gasAlertBelow }) => ({
    id: wallet.walletReference,
    provider: wallet.provider,
    network: wallet.network as Network,
    environment: wallet.environment,
    address: wallet.address,
    gas: { asset: wallet.nativeAsset, balance: balances?.native?.amount ?? null, alertBelow: gasAlertBelow },
    tokens: tokens.map((token) => ({
      asset: token.asset,
      balance: balances?.balances.find((each) => each.assetReference === token.assetReference)?.amount ?? null,
      contract: token.contract,
      decimals: token.decimals,
      enabled: token.enabled,
      alertBelow: token.alertBelow,
    })),
  })),
  coverage: coverage.map(renderCoverage),
  strangers: strangers.map((each) => ({ ...each })),
  unreadable: unreadable.map(({ provider, walletReference, entryKey, reason, entry, firstSeenAt, lastSeenAt }) => ({
    provider: provider as CustodyProviderName,
    walletReference,
    reference: entryKey,
    reason,
    entry: JSON.stringify(entry.said),
    firstSeenAt: iso(firstSeenAt),
    lastSeenAt: iso(lastSeenAt),
  })),
  unanswered: [...unanswered],
});

/** A sum over all customers may be more than a JSON integer holds: then it is null, and its digits are beside it. */
function renderCoverage({ asset, scale, onMasterWallets, booked, owed, surplus }: TreasuryView["coverage"][number]) {
  const each = <Value>(write: (sum: bigint) => Value) => ({
    onMasterWallets: write(onMasterWallets),
    booked: write(booked),
    owed: write(owed),
    surplus: write(surplus),
  });
  return {
    asset,
    scale,
    ...each((sum) => (fitsWire(sum) ? Number(sum) : null)),
    exact: each((sum) => sum.toString()),
    units: each((sum) => formatDecimal(sum, scale)),
    isCovered: surplus >= 0n,
  };
}

const renderFunding = (row: FundingRow, address: string | null) => ({
  id: row.id,
  provider: row.provider,
  walletReference: row.walletReference,
  network: row.network as Network,
  address,
  asset: row.asset,
  amount: toWire(row.amount),
  status: row.status,
  note: row.note,
  transactionHash: row.transactionHash,
  createdAt: iso(row.createdAt),
  receivedAt: isoOrNull(row.receivedAt),
});

const renderReceipt = (row: ReceiptRow) => ({
  id: row.id,
  provider: row.provider,
  status: row.status,
  network: row.network,
  asset: row.asset,
  amount: toWire(row.amount),
  transactionHash: row.transactionHash,
  fundingId: row.fundingId,
  duplicateOf: row.duplicateOf,
  reviewedBy: row.reviewedBy,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

async function addressOf(deps: TreasuryDeps, row: FundingRow): Promise<string | null> {
  const isIts = (wallet: Pick<FundingRow, "provider" | "walletReference">) =>
    wallet.provider === row.provider && wallet.walletReference === row.walletReference;
  return (await everyWallet(deps)).find(isIts)?.address ?? null;
}

export function treasuryRoutes(app: App, deps: TreasuryDeps): void {
  overviewRoutes(app, deps);
  expectRoute(app, deps);
  fundingRoutes(app, deps);
  receiptRoutes(app, deps);
}

function overviewRoutes(app: App, deps: TreasuryDeps): void {
  app.get(
    "/v1/treasury",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getTreasury",
        summary: "Get the treasury: master wallets, gas and coverage",
        tags: ["Treasury"],
        response: { 200: Treasury, ...problems },
      },
    },
    async () => renderTreasury(await overview(deps)),
  );
  app.put(
    "/v1/treasury/wallets/:walletReference/threshold",
    {
      config: { access: MONEY_ADMINS },
      schema: {
        operationId: "setTreasuryThreshold",
        summary: "Set a balance or gas threshold",
        tags: ["Treasury"],
        params: ThresholdParams,
        body: Threshold,
        response: { 200: Threshold, ...problems },
      },
    },
    async (request) => {
      await setThreshold(deps, callerOf(request), request.params.walletReference, request.body);
      return request.body;
    },
  );
}

function expectRoute(app: App, deps: TreasuryDeps): void {
  app.post(
    "/v1/treasury/fundings",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "createFunding",
        summary: "Announce a funding of a master wallet",
        description:
          "Returns the address to send the coins to. Coins that arrive there in exactly this amount are booked as your own.",
        tags: ["Treasury"],
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: NewFunding,
        response: { 200: z.object({ dryRun: z.literal(true), address: z.string() }), 201: Funding, ...problems },
      },
    },
    async (request, reply) => {
      const { amount, ...rest } = request.body;
      if (request.query.dryRun) {
        const { wallet } = await routeOf(deps, rest.network, rest.asset);
        return reply.code(200).send({ dryRun: true, address: wallet.address });
      }
      const resourceId = request.idempotency?.resourceId;
      if (resourceId === undefined) throw new Error("route has no idempotency policy");
      const input = { ...rest, amount: BigInt(amount) };
      const { funding, address } = await expectFunding(deps, callerOf(request), encodeId("fnd", resourceId), input);
      return reply.code(201).send(renderFunding(funding, address));
    },
  );
}

function fundingRoutes(app: App, deps: TreasuryDeps): void {
  app.get(
    "/v1/treasury/fundings",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listFundings",
        summary: "List fundings, newest first",
        tags: ["Treasury"],
        querystring: z.strictObject(PageParams),
        response: { 200: ListOf(Funding), ...problems },
      },
    },
    async ({ query }) => {
      const page = await listFundings(deps, query);
      const data = await Promise.all(page.data.map(async (row) => renderFunding(row, await addressOf(deps, row))));
      return { ...page, data };
    },
  );
  app.post(
    "/v1/treasury/fundings/:fundingId/cancel",
    {
      config: { access: MONEY_ADMINS, idempotency: "optional" },
      schema: {
        operationId: "cancelFunding",
        summary: "Cancel an announced funding",
        tags: ["Treasury"],
        headers: IdempotencyHeaders,
        params: FundingParams,
        querystring: z.strictObject({}),
        response: { 200: Funding, ...problems },
      },
    },
    async (request) => {
      const row = await cancelFunding(deps, callerOf(request), request.params.fundingId);
      return renderFunding(row, await addressOf(deps, row));
    },
  );
}

function receiptRoutes(app: App, deps: TreasuryDeps): void {
  app.get(
    "/v1/treasury/receipts",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listTreasuryReceipts",
        summary: "List coins received by master wallets, newest first",
        tags: ["Treasury"],
        querystring: ReceiptFilter,
        response: { 200: ListOf(Receipt), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, status } = request.query;
      const page = await listReceipts(deps, status, { limit, cursor });
      return { ...page, data: page.data.map(renderReceipt) };
    },
  );
  for (const deed of ["approve", "reject"] as const) {
    app.post(
      `/v1/treasury/receipts/:receiptId/${deed}`,
      {
        config: { access: MONEY_ADMINS, idempotency: "optional" },
        schema: {
          operationId: `${deed}TreasuryReceipt`,
          summary: deed === "approve" ? "Approve a held receipt" : "Reject a held receipt",
          tags: ["Treasury"],
          headers: IdempotencyHeaders,
          params: ReceiptParams,
          querystring: z.strictObject({}),
          body: ReceiptReason,
          response: { 200: Receipt, ...problems },
        },
      },
      async (request) => {
        const resumed = request.idempotency?.resumed ?? false;
        const verdict = { approve: deed === "approve", reason: request.body.reason, resumed };
        return renderReceipt(await reviewReceipt(deps, callerOf(request), request.params.receiptId, verdict));
      },
    );
  }
}
