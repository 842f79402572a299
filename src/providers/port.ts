import type { Deadline } from "../core/deadline.js";

/**
 * What Coffer needs of a payment provider, in Coffer's words. Adapters translate; modules see only this file.
 * Amounts cross this border as decimal strings in major units beside their asset ("9.99", "USD"): the adapter knows the
 * provider's exponents, the module knows the asset's scale, and neither does arithmetic on floats.
 */

export type ProviderName = "stripe" | "coinbase" | "blockradar";
export type PaymentProviderName = "stripe" | "coinbase";

/** Who we are to a provider that other installations may use, too. Every object that we make there carries it. */
export interface Installation {
  /** The id, `ins_...`; made and kept in the database on first use. */
  get(): Promise<string>;
  /** The id once it was read; undefined before that. */
  readonly known: string | undefined;
}

/** A decimal amount in major units as a string, e.g. `{ amount: "9.99", asset: "USD" }`. */
export interface DecimalAmount {
  readonly amount: string;
  readonly asset: string;
}

export interface Failure {
  /** The provider's own code, e.g. `card_declined`; kept as given. */
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
}

/**
 * The outcome of asking a provider for something.
 * `unknown` means that the effect may or may not have happened (timeout, cut connection, 5xx): only the provider's word
 * ends it. `notFound` is kept apart from `rejected`, since right after a timeout it proves nothing.
 */
export type ProviderResult<T> =
  | { readonly outcome: "accepted"; readonly value: T }
  | {
      readonly outcome: "rejected";
      readonly failure: Failure;
      /** Refused because the provider does not have its own customer that we named: it was deleted there. */
      readonly customerMissing?: true;
    }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "unknown"; readonly reason: string };

/** Whether an object is hidden from us: it is not there, or the provider does not show it to our key. */
export const isHidden = (result: ProviderResult<unknown>): boolean =>
  result.outcome === "notFound" || (result.outcome === "unknown" && result.reason === "forbidden");

/** Where the provider says a payment stands. `refunded` states arrive with refunds and are not part of this news. */
export type PaymentNewsStatus =
  | "pending"
  | "requires_action"
  | "processing"
  | "succeeded"
  | "failed"
  | "canceled"
  | "expired";

/** What the customer must do next, e.g. follow a 3-D Secure redirect. */
export interface NextAction {
  readonly type: "redirect" | "use_provider_sdk";
  readonly url?: string;
}

/**
 * One piece of news about one payment, from a reply, a webhook, a listing or a look-up: all four are settled alike.
 */
export interface PaymentNews {
  /** Our payment id (`pay_...`) as the provider echoes it from the metadata we gave it; absent when it carries none. */
  readonly paymentId?: string;
  /**
   * What the provider calls the object that this news is about: PaymentIntent id, Checkout Session id, Coinbase checkout id.
   * A payment by Checkout Session also has news of its PaymentIntent, so match on `paymentId` first.
   */
  readonly providerReference: string;
  /** What identifies the money itself, and keys the credit: PaymentIntent id, Coinbase checkout id. */
  readonly moneyReference?: string;
  readonly status: PaymentNewsStatus;
  /** What really arrived; present when `status` is `succeeded`. */
  readonly received?: DecimalAmount;
  /** What it was paid with, once it was. */
  readonly methodReference?: string;
  /** The provider's fee, when the provider says it with the payment (Coinbase does, Stripe does not). */
  readonly fee?: DecimalAmount;
  /** Some of what came went back already: its refunds must be looked up as soon as it is credited. */
  readonly hasRefunds?: boolean;
  readonly failure?: Failure;
  readonly nextAction?: NextAction;
  readonly clientSecret?: string;
  readonly checkoutUrl?: string;
  readonly expiresAt?: Date;
}

