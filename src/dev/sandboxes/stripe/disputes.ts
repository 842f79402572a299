import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
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
    currency: charge.currency,
    evidence: {},
    evidence_details: {
      due_by: now + EVIDENCE_DAYS * 86_400,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: input.inquiry === true,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: input.reason ?? "fraudulent",
    status: input.inquiry ? "warning_needs_response" : "needs_response",
  };
  world.disputes.put(dispute.id, dispute);
  world.server.effects.count("disputes", dispute.id, "opened", {});
  world.emit("charge.dispute.created", dispute);
  return input.inquiry ? dispute : withdraw(world, dispute);
}

const transaction = (dispute: Dispute, amount: number, fee: number) => ({
  id: randomId("txn_1"),
  object: "balance_transaction",
  amount,
  currency: dispute.currency,
  fee,
  net: amount - fee,
  reporting_category: amount < 0 ? "dispute" : "dispute_reversal",
  type: "adjustment",
});

function put(world: StripeWorld, dispute: Dispute, event?: string): Dispute {
  world.disputes.put(dispute.id, dispute);
  if (event !== undefined) world.emit(event, dispute);
  return dispute;
}

function withdraw(world: StripeWorld, before: Dispute): Dispute {
  const charge = world.charges.get(before.charge);
  if (charge) world.charges.put(charge.id, { ...charge, disputed: true });
  const taken = transaction(before, -before.amount, FEE);
  const dispute = { ...before, balance_transactions: [...before.balance_transactions, taken] };
  return put(world, dispute, "charge.dispute.funds_withdrawn");
}

function disputeOf(world: StripeWorld, id: string): Dispute {
  const dispute = world.disputes.get(id);
  if (!dispute) throw missingResource("dispute", id);
  return dispute;
}

const isOver = ({ status }: Dispute) => ["won", "lost", "warning_closed"].includes(status);

/** The bank decides. */
function decide(world: StripeWorld, id: string, verdict: "won" | "lost"): Dispute {
  let dispute = disputeOf(world, id);
  // A lost one can still be won by an appeal; nothing else goes back.
  if (dispute.status === "won" || dispute.status === verdict)
    throw controlRefusal(409, `the dispute is ${dispute.status}`);
  if (dispute.status.startsWith("warning_"))
    return put(world, { ...dispute, status: "warning_closed" }, "charge.dispute.closed");
  dispute = { ...dispute, status: verdict };
  if (verdict === "won") {
    dispute = {
      ...dispute,
      balance_transactions: [...dispute.balance_transactions, transaction(dispute, dispute.amount, 0)],
    };
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
      has_evidence: Object.keys(evidence).length > 0,
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
    const { payment_intent, amount, reason, inquiry } = body;
    const id = typeof payment_intent === "string" ? world.intents.get(payment_intent)?.wire.latest_charge : undefined;
    const charge = world.charges.get(id ?? "");
    if (!charge) throw controlRefusal(404, "no such paid payment_intent");
    return openDispute(world, charge, {
      ...(typeof amount === "number" ? { amount } : {}),
      ...(typeof reason === "string" ? { reason } : {}),
      inquiry: inquiry === true,
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
}
