/** Blockradar's transactions as movements of the coins that it keeps. */
import type { BalanceTransaction } from "../ports/balance.js";
import type { DecimalAmount } from "../ports/common.js";
import type { CustodyWallet } from "../ports/custody.js";
import { decimalString, lessDecimal } from "../shared.js";
import {
  type BlockradarTransaction,
  dateOf,
  isNative,
  networkFeeOf,
  parseTransaction,
  statusOf,
  sweepOf,
} from "./news.js";

/** What is not the same of every movement that one entry tells. */
type Movement = Omit<BalanceTransaction, "raw" | "providerCategory" | "asset" | "status" | "fees" | "net">;

/**
 * The movements since that one entry of a wallet's list tells: none before it has succeeded, one, or with a sweep three. Throws a
 * ZodError or a RangeError on what cannot be read as movements.
 */
export function readMovements(entry: unknown, wallet: CustodyWallet, since: Date): BalanceTransaction[] {
  const transaction = parseTransaction(entry, wallet.walletReference);
  if (transaction.wallet.id !== wallet.walletReference) throw new RangeError("a transaction of another wallet");
  if (statusOf(transaction) !== "confirmed") return [];
  const asset = assetOf(transaction, wallet);
  const touched = [transaction.createdAt, transaction.updatedAt, transaction.assetSweptAt].map(dateOf);
  if (!touched.some((date) => date !== undefined && date >= since)) return [];
  return movementsOf(transaction, wallet).map((movement) => ({
    ...movement,
    providerCategory: transaction.type,
    asset,
    net: lessDecimal(movement.amount, movement.fee),
    fees: isZero(movement.fee) ? [] : [{ kind: "transaction_fee", amount: movement.fee }],
    status: "available",
    raw: entry,
  }));
}

/** Which coin it is, told by its contract. A token that only bears the name of one is none of ours. */
function assetOf({ tokenAddress, asset, blockchain }: BlockradarTransaction, wallet: CustodyWallet): string {
  const contract = tokenAddress ?? asset.address;
  if (isNative(contract)) return wallet.nativeAsset;
  const known = wallet.assets.find((each) => each.contract.toLowerCase() === contract?.toLowerCase());
  if (!known) throw new RangeError(`a token that the wallet does not list: ${contract} on ${blockchain.slug}`);
  return known.asset;
}

function movementsOf(transaction: BlockradarTransaction, wallet: CustodyWallet): Movement[] {
  switch (transaction.type) {
    case "DEPOSIT":
      return depositOf(transaction);
    case "WITHDRAW":
      return [withdrawalOf(transaction)];
    case "SALVAGE":
      return salvageOf(transaction, wallet);
    default:
      throw new RangeError(`a ${transaction.type}, of which Blockradar does not document what it moves`);
  }
}

const feeSchema = decimalString.nullish();

/** The wallet's own account, or that of the addresses below it. */
const accountOf = ({ wallet }: BlockradarTransaction, isBelow: boolean): string =>
  isBelow ? `${wallet.id}/addresses` : wallet.id;

function factsOf(transaction: BlockradarTransaction, isBelow: boolean) {
  const { id: reference, fee, hash, createdAt, updatedAt } = transaction;
  const occurredAt = dateOf(createdAt) ?? dateOf(updatedAt);
  if (occurredAt === undefined) throw new RangeError("it does not say when it was");
  return {
    reference,
    account: accountOf(transaction, isBelow),
    // Blockradar's own, in the coin that moved; on top of what was sent.
    fee: feeSchema.parse(fee) ?? "0",
    ...(hash === undefined ? {} : { transactionHash: hash }),
    occurredAt,
  };
}

const gas = (networkFee: DecimalAmount | undefined) => (networkFee === undefined ? {} : { networkFee });

/** What came to an address, and from there into the wallet, as soon as it did. */
function depositOf(transaction: BlockradarTransaction): Movement[] {
  const { id, address, amountPaid, amount } = transaction;
  const came = amountPaid ?? amount;
  const facts = factsOf(transaction, Boolean(address));
  const deposit: Movement = {
    ...facts,
    category: "deposit",
    amount: came,
    subject: { kind: "deposit", reference: id },
  };
  if (!address || transaction.assetSwept !== true) return [deposit];
  const { transactionHash, gasFee } = sweepOf(transaction);
  const swept = transaction.assetSweptAmount ?? came;
  const occurredAt = dateOf(transaction.assetSweptAt) ?? facts.occurredAt;
  const { transactionHash: _its, ...rest } = facts;
  const sweep = {
    ...rest,
    category: "internal",
    fee: "0",
    occurredAt,
    ...(transactionHash ? { transactionHash } : {}),
  } as const;
  return [
    deposit,
    { ...sweep, reference: `${id}:swept_from`, amount: negative(swept) },
    { ...sweep, reference: `${id}:swept_to`, account: accountOf(transaction, false), amount: swept, ...gas(gasFee) },
  ];
}

function withdrawalOf(transaction: BlockradarTransaction): Movement {
  const { id, reference, amount, address } = transaction;
  return {
    ...factsOf(transaction, Boolean(address)),
    category: "withdrawal",
    amount: negative(amount),
    subject: { kind: "withdrawal", reference: id },
    ...gas(networkFeeOf(transaction)),
    ...(reference === undefined ? {} : { ourReference: reference }),
  };
}

/** Coins that lay at an address and were fetched from there: into the wallet, or to wherever somebody wanted them. */
function salvageOf(transaction: BlockradarTransaction, wallet: CustodyWallet): Movement[] {
  const { id, amount, recipientAddress } = transaction;
  const isOurs = recipientAddress?.toLowerCase() === wallet.address.toLowerCase();
  const facts = { ...factsOf(transaction, true), category: isOurs ? "internal" : "other" } as const;
  const out: Movement = { ...facts, amount: negative(amount), ...gas(networkFeeOf(transaction)) };
  if (!isOurs) return [out];
  return [
    { ...out, reference: `${id}:swept_from` },
    { ...facts, fee: "0", reference: `${id}:swept_to`, account: accountOf(transaction, false), amount },
  ];
}

const isZero = (amount: string): boolean => /^-?[0.]+$/.test(amount);
const negative = (amount: string): string => (isZero(amount) ? amount : `-${amount}`);
