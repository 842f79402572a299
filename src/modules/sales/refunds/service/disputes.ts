import { type Caller, maySeeCustomer } from "../../../../core/access.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import { type Act, askPromised } from "../../../../kernel/asking.js";
import type { DisputeEvidence, DisputeNews, DisputePort, ProviderResult } from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { getPayment, providerOf } from "../../payments/index.js";
import { disputeNotFound, evidenceClosed, evidenceUnclear, noDisputes } from "../errors.js";
import type { ReversalFilter } from "../queries.js";
import * as queries from "../queries.js";
import type { Dispute, DisputeId } from "../types.js";
import type { RefundDeps } from "./deps.js";
import { prepareDispute, settleDisputeNews } from "./settle-disputes.js";

/** A dispute that this caller may see. Throws `disputes.not_found` (404). */
export async function getDispute(deps: RefundDeps, caller: Caller, id: DisputeId): Promise<Dispute> {
  const dispute = await queries.findDispute(deps.db.read, id);
  if (!dispute || !maySeeCustomer(caller, dispute.customerId)) throw disputeNotFound(id);
  return dispute;
}

/** Disputes, newest first. */
export const listDisputes = (deps: RefundDeps, filter: ReversalFilter, page: PageQuery): Promise<Page<Dispute>> =>
  pageById("dsp", page, (before, limit) => queries.listDisputes(deps.db.read, filter, before, limit));

interface EvidenceInput {
  readonly evidence: DisputeEvidence;
  readonly submit: boolean;
  /** Names the request to the provider: asked again with it, it is the same one. */
  readonly attempt: string;
  /** The request was begun before, by a process that died. */
  readonly resumed: boolean;
}

/** Stages evidence, or sends it to the bank, which can be done once and before the deadline. Throws 409. */
export async function submitEvidence(
  deps: RefundDeps,
  caller: Caller,
  id: DisputeId,
  input: EvidenceInput,
): Promise<Dispute> {
  const dispute = await getDispute(deps, caller, id);
  const port = portOf(deps, dispute);
  // A request that died may have been heard: the provider knows it by its key, and answers it as it did then.
  if (!input.resumed) refuseClosed(deps, dispute);
  const { providerReference } = dispute;
  const act: Act<Dispute, ProviderResult<DisputeNews>, Dispute> = {
    name: "disputes.evidence",
    id,
    ask: () =>
      port.submitEvidence({
        providerReference,
        evidence: input.evidence,
        submit: input.submit,
        idempotencyKey: `${id}:${input.attempt}`,
      }),
    settle: (seen, answer) => concludeEvidence(deps, caller, seen, input, answer),
  };
  return askPromised(deps, act, dispute);
}

async function concludeEvidence(
  deps: RefundDeps,
  caller: Caller,
  dispute: Dispute,
  input: EvidenceInput,
  answer: ProviderResult<DisputeNews>,
): Promise<Dispute> {
  const { id, providerReference } = dispute;
  if (answer.outcome === "rejected") throw evidenceClosed(answer.failure.message);
  // What it answered then is not how things stand now.
  const current =
    answer.outcome === "accepted" && input.resumed ? await portOf(deps, dispute).getDispute(providerReference) : answer;
  if (current.outcome !== "accepted") throw evidenceUnclear(dispute.provider);
  const payment = await getPayment(deps, SYSTEM, dispute.paymentId);
  const prepared = await prepareDispute(deps, payment, current.value);
  return deps.db.transaction(async (tx) => {
    const details = { submit: input.submit, fields: Object.keys(input.evidence) };
    await recordAudit(deps, tx, [{ actor: caller.id, action: "submitEvidence", resource: id, details }]);
    return settleDisputeNews(deps, tx, prepared);
  });
}

const SYSTEM: Caller = { id: "system", role: "service" };

function refuseClosed(deps: RefundDeps, dispute: Dispute): void {
  if (dispute.evidenceDueBy && dispute.evidenceDueBy <= deps.clock.now()) throw evidenceClosed("the deadline is over");
  if (dispute.evidenceSubmittedAt) throw evidenceClosed("it was submitted");
  if (["won", "lost", "prevented", "warning_closed"].includes(dispute.status))
    throw evidenceClosed(`it is ${dispute.status}`);
}

function portOf(deps: RefundDeps, dispute: Pick<Dispute, "provider">): DisputePort {
  const port = providerOf(deps, dispute.provider).disputes;
  if (!port) throw noDisputes(dispute.provider);
  return port;
}
