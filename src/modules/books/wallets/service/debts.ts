import type { Caller } from "../../../../core/access.js";
import { AppError } from "../../../../core/errors.js";
import type { TransactionId, WalletId } from "../../../../core/ids.js";
import { inWords } from "../../../../core/money.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { forgiveDebt, getAsset, readDebt } from "../../ledger/index.js";
import { debtEvents } from "../events.js";
import { getWallet, type WalletDeps } from "./wallets.js";

const nothingOwed = (asset: string) => new AppError("wallets.nothing_owed", `This wallet owes no ${asset}.`);
const exceedsDebt = (owed: bigint, asset: string, scale: number) =>
  new AppError("wallets.exceeds_debt", `This wallet owes only ${inWords({ amount: owed, asset }, scale)}.`, {
    members: { owed: Number(owed), asset },
  });

/**
 * Gives up what a customer owes of an asset: a decision, audited with its reason. `transactionId` comes from the idempotency
 * key, so asking again writes nothing twice. Throws 409 `wallets.nothing_owed`, 422 `wallets.exceeds_debt`.
 */
export async function writeOffDebt(
  deps: WalletDeps,
  caller: Caller,
  walletId: WalletId,
  input: { readonly asset: string; readonly amount?: bigint | undefined; readonly reason: string } & (
    | { readonly dryRun: true }
    | { readonly transactionId: TransactionId }
  ),
): Promise<{ writtenOff: bigint; owed: bigint }> {
  const { customerId } = await getWallet(deps, caller, walletId);
  const { asset, reason } = input;
  // An asset that does not exist is owed by nobody, which is no answer to who mistyped it.
  const { scale } = await getAsset(deps, asset);
  const amountOf = (owed: bigint): bigint => {
    const amount = input.amount ?? owed;
    if (owed === 0n) throw nothingOwed(asset);
    if (amount > owed) throw exceedsDebt(owed, asset, scale);
    return amount;
  };
  if ("dryRun" in input) {
    const owed = await readDebt(deps, walletId, asset);
    const writtenOff = amountOf(owed);
    return { writtenOff, owed: owed - writtenOff };
  }
  const { transactionId } = input;
  return forgiveDebt(deps, { walletId, asset, amountOf, transactionId, actor: caller.id, reason }, async (tx, done) => {
    const data = { asset, amount: Number(done.writtenOff), owed: Number(done.owed) };
    const details = { ...data, reason };
    await recordAudit(deps, tx, [{ actor: caller.id, action: "writeOffDebt", resource: walletId, details }]);
    await emitEvents(deps, tx, [debtEvents.of("wallet.debt_written_off", { resource: walletId, customerId }, data)]);
  });
}
