import type { Test } from "tap";
import { acceptedValue, create, type Harness, listAll, requestFor, type SandboxFault } from "./contract-harness.js";

type Fault = Pick<SandboxFault, "kind" | "status"> & { timedOut?: boolean };

/** Whatever goes wrong on the way, an effect that may have happened is `unknown`, and asking again makes no second one. */
export function trouble(t: Test, makeHarness: Harness): void {
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
