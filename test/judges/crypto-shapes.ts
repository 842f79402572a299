/**
 * What Coinbase Business (Checkouts API) and Blockradar document of their requests and objects, as tables: the names of fields,
 * what each may be, and which are always there. Written from the providers' references, and from nothing of ours.
 */
import { z } from "zod";

/** Coinbase takes https alone; on this machine, where the sandbox is, a payer may come back to a service without it. */
const redirect = z.url({ protocol: /^https?$/ }).regex(/^(https:|http:\/\/127\.0\.0\.1[:/])/);

const decimal = z.string().regex(/^\d+(\.\d+)?$/);
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const moment = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const texts = z.record(z.string(), z.string());
const anything = z.record(z.string(), z.unknown());

// --- Coinbase: docs.cdp.coinbase.com/api-reference/business-api/rest-api/checkouts

const cents = z.string().regex(/^\d+(\.\d{1,2})?$/);
const checkoutId = z.string().regex(/^[0-9a-f]{24}$/);
const settlement = z.strictObject({
  totalAmount: decimal,
  feeAmount: decimal,
  netAmount: decimal,
  currency: z.string(),
});
const status = z.enum([
  "ACTIVE",
  "PROCESSING",
  "DEACTIVATED",
  "EXPIRED",
  "COMPLETED",
  "FAILED",
  "REFUNDED",
  "PARTIALLY_REFUNDED",
]);
const refund = z.strictObject({
  id: z.string(),
  checkoutId,
  amount: decimal,
  status: z.enum(["PENDING", "COMPLETED", "FAILED"]),
  currency: z.string(),
  reason: z.string().max(500).optional(),
  transactionHash: z.string().optional(),
  completedAt: moment.optional(),
  fiatAmount: decimal.optional(),
  fiatCurrency: z.string().optional(),
  exchangeRate: decimal.optional(),
  createdAt: moment,
});
const checkoutFields = {
  id: checkoutId,
  url: z.url(),
  amount: decimal,
  currency: z.string(),
  network: z.enum(["base", "ethereum", "polygon", "optimism", "arbitrum"]),
  address: z.string(),
  tokenAddress: z.string(),
  status,
  description: z.string().max(500).optional(),
  metadata: texts.optional(),
  createdAt: moment,
  updatedAt: moment,
  expiresAt: moment,
  successRedirectUrl: redirect.optional(),
  failRedirectUrl: redirect.optional(),
  settlement: settlement.optional(),
  fiatAmount: decimal.optional(),
  fiatCurrency: z.string().optional(),
  exchangeRate: decimal.optional(),
  transactionHash: z.string().optional(),
  refundedAmount: decimal.optional(),
  refunds: z.array(refund).optional(),
};
const checkout = z.strictObject(checkoutFields);
const coinbaseError = z.strictObject({
  errorType: z.string(),
  errorMessage: z.string(),
  correlationId: z.string().optional(),
  errorLink: z.string().optional(),
});
const noBody = z.union([z.undefined(), z.null(), z.literal(""), z.strictObject({})]);

/** One documented operation: where, with what, and what it answers. */
export interface Operation {
  readonly method: string;
  readonly path: RegExp;
  readonly query: readonly string[];
  readonly body: z.ZodType;
  readonly reply: z.ZodType;
}

export const COINBASE = {
  error: coinbaseError,
  operations: [
    {
      method: "POST",
      path: /^(\/sandbox)?\/api\/v1\/checkouts$/,
      query: [],
      body: z.strictObject({
        amount: cents,
        currency: z.string(),
        network: z.literal("base").optional(),
        description: z.string().max(500).optional(),
        metadata: texts.refine((map) => Object.keys(map).length <= 20).optional(),
        expiresAt: moment.optional(),
        successRedirectUrl: redirect.optional(),
        failRedirectUrl: redirect.optional(),
      }),
      reply: checkout,
    },
    {
      method: "GET",
      path: /^(\/sandbox)?\/api\/v1\/checkouts$/,
      query: ["pageSize", "pageToken", "status"],
      body: noBody,
      reply: z.strictObject({ checkouts: z.array(checkout), nextPageToken: z.string().nullish() }),
    },
    { method: "GET", path: /^(\/sandbox)?\/api\/v1\/checkouts\/[^/]+$/, query: [], body: noBody, reply: checkout },
    {
      method: "POST",
      path: /^(\/sandbox)?\/api\/v1\/checkouts\/[^/]+\/deactivate$/,
      query: [],
      body: noBody,
      reply: checkout,
    },
    {
      method: "POST",
      path: /^(\/sandbox)?\/api\/v1\/checkouts\/[^/]+\/refund$/,
      query: [],
      body: z.strictObject({ amount: cents, currency: z.string().optional(), reason: z.string().max(500).optional() }),
      reply: z.strictObject({ checkout, refund }),
    },
  ] as readonly Operation[],
  webhook: z.strictObject({
    ...checkoutFields,
    eventType: z.enum([
      "checkout.payment.success",
      "checkout.payment.failed",
      "checkout.payment.expired",
      "checkout.refund.success",
      "checkout.refund.failed",
    ]),
  }),
};

