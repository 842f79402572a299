import t from "tap";
import { startTestService, type TestService } from "../helpers/service.js";

const AT_ONCE = 50;
const ROUNDS = 6;

async function walletWith({ call }: TestService, customerId: string, amount: number): Promise<string> {
  const { body } = await call("POST", "/v1/grants", { body: { customerId, asset: "CREDIT", amount, note: "start" } });
  return `/v1/wallets/${body.walletId}`;
}

t.test("of fifty spends at once exactly as many succeed as the balance holds", async (t) => {
  const service = await startTestService(t);
  for (let round = 0; round < ROUNDS; round += 1) {
    const balance = 20 + 17 * round;
    const amount = 3 + (round % 3);
    const wallet = await walletWith(service, `round-${round}`, balance);
    const replies = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        service.call("POST", `${wallet}/debits`, { key: `${round}-${index}`, body: { asset: "CREDIT", amount } }),
      ),
    );
    const fit = Math.min(AT_ONCE, Math.floor(balance / amount));
    const left = balance - fit * amount;
    const spent = replies.filter(({ status }) => status === 201);
    t.equal(spent.length, fit, `${balance} holds ${amount} ${fit} times`);
    for (const { status, body } of replies) {
      if (status !== 201) t.match({ status, body }, { status: 402, body: { available: left, asset: "CREDIT" } });
    }
    const after = spent.map(({ body }) => Number(body.balanceAfter)).sort((a, b) => a - b);
    t.same(
      after,
      Array.from({ length: fit }, (_, index) => left + index * amount),
      "each saw a balance of its own",
    );
  }
});

t.test("fifty spends at once under one key are one transfer", async (t) => {
  const service = await startTestService(t);
  const wallet = await walletWith(service, "ada", 10);
  const replies = await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      service.call("POST", `${wallet}/debits`, { key: "once", body: { asset: "CREDIT", amount: 3 } }),
    ),
  );
  const [first] = replies;
  for (const { status, body } of replies) t.match({ status, body }, { status: 201, body: first?.body ?? {} });
  t.equal(replies.filter(({ headers }) => headers["idempotency-replayed"] === "true").length, AT_ONCE - 1);
  const entries = await service.call("GET", `${wallet}/entries`);
  t.match(entries.body.data, [
    { type: "debit", amount: -3, balanceAfter: 7 },
    { type: "grant", amount: 10 },
  ]);

  const other = await Promise.all(
    [3, 4, 4, 3].map((amount) =>
      service.call("POST", `${wallet}/debits`, { key: "two-meanings", body: { asset: "CREDIT", amount } }),
    ),
  );
  const statuses = other.map(({ status }) => status);
  t.same([...statuses].sort(), [201, 201, 422, 422], "another request under the same key is refused");
  t.equal(statuses[0], statuses[3]);
});
