import type { Deadline } from "../../core/deadline.js";
import type { DecimalAmount, ProviderResult, UnreadableEntry } from "./common.js";

/**
 * The chains that a custody provider serves, by the name we give them on the wire. One address of a family serves every
 * chain of it: an EVM address is the same on all EVM chains.
 */
export const NETWORKS = {
  ethereum: "evm",
  base: "evm",
  polygon: "evm",
  bsc: "evm",
  arbitrum: "evm",
  optimism: "evm",
  avalanche: "evm",
  celo: "evm",
  tron: "tron",
  solana: "solana",
} as const;
export type Network = keyof typeof NETWORKS;
export const NETWORK_NAMES = Object.keys(NETWORKS) as [Network, ...Network[]];

/** Whether coins are real: news of the wrong one is never booked. */
export type CustodyEnvironment = "mainnet" | "testnet";

/** One token that a master wallet holds, told apart by its contract and never by its symbol. */
export interface CustodyAsset {
  /** What the provider calls it, within its wallet. */
  readonly assetReference: string;
  /** `USDC`, `USDT`: the symbol, upper case. */
  readonly asset: string;
  /** On this chain: USDT has 6 on Ethereum and 18 on BNB Smart Chain. */
  readonly decimals: number;
  /** The token's contract (EVM: checksummed or not, as given). */
  readonly contract: string;
  readonly network: Network;
  readonly enabled: boolean;
}

/** A master wallet: one per chain, made in the provider's dashboard. */
export interface CustodyWallet {
  readonly walletReference: string;
  readonly network: Network;
  readonly environment: CustodyEnvironment;
  /** Where liquidity is sent to. */
  readonly address: string;
  /** The gas token, e.g. `ETH`. */
  readonly nativeAsset: string;
  readonly assets: readonly CustodyAsset[];
  /** Tokens of it that cannot be read, and are not taken. */
  readonly unreadable?: readonly UnreadableEntry[];
}

export interface CustodyBalances {
  readonly walletReference: string;
  /** Per enabled token, in major units. */
  readonly balances: readonly (DecimalAmount & { readonly assetReference: string })[];
  /** What is left for gas, when the provider says it. */
  readonly native?: DecimalAmount;
}

/** An address that customers pay to. */
export interface CustodyAddress {
  /** What the provider calls it. */
  readonly addressReference: string;
  /** Our own id, as the provider echoes it from the metadata that we gave it; absent on addresses that are not ours. */
  readonly addressId?: string;
  readonly address: string;
  readonly active: boolean;
}

/**
 * Where an on-chain transaction stands, in one word for both directions. `submitted`: the provider has it and may have
 * broadcast it. `confirmed` is the only one that books money.
 */
export type ChainStatus = "submitted" | "confirmed" | "failed" | "canceled";

interface ChainFacts {
  /** What the provider calls the transaction; reused through all events of it. */
  readonly providerReference: string;
  readonly status: ChainStatus;
  readonly environment: CustodyEnvironment;
  readonly walletReference: string;
  /** Absent for a chain that we do not know. */
  readonly network?: Network;
  /** The token as the provider sees it; `contract` decides, `asset` only names it. */
  readonly asset: string;
  readonly contract?: string;
  /** What moved, in major units. */
  readonly amount: string;
  readonly fromAddress?: string;
  readonly toAddress?: string;
  readonly transactionHash?: string;
  readonly logIndex?: number;
  readonly confirmations?: number;
  /** The provider's words on a failure or a cancellation. */
  readonly reason?: string;
  readonly occurredAt?: Date;
}

/** News of coins that came to one of our addresses. */
export interface DepositNews extends ChainFacts {
  /** Our own id of the receiving address, as the provider echoes it: it names the address when we missed the reply to making it. */
  readonly addressId?: string;
  /** The provider's own name of the receiving address, when it came to a customer's address. */
  readonly addressReference?: string;
  /** The provider's screening found something: hold for review. The text is the provider's. */
  readonly amlFlag?: string;
  /** The provider gave a verdict on where the coins came from; what it found is in `amlFlag`. */
  readonly screened: boolean;
  /** Set when this news is of the sweep of a deposit into the master wallet: it never credits. */
  readonly swept?: { readonly transactionHash?: string; readonly gasFee?: DecimalAmount };
}

/** News of coins that we sent. */
export interface WithdrawalNews extends ChainFacts {
  /** Our reference of the attempt, as the provider echoes it. */
  readonly reference?: string;
  /** Gas, in the chain's own token. */
  readonly networkFee?: DecimalAmount;
}