// --- Blockradar: docs.blockradar.co/en/api-reference

const blockchain = z.looseObject({
  id: uuid,
  name: z.string(),
  slug: z.string(),
  symbol: z.string(),
  isEvmCompatible: z.boolean(),
});
const token = z.looseObject({
  id: uuid,
  name: z.string(),
  symbol: z.string(),
  decimals: z.int(),
  address: z.string(),
  standard: z.string().nullable(),
  network: z.enum(["mainnet", "testnet"]),
});
const walletAsset = z.looseObject({ id: uuid, isActive: z.boolean(), asset: token });
const wallet = z.looseObject({ id: uuid, name: z.string(), address: z.string(), blockchain });
const aml = z.strictObject({ provider: z.string(), status: z.string(), message: z.string() });
const childAddress = z.strictObject({
  id: uuid,
  address: z.string(),
  blockchain,
  configurations: z.strictObject({
    aml,
    disableAutoSweep: z.boolean(),
    enableGaslessWithdraw: z.boolean(),
    showPrivateKey: z.boolean(),
  }),
  derivationPath: z.string(),
  isActive: z.boolean(),
  metadata: anything.nullable(),
  name: z.string().nullable(),
  network: z.enum(["mainnet", "testnet"]),
  type: z.literal("INTERNAL"),
  createdAt: moment,
  updatedAt: moment,
});
const textOrNull = z.string().nullable();
const decimalOrNull = decimal.nullable();
const transaction = z.strictObject({
  id: uuid,
  reference: textOrNull,
  senderAddress: textOrNull,
  recipientAddress: z.string(),
  tokenAddress: textOrNull,
  amount: decimal,
  amountPaid: decimalOrNull,
  amountUSD: decimalOrNull,
  rateUSD: decimalOrNull.optional(),
  fee: decimalOrNull,
  feeHash: textOrNull.optional(),
  currency: z.string(),
  toCurrency: textOrNull.optional(),
  rate: decimalOrNull.optional(),
  blockNumber: z.int().nullable(),
  blockHash: textOrNull,
  hash: textOrNull,
  confirmations: z.int().nullable(),
  confirmed: z.boolean().nullable(),
  gasPrice: textOrNull,
  gasUsed: textOrNull,
  gasFee: decimalOrNull,
  status: z.enum(["PENDING", "PROCESSING", "SUCCESS", "FAILED", "INCOMPLETE", "CANCELLED"]),
  type: z.string().regex(/^[A-Z_]+$/),
  note: textOrNull,
  amlScreening: z.union([aml, z.strictObject({})]).nullable(),
  assetSwept: z.boolean().nullable(),
  assetSweptAt: moment.nullable(),
  assetSweptGasFee: decimalOrNull,
  assetSweptHash: textOrNull,
  assetSweptSenderAddress: textOrNull,
  assetSweptRecipientAddress: textOrNull,
  assetSweptAmount: decimalOrNull,
  reason: textOrNull,
  network: z.enum(["mainnet", "testnet"]),
  chainId: z.int(),
  metadata: anything.nullable(),
  signedTransaction: textOrNull.optional(),
  createdChannel: z.string(),
  createdAt: moment,
  updatedAt: moment,
  asset: z.looseObject({ id: uuid, name: z.string(), symbol: z.string(), decimals: z.int() }),
  address: z.looseObject({ id: uuid, address: z.string() }).nullable(),
  blockchain,
  wallet,
  beneficiary: z.unknown().nullable(),
  networkFee: z.strictObject({ amount: decimal, symbol: z.string(), amountUsd: decimal }).optional(),
  networkFees: z.array(anything).optional(),
  // Not documented; a test may ask for it.
  logIndex: z.int().optional(),
});
const meta = z.strictObject({
  totalItems: z.int(),
  itemCount: z.int(),
  itemsPerPage: z.int(),
  totalPages: z.int(),
  currentPage: z.int(),
});
const enveloped = (data: z.ZodType) => z.strictObject({ statusCode: z.literal(200), message: z.string(), data });
const listed = (item: z.ZodType) =>
  z.strictObject({ statusCode: z.literal(200), message: z.string(), data: z.array(item), meta });
