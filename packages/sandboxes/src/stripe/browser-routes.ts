import { type PageButton, renderPage } from "../html.js";
import { Refusal } from "../refusal.js";
import type { Call, Page } from "../server.js";
import { formatAmount } from "./amounts.js";
import { answerChallenge } from "./challenges.js";
import { type Attempt, type Checkout, errorOf } from "./checkout.js";
import { wordsOf } from "./errors.js";
import type { CheckoutSession, PaymentIntent } from "./objects.js";
import { answerSetupChallenge } from "./setups.js";
import type { StripeWorld } from "./world.js";

const CHECKOUT_BUTTONS: readonly PageButton[] = [
  { action: "pay", label: "Pay", primary: true },
  { action: "three_d_secure", label: "Pay with 3-D Secure" },
  { action: "async", label: "Pay by bank (arrives later)" },
  { action: "decline", label: "Decline" },
  { action: "cancel", label: "Cancel and go back" },
];

/** A subscription is begun with a card. */
const SUBSCRIPTION_BUTTONS = CHECKOUT_BUTTONS.filter(({ action }) => action !== "async").map((button) =>
  button.action === "pay" ? { ...button, label: "Subscribe" } : button,
);

const CHALLENGE_BUTTONS: readonly PageButton[] = [
  { action: "complete", label: "Complete", primary: true },
  { action: "fail", label: "Fail" },
];

/** The test card, or bank, that a button of a page pays with. */
export const METHOD_OF_ACTION: Readonly<Record<string, string>> = {
  pay: "pm_card_visa",
  three_d_secure: "pm_card_authenticationRequired",
  async: "pm_usBankAccount_processing",
  decline: "pm_card_chargeDeclined",
};

function withSessionId(url: string, id: string): string {
  return url.replaceAll("{CHECKOUT_SESSION_ID}", id);
}

/** A page with nothing to be done on it. */
export function resultPage(title: string, lines: readonly string[]): Page {
  return { html: renderPage({ title, lines }) };
}

/** What a finished session shows: the merchant's page if it named one. */
function afterCheckout(session: CheckoutSession): Page {
  if (session.success_url !== null) return { redirect: withSessionId(session.success_url, session.id) };
  if (session.mode === "subscription") return resultPage("Subscribed", ["Thank you. You can close this page."]);
  const paid = session.payment_status === "paid";
  return resultPage(paid ? "Payment complete" : "Payment on its way", [
    paid ? "Thank you. You can close this page." : "The bank will confirm the payment later.",
  ]);
}

function checkoutPage(world: StripeWorld, session: CheckoutSession, error?: string): Page {
  const { lineItems, subscription } = world.session(session.id);
  const trial = typeof subscription?.trial_period_days === "string" ? subscription.trial_period_days : undefined;
  return {
    html: renderPage({
      title: "Sandbox checkout",
      amount: formatAmount(session.amount_total, session.currency),
      lines: [
        ...lineItems.map(({ quantity, description }) => `${quantity} × ${description}`),
        ...(subscription ? ["Renews until it is canceled."] : []),
        ...(trial === undefined || trial === "0" ? [] : [`${trial} days free.`]),
      ],
      ...(error === undefined ? {} : { error }),
      buttons: subscription ? SUBSCRIPTION_BUTTONS : CHECKOUT_BUTTONS,
    }),
  };
}

function showCheckout(world: StripeWorld, checkout: Checkout, { params: { id = "" } }: Call): Page {
  const { wire } = world.session(id);
  if (wire.status === "complete") return resultPage("This checkout is complete", ["Nothing more is to be done here."]);
  if (wire.status === "expired") return resultPage("This checkout has expired", ["Please start again."]);
  return checkoutPage(world, wire, errorOf(checkout.attemptOf(id)));
}

/** As `tryPay`, with any refusal in words. */
function tryOnPage(checkout: Checkout, id: string, method: string): { attempt?: Attempt; error?: string } {
  try {
    return checkout.tryPay(id, method);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { error: wordsOf(error.body) };
  }
}

function submitCheckout(world: StripeWorld, checkout: Checkout, call: Call): Page {
  const { id = "" } = call.params;
  const action = String(call.body.action);
  const { wire } = world.session(id);
  if (wire.status !== "open") return showCheckout(world, checkout, call);
  if (action === "cancel") {
    if (wire.cancel_url !== null) return { redirect: withSessionId(wire.cancel_url, id) };
    return resultPage("Canceled", ["Nothing was paid. The checkout stays open until it expires."]);
  }
  const method = METHOD_OF_ACTION[action];
  const offered = wire.mode === "payment" || action !== "async";
  if (method === undefined || !offered) return checkoutPage(world, wire, "Please choose one of the buttons.");
  const { attempt, error } = tryOnPage(checkout, id, method);
  if (attempt?.status === "requires_action") return { redirect: `${world.server.url}/sandbox/3ds/${attempt.id}` };
  if (error !== undefined) return checkoutPage(world, wire, error);
  return afterCheckout(world.session(id).wire);
}

