import type { Test } from "tap";
import {
  type CreatePaymentRequest,
  type DecimalAmount,
  type PaymentNews,
  type PaymentProvider,
  type ProviderResult,
  type WebhookDelivery,
  type WebhookPort,
  WebhookRejectedError,
} from "../../src/providers/ports/index.js";

/** How a sandbox is told to misbehave; see its control route `/sandbox/faults`. */
export interface SandboxFault {
  match: { method: string; path: string };
  kind: "delay" | "status" | "cut_before" | "cut_after" | "status_after" | "malformed_after" | "rate_limit";
  status?: number;
  delayMs?: number;
  times?: number;
}

/** One adapter pointed at its own fresh sandbox. */
export interface ContractHarness {
  readonly provider: PaymentProvider & WebhookPort;
  /** The same adapter pointed at a port where nobody listens. */
  readonly unreachable: PaymentProvider;
  /** The same adapter with a key that the provider does not know. */
  readonly unauthorized: PaymentProvider;
  readonly flow: CreatePaymentRequest["flow"];
  readonly price: DecimalAmount;
  /** The type of the webhook that says that the money arrived. */
  readonly paidEvent: string;
  /** Path prefix of creations and look-ups, for faults. */
  readonly path: string;
  /** Longer than the adapter's bound. */
  readonly tooLongMs: number;
  fault(fault: SandboxFault): Promise<void>;
  /** What the customer does on the provider's side. */
  pay(providerReference: string): Promise<void>;
  /** Makes a payment's attempt fail, and returns the news of it, if the provider has declines that we see. */
  decline?(providerReference: string): Promise<ProviderResult<PaymentNews>>;
  /** How many payments exist at the provider: the truth about effects. */
  countPayments(): Promise<number>;
  /** Waits for a delivered webhook that the predicate accepts. */
  delivery(accept: (body: string) => boolean): Promise<WebhookDelivery>;
}

export type Harness = (t: Test) => Promise<ContractHarness>;

let counter = 0;

export function requestFor(harness: ContractHarness): CreatePaymentRequest {
  counter += 1;
  const paymentId = `pay_contract_${Date.now().toString(36)}_${counter}`;
  return {
    paymentId,
    idempotencyKey: `${paymentId}:create`,
    flow: harness.flow,
    price: harness.price,
    description: "500 credits",
    metadata: { order: "o-1", coffer_payment_id: "pay_forged" },
  };
}

/** The accepted value, or a failed test. */
export function acceptedValue<T>(t: Test, result: ProviderResult<T>): T {
  if (result.outcome === "accepted") return result.value;
  t.fail("should be accepted", { result });
  throw new Error(`not accepted: ${result.outcome}`);
}

/** Why a webhook was refused. */
export async function refusal(verification: Promise<unknown>): Promise<string> {
  try {
    await verification;
    return "accepted";
  } catch (error) {
    if (error instanceof WebhookRejectedError) return error.reason;
    throw error;
  }
}

export async function create(
  t: Test,
  harness: ContractHarness,
): Promise<{ request: CreatePaymentRequest; news: PaymentNews }> {
  const request = requestFor(harness);
  return { request, news: acceptedValue(t, await harness.provider.createPayment(request)) };
}

export async function listAll(t: Test, harness: ContractHarness, since: Date): Promise<PaymentNews[]> {
  const all: PaymentNews[] = [];
  let cursor: string | null = null;
  do {
    const query = { since, ...(cursor === null ? {} : { cursor }) };
    const page: { data: readonly PaymentNews[]; nextCursor: string | null } = acceptedValue(
      t,
      await harness.provider.listPayments(query),
    );
    all.push(...page.data);
    cursor = page.nextCursor;
    if (all.length > 1_000) throw new Error("the listing does not end");
  } while (cursor !== null);
  return all;
}