const acknowledged = z.strictObject({ statusCode: z.literal(200), message: z.string(), data: z.unknown().optional() });
const at = (tail: string) => new RegExp(`^/v1/wallets/[^/]+${tail}$`);
const item = { address: z.string(), amount: decimal, reference: z.string().optional(), note: z.string().optional() };
const more = { metadata: anything.optional() };
const fee = z.looseObject({ networkFee: decimal, transactionFee: decimal, nativeBalance: decimal });
const balance = z.looseObject({ asset: walletAsset, balance: decimal, convertedBalance: decimal });

export const BLOCKRADAR = {
  error: z.strictObject({ statusCode: z.int(), message: z.union([z.string(), z.array(z.string())]) }),
  operations: [
    {
      method: "GET",
      path: at(""),
      query: [],
      body: noBody,
      reply: enveloped(z.looseObject({ ...wallet.shape, assets: z.array(walletAsset) })),
    },
    { method: "GET", path: at("/balances"), query: [], body: noBody, reply: enveloped(z.array(balance)) },
    { method: "GET", path: at("/balance"), query: ["assetId"], body: noBody, reply: enveloped(balance) },
    {
      method: "POST",
      path: at("/addresses"),
      query: [],
      body: z.strictObject({
        name: z.string().optional(),
        metadata: anything.optional(),
        disableAutoSweep: z.boolean().optional(),
        enableGaslessWithdraw: z.boolean().optional(),
        showPrivateKey: z.boolean().optional(),
      }),
      reply: enveloped(childAddress),
    },
    { method: "GET", path: at("/addresses"), query: ["page", "limit"], body: noBody, reply: listed(childAddress) },
    { method: "GET", path: at("/addresses/[^/]+"), query: [], body: noBody, reply: enveloped(childAddress) },
    {
      method: "PATCH",
      path: at("/addresses/[^/]+"),
      query: [],
      body: z.strictObject({
        isActive: z.boolean().optional(),
        name: z.string().optional(),
        metadata: anything.optional(),
        disableAutoSweep: z.boolean().optional(),
        enableGaslessWithdraw: z.boolean().optional(),
      }),
      reply: enveloped(childAddress),
    },
    {
      method: "GET",
      path: at("/transactions"),
      query: ["page", "limit", "order", "status", "type", "id", "hash", "assets"],
      body: noBody,
      reply: listed(transaction),
    },
    { method: "GET", path: at("/transactions/[^/]+"), query: [], body: noBody, reply: enveloped(transaction) },
    {
      method: "POST",
      path: at("/withdraw"),
      query: [],
      body: z.union([
        z.strictObject({ assetId: z.string(), ...item, ...more }),
        z.strictObject({ assets: z.array(z.strictObject({ id: z.string(), ...item, ...more })) }),
      ]),
      reply: enveloped(
        z.union([transaction, z.strictObject({ success: z.array(transaction), errors: z.array(z.unknown()) })]),
      ),
    },
    {
      method: "POST",
      path: at("/withdraw/network-fee"),
      query: [],
      body: z.strictObject({ assetId: z.string(), address: z.string(), amount: decimal }),
      reply: enveloped(fee),
    },
    {
      method: "POST",
      path: at("/transactions/(cancel|webhooks/resend)"),
      query: [],
      body: z.strictObject({ id: z.string() }),
      reply: acknowledged,
    },
    {
      method: "POST",
      path: at("/rescan/blocks"),
      query: [],
      body: z.strictObject({ transactionHash: z.string() }),
      reply: acknowledged,
    },
    {
      method: "GET",
      path: /^\/v1\/aml\/lookup$/,
      query: ["address", "blockchain"],
      body: noBody,
      reply: enveloped(z.looseObject({ isBlacklisted: z.boolean() })),
    },
    {
      method: "GET",
      path: /^\/v1\/assets\/rates$/,
      query: ["assets", "currency"],
      body: noBody,
      reply: enveloped(z.record(z.string(), z.record(z.string(), z.number()))),
    },
  ] as readonly Operation[],
  webhook: z.strictObject({
    // `withdraw.processing` is in no list of events; the sandbox tells it, since a provider that says it must not surprise us.
    event: z
      .string()
      .regex(
        /^(deposit\.(processing|success|failed|cancelled|swept\.(success|failed))|withdraw\.(processing|success|failed|cancelled))$/,
      ),
    data: transaction,
  }),
};
