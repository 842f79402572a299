import type { Test } from "tap";
import {
  type CreatePaymentRequest,
  type DecimalAmount,
  type PaymentNews,
  type PaymentProvider,
  type ProviderResult,
  type WebhookDelivery,
  WebhookRejectedError,
} from "../../src/providers/port.js";

/** How a sandbox is told to misbehave; see its control route `/sandbox/faults`. */
export interface SandboxFault {
  match: { method: string; path: string };
  kind: "delay" | "status" | "cut_before" | "cut_after" | "status_after" | "malformed_after" | "rate_limit";
  status?: number;
  delayMs?: number;
  times?: number;
}

/** One adapter pointed at its own fresh sandbox. */
export interface ContractHarness {
  readonly provider: PaymentProvider;
  /** The same adapter pointed at a port where nobody listens. */
  readonly unreachable: PaymentProvider;
  /** The same adapter with a key that the provider does not know. */
  readonly unauthorized: PaymentProvider;
  readonly flow: CreatePaymentRequest["flow"];
  readonly price: DecimalAmount;
  /** The type of the webhook that says that the money arrived. */
  readonly paidEvent: string;
  /** Path prefix of creations and look-ups, for faults. */
  readonly path: string;
  /** Longer than the adapter's bound. */
  readonly tooLongMs: number;
  fault(fault: SandboxFault): Promise<void>;
  /** What the customer does on the provider's side. */
  pay(providerReference: string): Promise<void>;
  /** Makes a payment's attempt fail, and returns the news of it, if the provider has declines that we see. */
  decline?(providerReference: string): Promise<ProviderResult<PaymentNews>>;
  /** How many payments exist at the provider: the truth about effects. */
  countPayments(): Promise<number>;
  /** Waits for a delivered webhook that the predicate accepts. */
  delivery(accept: (body: string) => boolean): Promise<WebhookDelivery>;
}

type Harness = (t: Test) => Promise<ContractHarness>;

let counter = 0;

function requestFor(harness: ContractHarness): CreatePaymentRequest {
  counter += 1;
  const paymentId = `pay_contract_${Date.now().toString(36)}_${counter}`;
  return {
    paymentId,
    idempotencyKey: `${paymentId}:create`,
    flow: harness.flow,
    price: harness.price,
    description: "500 credits",
    metadata: { order: "o-1", coffer_payment_id: "pay_forged" },
  };
}

/** The accepted value, or a failed test. */
function acceptedValue<T>(t: Test, result: ProviderResult<T>): T {
  if (result.outcome === "accepted") return result.value;
  t.fail("should be accepted", { result });
  throw new Error(`not accepted: ${result.outcome}`);
}

/** Why a webhook was refused. */
async function refusal(verification: Promise<unknown>): Promise<string> {
  try {
    await verification;
    return "accepted";
  } catch (error) {
    if (error instanceof WebhookRejectedError) return error.reason;
    throw error;
  }
}

async function create(
  t: Test,
  harness: ContractHarness,
): Promise<{ request: CreatePaymentRequest; news: PaymentNews }> {
  const request = requestFor(harness);
  return { request, news: acceptedValue(t, await harness.provider.createPayment(request)) };
}

/** What every payment adapter must do, whichever provider is behind it. Each part gets a sandbox of its own. */
export function paymentProviderContract(t: Test, makeHarness: Harness): void {
  happyPath(t, makeHarness);
  listing(t, makeHarness);
  trouble(t, makeHarness);
  refusals(t, makeHarness);
}

