import { AppError } from "../../../core/errors.js";
import { inWords, MAX_AMOUNT, toWire } from "../../../core/money.js";
import { keyReused } from "../../../http/idempotency.js";
import type { PostingRefusal } from "./types.js";

export const assetNotFound = (code: string) => new AppError("ledger.asset_not_found", `There is no asset ${code}.`);
export const assetExists = (code: string) =>
  new AppError("ledger.asset_exists", `The asset ${code} exists with another kind or scale.`);
export const transferNotFound = (id: string) => new AppError("ledger.transfer_not_found", `No transfer ${id}.`);
export const accountNotFound = (id: string) => new AppError("ledger.account_not_found", `No account ${id}.`);

/** The refusal of a posting, in words for the client; `scale` is the asset's. Only the first two can be a client's doing. */
export function postingRefused(
  outcome: PostingRefusal,
  asked: { amount: bigint; asset: string },
  available: bigint | null,
  scale: number,
): AppError {
  switch (outcome) {
    case "insufficient_balance": {
      const left = available ?? 0n;
      const words = `The available balance is ${inWords({ amount: left, asset: asked.asset }, scale)}; ${inWords(asked, scale)} were asked for.`;
      return new AppError("wallets.insufficient_balance", words, {
        members: { available: toWire(left), asset: asked.asset },
      });
    }
    case "frozen":
      return new AppError("wallets.frozen", `This wallet's ${asked.asset} is frozen until an unpaid invoice is paid.`, {
        members: { asset: asked.asset },
      });
    case "key_reused":
      return keyReused();
    case "balance_limit":
      return new AppError(
        "wallets.balance_limit",
        `The balance would exceed ${inWords({ amount: MAX_AMOUNT, asset: asked.asset }, scale)}.`,
      );
    default:
      return new AppError("ledger.posting_refused", `The ledger refused a posting: ${outcome}.`);
  }
}
