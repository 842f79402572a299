import { randomBytes, randomUUID } from "node:crypto";
import { formatDecimal, parseDecimal } from "../decimals.js";
import type { ExpiryWatch } from "../expiry.js";
import { controlRefusal } from "../refusal.js";
import type { SandboxServer } from "../server.js";
import type { Collection } from "../store.js";
import { cdpError } from "./dialect.js";

export const CHECKOUT_STATUSES = [
  "ACTIVE",
  "PROCESSING",
  "DEACTIVATED",
  "EXPIRED",
  "COMPLETED",
  "FAILED",
  "REFUNDED",
  "PARTIALLY_REFUNDED",
] as const;

export type CheckoutStatus = (typeof CHECKOUT_STATUSES)[number];

/** USDC on Base, the asset that every checkout settles in. */
const USDC_SCALE = 6;
const USDC_ON_BASE = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
/** USDC where a payer may have it; gas is on Coinbase. */
export const USDC_ON = {
  base: USDC_ON_BASE,
  ethereum: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
  polygon: "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359",
  optimism: "0x0b2C639c533813f4Aa9D7837CAf62653d097Ff85",
  arbitrum: "0xaf88d065e77c8cC2239327C5EDb3A432268e5831",
} as const;

export interface PayOverride {
  readonly totalAmount?: string;
  readonly currency?: string;
  readonly unsettled?: boolean;
  readonly network?: keyof typeof USDC_ON;
  readonly exchangeRate?: string;
}

const RATE_SCALE = 12;
const multiplied = (amount: string, rate: string): string => {
  const product = parseDecimal(amount, USDC_SCALE).amount * parseDecimal(rate, RATE_SCALE).amount;
  return formatDecimal(product / 10n ** BigInt(RATE_SCALE), USDC_SCALE);
};
const FEE_DIVISOR = 100n;

export interface Checkout {
  id: string;
  url: string;
  amount: string;
  currency: string;
  network: string;
  address: string;
  tokenAddress: string;
  status: CheckoutStatus;
  description?: string;
  metadata?: Record<string, string>;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  successRedirectUrl?: string;
  failRedirectUrl?: string;
  settlement?: { totalAmount: string; feeAmount: string; netAmount: string; currency: string };
  fiatAmount?: string;
  fiatCurrency?: string;
  /** USDC for one unit of the fiat currency that the price is in. */
  exchangeRate?: string;
  transactionHash?: string;
  refundedAmount?: string;
  refunds?: CheckoutRefund[];
}

export interface CheckoutRefund {
  id: string;
  checkoutId: string;
  amount: string;
  currency: string;
  status: "PENDING" | "COMPLETED" | "FAILED";
  reason?: string;
  createdAt: string;
  completedAt?: string;
  transactionHash?: string;
  fiatAmount?: string;
  fiatCurrency?: string;
  exchangeRate?: string;
}

export type NewCheckout = Pick<Checkout, "amount" | "currency" | "network" | "expiresAt"> &
  Partial<Pick<Checkout, "description" | "metadata" | "successRedirectUrl" | "failRedirectUrl">>;

/** What a refund in USDC is in the currency of the price. */
function fiatOf({ fiatCurrency, exchangeRate }: Checkout, amount: string): Partial<CheckoutRefund> {
  if (fiatCurrency === undefined || exchangeRate === undefined) return {};
  const rate = parseDecimal(exchangeRate, RATE_SCALE).amount;
  const units = (parseDecimal(amount, USDC_SCALE).amount * 10n ** BigInt(RATE_SCALE)) / rate;
  return { fiatCurrency, exchangeRate, fiatAmount: formatDecimal(units / 10n ** BigInt(USDC_SCALE - 2), 2) };
}

type PaymentEvent = "checkout.payment.success" | "checkout.payment.failed" | "checkout.payment.expired";

/** Digits beyond cents only where there are any: "9.89", "0.0999". */
function usdc(units: bigint): string {
  return formatDecimal(units, USDC_SCALE).replace(/0{1,4}$/, "");
}