export interface WithdrawalRequest {
  readonly walletReference: string;
  readonly assetReference: string;
  readonly address: string;
  /** Major units, at most the token's own decimals. */
  readonly amount: string;
  /** Ours, unique for each attempt; the provider echoes it and promises nothing more about it. */
  readonly reference: string;
  readonly note?: string;
  /** When it has passed before the request is sent, the request is `rejected` with `not_sent`. */
  readonly deadline?: Deadline;
}

export interface FeeEstimate {
  /** Gas, in the chain's own token. */
  readonly networkFee: DecimalAmount;
  readonly networkFeeUsd?: string;
  /** The provider's own fee, in the token that is sent. */
  readonly transactionFee: DecimalAmount;
  /** What the wallet has for gas. */
  readonly native: DecimalAmount;
  readonly arrivalSeconds?: number;
}

/** One page of a wallet's transactions, newest first. */
export interface ChainPage {
  readonly deposits: readonly DepositNews[];
  readonly withdrawals: readonly WithdrawalNews[];
  /** What is listed and cannot be read. The rest of the page is as good as without it. */
  readonly unreadable: readonly UnreadableEntry[];
  readonly nextCursor: string | null;
}

/** A wallet of the settings that is not served: its chain is not one of ours, or the provider does not have it so. */
export interface StrangeWallet {
  readonly walletReference: string;
  readonly reason: string;
}

/**
 * The codes of a `rejected` write which say that nothing was done and nothing was judged either: the request never left us,
 * the key is not accepted (revoked, or our address is not on its allow-list), or there were too many requests. It may be
 * asked again later; every other code is the provider's verdict on the request.
 */
export const UNJUDGED_CODES = ["not_sent", "unauthorized", "rate_limited"] as const;
export type UnjudgedCode = (typeof UNJUDGED_CODES)[number];

/**
 * Who keeps our coins, gives out addresses and sends withdrawals. No call is ever repeated by the adapter. Trouble while
 * reading is always `unknown`; a write is `rejected` only when the answer proves that nothing was done (`UNJUDGED_CODES`
 * tells which of those are worth asking again).
 */
export interface CustodyPort {
  /** Bounds each call: for how long after it was begun a request may still reach the provider. */
  readonly callTimeoutMs: number;
  /** Every configured master wallet that we serve, with its tokens. */
  listWallets(): Promise<ProviderResult<readonly CustodyWallet[]>>;
  /** The configured wallets that `listWallets` leaves out. */
  listStrangers(): Promise<ProviderResult<readonly StrangeWallet[]>>;
  getBalances(walletReference: string): Promise<ProviderResult<CustodyBalances>>;
  /** Makes an address. Not idempotent: after `unknown`, look for `addressId` with `findAddress` first. */
  createAddress(request: {
    walletReference: string;
    addressId: string;
    name: string;
  }): Promise<ProviderResult<CustodyAddress>>;
  /** The address that was made for our id, looked for in the provider's list; `notFound` when the whole list lacks it. */
  findAddress(query: { walletReference: string; addressId: string }): Promise<ProviderResult<CustodyAddress>>;
  estimateFee(
    request: Omit<WithdrawalRequest, "reference" | "note" | "deadline">,
  ): Promise<ProviderResult<FeeEstimate>>;
  /**
   * Sends coins. `accepted` carries what the provider made of it; `rejected` only for answers that prove that nothing was
   * sent; everything else is `unknown`.
   */
  withdraw(request: WithdrawalRequest): Promise<ProviderResult<WithdrawalNews>>;
  /** Cancels before broadcast. Rejected when it is too late. */
  cancelWithdrawal(request: {
    walletReference: string;
    providerReference: string;
  }): Promise<ProviderResult<WithdrawalNews | undefined>>;
  getTransaction(query: {
    walletReference: string;
    providerReference: string;
  }): Promise<ProviderResult<{ deposit?: DepositNews; withdrawal?: WithdrawalNews }>>;
  listTransactions(query: { walletReference: string; cursor?: string }): Promise<ProviderResult<ChainPage>>;
  /** Asks the provider to look again at a transaction that it missed. */
  rescan(request: { walletReference: string; transactionHash: string }): Promise<ProviderResult<undefined>>;
  /** Whether an address is on a sanctions or stolen-funds list. */
  screenAddress(query: { address: string; network: Network }): Promise<ProviderResult<{ blacklisted: boolean }>>;
  /** The price of one unit of each asset in a currency, as a decimal string. */
  getRates(query: {
    assets: readonly string[];
    currency: string;
  }): Promise<ProviderResult<ReadonlyMap<string, string>>>;
}