/** The same page for a card that is only saved. */
function showSetupChallenge(world: StripeWorld, id: string): Page {
  const { wire } = world.setup(id);
  if (wire.status !== "requires_action") {
    return resultPage("Nothing to authenticate", [`This card is ${wire.status.replaceAll("_", " ")}.`]);
  }
  return {
    html: renderPage({
      title: "3-D Secure: is it you?",
      lines: ["Your bank wants you to confirm that this card is saved."],
      buttons: CHALLENGE_BUTTONS,
    }),
  };
}

function submitSetupChallenge(world: StripeWorld, id: string, action: unknown): Page {
  const { wire, returnUrl, sessionId } = world.setup(id);
  if (wire.status !== "requires_action") return showSetupChallenge(world, id);
  const { status } = answerSetupChallenge(world, id, action === "complete");
  const succeeded = status === "succeeded";
  if (sessionId !== undefined && succeeded) return afterCheckout(world.session(sessionId).wire);
  if (sessionId !== undefined) return { redirect: `${world.server.url}/sandbox/checkout/${sessionId}` };
  if (returnUrl === undefined) {
    return resultPage(succeeded ? "Card saved" : "Authentication failed", ["You can close this page."]);
  }
  const target = new URL(returnUrl);
  target.searchParams.set("setup_intent", id);
  target.searchParams.set("setup_intent_client_secret", wire.client_secret);
  target.searchParams.set("redirect_status", succeeded ? "succeeded" : "failed");
  return { redirect: target.href };
}

function showChallenge(world: StripeWorld, { params: { id = "" } }: Call): Page {
  if (id.startsWith("seti_")) return showSetupChallenge(world, id);
  const { wire } = world.intent(id);
  if (wire.status !== "requires_action") {
    return resultPage("Nothing to authenticate", [`This payment is ${wire.status.replaceAll("_", " ")}.`]);
  }
  return {
    html: renderPage({
      title: "3-D Secure: is it you?",
      amount: formatAmount(wire.amount, wire.currency),
      lines: ["Your bank wants you to confirm this payment."],
      buttons: CHALLENGE_BUTTONS,
    }),
  };
}

/** The intent after the challenge, whether the card was then charged or declined. */
function challengeResult(world: StripeWorld, id: string, authenticated: boolean): PaymentIntent {
  try {
    answerChallenge(world, id, authenticated);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 402) throw error;
  }
  return world.intent(id).wire;
}

function submitChallenge(world: StripeWorld, call: Call): Page {
  const { id = "" } = call.params;
  if (id.startsWith("seti_")) return submitSetupChallenge(world, id, call.body.action);
  const { wire, sessionId, returnUrl } = world.intent(id);
  if (wire.status !== "requires_action") return showChallenge(world, call);
  const intent = challengeResult(world, id, call.body.action === "complete");
  const succeeded = intent.status === "succeeded";
  if (sessionId !== undefined && succeeded) return afterCheckout(world.session(sessionId).wire);
  if (sessionId !== undefined) return { redirect: `${world.server.url}/sandbox/checkout/${sessionId}` };
  if (returnUrl === undefined) {
    return resultPage(succeeded ? "Payment complete" : "Authentication failed", ["You can close this page."]);
  }
  const target = new URL(returnUrl);
  target.searchParams.set("payment_intent", id);
  target.searchParams.set("payment_intent_client_secret", intent.client_secret);
  target.searchParams.set("redirect_status", succeeded ? "succeeded" : "failed");
  return { redirect: target.href };
}

/** What a page that does not exist shows. */
export function orNotFound(handle: (call: Call) => Page): (call: Call) => Page {
  return (call) => {
    try {
      return handle(call);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, html: renderPage({ title: "This page does not exist" }) };
    }
  };
}

/** The pages that a customer sees: Checkout and the bank's 3-D Secure challenge. */
export function installStripePages(world: StripeWorld, checkout: Checkout): void {
  const { server } = world;
  server.page(
    "GET",
    "/sandbox/checkout/:id",
    orNotFound((call) => showCheckout(world, checkout, call)),
  );
  server.page(
    "POST",
    "/sandbox/checkout/:id",
    orNotFound((call) => submitCheckout(world, checkout, call)),
  );
  server.page(
    "GET",
    "/sandbox/3ds/:id",
    orNotFound((call) => showChallenge(world, call)),
  );
  server.page(
    "POST",
    "/sandbox/3ds/:id",
    orNotFound((call) => submitChallenge(world, call)),
  );
}