function happyPath(t: Test, makeHarness: Harness): void {
  t.test("a payment is created, paid, looked up and announced", async (t) => {
    const harness = await makeHarness(t);
    const { request, news } = await create(t, harness);
    t.match(news, { paymentId: request.paymentId, status: "pending", providerReference: /./ });
    t.equal(news.received, undefined, "nothing arrived yet");
    t.ok(news.clientSecret ?? news.checkoutUrl, "the customer can go on");

    const fresh = acceptedValue(t, await harness.provider.getPayment(news.providerReference));
    t.match(fresh, { paymentId: request.paymentId, providerReference: news.providerReference, status: "pending" });

    await harness.pay(news.providerReference);
    const paid = acceptedValue(t, await harness.provider.getPayment(news.providerReference));
    t.match(paid, { paymentId: request.paymentId, status: "succeeded", received: harness.price });
    t.ok(paid.moneyReference, "the money has a reference");

    const delivery = await harness.delivery((body) => body.includes(`"${harness.paidEvent}"`));
    const event = await harness.provider.verifyWebhook(delivery);
    t.match(harness.provider.interpretWebhook(event), {
      kind: "payment",
      news: {
        paymentId: request.paymentId,
        status: "succeeded",
        moneyReference: paid.moneyReference,
        received: paid.received,
      },
    });
    const tampered = { ...delivery, rawBody: Buffer.concat([delivery.rawBody, Buffer.from(" ")]) };
    t.equal(await refusal(harness.provider.verifyWebhook(tampered)), "bad_signature");
    const late = { ...delivery, now: new Date(delivery.now.getTime() + 400_000) };
    t.equal(await refusal(harness.provider.verifyWebhook(late)), "outside_tolerance");
  });

  t.test("the same key is the same payment, and with another body a refusal", async (t) => {
    const harness = await makeHarness(t);
    const { request, news } = await create(t, harness);
    const again = acceptedValue(t, await harness.provider.createPayment(request));
    t.equal(again.providerReference, news.providerReference);
    const together = await Promise.all([1, 2, 3, 4].map(() => harness.provider.createPayment(request)));
    for (const result of together) {
      if (result.outcome === "accepted") t.equal(result.value.providerReference, news.providerReference);
      else t.match(result, { outcome: "unknown" }, "in flight: neither a refusal nor a second payment");
    }
    const other = { ...request, price: { ...request.price, amount: "77.00" } };
    t.match(await harness.provider.createPayment(other), { outcome: "rejected" });
    t.equal(await harness.countPayments(), 1);
  });

  t.test("a payment is canceled once, and not when it is paid", async (t) => {
    const harness = await makeHarness(t);
    const { news } = await create(t, harness);
    const cancel = { providerReference: news.providerReference, idempotencyKey: `${news.providerReference}:cancel` };
    const canceled = acceptedValue(t, await harness.provider.cancelPayment(cancel));
    t.match(canceled.status, /^(canceled|expired)$/);
    t.equal(
      acceptedValue(t, await harness.provider.cancelPayment(cancel)).status,
      canceled.status,
      "the same key replays",
    );
    const looked = acceptedValue(t, await harness.provider.getPayment(news.providerReference));
    t.equal(looked.status, canceled.status);

    const second = await create(t, harness);
    await harness.pay(second.news.providerReference);
    const { providerReference } = second.news;
    t.match(
      await harness.provider.cancelPayment({ providerReference, idempotencyKey: `${providerReference}:cancel` }),
      {
        outcome: "rejected",
      },
    );
  });

  t.test("a decline is news, not a refusal", async (t) => {
    const harness = await makeHarness(t);
    if (!harness.decline) return t.pass("this provider shows no declines");
    const { request, news } = await create(t, harness);
    const declined = acceptedValue(t, await harness.decline(news.providerReference));
    t.match(declined, {
      paymentId: request.paymentId,
      status: /^(pending|failed)$/,
      failure: { code: /./, message: /./ },
    });
    t.equal(declined.received, undefined);
  });
}

async function listAll(t: Test, harness: ContractHarness, since: Date): Promise<PaymentNews[]> {
  const all: PaymentNews[] = [];
  let cursor: string | null = null;
  do {
    const query = { since, ...(cursor === null ? {} : { cursor }) };
    const page: { data: readonly PaymentNews[]; nextCursor: string | null } = acceptedValue(
      t,
      await harness.provider.listPayments(query),
    );
    all.push(...page.data);
    cursor = page.nextCursor;
    if (all.length > 1_000) throw new Error("the listing does not end");
  } while (cursor !== null);
  return all;
}

function listing(t: Test, makeHarness: Harness): void {
  t.test("everything since a moment is listed, page after page, each payment's money once", async (t) => {
    const harness = await makeHarness(t);
    const created: PaymentNews[] = [];
    for (let i = 0; i < 3; i += 1) created.push((await create(t, harness)).news);
    const [, paid] = created;
    if (paid) await harness.pay(paid.providerReference);
    const listed = await listAll(t, harness, new Date(Date.now() - 60_000));
    t.same(
      new Set(listed.map(({ paymentId }) => paymentId)),
      new Set(created.map(({ paymentId }) => paymentId)),
      "all, and no others",
    );
    t.same(
      listed.filter(({ status }) => status === "succeeded").map(({ paymentId, received }) => ({ paymentId, received })),
      [{ paymentId: paid?.paymentId, received: harness.price }],
    );
    t.same(await listAll(t, harness, new Date(Date.now() + 3_600_000)), [], "nothing since the future");
  });
}

type Fault = Pick<SandboxFault, "kind" | "status"> & { timedOut?: boolean };

