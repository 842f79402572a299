import t, { type Test } from "tap";
import { MINUTE_MS } from "../../../../src/core/clock.js";
import type { Overrides } from "../../../../src/deps.js";
import { sweepPayments } from "../../../../src/modules/sales/payments/index.js";
import { movableClock } from "../../../helpers/clock.js";
import { customerToken } from "../../../helpers/jwt.js";
import { startTestService } from "../../../helpers/service.js";

const ENV = {
  BANK_TRANSFER_IBAN: "DE89370400440532013000",
  BANK_TRANSFER_ACCOUNT_HOLDER: "Example Shop",
  BANK_TRANSFER_CURRENCIES: "EUR,USD",
};
const BOOKED_AT = "2026-11-20T00:00:00Z";

interface Payment {
  id: string;
  status: string;
  providerReference: string;
  reviewReason: string | null;
  instructions: Record<string, string | null>;
}
type Line = { id: string; amount: number; currency?: string; text: string };
type Outcome = Record<string, unknown>;

let lines = 0;
const newLineId = (): string => {
  lines += 1;
  return `2026-11-20/${lines}`;
};

async function open(t: Test, overrides: Overrides = {}) {
  const service = await startTestService(t, { env: ENV, overrides });
  const create = async (body: object = {}) => {
    const given = { customerId: "ada", amount: 999, currency: "EUR", grants: { asset: "CREDIT", amount: 10 } };
    const reply = await service.call("POST", "/v1/payments", {
      body: { ...given, provider: "bank_transfer", flow: "transfer", ...body },
    });
    return { status: reply.status, body: reply.body as unknown as Payment & { code?: string } };
  };
  const read = async (id: string) => (await service.call("GET", `/v1/payments/${id}`)).body as unknown as Payment;
  const confirm = (id: string, body: object = {}, options: { token?: string; dryRun?: true } = {}) =>
    service.call("POST", `/v1/payments/${id}/confirm-transfer${options.dryRun ? "?dryRun=true" : ""}`, {
      body: { statementLineId: newLineId(), amount: 999, currency: "EUR", bookedAt: BOOKED_AT, ...body },
      ...(options.token === undefined ? {} : { token: options.token }),
    });
  const told = (...given: Line[]) => ({
    provider: "bank_transfer",
    lines: given.map((line) => ({ currency: "EUR", bookedAt: BOOKED_AT, ...line })),
  });
  const tell = async (...given: Line[]) => {
    const reply = await service.call("POST", "/v1/statement-lines", { body: told(...given) });
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    return reply.body.lines as Outcome[];
  };
  const credits = async (customerId = "ada") => {
    const { body } = await service.call("GET", `/v1/customers/${customerId}/wallet`);
    return (body.balances as { asset: string; balance: number }[]).find(({ asset }) => asset === "CREDIT")?.balance;
  };
  const books = async () => {
    const { body } = await service.call("GET", "/v1/ledger/accounts?limit=100");
    const rows = body.data as { code: string; asset: string; balance: number }[];
    return Object.fromEntries(rows.filter(({ asset }) => asset === "EUR").map(({ code, balance }) => [code, balance]));
  };
  const keyOf = async (role: string): Promise<string> => {
    const { body } = await service.call("POST", "/v1/api-keys", { body: { name: `${role} ${newLineId()}`, role } });
    return String(body.secret);
  };
  return { ...service, create, read, confirm, told, tell, credits, books, keyOf };
}

t.test("a transfer is told where to go, and is credited when a line of the statement has its reference", async (t) => {
  const { create, read, tell, credits, books, call } = await open(t);
  const { status, body } = await create();
  t.equal(status, 201);
  t.match(body, {
    status: "pending",
    providerReference: /^CF(-[2-9A-HJKMNP-Z]{4}){3}$/,
    clientSecret: null,
    checkoutUrl: null,
    instructions: { accountHolder: "Example Shop", iban: ENV.BANK_TRANSFER_IBAN, bic: null, bankName: null },
  });
  t.equal(body.instructions.reference, body.providerReference);
  t.equal(await credits(), 0, "nothing came yet");
  const line = {
    id: newLineId(),
    amount: 999,
    text: `Inv. 7 ${body.providerReference.toLowerCase().replaceAll("-", " ")} thx`,
  };
  const booked = { statementLineId: line.id, status: "booked", reason: null, paymentId: body.id };
  t.strictSame(await tell(line), [{ ...booked, repeated: false }]);
  t.match(await read(body.id), { status: "succeeded", reviewReason: null, instructions: body.instructions });
  t.equal(await credits(), 10);
  t.strictSame(await tell(line, line), [
    { ...booked, repeated: true },
    { ...booked, repeated: true },
  ]);
  t.match(await tell({ ...line, amount: 998 }), [{ status: "differs", repeated: true }]);
  t.equal(await credits(), 10, "a line told again is booked once");
  t.match(await books(), { bank_transfer_clearing: 999, deferred_revenue: -999 });
  const refund = await call("POST", `/v1/payments/${body.id}/refunds`, { body: {} });
  t.match(refund, { status: 422, body: { code: "refunds.not_supported" } });
  t.match((await call("GET", "/v1/config")).body, {
    providers: [{}, {}, { name: "bank_transfer", flows: ["transfer"], publishableKey: null }],
  });
});

