import t from "tap";
import { callJson } from "../helpers/sandbox-client.js";
import { eventually, startTestService, type TestService } from "../helpers/service.js";

const purchase = (customerId: string) => ({
  customerId,
  package: "starter",
  provider: "stripe",
  flow: "payment_intent",
});

type Effects = Record<string, Record<string, Record<string, number> & { metadata: Record<string, string> }>>;

async function effects({ stripe }: TestService): Promise<Effects> {
  return (await callJson("GET", `${stripe.url}/sandbox/effects`)).body as Effects;
}

async function balanceOf({ call }: TestService, customerId: string): Promise<number | undefined> {
  const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
  return (body.balances as { balance: number }[])[0]?.balance;
}

t.test("one key sent twice at once makes one payment", async (t) => {
  const service = await startTestService(t);
  for (let round = 0; round < 5; round += 1) {
    const customerId = `ada-${round}`;
    const options = { key: `pay-${round}`, body: purchase(customerId) };
    const replies = await Promise.all([1, 2, 3].map(() => service.call("POST", "/v1/payments", options)));
    const made = replies.filter(({ status }) => status === 201);
    t.ok(made.length >= 1);
    for (const { status, body, headers } of replies) {
      if (status !== 201)
        t.match(
          { status, body, headers },
          { status: 409, body: { code: "request.in_flight" }, headers: { "retry-after": /\d/ } },
        );
    }
    const again = await service.call("POST", "/v1/payments", options);
    t.match(again, { status: 201, headers: { "idempotency-replayed": "true" } });
    for (const { body } of made) t.same(body, again.body);
  }
  t.equal(Object.keys((await effects(service)).payment_intents ?? {}).length, 5, "one at the provider for each key");
});

t.test("a key that is given back while another request asks for it answers 409, not 500", async (t) => {
  let release: (() => Promise<unknown>) | undefined;
  const service = await startTestService(t, {
    overrides: {
      faults: async ({ phase, name }) => {
        if (phase !== "after" || name !== "sql:insert idempotency_keys") return;
        const work = release;
        release = undefined;
        await work?.();
      },
    },
  });
  const options = { key: "given-back", body: purchase("ada") };
  t.equal((await service.call("POST", "/v1/payments", options)).status, 201);
  // As if the first request were still at work when the second comes, and failed before the second had looked again.
  await service.sql.query(
    "UPDATE idempotency_keys SET response_status = NULL, locked_until = now() + interval '1 minute'",
  );
  const { rows } = await service.sql.query<{ scope: string }>("SELECT scope FROM idempotency_keys");
  release = () => service.deps.idempotency.release(rows[0]?.scope ?? "", options.key);
  const second = await service.call("POST", "/v1/payments", options);
  t.match(second, { status: 409, body: { code: "request.in_flight" }, headers: { "retry-after": "1" } });
  t.equal((await service.call("POST", "/v1/payments", options)).status, 201);
});

t.test("twenty payments at once link a new customer to the provider once", async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on("warning", onWarning);
  t.teardown(() => process.off("warning", onWarning));
  const service = await startTestService(t);
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      service.call("POST", "/v1/payments", { key: `link-${index}`, body: purchase("newcomer") }),
    ),
  );
  t.same(
    replies.map(({ status, body }) => [status, body.status]),
    Array.from({ length: 20 }, () => [201, "pending"]),
  );
  const { customers = {}, payment_intents: intents = {} } = await effects(service);
  t.equal(Object.keys(customers).length, 1, "one customer at the provider");
  t.equal(Object.keys(intents).length, 20);
  const { rows } = await service.sql.query("SELECT reference FROM customer_links");
  t.same(rows, [{ reference: Object.keys(customers)[0] }]);
  t.same(warnings, [], "and nothing warns of calls that share what each should have of its own");
});