export interface CreatePaymentRequest {
  /** Our payment id; echoed by the provider in its metadata. */
  readonly paymentId: string;
  /** Sent as the provider's idempotency key; asking again with it is the same request. */
  readonly idempotencyKey: string;
  readonly flow: "payment_intent" | "checkout";
  readonly price: DecimalAmount;
  readonly description: string;
  /** The provider's own customer id, when linked. */
  readonly customerReference?: string;
  readonly paymentMethodId?: string;
  /**
   * The customer is not there: `paymentMethodId` is charged at once. When the bank wants them after all, the news has status
   * `requires_action` or a `failure` with code `authentication_required`.
   */
  readonly offSession?: true;
  readonly successUrl?: string;
  readonly cancelUrl?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Which part of a provider's list is asked for; `cursor` is opaque. */
export interface ListingQuery {
  readonly since: Date;
  readonly cursor?: string;
}

export interface Listing<T> {
  readonly data: readonly T[];
  /** What is listed and cannot be read; it hides none of its neighbours. */
  readonly unreadable?: readonly UnreadableEntry[];
  readonly nextCursor: string | null;
}

/** Where a refund stands. `succeeded` can still become `failed`: the money then comes back to us. */
export type RefundNewsStatus = "pending" | "succeeded" | "failed" | "canceled";

/** One refund of one payment as the provider has it. */
export interface RefundNews {
  /** Our refund id (`ref_...`) as the provider echoes it; absent for refunds made in the provider's dashboard. */
  readonly refundId?: string;
  /** The provider does not echo our id: it is that of the request which this answers. */
  readonly isAssumed?: true;
  readonly providerReference: string;
  /** What identifies the money of the payment: PaymentIntent id, Coinbase checkout id. */
  readonly paymentReference: string;
  readonly status: RefundNewsStatus;
  readonly amount: DecimalAmount;
  readonly reason?: string;
  readonly failure?: Failure;
}

export interface CreateRefundRequest {
  readonly refundId: string;
  readonly idempotencyKey: string;
  readonly paymentReference: string;
  readonly amount: DecimalAmount;
  readonly reason?: "duplicate" | "fraudulent" | "requested_by_customer" | undefined;
}

/** Money that moved on our balance at the provider for a dispute. Any number of them, in any order; none is ever changed. */
export interface DisputeMove {
  readonly reference: string;
  /** Signed: negative when it was taken. In the currency that the provider settles in. */
  readonly amount: DecimalAmount;
  /** Signed: positive when it was charged, negative when it is given back. In the same currency. */
  readonly fee: DecimalAmount;
  /** How much of the settlement currency one of the dispute's currency was, when they are two; a plain decimal. */
  readonly exchangeRate?: string;
}

/** One dispute of one payment as the provider has it. */
export interface DisputeNews {
  readonly providerReference: string;
  /** Absent on a dispute of a charge that no payment of ours can have. */
  readonly paymentReference?: string;
  /** The provider's own word, e.g. `needs_response`; kept as given. */
  readonly status: string;
  /** An inquiry asks and takes nothing. */
  readonly isInquiry: boolean;
  /** What the bank speaks of; what it took is the sum of `moves`. */
  readonly amount: DecimalAmount;
  readonly reason: string;
  readonly moves: readonly DisputeMove[];
  /** Until when evidence is taken. */
  readonly evidenceDueBy?: Date;
  readonly evidenceSubmitted: boolean;
}

/** Evidence in the provider's own field names, e.g. `product_description`. */
export type DisputeEvidence = Readonly<Record<string, string>>;

/** What a provider of payments with disputes offers about them. */
export interface DisputePort {
  getDispute(providerReference: string): Promise<ProviderResult<DisputeNews>>;
  /** Every dispute of a payment. */
  listDisputes(paymentReference: string): Promise<ProviderResult<readonly DisputeNews[]>>;
  /** Disputes of any payment opened at or after `since`, a page at a time, newest first. */
  listDisputesSince(query: ListingQuery): Promise<ProviderResult<Listing<DisputeNews>>>;
  /** Stages evidence, and sends it to the bank when `submit` is true, which can be done once. */
  submitEvidence(request: {
    providerReference: string;
    evidence: DisputeEvidence;
    submit: boolean;
    idempotencyKey: string;
  }): Promise<ProviderResult<DisputeNews>>;
}

export interface CreateCustomerRequest {
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly email?: string;
  readonly name?: string;
}

/** What is said of a customer now; absent is nothing. */
export interface UpdateCustomerRequest {
  readonly customerReference: string;
  readonly email?: string;
  readonly name?: string;
}

/** Raw request facts of one webhook delivery. Header names are lower case, as Node gives them. */
export interface WebhookDelivery {
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly now: Date;
}

/** A delivery whose signature held. `eventId` only stops repeated work; effects are keyed by business references. */
export interface VerifiedWebhook {
  readonly eventId: string;
  readonly type: string;
  /** When the provider says it happened, if it says so. */
  readonly occurredAt?: Date;
  /** The parsed body: the one parse that every effect uses. */
  readonly payload: unknown;
}

interface MayBeForeign {
  /**
   * The object names a payment and not whose it is: when we have no such payment, it is somebody else's. One that carries this
   * installation's name is ours, whatever we have of it.
   */
  readonly mayBeForeign?: true;
}

/** What to do about a verified event. Pure translation; `refetch` asks the worker to look the object up first. */
export type WebhookMeaning =
  | ({ readonly kind: "payment"; readonly news: PaymentNews } & MayBeForeign)
  | ({ readonly kind: "refetch"; readonly providerReference: string; readonly paymentId?: string } & MayBeForeign)
  /** Something about the refunds of a payment: they are looked up. */
  | { readonly kind: "refunds"; readonly paymentReference: string }
  /** Something about a dispute: it is looked up. */
  | { readonly kind: "dispute"; readonly providerReference: string }
  /** Something about a subscription: it is looked up. `subscriptionId` is ours when the event carries it. */
  | { readonly kind: "subscription"; readonly providerReference: string; readonly subscriptionId?: string }
  /** Something about an invoice: it is looked up. */
  | { readonly kind: "invoice"; readonly providerReference: string }
  /** A hosted page on which a customer subscribes was completed, or ran out. */
  | { readonly kind: "subscription_checkout"; readonly sessionReference: string; readonly subscriptionId: string }
  /** A saved payment method came, went or changed, or another one became the default: the customer's are looked up. */
  | {
      readonly kind: "payment_method";
      /** Absent when it is the default that changed. */
      readonly methodReference?: string;
      /** Absent on a method that was detached, when the event does not say whose it was. */
      readonly customerReference?: string;
    }
  /** The event says what it is about and nothing more: the worker has it completed by `fetchEvent` first. */
  | { readonly kind: "fetch" }
  | { readonly kind: "deposit"; readonly news: DepositNews }
  | { readonly kind: "withdrawal"; readonly news: WithdrawalNews }
  | { readonly kind: "ignored"; readonly reason: string };

/** Thrown by `verifyWebhook`: the delivery is not authentic, too old, or not readable. The route answers 401 or 400. */
export class WebhookRejectedError extends Error {
  readonly reason: "missing_signature" | "bad_signature" | "outside_tolerance" | "unreadable";

