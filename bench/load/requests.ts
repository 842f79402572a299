import { createHmac } from "node:crypto";
import Stripe from "stripe";
import type { NextRequest } from "./client.js";

/** What the load generator is asked to send. */
export type Job =
  | {
      readonly kind: "debits";
      readonly apiKey: string;
      readonly wallets: readonly string[];
      readonly run: string;
      readonly path?: "empty";
    }
  | { readonly kind: "webhooks"; readonly secret: string; readonly payments: readonly PaidPayment[] };

/** A payment that the provider is about to report as paid. */
export interface PaidPayment {
  readonly id: string;
  readonly reference: string;
  readonly amount: number;
}

/** The requests of a job, one after the other. */
export function requestsOf(job: Job): NextRequest {
  return job.kind === "debits" ? debits(job) : webhooks(job);
}

const DIGITS = 9;

function debits(job: Extract<Job, { kind: "debits" }>): NextRequest {
  const bodyOf = (n: string) =>
    `{"asset":"CREDIT","amount":1,"description":"image generation","reference":"job-${n}","metadata":{"model":"sd-3.5","render":"${n}"}}`;
  const length = bodyOf("0".repeat(DIGITS)).length;
  const fixed = `host: 127.0.0.1\r\nauthorization: Bearer ${job.apiKey}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n`;
  let count = 0;
  return () => {
    const wallet = job.wallets[count % job.wallets.length];
    count += 1;
    const n = String(count).padStart(DIGITS, "0");
    return `POST /v1/wallets/${wallet}/${job.path ?? "debits"} HTTP/1.1\r\n${fixed}idempotency-key: ${job.run}-${n}\r\n\r\n${bodyOf(n)}`;
  };
}

// Built and signed before the clock starts: what Stripe's machines do is not measured.
function webhooks(job: Extract<Job, { kind: "webhooks" }>): NextRequest {
  const seconds = Math.floor(Date.now() / 1_000);
  const requests = job.payments.map((payment) => {
    const body = eventBody(payment, seconds);
    const signature = createHmac("sha256", job.secret).update(`${seconds}.${body}`).digest("hex");
    return `POST /webhooks/stripe HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json; charset=utf-8\r\nstripe-signature: t=${seconds},v1=${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  });
  let index = 0;
  return () => requests[index++];
}

// As Stripe sends it: indented, with the fields of a PaymentIntent that an account sees.
function eventBody(payment: PaidPayment, created: number): string {
  const intent = {
    id: payment.reference,
    object: "payment_intent",
    amount: payment.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: payment.amount,
    application: null,
    automatic_payment_methods: { allow_redirects: "always", enabled: true },
    canceled_at: null,
    capture_method: "automatic_async",
    client_secret: `${payment.reference}_secret_abcdefghijklmnopqrstuvwx`,
    confirmation_method: "automatic",
    created,
    currency: "usd",
    customer: null,
    description: "Starter: 10 credits",
    last_payment_error: null,
    latest_charge: `ch_${payment.reference.slice(3)}`,
    livemode: false,
    metadata: { coffer_payment_id: payment.id },
    next_action: null,
    payment_method: "pm_1QabcdefghijklmnopqrstuvW",
    payment_method_options: { card: { request_three_d_secure: "automatic" } },
    receipt_email: null,
    setup_future_usage: null,
    shipping: null,
    statement_descriptor: null,
    status: "succeeded",
    transfer_group: null,
  };
  const event = {
    id: `evt_${payment.reference.slice(3)}`,
    object: "event",
    api_version: Stripe.API_VERSION,
    created,
    data: { object: intent },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: "payment_intent.succeeded",
  };
  return JSON.stringify(event, null, 2);
}
