import type { WalletId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import { listWalletAccounts } from "../../ledger/index.js";
import * as queries from "../queries.js";
import { deferredOf } from "../rules/basis.js";
import { type LotStanding, standingOf } from "../rules/terms.js";
import type { Lot } from "../types.js";
import type { LotDeps } from "./deps.js";
import { settleAccount } from "./settle.js";

/** A lot as it is shown: with how it stands, and what of its price is still owed. */
export interface ShownLot extends Lot {
  readonly status: LotStanding;
  readonly deferred: bigint;
}

/** A wallet's lots, newest first. They are settled first, so they add up to the balance as it was a moment ago. */
export async function listWalletLots(
  deps: LotDeps,
  walletId: WalletId,
  filter: { readonly asset?: string | undefined; readonly status?: LotStanding | undefined },
  page: PageQuery,
): Promise<Page<ShownLot>> {
  const accounts = (await listWalletAccounts(deps.db.read, walletId)).filter(
    ({ asset }) => filter.asset === undefined || asset === filter.asset,
  );
  const ids = accounts.map(({ id }) => id);
  const settled = await queries.listCursors(deps.db.read, ids);
  for (const { id, version } of accounts) if (version > (settled.get(id) ?? 0n)) await settleAccount(deps, id);
  const now = deps.clock.now();
  const { data, nextCursor } = await pageById("lot", page, (before, limit) =>
    queries.listLots(deps.db.read, ids, { status: filter.status, now }, before, limit),
  );
  return {
    nextCursor,
    data: data.map((lot) => ({ ...lot, status: standingOf(lot, now), deferred: deferredOf(lot) })),
  };
}
