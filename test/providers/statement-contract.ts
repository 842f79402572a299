import type { Test } from "tap";
import type { CreatePaymentRequest, DecimalAmount, PaymentProvider } from "../../src/providers/ports/index.js";
import { acceptedValue } from "./contract-harness.js";

export interface StatementHarness {
  readonly provider: PaymentProvider;
  /** One that the account takes. */
  readonly price: DecimalAmount;
}

let counter = 0;
const requestFor = ({ price }: StatementHarness): CreatePaymentRequest => {
  counter += 1;
  const paymentId = `pay_statement_${counter}`;
  return { paymentId, idempotencyKey: paymentId, flow: "transfer", price, description: "500 credits", metadata: {} };
};

/** What every provider must do whose money is told by the lines of a statement. */
export function statementContract(t: Test, make: () => StatementHarness): void {
  t.test("a payment says where to and under which reference, and the same request says the same", async (t) => {
    const harness = make();
    const request = requestFor(harness);
    const news = acceptedValue(t, await harness.provider.createPayment(request));
    t.match(news, { paymentId: request.paymentId, status: "pending", providerReference: /./, received: undefined });
    t.equal(news.instructions?.reference, news.providerReference);
    t.match(news.instructions, { accountHolder: /./, iban: /./ });
    t.strictSame(acceptedValue(t, await harness.provider.createPayment(request)), news);
    const other = acceptedValue(t, await harness.provider.createPayment(requestFor(harness)));
    t.not(other.providerReference, news.providerReference);
  });

  t.test("a reference is found in any spelling, and only when it is whole", async (t) => {
    const harness = make();
    const { statements } = harness.provider;
    if (!statements) throw new Error("the provider reads no statements");
    const { providerReference: reference } = acceptedValue(
      t,
      await harness.provider.createPayment(requestFor(harness)),
    );
    const bare = reference.replaceAll("-", "");
    for (const text of [
      reference,
      reference.toLowerCase(),
      bare,
      `Invoice 12, ref ${bare.toLowerCase()} thank you`,
      [...bare].join(" "),
      `${reference.slice(0, 9)}\n${reference.slice(9)}`,
      reference.replaceAll("-", " - "),
      `${reference} ${reference}`,
    ])
      t.strictSame(statements.referencesIn(text), [reference], text);
    t.strictSame(statements.referencesIn(""), []);
    t.strictSame(statements.referencesIn(reference.slice(0, -1)), []);
    for (let at = 3; at < bare.length; at += 1) {
      const wrong = `${bare.slice(0, at)}${bare[at] === "9" ? "8" : "9"}${bare.slice(at + 1)}`;
      t.strictSame(statements.referencesIn(wrong), [], `a wrong character: ${wrong}`);
      const swapped = `${bare.slice(0, at - 1)}${bare[at]}${bare[at - 1]}${bare.slice(at + 1)}`;
      if (swapped !== bare && at > 3) t.strictSame(statements.referencesIn(swapped), [], `two swapped: ${swapped}`);
    }
    const second = acceptedValue(t, await harness.provider.createPayment(requestFor(harness)));
    t.strictSame(
      statements.referencesIn(`${reference} and ${second.providerReference}`),
      [reference, second.providerReference],
      "whose it is then, is not for the provider to say",
    );
  });

  t.test("a payment stands open until it is canceled, and what is no reference is not found", async (t) => {
    const harness = make();
    const { providerReference } = acceptedValue(t, await harness.provider.createPayment(requestFor(harness)));
    t.match(await harness.provider.getPayment(providerReference), { value: { providerReference, status: "pending" } });
    const cancel = { providerReference, idempotencyKey: "cancel" };
    t.match(await harness.provider.cancelPayment(cancel), { value: { providerReference, status: "canceled" } });
    t.match(await harness.provider.getPayment("nothing"), { outcome: "notFound" });
    t.match(await harness.provider.listPayments({ since: new Date(0) }), { value: { data: [], nextCursor: null } });
  });

  t.test("what cannot be paid so is refused", async (t) => {
    const harness = make();
    const { provider, price } = harness;
    for (const wrong of [
      { amount: "0", asset: price.asset },
      { amount: "-1", asset: price.asset },
      { amount: "1.23456", asset: price.asset },
      { amount: "10", asset: "NOPE" },
    ]) {
      t.type(provider.capabilities.refusePrice(wrong), "string", JSON.stringify(wrong));
      t.match(await provider.createPayment({ ...requestFor(harness), price: wrong }), { outcome: "rejected" });
    }
    t.equal(provider.capabilities.refusePrice(price), undefined);
    t.ok(provider.capabilities.supportsAsset(price.asset));
    t.notOk(provider.capabilities.supportsAsset("NOPE"));
    t.match(await provider.createPayment({ ...requestFor(harness), flow: "checkout" }), { outcome: "rejected" });
    t.equal(provider.refunds, undefined, "nobody can be asked to send money back");
  });
}
