import t from "tap";
import { callJson } from "../../../helpers/sandbox-client.js";
import { startSteppedCoins } from "../../../helpers/stablecoins.js";
import { withTold } from "../../../helpers/told.js";

type Row = Record<string, unknown>;
const HOUR_MS = 3_600_000;

t.test("unreadable entries of a list of checkouts are kept, told and listed, and stop nothing else", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, coinbase, advance, job, eventsOf, url } = service;
  const control = (route: string, body: object) => callJson("POST", `${coinbase.url}/sandbox/${route}`, body);
  const buy = async (customerId: string, fault?: object) => {
    if (fault) await control("faults", { match: { method: "POST", path: "/checkouts$" }, times: 1, ...fault });
    const body = { customerId, package: "starter", provider: "coinbase", flow: "checkout" };
    await call("POST", "/v1/payments", { body });
    const { data } = await expectStatus(200, call("GET", `/v1/payments?customerId=${customerId}`));
    return (data as Row[])[0]?.id as string;
  };
  const done = await buy("ada", { kind: "cut_after" });
  const undone = await buy("bob", { kind: "cut_before" });
  const hidden = await buy("eve", { kind: "cut_after" });
  for (const entry of [
    null,
    "text",
    { id: "one", status: "ACTIVE", amount: 5 },
    { id: "two", status: "ACTIVE", metadata: { coffer_payment_id: hidden } },
    { id: "three", status: null, metadata: { coffer_payment_id: "pay_somebody" } },
  ])
    await control("entries", { entry });
  advance(25 * HOUR_MS);
  await job("payments:sweep");
  const statusOf = async (id: string) => (await expectStatus(200, call("GET", `/v1/payments/${id}`))).providerReference;
  t.type(await statusOf(done), "string", "the others are found");
  t.equal(await statusOf(undone), null, "one that an unreadable entry may be is not given up");
  t.match(await expectStatus(200, call("GET", `/v1/payments/${undone}`)), { status: "pending" });
  const listed = (await expectStatus(200, call("GET", "/v1/unreadable-entries"))).data as Row[];
  t.equal(listed.length, 5);
  t.match(listed[0], { provider: "coinbase", list: "payments", reason: /./, entry: /./ });
  t.match(new Set(listed.map(({ reference }) => reference)).has("two"), true);
  t.equal((await eventsOf("payment.unreadable_entry")).length, 5);
  advance(HOUR_MS);
  await job("payments:sweep");
  t.equal((await eventsOf("payment.unreadable_entry")).length, 5, "once each");
  const scraped = await (await fetch(`${url}/metrics`)).text();
  t.match(scraped, /coffer_events_total\{type="payment.unreadable_entry"\} 5/);
});

t.test("an unreadable refund hides none of the others, and is not taken for missing", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, coinbase, advance, job, eventsOf } = service;
  const control = (route: string, body: object = {}) => callJson("POST", `${coinbase.url}/sandbox/${route}`, body);
  const body = { customerId: "ada", package: "starter", provider: "coinbase", flow: "checkout" };
  const { id, providerReference } = await expectStatus(201, call("POST", "/v1/payments", { body }));
  await control(`checkouts/${providerReference}/pay`);
  await control("webhooks/flush");
  for (const entry of [null, { id: "odd", status: "COMPLETED", amount: 1 }])
    await control("entries", { entry, checkoutId: providerReference });
  const refund = (amount: number) => call("POST", `/v1/payments/${id}/refunds`, { body: { amount } });
  const first = await expectStatus(201, refund(1_000_000));
  await control(`checkouts/${providerReference}/refunds/complete`);
  advance(HOUR_MS);
  await job("refunds:sweep");
  t.match(await expectStatus(200, call("GET", `/v1/refunds/${first.id}`)), { status: "succeeded" });
  t.equal((await eventsOf("refund.unreadable_entry")).length, 2, "kept and told, once each");
  await control("faults", { match: { method: "POST", path: "/refund$" }, times: 1, kind: "cut_before" });
  await refund(1_000_000);
  advance(48 * HOUR_MS);
  await job("refunds:sweep");
  const { data } = await expectStatus(200, call("GET", `/v1/refunds?paymentId=${id}`));
  t.match((data as Row[])[0], { status: "requested" }, "it may be the one that cannot be read");
  const listed = (await expectStatus(200, call("GET", "/v1/unreadable-entries"))).data as Row[];
  t.match(listed, [{ list: `refunds of ${providerReference}` }, { list: `refunds of ${providerReference}` }]);
  t.ok((await eventsOf("refund.unreadable_entry")).length >= 2);
});

