import type { Test } from "tap";
import type { PaymentNews } from "../../src/providers/ports/index.js";
import { acceptedValue, create, type Harness, listAll, refusal, requestFor } from "./contract-harness.js";
import { trouble } from "./contract-trouble.js";

export type { ContractHarness, SandboxFault } from "./contract-harness.js";

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

  t.test(
    "the same key is the same payment, and with another body no answer: the first may have had its effect",
    async (t) => {
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
      t.match(await harness.provider.createPayment(other), { outcome: "unknown", reason: "idempotency_key_reused" });
      t.equal(await harness.countPayments(), 1);
    },
  );

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
