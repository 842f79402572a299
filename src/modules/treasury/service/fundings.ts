import { type Caller, SYSTEM_ACTOR } from "../../../core/access.js";
import { type AccountId, newId } from "../../../core/ids.js";
import { parseDecimal } from "../../../core/money.js";
import { type Page, type PageQuery, pageById } from "../../../core/pagination.js";
import type { Tx } from "../../../db/client.js";
import type { DepositNews, Network } from "../../../providers/port.js";
import { recordAudit } from "../../audit/index.js";
import { getAsset, postTogether, systemAccount } from "../../ledger/index.js";
import { emitEvents } from "../../outbox/index.js";
import { fundingNotExpected, fundingNotFound } from "../errors.js";
import type { FundingRow } from "../queries.js";
import * as queries from "../queries.js";
import { routeOf, tokenByContract } from "./custody.js";
import type { TreasuryDeps } from "./deps.js";

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
  const inserted = await deps.db.transaction(async (tx) => {
    const row = await queries.insertFunding(tx, {
      id,
      walletReference: wallet.walletReference,
      network: input.network,
      asset: input.asset,
      amount: input.amount,
      status: "expected",
      note: input.note ?? null,
      createdBy: caller.id,
      createdAt: deps.clock.now(),
    });
    const details = { asset: input.asset, amount: Number(input.amount), network: input.network };
    if (row) await recordAudit(deps, tx, [{ actor: caller.id, action: "expectFunding", resource: id, details }]);
    return row;
  });
  const funding = inserted ?? (await queries.findFunding(deps.db.read, id));
  if (!funding) throw fundingNotFound(id);
  return { funding, address: wallet.address };
}

/** Stops waiting for a funding. Throws `treasury.funding_not_expected` (409) when it came. */
export async function cancelFunding(deps: TreasuryDeps, caller: Caller, id: FundingRow["id"]): Promise<FundingRow> {
  const known = await queries.findFunding(deps.db.read, id);
  if (!known) throw fundingNotFound(id);
  if (known.status === "canceled") return known;
  return deps.db.transaction(async (tx) => {
    const row = await queries.updateFunding(tx, id, { status: "canceled" });
    if (!row) throw fundingNotExpected(id);
    await recordAudit(deps, tx, [{ actor: caller.id, action: "cancelFunding", resource: id }]);
    return row;
  });
}

/** Fundings, newest first. */
export const listFundings = (deps: TreasuryDeps, page: PageQuery): Promise<Page<FundingRow>> =>
  pageById("fnd", page, (before, limit) => queries.listFundings(deps.db.read, before, limit));

/** Coins that came to a master wallet, with their accounts looked up. */
export interface FundingArrival {
  readonly news: DepositNews;
  readonly booking:
    | {
        readonly asset: string;
        readonly amount: bigint;
        readonly custody: AccountId;
        readonly capital: AccountId;
        readonly unexplained: AccountId;
      }
    | undefined;
}

/** Looks up what is needed to book coins that came to a master wallet itself. */
export async function prepareFunding(deps: TreasuryDeps, news: DepositNews): Promise<FundingArrival> {
  const token =
    news.status === "confirmed" && !news.swept && news.network !== undefined && news.contract !== undefined
      ? await tokenByContract(deps, news.network, news.contract)
      : undefined;
  if (!token) return { news, booking: undefined };
  const { asset } = token;
  const { amount } = parseDecimal(news.amount, (await getAsset(deps, asset)).scale);
  if (amount === 0n) return { news, booking: undefined };
  return {
    news,
    booking: {
      asset,
      amount,
      custody: await systemAccount(deps, "custody", asset),
      capital: await systemAccount(deps, "treasury_capital", asset),
      unexplained: await systemAccount(deps, "unexplained", asset),
    },
  };
}

/**
 * Books coins that came to a master wallet: the oldest funding that expects exactly this gets them, else they are
 * unexplained. Returns the id of the funding, or the provider's reference.
 */
export async function settleFunding(deps: TreasuryDeps, tx: Tx, { news, booking }: FundingArrival): Promise<string> {
  const { walletReference, providerReference } = news;
  if (!booking) return providerReference;
  const known = await queries.findFundingByReference(tx, providerReference);
  if (known) return known.id;
  const { asset, amount } = booking;
  const funding = await queries.lockExpectedFunding(tx, { walletReference, asset, amount });
  const transactionId = newId(deps.ids, "txn");
  const [result] = await postTogether(tx, [
    {
      id: newId(deps.ids, "trf"),
      transactionId,
      from: funding ? booking.capital : booking.unexplained,
      to: booking.custody,
      amount,
      asset,
      type: funding ? "treasury_funding" : "unexplained_receipt",
      // One key for both: the same coins are booked once, whether or not a funding was announced meanwhile.
      key: `funding:${providerReference}`,
      source: funding?.id,
      reference: news.transactionHash ?? providerReference,
      actor: SYSTEM_ACTOR,
    },
  ]);
  if (!result || !("transferId" in result) || result.outcome === "replayed") return funding?.id ?? providerReference;
  const data = { asset, amount: Number(amount), network: news.network ?? null };
  const resource = funding?.id ?? providerReference;
  if (funding) {
    await queries.updateFunding(tx, funding.id, {
      status: "received",
      receivedAmount: amount,
      providerReference,
      transactionHash: news.transactionHash ?? null,
      transactionId,
      receivedAt: deps.clock.now(),
    });
  }
  const type = funding ? "treasury.funded" : "treasury.unexplained_receipt";
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource, details: data }]);
  await emitEvents(deps, tx, [{ type, resource, data }]);
  return resource;
}