function trouble(t: Test, makeHarness: Harness): void {
  const effects = {
    "a timeout before the effect": { kind: "delay" },
    "a timeout after the effect": { kind: "cut_after", timedOut: true },
    "a cut connection after the effect": { kind: "cut_after" },
    "a 500 after the effect": { kind: "status_after", status: 500 },
    "a 503 after the effect": { kind: "status_after", status: 503 },
    "an unreadable reply after the effect": { kind: "malformed_after" },
  } satisfies Record<string, Fault>;
  for (const [name, { timedOut, ...fault }] of Object.entries<Fault>(effects)) {
    t.test(`${name} is unknown, and asking again with the same key finds the same payment`, async (t) => {
      const harness = await makeHarness(t);
      const request = requestFor(harness);
      const match = { method: "POST", path: harness.path };
      const waits = timedOut === true || fault.kind === "delay";
      const delay = waits ? { delayMs: harness.tooLongMs } : {};
      await harness.fault({ match, ...fault, ...delay, times: 1 });
      const first = await harness.provider.createPayment(request);
      t.match(first, { outcome: "unknown", reason: waits ? "timeout" : /./ });
      // A delayed request is still being handled when we have given up on it.
      if (waits) await new Promise((resolve) => setTimeout(resolve, harness.tooLongMs));
      const again = await harness.provider.createPayment(request);
      // Stripe replays a stored 5xx under its key; the payment is then found in the listing.
      if (again.outcome !== "accepted") t.match(again, { outcome: "unknown" });
      t.equal(await harness.countPayments(), 1, "one payment");
      const listed = await listAll(t, harness, new Date(Date.now() - 60_000));
      t.same(
        listed.map(({ paymentId }) => paymentId),
        [request.paymentId],
      );
    });
  }

  const withoutEffect = {
    "a cut connection before the effect": { kind: "cut_before" },
    "a 500 without effect": { kind: "status", status: 500 },
    "a rate limit": { kind: "rate_limit" },
  } as const;
  for (const [name, fault] of Object.entries(withoutEffect)) {
    t.test(`${name} is unknown too, and asking again works`, async (t) => {
      const harness = await makeHarness(t);
      const request = requestFor(harness);
      await harness.fault({ match: { method: "POST", path: harness.path }, ...fault, times: 1 });
      const result = await harness.provider.createPayment(request);
      t.match(result, { outcome: "unknown", reason: fault.kind === "rate_limit" ? "rate_limited" : /./ });
      acceptedValue(t, await harness.provider.createPayment(request));
      t.equal(await harness.countPayments(), 1);
    });
  }

  t.test("trouble while looking up is unknown, never not found", async (t) => {
    const harness = await makeHarness(t);
    const { news } = await create(t, harness);
    for (const kind of ["status", "cut_before", "malformed_after", "rate_limit"] as const) {
      const status = kind === "status" ? { status: 502 } : {};
      await harness.fault({ match: { method: "GET", path: harness.path }, kind, ...status, times: 1 });
      t.match(await harness.provider.getPayment(news.providerReference), { outcome: "unknown" }, kind);
    }
    acceptedValue(t, await harness.provider.getPayment(news.providerReference));
  });

  t.test("a provider that cannot be reached is unknown", async (t) => {
    const harness = await makeHarness(t);
    t.match(await harness.unreachable.createPayment(requestFor(harness)), { outcome: "unknown", reason: "connection" });
    t.match(await harness.unreachable.listPayments({ since: new Date() }), { outcome: "unknown" });
  });
}

function refusals(t: Test, makeHarness: Harness): void {
  t.test("a revoked key judges no payment", async (t) => {
    const harness = await makeHarness(t);
    const refused = { outcome: "unknown", reason: "unauthorized" };
    t.match(await harness.unauthorized.createPayment(requestFor(harness)), refused);
    t.match(await harness.unauthorized.listPayments({ since: new Date() }), refused);
    t.equal(await harness.countPayments(), 0);
  });

  t.test("what does not exist is not found", async (t) => {
    const harness = await makeHarness(t);
    const { news } = await create(t, harness);
    const missing = news.providerReference.replace(/.{6}$/, "000000");
    t.match(await harness.provider.getPayment(missing), { outcome: "notFound" });
    t.match(await harness.provider.cancelPayment({ providerReference: missing, idempotencyKey: "missing:cancel" }), {
      outcome: "notFound",
    });
  });

  t.test("prices that cannot be charged are refused before anything is sent", async (t) => {
    const harness = await makeHarness(t);
    for (const price of [
      { amount: "9.999", asset: harness.price.asset },
      { amount: "0", asset: harness.price.asset },
      { amount: "-1", asset: harness.price.asset },
      { amount: "10", asset: "NOPE" },
    ]) {
      t.type(harness.provider.capabilities.refusePrice(price), "string", JSON.stringify(price));
      t.match(await harness.unreachable.createPayment({ ...requestFor(harness), price }), { outcome: "rejected" });
    }
    t.equal(harness.provider.capabilities.refusePrice(harness.price), undefined);
    t.ok(harness.provider.capabilities.supportsAsset(harness.price.asset));
    t.notOk(harness.provider.capabilities.supportsAsset("NOPE"));
  });
}