function settlementOf(total: bigint, currency: string): NonNullable<Checkout["settlement"]> {
  const fee = total / FEE_DIVISOR;
  return { totalAmount: usdc(total), feeAmount: usdc(fee), netAmount: usdc(total - fee), currency };
}

/** The Business account's checkouts: each is paid at most once and never changes otherwise. */
export class Checkouts {
  readonly #server: SandboxServer;
  readonly #checkouts: Collection<Checkout>;
  readonly #expiry: ExpiryWatch;

  constructor(server: SandboxServer, expiry: ExpiryWatch) {
    this.#server = server;
    this.#expiry = expiry;
    this.#checkouts = server.store.collection("checkouts");
    for (const checkout of this.#checkouts.values()) this.#watch(checkout);
  }

  create(input: NewCheckout): Checkout {
    const id = randomBytes(12).toString("hex");
    const now = new Date().toISOString();
    const checkout: Checkout = {
      ...input,
      id,
      url: `${this.#server.url}/sandbox/pay/${id}`,
      address: `0x${randomBytes(20).toString("hex")}`,
      tokenAddress: USDC_ON_BASE,
      status: "ACTIVE",
      createdAt: now,
      updatedAt: now,
      ...(input.currency === "USDC" ? {} : { fiatAmount: input.amount, fiatCurrency: input.currency }),
    };
    this.#checkouts.put(id, checkout);
    this.#server.effects.count("checkouts", id, "created", checkout.metadata);
    this.#watch(checkout);
    return checkout;
  }

  get(id: string): Checkout {
    const checkout = this.#checkouts.get(id);
    if (!checkout) throw cdpError(404, "not_found", `Checkout ${id} was not found.`);
    return checkout;
  }

  /** Newest first. */
  list(status: CheckoutStatus | undefined): Checkout[] {
    return this.#checkouts
      .values()
      .filter((checkout) => status === undefined || checkout.status === status)
      .reverse();
  }

  /**
   * The money arrives, `totalAmount` and `currency` of it if those are given, the price otherwise, at `exchangeRate` where it is in
   * fiat, on `network`. `unsettled` completes the checkout without a word of what arrived.
   */
  pay(id: string, override: PayOverride = {}): Checkout {
    const { amount, fiatAmount } = this.#active(id);
    const { network, exchangeRate } = override;
    const price = exchangeRate === undefined ? amount : multiplied(amount, exchangeRate);
    const total = parseDecimal(override.totalAmount ?? price, USDC_SCALE).amount;
    const change: Partial<Checkout> = {
      ...(override.unsettled ? {} : { settlement: settlementOf(total, override.currency ?? "USDC") }),
      ...(network === undefined ? {} : { network, tokenAddress: USDC_ON[network] }),
      ...(fiatAmount === undefined ? {} : { exchangeRate: exchangeRate ?? "1" }),
      transactionHash: `0x${randomBytes(32).toString("hex")}`,
    };
    return this.#finish(id, "COMPLETED", "paid", change, "checkout.payment.success");
  }

  /** Says what arrived for a checkout that was completed without a word of it. */
  settle(id: string): Checkout {
    const checkout = this.get(id);
    if (checkout.status !== "COMPLETED" || checkout.settlement) throw controlRefusal(409, "nothing is left to settle");
    const settled = { ...checkout, settlement: settlementOf(parseDecimal(checkout.amount, USDC_SCALE).amount, "USDC") };
    this.#checkouts.put(id, settled);
    return settled;
  }

  fail(id: string): Checkout {
    this.#active(id);
    return this.#finish(id, "FAILED", "failed", {}, "checkout.payment.failed");
  }

  expire(id: string): Checkout {
    this.#active(id);
    return this.#finish(id, "EXPIRED", "expired", {}, "checkout.payment.expired");
  }

  /** Closes a checkout by the merchant's wish; there is no webhook for that. */
  deactivate(id: string): Checkout {
    this.#active(id);
    return this.#finish(id, "DEACTIVATED", "deactivated", {});
  }

  /** Sends USDC back. It is `PENDING` until a control call ends it. */
  refund(id: string, input: { amount: string; reason?: string }): { checkout: Checkout; refund: CheckoutRefund } {
    const checkout = this.get(id);
    if (checkout.status !== "COMPLETED" && checkout.status !== "PARTIALLY_REFUNDED") {
      throw cdpError(400, "invalid_request", `The checkout is ${checkout.status}; nothing can be refunded.`, true);
    }
    const asked = parseDecimal(input.amount, USDC_SCALE).amount;
    const left = this.#paid(checkout) - this.#refunded(checkout);
    if (asked === 0n || asked > left) {
      throw cdpError(400, "invalid_request", `The refund exceeds the ${usdc(left)} that are left.`, true);
    }
    const refund: CheckoutRefund = {
      ...input,
      id: randomUUID(),
      checkoutId: id,
      currency: "USDC",
      status: "PENDING",
      createdAt: new Date().toISOString(),
      ...fiatOf(checkout, input.amount),
    };
    this.#server.effects.count("refunds", refund.id, "created", checkout.metadata);
    return { checkout: this.#putRefund(checkout, refund), refund };
  }

  /** The chain decides about a refund. */
  endRefund(id: string, refundId: string, status: "COMPLETED" | "FAILED"): Checkout {
    const checkout = this.get(id);
    const refund = checkout.refunds?.find((each) => each.id === refundId);
    if (refund?.status !== "PENDING") throw cdpError(409, "invalid_request", "The refund is not pending.");
    const ended = { ...refund, status, completedAt: new Date().toISOString() };
    const updated = this.#putRefund(checkout, ended);
    const eventType = status === "COMPLETED" ? "checkout.refund.success" : "checkout.refund.failed";
    const body = JSON.stringify({ ...updated, eventType });
    this.#server.webhooks.enqueue({ id: randomUUID(), type: eventType, body });
    return updated;
  }

  #paid = (checkout: Checkout): bigint => parseDecimal(checkout.settlement?.totalAmount ?? "0", USDC_SCALE).amount;

  #refunded(checkout: Checkout): bigint {
    const going = (checkout.refunds ?? []).filter((each) => each.status !== "FAILED");
    return going.reduce((sum, each) => sum + parseDecimal(each.amount, USDC_SCALE).amount, 0n);
  }

  #putRefund(before: Checkout, refund: CheckoutRefund): Checkout {
    const refunds = [...(before.refunds ?? []).filter((each) => each.id !== refund.id), refund];
    const checkout: Checkout = { ...before, refunds, updatedAt: new Date().toISOString() };
    const refunded = this.#refunded(checkout);
    checkout.refundedAmount = usdc(refunded);
    checkout.status =
      refunded === 0n ? "COMPLETED" : refunded === this.#paid(checkout) ? "REFUNDED" : "PARTIALLY_REFUNDED";
    this.#checkouts.put(checkout.id, checkout);
    return checkout;
  }