t.test("a person says that it arrived, once, and a preview writes nothing", async (t) => {
  const { create, read, confirm, credits, keyOf, call } = await open(t);
  const { body } = await create();
  const finance = await keyOf("finance");
  const line = { statementLineId: newLineId() };
  const preview = await confirm(body.id, line, { dryRun: true });
  t.match(preview, { status: 200, body: { dryRun: true, status: "succeeded" } });
  t.match(await confirm(body.id, { ...line, amount: 1 }, { dryRun: true }), { body: { reviewReason: "underpaid" } });
  t.match(await read(body.id), { status: "pending" });
  t.match((await call("GET", "/v1/statement-lines")).body, { data: [] });
  t.match(await confirm(body.id, line, { token: finance }), { status: 200, body: { status: "succeeded" } });
  t.match(await confirm(body.id, line, { token: finance }), { status: 200, body: { status: "succeeded" } });
  t.match(await confirm(body.id), { status: 409, body: { code: "payments.wrong_state" } }, "another line");
  t.match(await confirm(body.id, { ...line, amount: 5 }), { status: 409, body: { code: "payments.line_differs" } });
  const other = (await create()).body;
  t.match(
    await confirm(other.id, line),
    { status: 409, body: { code: "payments.line_differs" } },
    "one payment's money",
  );
  t.equal(await credits(), 10);
});

t.test("what is refused", async (t) => {
  const { create, confirm, call, told, keyOf } = await open(t);
  const { body } = await create();
  t.match(await create({ flow: "checkout" }), { status: 422, body: { code: "payments.flow_not_supported" } });
  t.match(await create({ currency: "GBP" }), { status: 422, body: { code: "payments.currency_not_supported" } });
  t.match(await confirm(body.id, { currency: "USD" }), { status: 422, body: { code: "payments.wrong_currency" } });
  t.match(await confirm("pay_01h455vb4pex5vsknk084sn02q"), { status: 404, body: { code: "payments.not_found" } });
  const card = await create({ provider: "stripe", flow: "payment_intent" });
  t.match(await confirm(card.body.id), { status: 422, body: { code: "payments.not_by_statement" } });
  const lines = { ...told({ id: newLineId(), amount: 999, text: body.providerReference }), provider: "stripe" };
  t.match(await call("POST", "/v1/statement-lines", { body: lines }), {
    status: 422,
    body: { code: "payments.not_by_statement" },
  });
  for (const role of ["service", "support", "approver"]) {
    const token = await keyOf(role);
    t.equal((await confirm(body.id, {}, { token })).status, 403, role);
    const own = { body: told({ id: newLineId(), amount: 999, text: body.providerReference }), token };
    t.equal((await call("POST", "/v1/statement-lines", own)).status, 403, role);
  }
  const [ada, bob] = [await customerToken("ada"), await customerToken("bob")];
  t.match((await call("GET", `/v1/payments/${body.id}`, { token: ada })).body, { instructions: body.instructions });
  t.equal((await call("GET", `/v1/payments/${body.id}`, { token: bob })).status, 404);
  t.equal((await confirm(body.id, {}, { token: ada })).status, 403, "nobody says of themselves that they paid");
  t.equal((await call("GET", "/v1/statement-lines", { token: ada })).status, 403);
});

