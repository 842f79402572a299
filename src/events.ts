import type { EventFamily } from "./kernel/events.js";
import { lotEvents } from "./modules/books/lots/index.js";
import { debtEvents } from "./modules/books/wallets/index.js";
import { breakEvents, periodEvents, reconciliationEvents } from "./modules/finance/reconciliation/index.js";
import { unreadableEvents } from "./modules/news/unreadable/index.js";
import { paymentMethodEvents } from "./modules/sales/payment-methods/index.js";
import { paymentEvents } from "./modules/sales/payments/index.js";
import { disputeEvents, refundEvents } from "./modules/sales/refunds/index.js";
import { dunningEvents, invoiceEvents, subscriptionEvents } from "./modules/sales/subscriptions/index.js";
import { autoTopUpEvents } from "./modules/sales/top-ups/index.js";
import { conversionEvents, depositAddressEvents, depositEvents } from "./modules/stablecoins/deposits/index.js";
import {
  payoutAddressEvents,
  payoutControlEvents,
  payoutEvents,
  payoutRefusalEvents,
  payoutSettingEvents,
} from "./modules/stablecoins/payouts/index.js";
import {
  strayWithdrawalEvents,
  treasuryLevelEvents,
  treasuryReceiptEvents,
} from "./modules/stablecoins/treasury/index.js";

/** Every family of events that the service tells of. */
export const EVENT_FAMILIES: readonly EventFamily[] = [
  paymentEvents,
  refundEvents,
  disputeEvents,
  paymentMethodEvents,
  autoTopUpEvents,
  subscriptionEvents,
  dunningEvents,
  invoiceEvents,
  depositEvents,
  depositAddressEvents,
  conversionEvents,
  payoutEvents,
  payoutRefusalEvents,
  payoutControlEvents,
  payoutAddressEvents,
  payoutSettingEvents,
  treasuryReceiptEvents,
  strayWithdrawalEvents,
  treasuryLevelEvents,
  unreadableEvents,
  debtEvents,
  reconciliationEvents,
  breakEvents,
  periodEvents,
  lotEvents,
];
