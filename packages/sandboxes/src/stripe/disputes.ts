import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { recordTransaction } from "./balance.js";
import { missingResource, stripeError } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { Charge, Dispute } from "./objects.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

/** What Stripe charges for a dispute, in the smallest unit of the settlement currency. */
const FEE = 1_500;
const EVIDENCE_DAYS = 20;

interface NewDispute {
  readonly amount?: number;
  readonly currency?: string;
  /** Of a charge that was made without a payment intent, as other applications on the account do. */
  readonly foreign?: boolean;
  readonly reason?: string;
  readonly inquiry?: boolean;
}

/** A bank asks about a charge (an inquiry), or takes its money back. */
export function openDispute(world: StripeWorld, charge: Charge, input: NewDispute = {}): Dispute {
  const now = world.now();
  const dispute: Dispute = {
    id: randomId("du_1"),
    object: "dispute",
    amount: input.amount ?? charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: now,
    currency: input.currency ?? charge.currency,
    enhanced_eligibility_types: [],
    evidence: { enhanced_evidence: {} },
    evidence_details: {
      due_by: now + EVIDENCE_DAYS * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "not_submitted",
    },
    intended_submission_method: null,
    is_charge_refundable: input.inquiry === true,
    livemode: false,
    metadata: {},
    payment_intent: input.foreign ? null : charge.payment_intent,
    reason: input.reason ?? "fraudulent",
    status: input.inquiry ? "warning_needs_response" : "needs_response",
  };
  world.disputes.put(dispute.id, dispute);
  world.server.effects.count("disputes", dispute.id, "opened", {});
  world.emit("charge.dispute.created", dispute);
  return input.inquiry ? dispute : withdraw(world, dispute);
}

interface Moved {
  readonly amount: number;
  readonly fee?: number;
  readonly currency?: string;
  readonly exchange_rate?: number;
}

/** The dispute after one more movement of its money: taken when it is below zero. */
function move(world: StripeWorld, dispute: Dispute, { amount, fee, currency, exchange_rate }: Moved): Dispute {
  const moved = recordTransaction(world, {
    amount,
    ...(fee === undefined ? {} : { fee }),
    currency: currency ?? dispute.currency,
    type: "adjustment",
    reporting_category: amount < 0 ? "dispute" : "dispute_reversal",
    source: dispute.id,
    description: amount < 0 ? "Chargeback withdrawal" : "Chargeback reversal",
    ...(exchange_rate === undefined ? {} : { exchange_rate }),
  });
  return { ...dispute, balance_transactions: [...dispute.balance_transactions, moved] };
}

/** How much of a dispute is with the bank, in the currency that it was settled in. */
const takenOf = ({ balance_transactions }: Dispute): number =>
  -balance_transactions.reduce((sum, { amount }) => sum + amount, 0);

function put(world: StripeWorld, dispute: Dispute, event?: string): Dispute {
  world.disputes.put(dispute.id, dispute);
  if (event !== undefined) world.emit(event, dispute);
  return dispute;
}

function withdraw(world: StripeWorld, before: Dispute): Dispute {
  const charge = world.charges.get(before.charge);
  if (charge) world.charges.put(charge.id, { ...charge, disputed: true });
  return put(world, move(world, before, { amount: -before.amount, fee: FEE }), "charge.dispute.funds_withdrawn");
}

function disputeOf(world: StripeWorld, id: string): Dispute {
  const dispute = world.disputes.get(id);
  if (!dispute) throw missingResource("dispute", id);
  return dispute;
}

const isOver = ({ status }: Dispute) => ["won", "lost", "warning_closed"].includes(status);

function give(world: StripeWorld, dispute: Dispute, amount: number): Dispute {
  const first = dispute.balance_transactions[0];
  const rate = first?.exchange_rate;
  return move(world, dispute, {
    amount,
    currency: first?.currency ?? dispute.currency,
    ...(rate == null ? {} : { exchange_rate: rate }),
  });
}

/** The bank decides. */
function decide(world: StripeWorld, id: string, verdict: "won" | "lost"): Dispute {
  let dispute = disputeOf(world, id);
  // A lost one can still be won by an appeal; nothing else goes back.
  if (dispute.status === "won" || dispute.status === verdict)
    throw controlRefusal(409, `the dispute is ${dispute.status}`);
  if (dispute.status.startsWith("warning_"))
    return put(world, { ...dispute, status: "warning_closed" }, "charge.dispute.closed");
  dispute = { ...dispute, status: verdict };
  const taken = takenOf(dispute);
  if (verdict === "won" && taken > 0) {
    // Back comes what was taken, in the currency that it was taken in.
    dispute = give(world, dispute, taken);
    put(world, dispute, "charge.dispute.funds_reinstated");
  }
  return put(world, dispute, "charge.dispute.closed");
}