  /** Called by the clock; the checkout may be gone or finished by then. */
  expireIfActive(id: string): void {
    if (this.#checkouts.get(id)?.status === "ACTIVE") this.expire(id);
  }

  #active(id: string): Checkout {
    const checkout = this.get(id);
    if (checkout.status === "ACTIVE") return checkout;
    throw cdpError(400, "invalid_request", `The checkout is ${checkout.status}, not ACTIVE.`, true);
  }

  #finish(
    id: string,
    status: CheckoutStatus,
    effect: string,
    change: Partial<Checkout>,
    eventType?: PaymentEvent,
  ): Checkout {
    const checkout: Checkout = { ...this.get(id), ...change, status, updatedAt: new Date().toISOString() };
    this.#checkouts.put(id, checkout);
    this.#expiry.forget(id);
    this.#server.effects.count("checkouts", id, effect, checkout.metadata);
    if (eventType !== undefined) {
      // The body is flat and carries no event id: that travels in a signed header.
      const body = JSON.stringify({ ...checkout, eventType });
      this.#server.webhooks.enqueue({ id: randomUUID(), type: eventType, body });
    }
    return checkout;
  }

  #watch({ id, status, expiresAt }: Checkout): void {
    if (status === "ACTIVE") this.#expiry.watch(id, Date.parse(expiresAt));
  }
}
