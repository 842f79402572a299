/** Objects as Blockradar writes them (docs.blockradar.co/en/api-reference). */
import type { Chain, MasterWallet, WalletAsset } from "./chains.js";
import { uuidOf } from "./chains.js";

export const MADE_AT = "2026-01-05T09:00:00.000Z";

export type TransactionStatus = "PENDING" | "PROCESSING" | "SUCCESS" | "FAILED" | "CANCELLED";

/** An address below a master wallet. */
export interface ChildAddress {
  id: string;
  walletId: string;
  address: string;
  name: string | null;
  isActive: boolean;
  metadata: Record<string, unknown> | null;
  disableAutoSweep: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface Transaction {
  id: string;
  reference: string | null;
  senderAddress: string | null;
  recipientAddress: string;
  tokenAddress: string;
  amount: string;
  amountPaid: string;
  amountUSD: string;
  fee: string | null;
  currency: "USD";
  blockNumber: number | null;
  blockHash: string | null;
  hash: string | null;
  /** Not among Blockradar's documented fields; absent unless a test wants it. */
  logIndex?: number;
  confirmations: number | null;
  confirmed: boolean;
  gasPrice: string | null;
  gasUsed: string | null;
  gasFee: string | null;
  networkFee?: { amount: string; symbol: string; amountUsd: string };
  status: TransactionStatus;
  type: "DEPOSIT" | "WITHDRAW";
  note: string | null;
  amlScreening: { provider?: string; status?: string; message?: string };
  assetSwept: boolean | null;
  assetSweptAt: string | null;
  assetSweptGasFee: string | null;
  assetSweptHash: string | null;
  assetSweptSenderAddress: string | null;
  assetSweptRecipientAddress: string | null;
  assetSweptAmount: string | null;
  reason: string | null;
  network: "mainnet" | "testnet";
  chainId: number;
  metadata: Record<string, unknown> | null;
  createdChannel: string;
  createdAt: string;
  updatedAt: string;
  asset: object;
  address: object | null;
  blockchain: object;
  wallet: { id: string; [field: string]: unknown };
  beneficiary: null;
}

export function blockchainJson(chain: Chain): object {
  return {
    id: uuidOf(`blockchain/${chain.slug}`),
    name: chain.name,
    slug: chain.slug,
    symbol: chain.native.toLowerCase(),
    derivationPath: chain.family === "evm" ? "m/44'/60'/0'/0" : "m/44'/195'/0'/0",
    isEvmCompatible: chain.family === "evm",
    isL2: chain.slug === "base",
    isActive: true,
    tokenStandard: chain.standard,
    createdAt: MADE_AT,
    updatedAt: MADE_AT,
  };
}

/** A token of the catalogue. */
export function tokenJson(chain: Chain, asset: WalletAsset): object {
  return {
    id: uuidOf(`token/${chain.slug}/${asset.symbol}`),
    name: asset.name,
    symbol: asset.symbol,
    decimals: asset.decimals,
    address: asset.contract,
    standard: asset.native ? null : chain.standard,
    currency: "USD",
    isActive: true,
    isNative: asset.native,
    network: "testnet",
    createdAt: MADE_AT,
    updatedAt: MADE_AT,
  };
}

/** A token as it is listed on a wallet; this id is what withdrawals name. */
export function walletAssetJson(chain: Chain, asset: WalletAsset): object {
  return {
    id: asset.id,
    isActive: true,
    createdAt: MADE_AT,
    updatedAt: MADE_AT,
    asset: { ...tokenJson(chain, asset), blockchain: blockchainJson(chain) },
  };
}

export function walletJson(wallet: MasterWallet): { id: string; [field: string]: unknown } {
  return {
    id: wallet.id,
    name: `${wallet.chain.name} master`,
    description: null,
    address: wallet.address,
    network: "testnet",
    status: "ACTIVE",
    isActive: true,
    derivationPath: "m/44'/60'/0'/0/0",
    blockchain: blockchainJson(wallet.chain),
    createdAt: MADE_AT,
    updatedAt: MADE_AT,
  };
}

export function addressJson(wallet: MasterWallet, child: ChildAddress): object {
  return {
    id: child.id,
    address: child.address,
    name: child.name,
    isActive: child.isActive,
    type: "INTERNAL",
    network: "testnet",
    derivationPath: "m/44'/60'/0'/0/1",
    metadata: child.metadata,
    configurations: {
      aml: { provider: "ofac, fbi, tether, circle", status: "success", message: "Address is not sanctioned" },
      disableAutoSweep: child.disableAutoSweep,
      enableGaslessWithdraw: false,
      showPrivateKey: false,
    },
    blockchain: blockchainJson(wallet.chain),
    createdAt: child.createdAt,
    updatedAt: child.updatedAt,
  };
}

/** A reply's envelope. */
export function envelope(message: string, data?: unknown, meta?: object): object {
  return { message, statusCode: 200, ...(data === undefined ? {} : { data }), ...(meta === undefined ? {} : { meta }) };
}
