export interface Decline {
  code: string;
  decline_code: string;
  message: string;
}

/** What using a test payment method does. */
export type Behaviour =
  | { kind: "charge"; brand: string; last4: string; funding?: "credit" | "debit" }
  | { kind: "decline"; brand: string; last4: string; decline: Decline; attachable?: true }
  | {
      kind: "authenticate";
      brand: string;
      last4: string;
      unless: "never" | "set_up" | "off_session";
      decline?: Decline;
    }
  /** Money that arrives later: `processing` until a control call or the bank page decides. */
  | { kind: "bank" };

const declined = (decline_code: string, message = "Your card was declined."): Decline => ({
  code: "card_declined",
  decline_code,
  message,
});
const refused = (code: string, message: string): Decline => ({ code, decline_code: code, message });

export const GENERIC_DECLINE = declined("generic_decline");
const INSUFFICIENT_FUNDS = declined("insufficient_funds", "Your card has insufficient funds.");

/** What a card that wants the cardholder says when the cardholder is not there. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: "authentication_required",
  decline_code: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
};

const DECLINES: Record<string, { last4: string; decline: Decline }> = {
  chargeDeclined: { last4: "0002", decline: GENERIC_DECLINE },
  chargeDeclinedInsufficientFunds: { last4: "9995", decline: INSUFFICIENT_FUNDS },
  chargeDeclinedLostCard: { last4: "9987", decline: declined("lost_card") },
  chargeDeclinedStolenCard: { last4: "9979", decline: declined("stolen_card") },
  chargeDeclinedFraudulent: { last4: "0019", decline: declined("fraudulent") },
  chargeDeclinedExpiredCard: { last4: "0069", decline: refused("expired_card", "Your card has expired.") },
  chargeDeclinedIncorrectCvc: {
    last4: "0127",
    decline: refused("incorrect_cvc", "Your card's security code is incorrect."),
  },
  chargeDeclinedProcessingError: {
    last4: "0119",
    decline: refused("processing_error", "An error occurred while processing your card. Try again in a little bit."),
  },
};

const BRANDS: Record<string, { brand: string; last4: string; funding?: "debit" }> = {
  visa: { brand: "visa", last4: "4242" },
  visa_debit: { brand: "visa", last4: "5556", funding: "debit" },
  mastercard: { brand: "mastercard", last4: "4444" },
  mastercard_debit: { brand: "mastercard", last4: "8210", funding: "debit" },
  amex: { brand: "amex", last4: "8431" },
  discover: { brand: "discover", last4: "1117" },
  diners: { brand: "diners", last4: "0004" },
  jcb: { brand: "jcb", last4: "0505" },
  unionpay: { brand: "unionpay", last4: "0005" },
};

const LATER: Record<string, string> = {
  createDispute: "0259",
  createDisputeProductNotReceived: "2685",
  createDisputeInquiry: "1976",
  pendingRefund: "7726",
  refundFail: "5126",
};

const visa = (last4: string) => ({ brand: "visa", last4 });

function table(): Map<string, Behaviour> {
  const methods = new Map<string, Behaviour>();
  for (const [name, card] of Object.entries(BRANDS)) methods.set(`pm_card_${name}`, { kind: "charge", ...card });
  for (const [name, { last4, decline }] of Object.entries(DECLINES)) {
    methods.set(`pm_card_${name}`, { kind: "decline", ...visa(last4), decline });
    methods.set(`pm_card_visa_${name}`, { kind: "decline", ...visa(last4), decline });
  }
  // What becomes of the money later is decided by these names (refunds.ts, disputes.ts).
  for (const [name, last4] of Object.entries(LATER)) methods.set(`pm_card_${name}`, { kind: "charge", ...visa(last4) });
  methods.set("pm_card_radarBlock", { kind: "decline", ...visa("0019"), decline: declined("fraudulent") });
  methods.set("pm_card_chargeCustomerFail", {
    kind: "decline",
    ...visa("0341"),
    decline: GENERIC_DECLINE,
    attachable: true,
  });
  methods.set("pm_card_authenticationRequired", { kind: "authenticate", ...visa("3184"), unless: "never" });
  methods.set("pm_card_threeDSecure2Required", { kind: "authenticate", ...visa("3220"), unless: "never" });
  methods.set("pm_card_authenticationRequiredOnSetup", { kind: "authenticate", ...visa("3155"), unless: "set_up" });
  methods.set("pm_card_authenticationRequiredSetupForOffSession", {
    kind: "authenticate",
    ...visa("0446"),
    unless: "off_session",
  });
  methods.set("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", {
    kind: "authenticate",
    ...visa("3178"),
    unless: "never",
    decline: INSUFFICIENT_FUNDS,
  });
  methods.set("pm_usBankAccount_success", { kind: "bank" });
  methods.set("pm_usBankAccount_processing", { kind: "bank" });
  return methods;
}

/** Stripe's test payment methods that concern payments, by name. */
export const TEST_PAYMENT_METHODS: ReadonlyMap<string, Behaviour> = table();
