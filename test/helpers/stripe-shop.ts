import type { Test } from "tap";
import { startWorker } from "../../src/worker.js";
import { drain } from "../orders/replay.js";
import { callJson } from "./sandbox-client.js";
import { eventually, startTestService, type TestService } from "./service.js";

const WAIT_MS = 15_000;

/** A service with a worker, and what tests of money going back ask for again and again. */
export async function startShop(t: Test, options: Parameters<typeof startTestService>[1] = {}) {
  const service = await startTestService(t, options);
  const worker = await startWorker(service.deps);
  t.teardown(() => worker.stop());
  const { call } = service;
  const stripe = async (route: string, body: object = {}): Promise<Record<string, unknown>> => {
    const reply = await callJson("POST", `${service.stripe.url}/sandbox/${route}`, body);
    if (reply.status !== 200) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const payment = async (id: string) => (await call("GET", `/v1/payments/${id}`)).body;
  const buy = async (customerId: string, bundle: object = { package: "starter" }, card = "pm_card_visa") => {
    const body = { customerId, ...bundle, provider: "stripe", flow: "payment_intent" };
    const { body: made } = await call("POST", "/v1/payments", { body });
    const paid = await call("POST", `/v1/payments/${made.id}/confirm`, { body: { paymentMethodId: card } });
    if (paid.status !== 200) throw new Error(JSON.stringify([made, paid.body]));
    return { id: String(made.id), intent: String(made.providerReference) };
  };
  return {
    ...service,
    service,
    stripe,
    payment,
    buy,
    refund: (id: string, body: object = {}) => call("POST", `/v1/payments/${id}/refunds`, { body }),
    wallet: (customerId: string) => walletOf(service, customerId),
    books: (asset: string) => booksOf(service, asset),
    /** Sends what the provider has to say, and works on it until nothing is left. */
    quiet: () => quiet(service),
    until: <T>(probe: () => Promise<T | undefined | false>) => eventually(probe, WAIT_MS),
  };
}

/** The balance of credits of a customer, and what is owed. */
async function walletOf({ call }: TestService, customerId: string) {
  const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
  const found = (body.balances as { asset: string; balance: number; owed: number }[]).find(
    ({ asset }) => asset === "CREDIT",
  );
  return { id: String(body.id), balance: found?.balance ?? 0, owed: found?.owed ?? 0 };
}

/** System accounts of an asset that are not at zero, by code. */
async function booksOf({ sql }: TestService, asset: string): Promise<Record<string, number>> {
  const { rows } = await sql.query<{ code: string; balance: string }>(
    `SELECT a.code, sum(e.amount) AS balance FROM ledger_entries e JOIN ledger_chart a ON a.id = e.account_id
      WHERE a.kind = 'system' AND e.asset = $1 GROUP BY 1 HAVING sum(e.amount) <> 0 ORDER BY 1`,
    [asset],
  );
  return Object.fromEntries(rows.map(({ code, balance }) => [code, Number(balance)]));
}

async function quiet(service: TestService): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const flushed = await callJson("POST", `${service.stripe.url}/sandbox/webhooks/flush`);
    if (flushed.status !== 200) throw new Error(`flush answered ${flushed.status}`);
    await drain(service);
  }
}
