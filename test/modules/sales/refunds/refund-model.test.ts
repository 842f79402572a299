import fc from "fast-check";
import t, { type Test } from "tap";
import { grantsLost } from "../../../../src/modules/sales/payments/index.js";
import { assertBooks } from "../../../helpers/invariants.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { startTestService, type TestService } from "../../../helpers/service.js";
import { drain } from "../../../orders/replay.js";

t.test("what is taken back over any series of refunds is what one refund of the same money takes", async (t) => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
      fc.bigInt({ min: 1n, max: 2n ** 53n - 1n }),
      fc.array(fc.nat(1_000), { minLength: 1, maxLength: 12 }),
      (amount, grantsAmount, weights) => {
        const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
        if (total === 0n) return;
        let refunded = 0n;
        let taken = 0n;
        for (const [index, weight] of weights.entries()) {
          const part = index === weights.length - 1 ? amount - refunded : (amount * BigInt(weight)) / total;
          refunded += part;
          const lost = grantsLost({ amount, grantsAmount }, refunded);
          if (lost < taken) throw new Error("a refund gave something back");
          taken = lost;
        }
        if (taken !== grantsAmount) throw new Error(`${taken} of ${grantsAmount}`);
      },
    ),
  );
  t.pass();
});

type Step =
  | { readonly kind: "buy" }
  | { readonly kind: "spend" | "refund"; readonly amount: number }
  | { readonly kind: "dashboard" | "dispute" | "win" | "lose" | "fail" };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ kind: "buy" }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("spend" as const), amount: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("refund" as const), amount: fc.integer({ min: 1, max: 700 }) }),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("dashboard" as const, "dispute" as const, "win" as const, "lose" as const, "fail" as const)
      .map((kind): Step => ({ kind })),
  },
);

/** One customer with a few payments, and what is done to them; news comes by webhook, after each step. */
class Play {
  readonly #service: TestService;
  readonly #customerId: string;
  #payments: { id: string; intent: string }[] = [];
  #spent = 0;

  constructor(service: TestService, customerId: string) {
    this.#service = service;
    this.#customerId = customerId;
  }

  async step(step: Step): Promise<void> {
    const last = this.#payments.at(-1);
    switch (step.kind) {
      case "buy":
        return this.#buy();
      case "spend":
        return this.#spend(step.amount);
      case "refund":
        if (last)
          await this.#service.call("POST", `/v1/payments/${last.id}/refunds`, { body: { amount: step.amount } });
        return;
      default:
        if (last) await this.#atStripe(step.kind, last.intent);
    }
  }

  /** What was granted and kept, less what was spent: in the wallet when positive, owed when negative. */
  async check(): Promise<void> {
    for (let again = 0; again < 2; again += 1) await settled(this.#service);
    let kept = 0;
    for (const { id } of this.#payments) {
      const { body } = await this.#service.call("GET", `/v1/payments/${id}`);
      kept += (body.grants as { amount: number }).amount - (body.grantsTakenBack as number);
    }
    const { balance, owed } = await this.#wallet();
    const net = kept - this.#spent;
    if (balance !== Math.max(0, net) || owed !== Math.max(0, -net)) {
      throw new Error(`kept ${kept}, spent ${this.#spent}, but balance ${balance} and owed ${owed}`);
    }
  }

  async #buy(): Promise<void> {
    const { call } = this.#service;
    const purchase = { customerId: this.#customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
    const { body } = await call("POST", "/v1/payments", { body: purchase });
    await call("POST", `/v1/payments/${body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    this.#payments.push({ id: String(body.id), intent: String(body.providerReference) });
  }

  async #spend(amount: number): Promise<void> {
    if (this.#payments.length === 0) return;
    const { id } = await this.#wallet();
    const body = { asset: "CREDIT", amount };
    const { status } = await this.#service.call("POST", `/v1/wallets/${id}/debits`, { body });
    if (status === 201) this.#spent += amount;
  }

  async #wallet() {
    const { body } = await this.#service.call("GET", `/v1/customers/${this.#customerId}/wallet`);
    const balances = (body.balances ?? []) as { asset: string; balance: number; owed: number }[];
    const credit = balances.find(({ asset }) => asset === "CREDIT");
    return { id: body.id as string, balance: credit?.balance ?? 0, owed: credit?.owed ?? 0 };
  }

  async #atStripe(kind: "dashboard" | "dispute" | "win" | "lose" | "fail", intent: string): Promise<void> {
    const { stripe } = this.#service;
    // Refused steps (nothing left to refund, a dispute that is over) are part of the play.
    const post = (path: string, body: object) => callJson("POST", `${stripe.url}/sandbox/${path}`, body);
    const newest = async (what: "refunds" | "disputes") => {
      const headers = { authorization: "Bearer sk_test_0123456789" };
      const { body } = await callJson("GET", `${stripe.url}/v1/${what}?payment_intent=${intent}`, undefined, headers);
      return (body.data as { id: string }[])[0]?.id;
    };
    if (kind === "dashboard") await post("refunds", { payment_intent: intent, amount: 250 });
    else if (kind === "dispute") await post("disputes", { payment_intent: intent });
    else {
      const id = await newest(kind === "fail" ? "refunds" : "disputes");
      if (id) await post(`${kind === "fail" ? "refunds" : "disputes"}/${id}/${kind}`, {});
    }
  }
}

/** Every webhook of the provider has arrived and is worked on. */
async function settled(service: TestService): Promise<void> {
  for (;;) {
    const { body } = await callJson("GET", `${service.stripe.url}/sandbox/webhooks`);
    await drain(service);
    if ((body.counts as { pending: number }).pending === 0) break;
  }
  await jobsOf(service.deps)["refunds:sweep"]?.({});
  await drain(service);
}

t.setTimeout(300_000);
t.test("refunds, disputes and spending in any interleaving keep what was paid for", async (t: Test) => {
  t.setTimeout(300_000);
  const service = await startTestService(t);
  let customers = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { minLength: 2, maxLength: 9 }), async (steps) => {
      customers += 1;
      const play = new Play(service, `player-${customers}`);
      for (const step of [{ kind: "buy" } as const, ...steps]) {
        await play.step(step);
        await play.check();
      }
      await assertBooks(t, service.sql);
    }),
    { numRuns: 12 },
  );
  t.pass(`${customers} customers`);
});