  constructor(reason: WebhookRejectedError["reason"], message: string) {
    super(message);
    this.name = "WebhookRejectedError";
    this.reason = reason;
  }
}

/** Verifies and translates one provider's webhooks. */
export interface WebhookPort {
  readonly name: ProviderName;
  /** Checks the signature over the raw bytes before parsing. Throws WebhookRejectedError. */
  verifyWebhook(delivery: WebhookDelivery): Promise<VerifiedWebhook>;
  /** Total and pure: unknown types and versions are `ignored`, never an error. Throws only on a schema violation. */
  interpretWebhook(event: { type: string; payload: unknown }): WebhookMeaning;
  /** Makes an event whose meaning is `fetch` into one that carries its object, as it is now. */
  fetchEvent?(event: { type: string; payload: unknown }): Promise<ProviderResult<{ type: string; payload: unknown }>>;
}

export interface PaymentCapabilities {
  readonly flows: readonly ("payment_intent" | "checkout")[];
  /** The customer can be confirmed from the server with a saved method. */
  readonly confirm: boolean;
  /** The provider keeps customers of its own that we link to ours. */
  readonly customers: boolean;
  /** For how long the provider remembers an idempotency key, in ms. */
  readonly idempotencyWindowMs: number;
  /** How many decimals the amount of a refund may have; as many as the asset has when absent. */
  refundDecimals?(asset: string): number | undefined;
  /** Why a payer cannot be sent back to this address, or undefined when it can be. Every address will do when absent. */
  refuseReturnUrl?(url: string): string | undefined;
  /** A price in this asset (ISO 4217 code, or a stablecoin) can be charged. */
  supportsAsset(asset: string): boolean;
  /** The asset that a price in `asset` is really charged in, one for one: Coinbase takes USDC for a price in USD. */
  chargedIn(asset: string): string;
  /** Why this price cannot be charged (below the minimum, digits the provider refuses), or undefined when it can. */
  refusePrice(price: DecimalAmount): string | undefined;
}

export interface RefundList {
  readonly data: readonly RefundNews[];
  /** What is listed and cannot be read; one of ours among it is not to be taken for missing. */
  readonly unreadable?: readonly UnreadableEntry[];
}

/** One provider of payments. Every call is bounded in time and never throws for a provider's answer. */
export interface PaymentProvider extends WebhookPort {
  readonly name: PaymentProviderName;
  readonly capabilities: PaymentCapabilities;
  createPayment(request: CreatePaymentRequest): Promise<ProviderResult<PaymentNews>>;
  /** Confirms with a payment method. A decline is `accepted` news with status `pending` or `failed` and a `failure`. */
  confirmPayment(request: {
    paymentId: string;
    providerReference: string;
    paymentMethodId: string;
    idempotencyKey: string;
    returnUrl?: string;
  }): Promise<ProviderResult<PaymentNews>>;
  cancelPayment(request: { providerReference: string; idempotencyKey: string }): Promise<ProviderResult<PaymentNews>>;
  getPayment(providerReference: string): Promise<ProviderResult<PaymentNews>>;
  /**
   * Payments created at or after `since`, a page at a time; `cursor` is opaque. Oldest first within a page only: providers
   * page from the newest. Payments that we did not make are listed too, without a `paymentId`.
   */
  listPayments(query: { since: Date; cursor?: string }): Promise<
    ProviderResult<{
      data: readonly PaymentNews[];
      /** What is listed and cannot be read; one of ours among it is not to be taken for missing. */
      unreadable?: readonly UnreadableEntry[];
      nextCursor: string | null;
    }>
  >;
  /** Looks a payment method up: what paying with it, for this customer or for none, would find. Absent where there are none. */
  findMethod?(methodReference: string, customerReference: string | undefined): Promise<ProviderResult<undefined>>;
  /** Sends money back. Asking again with the same key is the same refund. */
  createRefund(request: CreateRefundRequest): Promise<ProviderResult<RefundNews>>;
  /** What sending so much back would be refused for, without doing it. Absent where nobody can tell. */
  checkRefund?(request: Pick<CreateRefundRequest, "paymentReference" | "amount">): Promise<ProviderResult<undefined>>;
  /** Every refund of a payment, whoever made it. */
  listRefunds(paymentReference: string): Promise<ProviderResult<RefundList>>;
  /** Refunds of any payment made at or after `since`, a page at a time, newest first. Absent where there is no such list. */
  listRefundsSince?(query: ListingQuery): Promise<ProviderResult<Listing<RefundNews>>>;
  /** Absent where payments cannot be disputed. */
  readonly disputes?: DisputePort;
  /** Creates the provider's customer for ours. Rejected when `capabilities.customers` is false. */
  createCustomer(request: CreateCustomerRequest): Promise<ProviderResult<{ customerReference: string }>>;
  /** Brings the provider's customer to what ours is now. Asking again is the same. Absent where there are none. */
  updateCustomer?(request: UpdateCustomerRequest): Promise<ProviderResult<undefined>>;
}

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

/** An entry of a provider's list that is not what the provider documents, with what can be told of it. */
export interface UnreadableEntry {
  readonly entry: unknown;
  readonly reason: string;
  readonly providerReference?: string;
  /** Our reference, or our id of the payment, as the provider echoes it. */
  readonly reference?: string;
  /** It is surely none of the coins that we sent. */
  readonly isIncoming?: boolean;
  readonly occurredAt?: Date;
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
export interface CustodyProvider extends WebhookPort {
  readonly name: "blockradar";
  /** False: a withdrawal whose outcome is `unknown` must not be sent again without a person's decision. */
  readonly idempotentWithdrawals: boolean;
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
  disableAddress(request: {
    walletReference: string;
    addressReference: string;
  }): Promise<ProviderResult<CustodyAddress>>;
  estimateFee(
    request: Omit<WithdrawalRequest, "reference" | "note" | "deadline">,
  ): Promise<ProviderResult<FeeEstimate>>;
  /**
   * Sends coins. `accepted` carries what the provider made of it; `rejected` only for answers that prove that nothing was
   * sent; everything else is `unknown`.
   */
  withdraw(request: WithdrawalRequest): Promise<ProviderResult<WithdrawalNews>>;
  /**
   * Several at once from one wallet: a result for each, in the order asked. References must differ, and an item that the
   * reply does not name is `unknown`.
   */
  withdrawBatch(requests: readonly WithdrawalRequest[]): Promise<readonly ProviderResult<WithdrawalNews>[]>;
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
  /** Asks for the webhook of a transaction again. */
  resendWebhook(request: { walletReference: string; providerReference: string }): Promise<ProviderResult<undefined>>;
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