function updateDispute(world: StripeWorld, params: Params, id: string): Dispute {
  params.onlyKnown("evidence", "submit", "metadata");
  const before = disputeOf(world, id);
  if (isOver(before)) {
    throw stripeError(400, { type: "invalid_request_error", message: "This dispute is already closed." }, true);
  }
  const given = params.object("evidence");
  const text = given?.text("uncategorized_text");
  const submit = params.flag("submit");
  const evidence = { ...before.evidence, ...(given ? given.flat() : {}) };
  const warning = before.status.startsWith("warning_");
  const dispute: Dispute = {
    ...before,
    evidence,
    metadata: params.metadata(before.metadata),
    status: submit ? (warning ? "warning_under_review" : "under_review") : before.status,
    evidence_details: {
      ...before.evidence_details,
      has_evidence: Object.keys(evidence).length > 1,
      ...(submit ? { submission_method: "manual" } : {}),
      submission_count: before.evidence_details.submission_count + (submit ? 1 : 0),
    },
  };
  put(world, dispute, "charge.dispute.updated");
  if (submit && text === "winning_evidence") return decide(world, id, "won");
  if (submit && text === "losing_evidence") return decide(world, id, "lost");
  return dispute;
}

/** Cards that banks take back at once: Stripe's test cards for disputes. */
export function disputeByCard(world: StripeWorld, charge: Charge): void {
  switch (world.methods.get(charge.payment_method)?.testName) {
    case "pm_card_createDispute":
      openDispute(world, charge);
      return;
    case "pm_card_createDisputeProductNotReceived":
      openDispute(world, charge, { reason: "product_not_received" });
      return;
    case "pm_card_createDisputeInquiry":
      openDispute(world, charge, { inquiry: true });
  }
}

/** `/v1/disputes`, and what banks do under `/sandbox/disputes`. */
export function installDisputeRoutes(world: StripeWorld): void {
  stripeRoute(world, "GET", "/v1/disputes", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "payment_intent", "charge");
    const intent = params.text("payment_intent");
    const disputes = world.disputes.values().filter((each) => intent === undefined || each.payment_intent === intent);
    return listPage(disputes, params, "/v1/disputes");
  });
  stripeRoute(world, "GET", "/v1/disputes/:id", (_params, { params: { id = "" } }) => disputeOf(world, id));
  stripeRoute(world, "POST", "/v1/disputes/:id", (params, { params: { id = "" } }) => updateDispute(world, params, id));
  stripeRoute(world, "POST", "/v1/disputes/:id/close", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    return decide(world, id, "lost");
  });
  world.server.control("POST", "/sandbox/disputes", ({ body }) => {
    const { payment_intent, amount, currency, reason, inquiry, foreign } = body;
    const id = typeof payment_intent === "string" ? world.intents.get(payment_intent)?.wire.latest_charge : undefined;
    const charge = world.charges.get(id ?? "");
    if (!charge) throw controlRefusal(404, "no such paid payment_intent");
    return openDispute(world, charge, {
      ...(typeof amount === "number" ? { amount } : {}),
      ...(typeof reason === "string" ? { reason } : {}),
      ...(typeof currency === "string" ? { currency: currency.toLowerCase() } : {}),
      inquiry: inquiry === true,
      foreign: foreign === true,
    });
  });
  const control = (verb: string, act: (id: string) => Dispute) =>
    world.server.control("POST", `/sandbox/disputes/:id/${verb}`, ({ params: { id = "" } }) => act(id));
  control("win", (id) => decide(world, id, "won"));
  control("lose", (id) => decide(world, id, "lost"));
  // What the bank takes in the end need not be what it asked about.
  world.server.control("POST", "/sandbox/disputes/:id/escalate", ({ params: { id = "" }, body: { amount } }) => {
    const dispute = { ...disputeOf(world, id), ...(typeof amount === "number" ? { amount } : {}) };
    if (!dispute.status.startsWith("warning_")) throw controlRefusal(409, `the dispute is ${dispute.status}`);
    return withdraw(world, { ...dispute, status: "needs_response" });
  });
  installCorrections(world);
}

/** What banks and networks do to a dispute beside deciding it: amounts corrected, money in parts, fees given back. */
function installCorrections(world: StripeWorld): void {
  world.server.control("POST", "/sandbox/disputes/:id", ({ params: { id = "" }, body }) => {
    const before = disputeOf(world, id);
    const { amount = before.amount, currency = before.currency, status = before.status } = body;
    if (typeof amount !== "number" || typeof currency !== "string" || typeof status !== "string") {
      throw controlRefusal(400, "amount is a number, currency and status are strings");
    }
    return put(world, { ...before, amount, currency: currency.toLowerCase(), status }, "charge.dispute.updated");
  });
  world.server.control("POST", "/sandbox/disputes/:id/transactions", ({ params: { id = "" }, body }) => {
    const before = disputeOf(world, id);
    const { amount, fee, currency, exchange_rate, status = before.status } = body;
    if (typeof amount !== "number" || !Number.isSafeInteger(amount)) {
      throw controlRefusal(400, "amount must be an integer, below zero when it is taken");
    }
    if (typeof status !== "string") throw controlRefusal(400, "status must be a string");
    const moved = move(
      world,
      { ...before, status },
      {
        amount,
        ...(typeof fee === "number" ? { fee } : {}),
        ...(typeof currency === "string" ? { currency: currency.toLowerCase() } : {}),
        ...(typeof exchange_rate === "number" ? { exchange_rate } : {}),
      },
    );
    const event = amount < 0 ? "funds_withdrawn" : amount > 0 ? "funds_reinstated" : "updated";
    put(world, moved, `charge.dispute.${event}`);
    if (status !== before.status && isOver(moved)) world.emit("charge.dispute.closed", moved);
    return moved;
  });
}
