import type { Test } from "tap";
import { drain } from "../orders/replay.js";
import { movableClock } from "./clock.js";
import { jobsOf } from "./jobs.js";
import { callJson } from "./sandbox-client.js";
import { startTestService } from "./service.js";

interface Sides {
  readonly provider: string;
  readonly ledger: string;
}

export interface StatementBody {
  readonly asset: string;
  readonly opening: Sides;
  readonly closing: Sides;
  readonly lines: readonly (Sides & { readonly category: string; readonly count: number })[];
  readonly inTransit: string;
  readonly remainder: string;
  readonly openItems: readonly { readonly kind: string; readonly reference: string }[];
  readonly openCount: number;
}

export interface RunBody {
  readonly id: string;
  readonly status: string;
  readonly failure: string | null;
  readonly counts: Record<"imported" | "booked" | "matched" | "opened" | "closed" | "unreadable", number>;
  readonly statements: readonly StatementBody[];
}

export interface BreakBody {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly reference: string | null;
  readonly difference: number;
  readonly resolution: string | null;
  readonly severity: string;
}

/** A service with a provider's account, whose statement is read when a test says so. */
export async function startFinance(t: Test, options: Parameters<typeof startTestService>[1] = {}) {
  const { clock, advance } = movableClock();
  const service = await startTestService(t, { ...options, overrides: { clock, ...options.overrides } });
  const { call, deps } = service;
  const jobs = jobsOf(deps);
  const stripe = async (route: string, body: object = {}): Promise<Record<string, unknown>> => {
    const reply = await callJson("POST", `${service.stripe.url}/sandbox/${route}`, body);
    if (reply.status !== 200) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const buy = async (customerId: string, bundle: object = { package: "starter" }) => {
    const body = { customerId, ...bundle, provider: "stripe", flow: "payment_intent" };
    const { body: made } = await call("POST", "/v1/payments", { body });
    const paid = await call("POST", `/v1/payments/${made.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    if (paid.status !== 200) throw new Error(JSON.stringify([made, paid.body]));
    return { id: String(made.id), intent: String(made.providerReference) };
  };
  const quiet = async () => {
    for (let round = 0; round < 3; round += 1) {
      await callJson("POST", `${service.stripe.url}/sandbox/webhooks/flush`);
      await drain(service);
    }
    // What a moved clock made a webhook too old for.
    await jobs["reversals:catch-up"]?.({});
  };
  /** Asks for a run and does it. */
  const reconcile = async (body: object = {}): Promise<RunBody> => {
    const asked = await call("POST", "/v1/reconciliations", { body: { provider: "stripe", ...body } });
    if (asked.status !== 202) throw new Error(JSON.stringify(asked.body));
    await jobs["reconciliation:run"]?.({ runId: asked.body.id });
    return (await call("GET", `/v1/reconciliations/${asked.body.id}`)).body as unknown as RunBody;
  };
  const breaks = async (query = "status=open"): Promise<BreakBody[]> =>
    (await call("GET", `/v1/reconciliation-breaks?${query}&limit=100`)).body.data as BreakBody[];
  /** System accounts of an asset that are not at zero, by code. */
  const books = async (asset = "USD"): Promise<Record<string, number>> => {
    const { rows } = await service.sql.query<{ code: string; balance: string }>(
      `SELECT a.code, sum(e.amount) AS balance FROM ledger_entries e JOIN ledger_chart a ON a.id = e.account_id
        WHERE a.kind = 'system' AND e.asset = $1 GROUP BY 1 HAVING sum(e.amount) <> 0 ORDER BY 1`,
      [asset],
    );
    return Object.fromEntries(rows.map(({ code, balance }) => [code, Number(balance)]));
  };
  const atStripe = async (route: string) =>
    (await callJson("GET", `${service.stripe.url}/v1/${route}`, undefined, STRIPE_KEY)).body;
  /** What the provider keeps for us. */
  const providerBalance = async (currency = "usd"): Promise<number> => {
    const body = await atStripe("balance");
    const all = [...(body.available as Money[]), ...(body.pending as Money[])];
    return all.filter((each) => each.currency === currency).reduce((sum, { amount }) => sum + amount, 0);
  };
  return {
    ...service,
    service,
    jobs,
    advance,
    stripe,
    buy,
    quiet,
    reconcile,
    breaks,
    books,
    providerBalance,
    atStripe,
  };
}

const STRIPE_KEY = { authorization: "Bearer sk_test_0123456789" };

interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** That a statement adds up on both sides, and that it names what the two differ by. */
export function addsUp(t: Test, statement: StatementBody): void {
  for (const side of ["provider", "ledger"] as const) {
    const moved = statement.lines.reduce((sum, line) => sum + BigInt(line[side]), 0n);
    const sum = BigInt(statement.opening[side]) + moved;
    t.equal(sum, BigInt(statement.closing[side]), `${statement.asset}: opening and lines are the closing (${side})`);
  }
  const difference = BigInt(statement.closing.ledger) - BigInt(statement.closing.provider);
  t.equal(
    BigInt(statement.inTransit) + BigInt(statement.remainder),
    difference,
    `${statement.asset}: the difference is named`,
  );
}
