import type { Caller } from "../../../../core/access.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Network } from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { fundingNotExpected, fundingNotFound } from "../errors.js";
import type { FundingRow } from "../queries.js";
import * as queries from "../queries.js";
import { routeOf } from "./custody.js";
import type { TreasuryDeps } from "./deps.js";
import { beginFunding, moveFunding } from "./move.js";

/** Announces coins of our own that will come to a master wallet. Returns the funding and the address to send them to. */
export async function expectFunding(
  deps: TreasuryDeps,
  caller: Caller,
  id: FundingRow["id"],
  input: {
    readonly network: Network;
    readonly asset: string;
    readonly amount: bigint;
    readonly note?: string | undefined;
  },
): Promise<{ funding: FundingRow; address: string }> {
  const { wallet } = await routeOf(deps, input.network, input.asset);
  const inserted = await deps.db.transaction((tx) =>
    beginFunding(deps, tx, {
      id,
      provider: wallet.provider,
      walletReference: wallet.walletReference,
      network: input.network,
      asset: input.asset,
      amount: input.amount,
      note: input.note ?? null,
      createdBy: caller.id,
    }),
  );
  const funding = inserted ?? (await queries.findFunding(deps.db.read, id));
  if (!funding) throw fundingNotFound(id);
  return { funding, address: wallet.address };
}

/** Stops waiting for a funding. Throws `treasury.funding_not_expected` (409) when it came. */
export async function cancelFunding(deps: TreasuryDeps, caller: Caller, id: FundingRow["id"]): Promise<FundingRow> {
  const known = await queries.findFunding(deps.db.read, id);
  if (!known) throw fundingNotFound(id);
  if (known.status === "canceled") return known;
  if (known.status !== "expected") throw fundingNotExpected(id);
  return deps.db.transaction(async (tx) => {
    const row = await moveFunding(tx, known, "canceled", { by: "caller" });
    if (!row) throw fundingNotExpected(id);
    await recordAudit(deps, tx, [{ actor: caller.id, action: "cancelFunding", resource: id }]);
    return row;
  });
}

/** Fundings, newest first. */
export const listFundings = (deps: TreasuryDeps, page: PageQuery): Promise<Page<FundingRow>> =>
  pageById("fnd", page, (before, limit) => queries.listFundings(deps.db.read, before, limit));
