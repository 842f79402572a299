import { createHash } from "node:crypto";
import { type Family, makeAddress } from "./addresses.js";

const NATIVE_CONTRACT = "0x0000000000000000000000000000000000000000";

interface Token {
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
  readonly contract: string;
  /** What a new wallet holds, in whole coins. */
  readonly holds: string;
}

export interface Chain {
  readonly slug: string;
  readonly name: string;
  readonly family: Family;
  readonly chainId: number;
  /** Upper case; Blockradar writes it in lower case on the chain itself. */
  readonly native: string;
  readonly nativeDecimals: number;
  readonly standard: string;
  /** What any withdrawal costs, in the native coin. */
  readonly networkFee: string;
  readonly nativeUsd: number;
  readonly nativeHolds: string;
  readonly confirmations: number;
  readonly arrivalSeconds: number;
  readonly tokens: readonly Token[];
}

const usdc = (contract: string, decimals = 6): Token => ({
  symbol: "USDC",
  name: "USD Coin",
  decimals,
  contract,
  holds: "100000",
});
const usdt = (contract: string, decimals = 6): Token => ({
  symbol: "USDT",
  name: "Tether USD",
  decimals,
  contract,
  holds: "100000",
});

/** Test networks with the contracts that are used there. On BNB Smart Chain both tokens have 18 decimals. */
export const CHAINS = {
  ethereum: {
    slug: "ethereum",
    name: "ethereum",
    family: "evm",
    chainId: 11_155_111,
    native: "ETH",
    nativeDecimals: 18,
    standard: "ERC20",
    networkFee: "0.00065",
    nativeUsd: 3_000,
    nativeHolds: "10",
    confirmations: 12,
    arrivalSeconds: 180,
    tokens: [usdc("0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238"), usdt("0xaA8E23Fb1079EA71e0a56F48a2aA51851D8433D0")],
  },
  base: {
    slug: "base",
    name: "base",
    family: "evm",
    chainId: 84_532,
    native: "ETH",
    nativeDecimals: 18,
    standard: "ERC20",
    networkFee: "0.0000021",
    nativeUsd: 3_000,
    nativeHolds: "5",
    confirmations: 12,
    arrivalSeconds: 30,
    tokens: [usdc("0x036CbD53842c5426634e7929541eC2318f3dCF7e")],
  },
  bsc: {
    slug: "bnb-smart-chain",
    name: "BNB smart chain",
    family: "evm",
    chainId: 97,
    native: "BNB",
    nativeDecimals: 18,
    standard: "BEP20",
    networkFee: "0.00004",
    nativeUsd: 600,
    nativeHolds: "20",
    confirmations: 15,
    arrivalSeconds: 45,
    tokens: [
      usdt("0x337610d27c682E347C9cD60BD4b3b107C9d34dDd", 18),
      usdc("0x64544969ed7EBf5f083679233325356EbE738930", 18),
    ],
  },
  tron: {
    slug: "tron",
    name: "tron",
    family: "tron",
    chainId: 3_448_148_188,
    native: "TRX",
    nativeDecimals: 6,
    standard: "TRC20",
    networkFee: "13.5",
    nativeUsd: 0.12,
    nativeHolds: "50000",
    confirmations: 19,
    arrivalSeconds: 60,
    tokens: [usdt("TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf")],
  },
} as const satisfies Record<string, Chain>;
export type ChainName = keyof typeof CHAINS;
export const CHAIN_NAMES = Object.keys(CHAINS) as ChainName[];

/** A UUID that is always the same for the same text, so that settings outlive a sandbox's folder. */
export function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Ids of the master wallets, one for each chain: what a dashboard would show. */
export const BLOCKRADAR_WALLETS = Object.fromEntries(
  CHAIN_NAMES.map((chain) => [chain, uuidOf(`wallet/${chain}`)]),
) as Readonly<Record<ChainName, string>>;

/** What one wallet holds of: a token or the native coin. */
export interface WalletAsset {
  readonly id: string;
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
  readonly contract: string;
  readonly native: boolean;
  readonly holds: string;
}

export interface MasterWallet {
  readonly id: string;
  readonly chainName: ChainName;
  readonly chain: Chain;
  readonly address: string;
  readonly assets: readonly WalletAsset[];
}

function walletOf(chainName: ChainName): MasterWallet {
  const chain: Chain = CHAINS[chainName];
  const id = BLOCKRADAR_WALLETS[chainName];
  const native: Token = {
    symbol: chain.native,
    name: chain.native,
    decimals: chain.nativeDecimals,
    contract: NATIVE_CONTRACT,
    holds: chain.nativeHolds,
  };
  return {
    id,
    chainName,
    chain,
    address: makeAddress(chain.family, createHash("sha256").update(`master/${id}`).digest()),
    assets: [native, ...chain.tokens].map((token) => ({
      ...token,
      id: uuidOf(`asset/${chainName}/${token.symbol}`),
      native: token === native,
    })),
  };
}

export const WALLETS: readonly MasterWallet[] = CHAIN_NAMES.map(walletOf);