t.test("a payment is asked for with its customer, however often linking or asking fails", async (t) => {
  const service = await startTestService(t, { overrides: { idempotencyLeaseMs: 1 } });
  const fault = (match: object, kind: string) =>
    callJson("POST", `${service.stripe.url}/sandbox/faults`, { match, kind, times: 1 });
  await callJson("POST", `${service.stripe.url}/sandbox/webhooks/mode`, { drop: true });
  // A try that went out without the customer would make every later one another request under the same key.
  await fault({ method: "POST", path: "/v1/customers" }, "cut_after");
  await fault({ method: "POST", path: "/v1/payment_intents" }, "cut_after");
  const options = { key: "linked-later", body: purchase("ada") };
  t.equal((await service.call("POST", "/v1/payments", options)).status, 503);
  const paid = await eventually(async () => {
    const reply = await service.call("POST", "/v1/payments", options);
    return reply.status === 201 && reply;
  });
  t.match(paid.body, { status: "pending", failure: null, providerReference: /^pi_/ });
  const { customers = {}, payment_intents: intents = {} } = await effects(service);
  t.equal(Object.keys(customers).length, 1);
  t.equal(Object.keys(intents).length, 1);
});

t.test("of confirming and canceling at once one wins, and the money agrees", async (t) => {
  const service = await startTestService(t);
  const outcomes = new Set<unknown>();
  for (let round = 0; round < 12; round += 1) {
    const customerId = `race-${round}`;
    const { body } = await service.call("POST", "/v1/payments", { body: purchase(customerId) });
    const route = `/v1/payments/${body.id}`;
    const confirm = () => service.call("POST", `${route}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    const cancel = () => service.call("POST", `${route}/cancel`);
    const acts = round % 2 === 0 ? [confirm, cancel] : [cancel, confirm];
    const replies = await Promise.all(acts.map((act) => act()));
    for (const { status } of replies) t.ok([200, 409, 422].includes(status), `answered ${status}`);
    t.ok(
      replies.some(({ status }) => status === 200),
      "one of them went through",
    );
    const final = await eventually(async () => {
      const { status } = (await service.call("GET", route)).body;
      return (status === "succeeded" || status === "canceled") && status;
    });
    outcomes.add(final);
    const intent = Object.values((await effects(service)).payment_intents ?? {}).find(
      ({ metadata }) => metadata.coffer_payment_id === body.id,
    );
    t.match(intent, final === "succeeded" ? { charged: 1, canceled: undefined } : { charged: undefined, canceled: 1 });
    t.equal(await balanceOf(service, customerId), final === "succeeded" ? 10 : 0);
  }
  t.comment(`outcomes: ${[...outcomes].join(", ")}`);
});

t.test("webhooks that overtake the reply they belong to change nothing about the outcome", async (t) => {
  const service = await startTestService(t);
  await callJson("POST", `${service.stripe.url}/sandbox/webhooks/mode`, { beforeReply: true, repeat: 1 });
  for (const [method, expected, balance] of [
    ["pm_card_visa", { status: "succeeded", failure: null }, 10],
    ["pm_card_chargeDeclined", { status: "pending", failure: { code: "card_declined" } }, 0],
    ["pm_card_authenticationRequired", { status: "requires_action", nextAction: { type: "redirect" } }, 0],
  ] as const) {
    for (let round = 0; round < 3; round += 1) {
      const customerId = `${method}-${round}`;
      const created = await service.call("POST", "/v1/payments", { body: purchase(customerId) });
      t.match(created, { status: 201, body: { status: "pending", clientSecret: /^pi_/, providerReference: /^pi_/ } });
      const route = `/v1/payments/${created.body.id}`;
      const confirmed = await service.call("POST", `${route}/confirm`, { body: { paymentMethodId: method } });
      t.match(confirmed, { status: 200, body: expected });
      t.match((await service.call("GET", route)).body, expected);
      t.equal(await balanceOf(service, customerId), balance);
    }
  }
});
