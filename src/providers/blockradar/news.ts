/**
 * Blockradar's transactions as news. One validation for replies, listings and webhook bodies, which carry the same object
 * (docs.blockradar.co/en/api-reference/transactions). All money is in decimal strings; most fields may be null.
 */
import { z } from "zod";
import type { DecimalAmount } from "../ports/common.js";
import type { ChainStatus, DepositNews, WithdrawalNews } from "../ports/custody.js";
import { decimalString, metadataSchema } from "../shared.js";
import { networkOf } from "./networks.js";

/** The metadata key under which Blockradar echoes our id of an address. */
export const ADDRESS_ID_KEY = "coffer_address_id";

/** What native coins have in place of a contract: nothing, or the chain's zero address (Tron's in base58check). */
const NO_CONTRACT = /^(0x0{40}|T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb|)$/;

const text = z.string().min(1);
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value || undefined);
/** What only informs is dropped when it is unreadable, rather than keep a deposit from being booked. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(undefined);

export const environmentSchema = z.enum(["mainnet", "testnet"]);

const amlSchema = z.looseObject({ status: optionalText, message: optionalText, provider: optionalText });
type AmlScreening = z.infer<typeof amlSchema>;

const transactionSchema = z.looseObject({
  id: text,
  type: text,
  status: text,
  network: environmentSchema,
  amount: decimalString,
  amountPaid: decimalString.nullish(),
  reference: optionalText,
  senderAddress: optionalText,
  recipientAddress: optionalText,
  tokenAddress: optionalText,
  hash: optionalText,
  logIndex: lenient(z.number().int().nonnegative()),
  confirmations: lenient(z.number().int().nonnegative()),
  reason: optionalText,
  amlScreening: amlSchema.nullish(),
  /** Read by statements alone: it keeps no deposit from being booked. */
  fee: z.unknown().optional(),
  assetSwept: lenient(z.boolean()),
  assetSweptAt: lenient(z.string()),
  assetSweptAmount: lenient(decimalString),
  assetSweptHash: lenient(z.string()),
  assetSweptGasFee: lenient(decimalString),
  gasFee: lenient(decimalString),
  networkFee: lenient(z.looseObject({ amount: decimalString, symbol: text })),
  createdAt: lenient(z.string()),
  updatedAt: lenient(z.string()),
  asset: z.looseObject({ symbol: text, address: optionalText }),
  address: z.looseObject({ id: text, metadata: metadataSchema }).nullish(),
  blockchain: z.looseObject({ slug: text, symbol: optionalText }),
  wallet: z.looseObject({ id: text }),
});
export type BlockradarTransaction = z.infer<typeof transactionSchema>;

/**
 * A transaction as received; its wallet is the one that we asked about when the reply leaves it out. Throws a ZodError when a
 * field that we act on is not what Blockradar documents.
 */
export function parseTransaction(value: unknown, walletReference?: string): BlockradarTransaction {
  const named =
    walletReference === undefined || typeof value !== "object" || value === null
      ? value
      : { ...value, wallet: (value as { wallet?: unknown }).wallet ?? { id: walletReference } };
  return transactionSchema.parse(named);
}

/**
 * An open enum. Only these words end a transaction; any other (PENDING, PROCESSING, INCOMPLETE, what may come) leaves it
 * with the provider, who may have broadcast it.
 */
const STATUS: Readonly<Record<string, ChainStatus>> = {
  SUCCESS: "confirmed",
  FAILED: "failed",
  CANCELLED: "canceled",
};

export function statusOf(transaction: Pick<BlockradarTransaction, "status">): ChainStatus {
  return Object.hasOwn(STATUS, transaction.status) ? (STATUS[transaction.status] ?? "submitted") : "submitted";
}

/** Where a deposit stands. Never says `swept`: a look-up or a listing of a swept deposit can still be its first news. */
export function depositNews(transaction: BlockradarTransaction): DepositNews {
  const { address } = transaction;
  const addressId = address?.metadata[ADDRESS_ID_KEY];
  return {
    ...factsOf(transaction),
    // What arrived; `amount` is what was asked for where something was (payment links).
    amount: transaction.amountPaid ?? transaction.amount,
    ...(address ? { addressReference: address.id } : {}),
    ...(typeof addressId === "string" && addressId !== "" ? { addressId } : {}),
    ...screeningOf(transaction.amlScreening),
  };
}

