import type { Test } from "tap";
import { startWorker } from "../../src/worker.js";
import { movableClock } from "./clock.js";
import { jobsOf } from "./jobs.js";
import { blockradarControl } from "./sandbox-client.js";
import { eventually, startTestService, type TestService } from "./service.js";

/** An address on no list, with a right checksum. */
export const SOMEWHERE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

/** A service with a running worker, the sandbox's controls, and what the tests of coins ask for again and again. */
export async function startCoinService(t: Test, options: Parameters<typeof startTestService>[1] = {}) {
  const service = await startTestService(t, options);
  const worker = await startWorker(service.deps);
  // Before the service's own teardown, which closes the database.
  t.teardown(() => worker.stop());
  return { ...service, ...coinHelpers(service), worker };
}

/**
 * A service in which nothing happens by itself: no worker, no webhook but when it is asked for, and a clock that is moved by
 * hand. The sandbox's withdrawals are left as they are accepted.
 */
export async function startSteppedCoins(t: Test, options: Parameters<typeof startTestService>[1] = {}) {
  const { clock, advance } = movableClock();
  const service = await startTestService(t, { ...options, overrides: { clock, ...options.overrides } });
  const helpers = coinHelpers(service);
  await helpers.chain.post("webhooks/mode", { drop: true });
  await helpers.chain.rule({ outcome: "pending" });
  const job = async (name: string, payload?: unknown) => {
    const run = jobsOf(service.deps)[name];
    if (!run) throw new Error(`no job ${name}`);
    await run(payload);
  };
  return {
    ...service,
    ...helpers,
    job,
    submit: (payoutId: unknown) => job("payouts:submit", { payoutId }),
    sweep: () => job("payouts:sweep"),
    advance,
    payout: async (id: unknown) => helpers.expectStatus(200, service.call("GET", `/v1/payouts/${id}`)),
    fault: (method: string, path: string, fault: object) =>
      helpers.chain.post("faults", { match: { method, path }, times: 1, ...fault }),
  };
}

/** A customer with coins and an address to be paid out to at once; `request` asks for a payout of 100 USDC. */
export async function fundedCustomer(
  service: ReturnType<typeof coinHelpers> & Pick<TestService, "call">,
  customerId: string,
  amount = 5_000_000_000,
) {
  await service.noCooling();
  const walletId = await service.walletOf(customerId);
  await service.fund(customerId, amount);
  await service.listAddress(customerId);
  const request = (change: object = {}, options: object = {}) => {
    const body = { walletId, asset: "USDC", amount: 100_000_000, network: "base", address: SOMEWHERE, ...change };
    return service.call("POST", "/v1/payouts", { body, ...options });
  };
  return { walletId, request, ask: (change: object = {}) => service.expectStatus(201, request(change)) };
}

let principals = 0;

/** Shorthands over HTTP. */
export function coinHelpers(service: Pick<TestService, "call" | "blockradar" | "sql">) {
  const { call } = service;
  const chain = blockradarControl(service.blockradar.url);
  const expectStatus = async (status: number, reply: ReturnType<TestService["call"]>) => {
    const { status: got, body } = await reply;
    if (got !== status) throw new Error(`${got} instead of ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const walletOf = async (customerId: string): Promise<string> => {
    await call("PUT", `/v1/customers/${customerId}`, { body: {} });
    return (await expectStatus(200, call("GET", `/v1/customers/${customerId}/wallet`))).id as string;
  };
  const balanceOf = async (customerId: string, asset: string): Promise<number> => {
    const wallet = await expectStatus(200, call("GET", `/v1/customers/${customerId}/wallet`));
    const balances = wallet.balances as { asset: string; balance: number }[];
    return balances.find((each) => each.asset === asset)?.balance ?? 0;
  };
  const systemBalances = async (): Promise<Record<string, number>> => {
    const { data } = await expectStatus(200, call("GET", "/v1/ledger/accounts?kind=system&limit=100"));
    const accounts = data as { code: string; asset: string; balance: number }[];
    return Object.fromEntries(
      accounts.filter(({ balance }) => balance !== 0).map((each) => [`${each.code} ${each.asset}`, each.balance]),
    );
  };
  const payoutIs = (id: unknown, ...statuses: string[]) =>
    eventually(async () => {
      const { body } = await call("GET", `/v1/payouts/${id}`);
      return statuses.includes(body.status as string) && body;
    }, 15_000);
  const noCooling = () => expectStatus(200, call("PUT", "/v1/payout-controls", { body: { coolingOffSeconds: 0 } }));
  const listAddress = (customerId: string, address = SOMEWHERE, network = "base") =>
    expectStatus(201, call("POST", `/v1/customers/${customerId}/payout-addresses`, { body: { network, address } }));
  /** A key of a principal of its own, e.g. a second pair of eyes. It counts as made by somebody who does nothing else here. */
  const keyOf = async (role: string): Promise<string> => {
    principals += 1;
    const name = `${role} ${principals}`;
    const { secret } = await expectStatus(201, call("POST", "/v1/api-keys", { body: { name, role } }));
    await service.sql.query("UPDATE api_keys SET created_with = NULL WHERE name = $1", [name]);
    return secret as string;
  };
  const fund = (customerId: string, amount: number, asset = "USDC") =>
    expectStatus(201, call("POST", "/v1/grants", { body: { customerId, asset, amount, note: "for a test" } }));
  /** Waits until no webhook is on its way and none waits in the inbox. */
  const quiet = () =>
    eventually(async () => {
      const { counts } = await chain.post("webhooks/flush");
      const { rows } = await service.sql.query("SELECT 1 FROM webhook_events WHERE status = 'pending' LIMIT 1");
      return (counts as { pending: number }).pending === 0 && rows.length === 0;
    }, 15_000);
  const giveAddress = async (walletId: string, body: { network: string; rotate?: boolean } = { network: "base" }) =>
    expectStatus(201, call("POST", `/v1/wallets/${walletId}/addresses`, { body }));
  const eventsOf = async (type: string): Promise<Record<string, unknown>[]> =>
    (await expectStatus(200, call("GET", `/v1/events?type=${type}`))).data as Record<string, unknown>[];
  return {
    chain,
    quiet,
    giveAddress,
    eventsOf,
    expectStatus,
    walletOf,
    balanceOf,
    systemBalances,
    payoutIs,
    noCooling,
    listAddress,
    keyOf,
    fund,
  };
}
