import { createHmac, randomUUID } from "node:crypto";
import { startWebhookReceiver, type WebhookReceiver } from "@coffer/sandboxes/testing";
import t from "tap";
import { decodeId, encodeId, systemIds } from "../../src/core/ids.js";
import { callJson } from "../helpers/sandbox-client.js";
import { eventually } from "../helpers/service.js";
import { type Flow, replayEveryOrder, type SentEvent, startQuietService } from "./replay.js";

const COMMERCE_SECRET = "commerce_0123456789abcdef0123456789abcdef";

/** A checkout's only event, as Coinbase delivered it to somebody who kept it. */
const checkout = (receiver: WebhookReceiver, act: string, event: string, ends: Flow["ends"]): Flow => ({
  name: `a crypto checkout that ${act}s`,
  types: [`checkout.payment.${event}`],
  ends,
  drive: async ({ call, coinbase }, customerId) => {
    const { body } = await call("POST", "/v1/payments", {
      body: { customerId, package: "starter", provider: "coinbase", flow: "checkout" },
    });
    const before = receiver.received.length;
    await callJson("POST", `${coinbase.url}/sandbox/checkouts/${body.providerReference}/${act}`);
    const kept = await eventually(async () => receiver.received[before]);
    const { host: _, connection: __, "content-length": ___, ...headers } = kept.headers as Record<string, string>;
    const type = String(headers["x-event-type"]);
    return { paymentId: String(body.id), events: [{ type, path: "/webhooks/coinbase", headers, body: kept.body }] };
  },
});

function commerceEvent(type: string, data: Record<string, unknown>): SentEvent {
  const event = { id: randomUUID(), type, api_version: "2018-03-22", created_at: new Date().toISOString(), data };
  const body = JSON.stringify({ id: randomUUID(), attempt_number: 1, event });
  const signature = createHmac("sha256", COMMERCE_SECRET).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-cc-webhook-signature": signature };
  return { type, path: "/webhooks/coinbase", headers, body };
}

/** A charge of the closed product: the payment was brought along, since it cannot be made any more. */
const charge: Flow = {
  name: "a legacy charge",
  types: ["charge:created", "charge:pending", "charge:confirmed"],
  ends: { status: "succeeded", balance: 10 },
  drive: async ({ call, sql }, customerId) => {
    const grant = await call("POST", "/v1/grants", {
      key: `${customerId}-dry`,
      body: { customerId, asset: "CREDIT", amount: 1, note: "opens the wallet" },
    });
    await call("POST", `/v1/wallets/${grant.body.walletId}/debits`, { body: { asset: "CREDIT", amount: 1 } });
    const paymentId = encodeId("pay", systemIds.uuid());
    const id = randomUUID();
    await sql.query(
      `INSERT INTO payments (id, customer_id, wallet_id, provider, flow, status, amount, currency, grants_asset, grants_amount,
         description, metadata, provider_reference, transfer_ids, created_by, created_at, updated_at)
       VALUES ($1, $2, $3, 'coinbase', 'checkout', 'pending', 999, 'USD', 'CREDIT', 10, '', '{}', $4, '[]', 'import', now(), now())`,
      [decodeId("pay", paymentId), customerId, decodeId("wal", String(grant.body.walletId)), id],
    );
    const local = { amount: "9.99", currency: "USD" };
    const common = { id, code: "ABCDEFGH", metadata: { coffer_payment_id: paymentId }, pricing: { local } };
    const statuses = (...names: string[]) => ({ timeline: names.map((status) => ({ status })) });
    const payments = [{ network: "ethereum", transaction_id: "0x1", value: { local } }];
    return {
      paymentId,
      events: [
        commerceEvent("charge:created", { ...common, ...statuses("NEW"), payments: [] }),
        commerceEvent("charge:pending", { ...common, ...statuses("NEW", "PENDING"), payments }),
        commerceEvent("charge:confirmed", { ...common, ...statuses("NEW", "PENDING", "COMPLETED"), payments }),
      ],
    };
  },
};

t.setTimeout(120_000);
t.test("events of a crypto payment lead to the same end, repeated or out of order", async (t) => {
  const receiver = await startWebhookReceiver();
  t.teardown(() => receiver.stop());
  const service = await startQuietService(t, { COINBASE_COMMERCE_WEBHOOK_SECRET: COMMERCE_SECRET });
  service.coinbase.setWebhookUrl(receiver.url);
  for (const flow of [
    checkout(receiver, "pay", "success", { status: "succeeded", balance: 10 }),
    checkout(receiver, "expire", "expired", { status: "expired", balance: 0 }),
    checkout(receiver, "fail", "failed", { status: "failed", balance: 0 }),
    charge,
  ]) {
    await replayEveryOrder(t, service, flow);
  }
});
