import { setTimeout as sleep } from "node:timers/promises";
import type { Test } from "tap";
import type { CustodyProvider, ProviderResult } from "../../src/providers/ports/index.js";
import { acceptedValue, type SandboxFault } from "./contract-harness.js";
import { type CustodyHarness, type MakeCustody, withdrawalOf } from "./custody-contract.js";

type Results = readonly ProviderResult<unknown>[];

/** One outbound call: what a fault must match to hit it, whether it changes anything, and how it is made. */
interface OutboundCall {
  readonly match: SandboxFault["match"];
  readonly effect: "read" | "write" | "money";
  make(provider: CustodyProvider, harness: CustodyHarness, known: Known): Promise<Results>;
}

/** What exists before the trouble begins. */
interface Known {
  readonly providerReference: string;
  readonly addressReference: string;
}

const one = async (result: Promise<ProviderResult<unknown>>): Promise<Results> => [await result];

/** Every call that goes out; the last test counts them. */
const CALLS: Readonly<Record<string, OutboundCall>> = {
  "GET /wallets/{id}": {
    match: { method: "GET", path: "/v1/wallets/[^/]+$" },
    effect: "read",
    make: (provider) => one(provider.listWallets()),
  },
  "GET /wallets/{id}/balances": {
    match: { method: "GET", path: "/balances$" },
    effect: "read",
    make: (provider, { walletReference }) => one(provider.getBalances(walletReference)),
  },
  "POST /wallets/{id}/addresses": {
    match: { method: "POST", path: "/addresses$" },
    effect: "write",
    make: (provider, { walletReference }) =>
      one(provider.createAddress({ walletReference, addressId: "adr_trouble", name: "x" })),
  },
  "GET /wallets/{id}/addresses": {
    match: { method: "GET", path: "/addresses$" },
    effect: "read",
    make: (provider, { walletReference }) => one(provider.findAddress({ walletReference, addressId: "adr_0" })),
  },
  "POST /wallets/{id}/withdraw/network-fee": {
    match: { method: "POST", path: "/network-fee$" },
    effect: "write",
    make: (provider, harness) => one(provider.estimateFee(withdrawalOf(harness))),
  },
  "POST /wallets/{id}/withdraw": {
    match: { method: "POST", path: "/withdraw$" },
    effect: "money",
    make: (provider, harness) => one(provider.withdraw(withdrawalOf(harness, "0.1"))),
  },
  "POST /wallets/{id}/transactions/cancel": {
    match: { method: "POST", path: "/cancel$" },
    effect: "write",
    make: (provider, { walletReference }, { providerReference }) =>
      one(provider.cancelWithdrawal({ walletReference, providerReference })),
  },
  "GET /wallets/{id}/transactions/{id}": {
    match: { method: "GET", path: "/transactions/.+$" },
    effect: "read",
    make: (provider, { walletReference }, { providerReference }) =>
      one(provider.getTransaction({ walletReference, providerReference })),
  },
  "GET /wallets/{id}/transactions": {
    match: { method: "GET", path: "/transactions$" },
    effect: "read",
    make: (provider, { walletReference }) => one(provider.listTransactions({ walletReference })),
  },
  "POST /wallets/{id}/rescan/blocks": {
    match: { method: "POST", path: "/rescan/blocks$" },
    effect: "write",
    make: (provider, { walletReference }) => one(provider.rescan({ walletReference, transactionHash: "0xabc" })),
  },
  "GET /aml/lookup": {
    match: { method: "GET", path: "/v1/aml" },
    effect: "read",
    make: (provider, { payee }) => one(provider.screenAddress({ address: payee, network: "base" })),
  },
  "GET /assets/rates": {
    match: { method: "GET", path: "/v1/assets" },
    effect: "read",
    make: (provider, { asset }) => one(provider.getRates({ assets: [asset], currency: "USD" })),
  },
};

type Fault = Pick<SandboxFault, "kind" | "status"> & { slow?: true; effect: "none" | "done" | "late" };

