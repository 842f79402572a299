import { EVERY_ROLE } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { iso, isoOrNull, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { listWalletLots, type ShownLot } from "../../lots/index.js";
import { Lot, LotFilter, WalletParams } from "../schemas.js";
import { getWallet, type WalletDeps } from "../service/index.js";

export function lotRoutes(app: App, deps: WalletDeps): void {
  app.get(
    "/v1/wallets/:walletId/lots",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listLots",
        summary: "A wallet's lots, newest first",
        description:
          "Credits that came together, with what is left of them and until when. Spending takes from the lot with the lowest " +
          "priority number first, then from what expires soonest, then from what was given for nothing, then from the oldest.",
        tags: ["Wallets"],
        params: WalletParams,
        querystring: LotFilter,
        response: { 200: ListOf(Lot), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const caller = callerOf(request);
      const wallet = await getWallet(deps, caller, request.params.walletId);
      const page = await listWalletLots(deps, wallet.id, filter, { limit, cursor });
      return { ...page, data: page.data.map((lot) => renderLot(lot, caller.role !== "customer")) };
    },
  );
}

const renderLot = (lot: ShownLot, showsEarnings: boolean) => ({
  id: lot.id,
  walletId: lot.walletId,
  asset: lot.asset,
  status: lot.status,
  granted: toWire(lot.granted),
  remaining: toWire(lot.remaining),
  expired: toWire(lot.expired),
  kind: lot.kind,
  priority: lot.priority,
  origin: lot.origin,
  source: lot.source,
  effectiveAt: iso(lot.effectiveAt),
  expiresAt: isoOrNull(lot.expiresAt),
  metadata: lot.metadata,
  earnings: showsEarnings ? earningsOf(lot) : null,
  createdAt: iso(lot.createdAt),
});

const earningsOf = ({ priceCurrency: currency, ...lot }: ShownLot) =>
  currency === null
    ? null
    : {
        currency,
        price: toWire(lot.priceAmount),
        deferred: toWire(lot.deferred),
        revenue: toWire(lot.revenue),
        breakage: toWire(lot.breakage),
        refunded: toWire(lot.refunded),
      };
