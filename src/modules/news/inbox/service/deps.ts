import type { Clock } from "../../../../core/clock.js";
import type { WebhookPort, WebhookProviderName } from "../../../../providers/ports/index.js";
import type { PaymentMethodDeps } from "../../../sales/payment-methods/index.js";
import type { SubscriptionDeps } from "../../../sales/subscriptions/index.js";
import type { PayoutDeps } from "../../../stablecoins/payouts/index.js";
import type { WebhookEventStatus } from "../tables.js";

export interface WebhookDeps extends PayoutDeps, PaymentMethodDeps, SubscriptionDeps {
  /** The time by which providers sign, where `clock` was moved. */
  readonly worldClock?: Clock;
  readonly webhookPorts: ReadonlyMap<WebhookProviderName, WebhookPort>;
  /** Told of what became of each authentic event, and how long after its receipt. */
  readonly onWebhookEvent?: (provider: WebhookProviderName, status: WebhookEventStatus, afterMs: number) => void;
  /** Told what the settling of a kept event broke off with. */
  readonly onWebhookFailure?: (id: string, error: unknown) => void;
  readonly onWebhookRefused?: (provider: WebhookProviderName, reason: string) => void;
}