t.test("a provider's text that cannot be stored is cleaned, also when its event is worked on later", async (t) => {
  const { tell, chain, sql, call, expectStatus } = await withTold(t);
  await chain.post("wallets/base/fund", { asset: "USDC", amount: "5" });
  const [came] = (await chain.get("deposits")).data as Row[];
  const { missed: _, ...told } = came as Row;
  const hash = String(told.hash);
  await tell({ ...told, hash: `${hash.slice(0, 20)}\u0000${hash.slice(20)}`, senderAddress: "\ud800" });
  await tell({ ...told, hash: `${hash}\u0000`, reason: "a\u0000b" });
  await tell({
    ...told,
    hash: `\u0001${hash}`,
    amlScreening: { status: "success", message: "\u0000", provider: "\u0000" },
  });
  const { rows } = await sql.query("SELECT status, note FROM webhook_events WHERE status <> 'processed'");
  t.strictSame(rows, []);
  const { data } = await expectStatus(200, call("GET", "/v1/treasury/receipts"));
  t.match(data, [{ status: "booked", transactionHash: hash }]);
});

t.test("an unreadable entry in one of Stripe's lists hides none of the others", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, stripe, advance, job, eventsOf } = service;
  const control = (route: string, body: object = {}) => callJson("POST", `${stripe.url}/sandbox/${route}`, body);
  for (const [list, entries] of Object.entries({
    "/v1/refunds": [null, { id: "re_odd", amount: "ten" }],
    "/v1/disputes": [{ id: "du_odd", status: 7 }],
    "/v1/invoices": ["text", { id: "in_odd", customer: null, total: "1" }],
    "/v1/credit_notes": [{ id: "cn_odd" }],
    "/v1/payment_intents": [{ id: "pi_odd", amount: null, metadata: { coffer_payment_id: "pay_somebody" } }],
  }))
    for (const entry of entries) await control("entries", { list, entry });

  const buy = async (customerId: string) => {
    const body = { customerId, package: "starter", provider: "stripe", flow: "payment_intent" };
    const { id, providerReference } = await expectStatus(201, call("POST", "/v1/payments", { body }));
    await control(`payment_intents/${providerReference}/succeed`);
    await control("webhooks/flush");
    return { id, intent: providerReference };
  };
  const { id, intent } = await buy("ada");
  await control("webhooks/mode", { drop: true });
  await control("refunds", { payment_intent: intent, amount: 400 });
  const other = await buy("bob");
  await control("disputes", { payment_intent: other.intent });
  advance(HOUR_MS);
  await job("payments:sweep");
  await job("reversals:catch-up");
  await job("invoices:catch-up");
  t.match(await expectStatus(200, call("GET", `/v1/payments/${id}`)), { amountRefunded: 400 }, "a refund is found");
  t.match(await expectStatus(200, call("GET", `/v1/payments/${other.id}`)), { status: "disputed" }, "so is a dispute");
  const listed = (await expectStatus(200, call("GET", "/v1/unreadable-entries"))).data as Row[];
  const lists = (name: string) => listed.filter(({ list }) => list === name).length;
  t.same(["refunds", "disputes", "invoices", "credit_notes"].map(lists), [2, 1, 2, 1], "each is kept");
  t.ok((await eventsOf("refund.unreadable_entry")).length >= 2);
  t.equal((await eventsOf("dispute.unreadable_entry")).length, 1);
  t.equal((await eventsOf("invoice.unreadable_entry")).length, 3);
  advance(HOUR_MS);
  await job("reversals:catch-up");
  await job("invoices:catch-up");
  t.equal((await eventsOf("invoice.unreadable_entry")).length, 3, "told once each");
});
