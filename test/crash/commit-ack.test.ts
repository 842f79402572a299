import t from "tap";
import { type DatabaseProxy, startDatabaseProxy } from "../helpers/proxy.js";
import { callJson } from "../helpers/sandbox-client.js";
import { createWorld, eventually, startTestService, type TestService } from "../helpers/service.js";
import { EVERY_POINT } from "./harness.js";

const COMMIT = "COMMIT\0";
/** How often each case is lived through: a few times, unless all is to be proved. */
const ROUNDS = EVERY_POINT ? { spends: 50, payments: 8, webhooks: 60 } : { spends: 20, payments: 3, webhooks: 20 };
const TIMEOUT_MS = 400_000;
t.setTimeout(TIMEOUT_MS);

interface Wired extends TestService {
  readonly proxy: DatabaseProxy;
}

/** A service whose way to its database is ours to break. */
async function startWired(t: Parameters<typeof startTestService>[0], overrides = {}): Promise<Wired> {
  const world = await createWorld(t);
  const proxy = await startDatabaseProxy(t, world.databaseUrl);
  const service = await startTestService(t, { world, env: { DATABASE_URL: proxy.url }, overrides });
  world.stripe.setWebhookUrl(`${service.url}/webhooks/stripe`);
  return { ...service, proxy };
}

/** Sends the request until it is answered with 2xx; says what came before that. */
async function persist(service: Wired, route: string, key: string, body: unknown) {
  const before: number[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const reply = await service.call("POST", route, { key, body });
    if (reply.status < 300) return { reply, before };
    before.push(reply.status);
  }
  throw new Error(`${route} answered ${before.join(", ")}`);
}

async function balanceOf({ call }: TestService, customerId: string): Promise<number | undefined> {
  const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
  return (body.balances as { balance: number }[])[0]?.balance;
}

// The statement is its own transaction, so its reply is the acknowledgement.
for (const lost of [1, 2]) {
  t.test(`a spend whose commit is not acknowledged ${lost} times is one spend`, async (t) => {
    const service = await startWired(t);
    const granted = await service.call("POST", "/v1/grants", {
      body: { customerId: "ada", asset: "CREDIT", amount: 1_000, note: "start" },
    });
    const route = `/v1/wallets/${granted.body.walletId}/debits`;
    const cases = ROUNDS.spends;
    for (let index = 0; index < cases; index += 1) {
      service.proxy.dropReplyOf("ledger_post", { times: lost });
      const body = { asset: "CREDIT", amount: 3, reference: `job-${index}` };
      const { reply, before } = await persist(service, route, `spend-${index}`, body);
      // Every posting of the group commit has a key, so the service itself repeats a call once.
      t.same(before, lost === 1 ? [] : [503]);
      t.match(reply, { status: 201, headers: { "idempotency-replayed": "true" } });
      t.equal(reply.body.balanceAfter, 1_000 - 3 * (index + 1));
      const again = await service.call("POST", route, { key: `spend-${index}`, body });
      t.same(again.body, reply.body);
    }
    t.equal(service.proxy.dropped, cases * lost, "every one of them was committed and not acknowledged");
    t.equal(await balanceOf(service, "ada"), 1_000 - 3 * cases);
  });
}

t.test("a payment whose commits are not acknowledged is paid and credited once", async (t) => {
  const service = await startWired(t, { idempotencyLeaseMs: 1 });
  const { proxy } = service;
  // Which commit of the request is lost: of the wallet, the account, the promise, the link, the settlement.
  const commits = 7;
  let rounds = 0;
  for (let skip = 0; skip < commits; skip += 1) {
    for (let round = 0; round < ROUNDS.payments; round += 1) {
      rounds += 1;
      const customerId = `grace-${skip}-${round}`;
      proxy.dropReplyOf(COMMIT, { skip });
      const purchase = { customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
      const created = await persist(service, "/v1/payments", `create-${customerId}`, purchase);
      const confirmed = await persist(
        service,
        `/v1/payments/${created.reply.body.id}/confirm`,
        `confirm-${customerId}`,
        { paymentMethodId: "pm_card_visa" },
      );
      proxy.dropReplyOf(COMMIT, { times: 0 });
      t.match(confirmed.reply.body, { id: created.reply.body.id, status: "succeeded" });
      t.equal(await balanceOf(service, customerId), 10, `commit ${skip + 1} was lost`);
    }
  }
  t.ok(proxy.dropped >= rounds - ROUNDS.payments, `${proxy.dropped} commits were not acknowledged`);
  const { body } = await callJson("GET", `${service.stripe.url}/sandbox/effects`);
  const intents = Object.values(body.payment_intents as Record<string, { created: number; charged: number }>);
  t.equal(intents.length, rounds);
  t.ok(intents.every(({ created, charged }) => created === 1 && charged === 1));
});

t.test("a webhook whose commit is not acknowledged is answered 503, comes again, and counts once", async (t) => {
  const service = await startWired(t);
  const { proxy, call, stripe } = service;
  const cases = ROUNDS.webhooks;
  for (let index = 0; index < cases; index += 1) {
    const customerId = `hopper-${index}`;
    const { body } = await call("POST", "/v1/payments", {
      body: { customerId, package: "starter", provider: "stripe", flow: "checkout" },
    });
    proxy.dropReplyOf(COMMIT);
    await callJson("POST", `${stripe.url}/sandbox/checkout/sessions/${body.providerReference}/pay`);
    await eventually(async () => {
      await callJson("POST", `${stripe.url}/sandbox/webhooks/flush`);
      return (await call("GET", `/v1/payments/${body.id}`)).body.status === "succeeded";
    }, 20_000);
    t.equal(await balanceOf(service, customerId), 10);
  }
  t.equal(proxy.dropped, cases);
});

t.test("a database that is out of reach is a 503 with a problem document, and not a wait for ever", async (t) => {
  const service = await startWired(t, { statementTimeoutMs: 300 });
  const { proxy, call } = service;
  const granted = await call("POST", "/v1/grants", {
    body: { customerId: "ada", asset: "CREDIT", amount: 100, note: "start" },
  });
  const spend = (key: string) =>
    call("POST", `/v1/wallets/${granted.body.walletId}/debits`, { key, body: { asset: "CREDIT", amount: 1 } });
  const create = (key: string) =>
    call("POST", "/v1/payments", {
      key,
      body: { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" },
    });
  t.equal((await spend("before")).status, 201);
  for (const mode of ["blackhole", "refuse"] as const) {
    proxy.mode = mode;
    if (mode === "refuse") proxy.reset();
    const startedAt = Date.now();
    const replies = await Promise.all([spend(`spend-${mode}`), create(`create-${mode}`), call("GET", "/v1/payments")]);
    t.ok(Date.now() - startedAt < 12_000, `answered within ${Date.now() - startedAt} ms`);
    for (const reply of replies) {
      t.match(reply, { status: 503, body: { code: "service.unavailable" }, headers: { "retry-after": /^\d+$/ } });
      t.match(reply.headers["content-type"], /^application\/problem\+json/);
    }
    proxy.mode = "pass";
    proxy.reset();
    const [spent, created] = await eventually(async () => {
      const again = [await spend(`spend-${mode}`), await create(`create-${mode}`)];
      return again.every(({ status }) => status === 201) && again;
    }, 15_000);
    t.match([spent, created], [{ status: 201 }, { status: 201 }], "and the same requests go through afterwards");
  }
  t.equal(await balanceOf(service, "ada"), 97);
});