t.test("a line of which nobody knows whose it is waits for a person", async (t) => {
  const { create, read, confirm, tell, credits, call, books } = await open(t);
  const [one, two] = [(await create()).body, (await create()).body];
  const wrong = one.providerReference.replace(/.$/, (last) => (last === "9" ? "8" : "9"));
  const [bare, mistaken, several, dollars] = [newLineId(), newLineId(), newLineId(), newLineId()];
  t.match(
    await tell(
      { id: bare, amount: 999, text: "credits please" },
      { id: mistaken, amount: 999, text: wrong },
      { id: several, amount: 1_998, text: `${one.providerReference} ${two.providerReference}` },
      { id: dollars, amount: 999, currency: "USD", text: one.providerReference },
    ),
    [
      { status: "unmatched", reason: "no_reference", paymentId: null },
      { status: "unmatched", reason: "no_reference", paymentId: null },
      { status: "unmatched", reason: "several_references" },
      { status: "unmatched", reason: "wrong_currency" },
    ],
  );
  t.match(await read(one.id), { status: "pending" });
  t.equal(await credits(), 0);
  const unmatched = await call("GET", "/v1/statement-lines?status=unmatched");
  t.match(unmatched.body.data, [
    { statementLineId: dollars },
    { statementLineId: several },
    {},
    { text: "credits please" },
  ]);
  t.match(await confirm(one.id, { statementLineId: bare, amount: 998 }), { body: { code: "payments.line_differs" } });
  t.match(await confirm(one.id, { statementLineId: bare }), { status: 200, body: { status: "succeeded" } });
  t.match(await confirm(one.id, { statementLineId: mistaken }), { status: 409 }, "one line pays one payment");
  t.match((await call("GET", "/v1/statement-lines?status=booked")).body.data, [{ paymentId: one.id, reason: null }]);
  t.match(await tell({ id: bare, amount: 999, text: "credits please" }), [{ status: "booked", repeated: true }]);
  t.equal(await credits(), 10);
  t.match(await books(), { bank_transfer_clearing: 999 });
});

t.test("another amount than was asked for is booked, and credited to nobody", async (t) => {
  const { create, read, confirm, tell, credits, books, call } = await open(t);
  const [under, over, twice] = [(await create()).body, (await create()).body, (await create()).body];
  await tell({ id: newLineId(), amount: 998, text: under.providerReference });
  t.match(await read(under.id), { status: "processing", reviewReason: "underpaid" });
  t.match(await confirm(over.id, { amount: 1_000 }), { body: { status: "processing", reviewReason: "overpaid" } });
  t.equal(await credits(), 0);
  const twin = { amount: 999, text: twice.providerReference };
  await tell({ id: newLineId(), ...twin }, { id: newLineId(), ...twin });
  t.match(await read(twice.id), { status: "succeeded" });
  t.equal(await credits(), 10, "what came twice is credited once");
  t.match(await books(), { bank_transfer_clearing: 998 + 1_000 + 2 * 999, unexplained: -(998 + 1_000 + 999) });
  const { data } = (await call("GET", "/v1/unexplained-receipts")).body;
  t.match(data, [
    { reason: "second_payment" },
    { reason: "overpaid" },
    { reason: "underpaid", provider: "bank_transfer" },
  ]);
});

t.test("two at once credit once: two persons, two imports, and a person beside an import", async (t) => {
  const { create, read, confirm, tell, credits } = await open(t);
  let paid = 0;
  for (let round = 0; round < 5; round += 1) {
    const persons = (await create()).body;
    const differ = await Promise.all([confirm(persons.id), confirm(persons.id)]);
    t.strictSame(differ.map(({ status }) => status).sort(), [200, 409], "two lines: one of them is mistaken");
    const line = { statementLineId: newLineId() };
    const same = (await create()).body;
    const agree = await Promise.all([confirm(same.id, line), confirm(same.id, line), confirm(same.id, line)]);
    t.strictSame(
      agree.map(({ status }) => status),
      [200, 200, 200],
      "the same line",
    );
    const mixed = (await create()).body;
    const both = { id: newLineId(), amount: 999, text: mixed.providerReference };
    const [, , byHand] = await Promise.all([tell(both), tell(both), confirm(mixed.id, { statementLineId: both.id })]);
    t.equal(byHand?.status, 200);
    for (const { id } of [persons, same, mixed]) t.match(await read(id), { status: "succeeded" });
    paid += 3;
    t.equal(await credits(), paid * 10);
  }
});

t.test("it is canceled like any payment, looked after in vain, and money that comes late is credited", async (t) => {
  const { clock, advance } = movableClock();
  const { create, read, tell, credits, call, deps } = await open(t, { clock });
  const { body } = await create();
  advance(10 * MINUTE_MS);
  t.strictSame((await sweepPayments(deps)).failures, []);
  t.match(await read(body.id), { status: "pending", instructions: body.instructions });
  const canceled = await call("POST", `/v1/payments/${body.id}/cancel`);
  t.match(canceled, { status: 200, body: { status: "canceled" } });
  await tell({ id: newLineId(), amount: 999, text: body.providerReference });
  t.match(await read(body.id), { status: "succeeded" });
  t.equal(await credits(), 10);
  const preview = await call("POST", "/v1/statement-lines?dryRun=true", {
    body: {
      provider: "bank_transfer",
      lines: [{ id: newLineId(), amount: 5, currency: "EUR", bookedAt: BOOKED_AT, text: "?" }],
    },
  });
  t.match(preview.body, { dryRun: true, lines: [{ status: "unmatched", reason: "no_reference" }] });
  t.equal((await call("GET", "/v1/statement-lines?status=unmatched")).body.data?.toString(), "");
});