/** The provider's faults before and after the effect. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "a timeout before the effect": { kind: "delay", slow: true, effect: "late" },
  "a timeout after the effect": { kind: "cut_after", slow: true, effect: "done" },
  "a connection cut before": { kind: "cut_before", effect: "none" },
  "a connection cut after": { kind: "cut_after", effect: "done" },
  "500 before": { kind: "status", status: 500, effect: "none" },
  "502 before": { kind: "status", status: 502, effect: "none" },
  "503 before": { kind: "status", status: 503, effect: "none" },
  "500 after": { kind: "status_after", status: 500, effect: "done" },
  "502 after": { kind: "status_after", status: 502, effect: "done" },
  "503 after": { kind: "status_after", status: 503, effect: "done" },
  "504 after": { kind: "status_after", status: 504, effect: "done" },
  "an unreadable reply": { kind: "malformed_after", effect: "done" },
  // Never a 4xx of the effect, but a text of nobody: the sandbox says "Internal server error" under this status.
  "400 after, for no known reason": { kind: "status_after", status: 400, effect: "done" },
};

/** An effect that may have happened is `unknown`, whatever went wrong; what proves that nothing was done is `rejected`. */
export function custodyTrouble(t: Test, make: MakeCustody): void {
  for (const [name, call] of Object.entries(CALLS)) {
    t.test(`${name}: nothing that may have happened is rejected`, async (t) => {
      const harness = await make(t);
      await harness.withdrawalsBecome("pending");
      for (const [fault, { slow, effect, ...kind }] of Object.entries(FAULTS)) {
        // Anew each time, since the effect of a cancellation is there only once.
        const known = await prepare(t, harness);
        const before = await sum(harness);
        const delay = slow ? { delayMs: harness.hastyMs * 3 } : {};
        await harness.fault({ match: call.match, ...kind, ...delay, times: 1 });
        const results = await call.make(slow ? harness.hasty : harness.provider, harness, known);
        for (const result of results) t.match(result, { outcome: "unknown", reason: slow ? "timeout" : /./ }, fault);
        const happened = call.effect === "money" && effect !== "none" ? results.length : 0;
        // A delayed request is still being handled when we have given up on it.
        for (let turn = 0; slow && turn < 100 && (await sum(harness)) - before < happened; turn += 1) await sleep(30);
        t.equal((await sum(harness)) - before, happened, `${fault}: what really happened`);
        // The breaker counts failures in a row.
        acceptedValue(t, await harness.provider.screenAddress({ address: harness.payee, network: "base" }));
        await harness.clearFaults();
      }
    });

    t.test(`${name}: what was turned away at the door did nothing`, async (t) => {
      const harness = await make(t);
      await harness.withdrawalsBecome("pending");
      const known = await prepare(t, harness);
      const before = [await sum(harness), await harness.countAddresses()];
      const refused = (reason: string) =>
        call.effect === "read" ? { outcome: "unknown" } : { outcome: "rejected", failure: { code: reason } };
      await harness.fault({ match: call.match, kind: "rate_limit", times: 1 });
      for (const result of await call.make(harness.provider, harness, known)) t.match(result, refused("rate_limited"));
      // An estimate reads the wallet first, and that reading is what fails here.
      const estimate = name.endsWith("network-fee");
      for (const result of await call.make(harness.unauthorized, harness, known)) {
        t.match(result, estimate ? { outcome: "unknown", reason: "unauthorized" } : refused("unauthorized"));
      }
      for (let failed = 0; failed < 10; failed += 1) {
        // After eight of these the breaker is open, which sends nothing either.
        for (const result of await call.make(harness.unreachable, harness, known)) {
          t.match(result, estimate ? { outcome: "unknown" } : refused("not_sent"));
        }
      }
      t.same([await sum(harness), await harness.countAddresses()], before);
      for (const result of await call.make(harness.provider, harness, known)) t.match(result, { outcome: "accepted" });
    });
  }

  t.test("every outbound call is among those", async (t) => {
    const { provider } = await make(t);
    const methods = Object.keys(provider).filter((key) => !/^(name|callTimeoutMs|listStrangers|.*Webhook)$/.test(key));
    t.equal(Object.keys(CALLS).length, methods.length);
  });
}

async function prepare(t: Test, harness: CustodyHarness): Promise<Known> {
  const { provider, walletReference } = harness;
  const { providerReference } = acceptedValue(t, await provider.withdraw(withdrawalOf(harness, "0.3")));
  const address = acceptedValue(
    t,
    await provider.createAddress({ walletReference, addressId: "adr_0", name: "first" }),
  );
  // What an adapter reads once and keeps is read now, so that the faults hit the call that they are for.
  await harness.hasty.estimateFee(withdrawalOf(harness));
  await provider.estimateFee(withdrawalOf(harness));
  return { providerReference, addressReference: address.addressReference };
}

async function sum(harness: CustodyHarness): Promise<number> {
  return Object.values(await harness.effects()).reduce((total, count) => total + count, 0);
}