/** The sweep of a deposit into the master wallet, which is told on the deposit's own transaction. */
export function sweepOf(transaction: BlockradarTransaction): NonNullable<DepositNews["swept"]> {
  const { assetSweptHash, assetSweptGasFee } = transaction;
  const gasFee = inNative(transaction, assetSweptGasFee);
  return { ...(assetSweptHash ? { transactionHash: assetSweptHash } : {}), ...(gasFee ? { gasFee } : {}) };
}

/** What the chain took for a withdrawal, in its own token. */
export function networkFeeOf(transaction: BlockradarTransaction): DecimalAmount | undefined {
  const { networkFee: charged, gasFee } = transaction;
  return charged ? { amount: charged.amount, asset: charged.symbol.toUpperCase() } : inNative(transaction, gasFee);
}

/** Where a withdrawal stands. */
export function withdrawalNews(transaction: BlockradarTransaction): WithdrawalNews {
  const { reference } = transaction;
  const networkFee = networkFeeOf(transaction);
  return {
    ...factsOf(transaction),
    ...(reference === undefined ? {} : { reference }),
    ...(networkFee === undefined ? {} : { networkFee }),
  };
}

function factsOf(transaction: BlockradarTransaction) {
  const { asset, blockchain, hash, logIndex, confirmations, reason } = transaction;
  const network = networkOf(blockchain.slug);
  // The transaction's own token before the catalogue's: a fake token may be listed under a true one's symbol.
  const contract = transaction.tokenAddress ?? asset.address;
  const occurredAt = dateOf(transaction.updatedAt) ?? dateOf(transaction.createdAt);
  return {
    providerReference: transaction.id,
    status: statusOf(transaction),
    environment: transaction.network,
    walletReference: transaction.wallet.id,
    ...(network === undefined ? {} : { network }),
    asset: asset.symbol.toUpperCase(),
    ...(contract === undefined || isNative(contract) ? {} : { contract }),
    amount: transaction.amount,
    ...(transaction.senderAddress === undefined ? {} : { fromAddress: transaction.senderAddress }),
    ...(transaction.recipientAddress === undefined ? {} : { toAddress: transaction.recipientAddress }),
    ...(hash === undefined ? {} : { transactionHash: hash }),
    ...(typeof logIndex === "number" ? { logIndex } : {}),
    ...(typeof confirmations === "number" ? { confirmations } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
}

/** Native coins are listed as a token at the zero address. */
export function isNative(contract: string | undefined): boolean {
  return contract === undefined || NO_CONTRACT.test(contract);
}

function inNative(transaction: BlockradarTransaction, amount: string | null | undefined): DecimalAmount | undefined {
  const { symbol } = transaction.blockchain;
  if (typeof amount !== "string" || symbol === undefined) return undefined;
  return { amount, asset: symbol.toUpperCase() };
}

/** A time of Blockradar's; undefined when there is none that can be read. */
export function dateOf(value: string | null | undefined): Date | undefined {
  if (typeof value !== "string") return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The sentence with which a screening that found nothing comes. */
const CLEAN = /^(the |this )?(sender |wallet )?address is (not (sanctioned|blacklisted|flagged)|clean|clear)\.?$/i;
const ACCUSING = /sanction|blacklist|flag|stolen|block|hack|scam|fraud|launder|terror|suspicious|risk/i;

/**
 * What the screening says. Only its structured verdict, `success`, clears; a text can accuse, whatever words stand around the
 * accusation, but never clear. No verdict (`{}` on transactions that are not screened) is none.
 */
function screeningOf(screening: AmlScreening | null | undefined): Pick<DepositNews, "amlFlag" | "screened"> {
  const { status, message } = screening ?? {};
  if (status === undefined && message === undefined) return { screened: false };
  const accused = message !== undefined && ACCUSING.test(message) && !CLEAN.test(message.trim());
  if (status?.toLowerCase() === "success" && !accused) return { screened: true };
  return { screened: true, amlFlag: message ?? `screening: ${status}` };
}
