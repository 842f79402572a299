import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId } from "../../../../core/ids.js";
import { fitsWire, parseDecimal } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import type { DepositNews, WithdrawalNews } from "../../../../providers/ports/index.js";
import { ensureReceivedAsset, postTogether, systemAccount } from "../../../books/ledger/index.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { strayWithdrawalEvents } from "../events.js";
import { custodyMap, tokenByContract } from "./custody.js";
import type { TreasuryDeps } from "./deps.js";
import { strayKey, type Told } from "./identity.js";
import { keepUnreadable } from "./unreadable.js";

/** Why news of the chain is not about us: another wallet, or test coins where real ones are kept. Undefined when it is. */
export async function whyForeign(
  deps: TreasuryDeps,
  news: Pick<Told<DepositNews>, "provider" | "walletReference" | "environment">,
): Promise<string | undefined> {
  const { wallets } = await custodyMap(deps, news.provider);
  const wallet = wallets.find((each) => each.walletReference === news.walletReference);
  if (!wallet) return "of a master wallet that is not ours";
  if (wallet.environment !== news.environment)
    return `of the ${news.environment}, and this is the ${wallet.environment}`;
  return undefined;
}

/** Coins that left without any payout of ours, with their accounts looked up. */
export interface StrayWithdrawal {
  readonly news: Told<WithdrawalNews>;
  readonly booking:
    | { readonly asset: string; readonly amount: bigint; readonly from: AccountId; readonly to: AccountId }
    | undefined;
}

/** Looks up what is needed to book a withdrawal that somebody made past us, e.g. in the provider's dashboard. */
export async function prepareStrayWithdrawal(deps: TreasuryDeps, news: Told<WithdrawalNews>): Promise<StrayWithdrawal> {
  const token =
    news.status === "confirmed" && news.network !== undefined && news.contract !== undefined
      ? await tokenByContract(deps, news.provider, news.network, news.contract)
      : undefined;
  if (!token) return { news, booking: undefined };
  const { scale } = await ensureReceivedAsset(deps, token.asset, undefined);
  const { amount } = parseDecimal(news.amount, scale);
  if (amount === 0n) return { news, booking: undefined };
  if (!fitsWire(amount)) {
    const { providerReference } = news;
    const reason = `${news.amount} ${token.asset} is more than the books can count`;
    await keepUnreadable(deps, token, [{ entry: news, reason, providerReference }]);
    return { news, booking: undefined };
  }
  return {
    news,
    booking: {
      asset: token.asset,
      amount,
      from: await systemAccount(deps, "custody", token.asset),
      to: await systemAccount(deps, "unexplained", token.asset),
    },
  };
}

/** Books coins that left and says so once: nobody may move our coins without the books knowing. */
export async function bookStrayWithdrawal(
  deps: TreasuryDeps,
  tx: Tx,
  { news, booking }: StrayWithdrawal,
): Promise<void> {
  if (!booking) return;
  const [result] = await postTogether(tx, [
    {
      ...booking,
      id: newId(deps.ids, "trf"),
      transactionId: newId(deps.ids, "txn"),
      type: "unexplained_withdrawal",
      key: strayKey(news),
      reference: news.providerReference,
      actor: SYSTEM_ACTOR,
    },
  ]);
  if (!result || !("transferId" in result) || result.outcome === "replayed") return;
  const data = { asset: booking.asset, amount: Number(booking.amount), transactionHash: news.transactionHash ?? null };
  const resource = news.providerReference;
  await recordAudit(deps, tx, [
    { actor: SYSTEM_ACTOR, action: "treasury.unexplained_withdrawal", resource, details: data },
  ]);
  await emitEvents(deps, tx, [strayWithdrawalEvents.of("treasury.unexplained_withdrawal", { resource }, data)]);
}
