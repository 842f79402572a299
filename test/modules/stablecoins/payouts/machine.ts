import fc from "fast-check";
import { encodeId } from "../../../../src/core/ids.js";
import { fundedCustomer, type startSteppedCoins } from "../../../helpers/stablecoins.js";

const MINUTE_MS = 60_000;
const MILLION = 1_000_000;
const FUNDED = 5_000 * MILLION;

type Service = Awaited<ReturnType<typeof startSteppedCoins>>;
type Attempt = { id: string; status: string };
interface Payout {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly payoutAmount: number;
  readonly termsHash: string;
  readonly reviewReason: string | null;
  readonly attempts: Attempt[];
}

const which = fc.nat(5);
const OUTCOMES = ["success", "failed", "pending", "stuck", "refused_balance", "refused_address"] as const;
const FAULTS = {
  cut_before: { kind: "cut_before" },
  cut_after: { kind: "cut_after" },
  "500 before": { kind: "status", status: 500 },
  "500 after": { kind: "status_after", status: 500 },
  unreadable: { kind: "malformed_after" },
  "429": { kind: "rate_limit" },
  "401": { kind: "status", status: 401 },
} as const;

/** What people, the provider, the chain and time do. `which` picks a payout, `attempt` one of its attempts. */
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("ask" as const), large: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      outcome: fc.constantFrom(...OUTCOMES),
      kind: fc.option(fc.constantFrom(...Object.keys(FAULTS)), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("approve" as const), which, bySelf: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("reject" as const, "cancel" as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("edit" as const), which, amount: fc.constantFrom(1_500, 90) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("plan" as const), outcome: fc.constantFrom(...OUTCOMES) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("fault" as const), kind: fc.constantFrom(...Object.keys(FAULTS)) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("submit" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      which,
      attempt: fc.nat(2),
      status: fc.constantFrom("success", "failed", "processing"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("deliver" as const, "work" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("sweep" as const), minutes: fc.constantFrom(2, 6, 61, 1_500) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("retry" as const), which, bySelf: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("halt" as const), halted: fc.boolean() }) },
);
export type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;
export const story = fc.array(deed, { minLength: 8, maxLength: 22 });

/** Where a payout may get to by itself; only a person's retry leads back to `approved`. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  awaiting_approval: ["approved", "canceled"],
  approved: ["submitted", "unknown", "confirmed", "failed", "canceled"],
  unknown: ["submitted", "confirmed", "failed"],
  submitted: ["confirmed", "failed", "canceled"],
  failed: ["confirmed"],
  canceled: ["confirmed"],
  confirmed: [],
};

/** One customer's payouts, lived through once. */
export class Machine {
  readonly #service: Service;
  readonly #approver: string;
  readonly #customerId: string;
  readonly #ids: string[] = [];
  /** Payouts that a person sent again, by whose decision two effects may come. */
  readonly #retried = new Set<string>();
  #request: Awaited<ReturnType<typeof fundedCustomer>>["request"] | undefined;
  #statuses = new Map<string, string>();
  readonly seen: Map<string, number>;
  /** What the chain confirmed and then denied: a person is called, and the books stay. */
  takenBack = 0;

  constructor(service: Service, approver: string, customerId: string, seen: Map<string, number>) {
    this.#service = service;
    this.#approver = approver;
    this.#customerId = customerId;
    this.seen = seen;
  }

  async live(deeds: readonly Deed[]): Promise<void> {
    this.#request = (await fundedCustomer(this.#service, this.#customerId, FUNDED)).request;
    for (const each of deeds) {
      const sentBefore = await this.#sentInAll();
      const isHalted = (await this.#service.call("GET", "/v1/payout-controls")).body.halted === true;
      await this.#do(each);
      const grew = (await this.#sentInAll()) - sentBefore;
      if (grew > ((each.do === "submit" || each.do === "send") && !isHalted ? 1 : 0))
        throw new Error(`${each.do} sent ${grew}`);
      await this.#checkSteps(each);
    }
    await this.#comeToRest();
    await this.#checkMoney();
  }

  async #sentInAll(): Promise<number> {
    const counts = Object.values(await this.#service.chain.references());
    if (counts.some(({ accepted }) => accepted > 1)) throw new Error("two effects of one reference");
    return counts.length;
  }

  #pick(which: number): string | undefined {
    return this.#ids[which % Math.max(1, this.#ids.length)];
  }

  async #payouts(): Promise<Payout[]> {
    const { body } = await this.#service.call("GET", `/v1/payouts?customerId=${this.#customerId}&limit=100`);
    return body.data as unknown as Payout[];
  }

  async #do(each: Deed): Promise<void> {
    const { chain, advance, sweep, submit, fault } = this.#service;
    switch (each.do) {
      case "ask":
        return this.#ask(each.large);
      case "send":
        await this.#ask(false);
        await this.#plan(each.outcome);
        if (each.kind !== undefined) await this.#do({ do: "fault", kind: each.kind });
        return this.#do({ do: "submit", which: this.#ids.length - 1 });
      case "plan":
        await this.#plan(each.outcome);
        return;
      case "fault":
        await chain.delete("faults");
        await fault("POST", "/withdraw$", FAULTS[each.kind as keyof typeof FAULTS]);
        return;
      case "submit": {
        const id = this.#pick(each.which);
        if (id) await submit(id);
        return;
      }
      case "settle":
        return this.#settle(each.which, each.attempt, each.status);
      case "deliver":
        await chain.post("webhooks/flush");
        return;
      case "work":
        return this.#work();
      case "sweep":
        advance(each.minutes * MINUTE_MS);
        await sweep();
        return;
      case "halt":
        await this.#service.call("PUT", "/v1/payout-controls", { body: { halted: each.halted, reason: "a drill" } });
        return;
      default:
        return this.#decide(each);
    }
  }

  async #ask(large: boolean): Promise<void> {
    const reply = await this.#request?.({ amount: (large ? 2_000 : 100) * MILLION });
    if (reply?.status === 201) this.#ids.push(String(reply.body.id));
    else if (reply?.status !== 402) throw new Error(`asking was answered ${reply?.status}`);
  }

  #plan(outcome: (typeof OUTCOMES)[number]) {
    const { chain } = this.#service;
    if (outcome === "refused_balance") {
      return chain.rule({ outcome: "refused", reason: "Insufficient balance", times: 1 });
    }
    if (outcome === "refused_address") return chain.rule({ outcome: "refused", reason: "Invalid address", times: 1 });
    return chain.rule({ outcome, times: 1, ...(outcome === "pending" ? {} : { afterMs: 0 }) });
  }

  async #decide(each: Extract<Deed, { which: number }> & { bySelf?: boolean; amount?: number }): Promise<void> {
    const id = this.#pick(each.which);
    if (!id) return;
    const before = (await this.#payouts()).find((payout) => payout.id === id);
    const token = each.bySelf || each.do === "cancel" ? {} : { token: this.#approver };
    const { call } = this.#service;
    const reply =
      each.do === "edit"
        ? await call("PATCH", `/v1/payouts/${id}`, { body: { amount: (each.amount ?? 0) * MILLION } })
        : await call("POST", `/v1/payouts/${id}/${each.do}`, {
            body: each.do === "approve" ? { termsHash: before?.termsHash } : { reason: "decided" },
            ...token,
          });
    if (![200, 402, 403, 409].includes(reply.status)) throw new Error(`${each.do}: ${JSON.stringify(reply.body)}`);
    if (each.do === "approve" && each.bySelf && reply.status === 200) throw new Error("approved by who asked");
    if (each.do === "retry" && reply.status === 200) {
      if (before?.status === "unknown" && each.bySelf) throw new Error("an unknown one sent again by who asked");
      this.#retried.add(id);
      this.#statuses.set(id, "approved");
    }
  }

  /** The chain decides, also against what it said before; what it confirmed and we booked it may only take back in words. */
  async #settle(which: number, at: number, status: string): Promise<void> {
    const payout = (await this.#payouts()).find(({ id }) => id === this.#pick(which));
    const attempt = payout?.attempts[at % Math.max(1, payout.attempts.length)];
    const known = attempt && (await this.#service.chain.references())[attempt.id];
    if (!attempt || !known) return;
    // Success that is taken back before we hear of it never was one for us; that is another story.
    if (known.confirmed > 0 && (attempt.status !== "confirmed" || status === "processing")) return;
    await this.#service.chain.settle(attempt.id, { status });
  }

  async #work(): Promise<void> {
    const { sql, job } = this.#service;
    const { rows } = await sql.query("SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY event_id");
    for (const { id } of rows) await job("webhooks:process", { eventId: encodeId("whe", id) });
  }

  async #checkSteps(each: Deed): Promise<void> {
    for (const { id, status } of await this.#payouts()) {
      const before = this.#statuses.get(id);
      if (before !== undefined && before !== status && !NEXT[before]?.includes(status)) {
        throw new Error(`${each.do} led from ${before} to ${status}`);
      }
      this.#statuses.set(id, status);
      this.seen.set(status, (this.seen.get(status) ?? 0) + 1);
    }
  }

  /** All trouble ends, all news arrives, and days go by. */
  async #comeToRest(): Promise<void> {
    const { chain, advance, sweep, submit, call } = this.#service;
    await chain.delete("faults");
    for (let round = 0; round < 3; round += 1) {
      await call("PUT", "/v1/payout-controls", { body: { halted: false } });
      for (const { id, status } of await this.#payouts()) if (status === "approved") await submit(id);
      await chain.post("webhooks/flush");
      await this.#work();
      advance(25 * 60 * MINUTE_MS);
      await sweep();
    }
  }

  async #checkMoney(): Promise<void> {
    const { chain, call } = this.#service;
    const references = await chain.references();
    const payouts = await this.#payouts();
    const wallet = (await call("GET", `/v1/customers/${this.#customerId}/wallet`)).body.balances as {
      asset: string;
      balance: number;
      owed: number;
    }[];
    const usdc = wallet.find(({ asset }) => asset === "USDC");
    let expected = FUNDED;
    for (const payout of payouts) {
      const left = payout.attempts.filter(({ id }) => (references[id]?.confirmed ?? 0) > 0);
      const booked = payout.attempts.filter(({ status }) => status === "confirmed");
      if (left.length > 1 && !this.#retried.has(payout.id)) throw new Error(`${payout.id} left twice`);
      if (left.length > 0 && payout.status !== "confirmed")
        throw new Error(`${payout.id} left, and is ${payout.status}`);
      if (left.length > 1 && payout.reviewReason === null)
        throw new Error(`${payout.id} left twice, and nobody is told`);
      if (payout.status === "confirmed" && booked.length !== 1)
        throw new Error(`${payout.id} booked ${booked.length} times`);
      if (left.length > 1) this.seen.set("left twice", (this.seen.get("left twice") ?? 0) + 1);
      if (booked.some(({ id }) => !references[id]?.confirmed)) this.takenBack += payout.payoutAmount;
      if (payout.status !== "failed" && payout.status !== "canceled") expected -= payout.amount;
    }
    if ((usdc?.balance ?? 0) - (usdc?.owed ?? 0) !== expected) {
      throw new Error(`the wallet has ${usdc?.balance} and owes ${usdc?.owed}, not ${expected}`);
    }
  }
}
