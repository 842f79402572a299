import t from "tap";
import { jobsOf } from "../../src/worker.js";
import { key, startBilling } from "../helpers/billing.js";
import { assertBooks } from "../helpers/invariants.js";

const log = (name: string, value: unknown) => console.error(`## ${name}: ${JSON.stringify(value)}`);
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
for (const seed of [1, 2]) t.test(`storm ${seed}`, async (t) => {
  let x = seed * 7919;
  const rnd = (n: number) => { x = (x * 1103515245 + 12345) % 2147483648; return Math.floor((x / 2147483648) * n); };
  const s = await startBilling(t);
  await s.plan("a"); await s.plan("b", { grants: { asset: "CREDIT", amount: 333 }, prices: [{ amount: 4999, currency: "USD" }], renewal: { mode: "set" }, dunning: { graceDays: 0, consequence: "freeze" } });
  await s.plan("y", { interval: "year", grants: { asset: "CREDIT", amount: 2000 }, prices: [{ amount: 19900, currency: "USD" }], renewal: { mode: "add", rolloverCap: 50 } });
  const sub = await s.subscribe("ada", "a", { quantity: 2 });
  const sub2 = await s.subscribe("ada", "b");
  await sleep(1200);
  const w = (await s.wallet("ada")).id;
  const cus = await s.customerAt("ada");
  const acts: (() => Promise<unknown>)[] = [
    ...[sub.id, sub2.id].flatMap((id) => [
      () => s.call("PATCH", `/v1/subscriptions/${id}`, { body: { quantity: 1 + rnd(6), proration: ["create", "invoice_now", "none"][rnd(3)] }, key: key() }),
      () => s.call("PATCH", `/v1/subscriptions/${id}`, { body: { plan: ["a", "b", "y"][rnd(3)], proration: ["create", "invoice_now"][rnd(2)] }, key: key() }),
    ]),
    ...[1, 2, 3].map(() => () => s.call("POST", `/v1/wallets/${w}/debits`, { body: { asset: "CREDIT", amount: 1 + rnd(400) } })),
    ...[1, 2].map(() => async () => { const all = (await s.invoices("ada")).filter((i) => i.paymentId); const p = all[rnd(all.length)]; return p && s.call("POST", `/v1/payments/${p.paymentId}/refunds`, { body: rnd(2) ? {} : { amount: 1 + rnd(1500) } }); }),
    async () => { const all = (await s.invoices("ada")).filter((i) => i.paymentId); const p = all[rnd(all.length)]; const pay = p && await s.must("GET", `/v1/payments/${p.paymentId}`); return pay && s.control("disputes", { payment_intent: pay.providerReference }).catch(() => 0); },
    async () => { const d = (await s.must("GET", "/v1/disputes?limit=100")).data as { providerReference: string }[]; const one = d[rnd(d.length)]; return one && s.control(`disputes/${one.providerReference}/${["win", "lose"][rnd(2)]}`).catch(() => 0); },
    async () => s.advance({ days: 1 + rnd(20) }).catch((e) => log("advance", String(e).slice(0, 200))),
    async () => s.control(`customers/${cus}/charges`, { outcome: "decline", times: 1 + rnd(2) }),
    async () => { const o = (await s.invoices("ada")).find((i) => i.status === "open"); return o && s.call("POST", `/v1/invoices/${o.id}/pay`, { body: {} }); },
    async () => { await jobsOf(s.deps)["subscriptions:sweep"]?.({}); await jobsOf(s.deps)["refunds:sweep"]?.({}); await jobsOf(s.deps)["invoices:catch-up"]?.({}); },
  ];
  const statuses: Record<string, number> = {};
  for (let round = 0; round < 40; round += 1) {
    if (rnd(8) === 0) await s.control("webhooks/mode", [{ repeat: 2 }, { reorder: true }, { beforeReply: true }, { drop: true }, {}][rnd(5)] as object);
    const some = Array.from({ length: 1 + rnd(4) }, () => acts[rnd(acts.length)]!);
    for (const r of await Promise.all(some.map((a) => a().catch((e) => { log("threw", String(e).slice(0, 300)); return undefined; })))) {
      const one = r as { status?: number; body?: { code?: string; detail?: string } } | undefined;
      if (typeof one?.status !== "number") continue;
      const k = `${one.status} ${one.body?.code ?? ""}`; statuses[k] = (statuses[k] ?? 0) + 1;
      if (one.status >= 500) log("5xx", one.body);
    }
    await assertBooks(t, s.sql);
  }
  await s.control("webhooks/mode", {});
  await sleep(2000);
  await jobsOf(s.deps)["invoices:catch-up"]?.({});
  await sleep(1500);
  await assertBooks(t, s.sql);
  log("statuses", statuses);
  const dead = await s.sql.query("SELECT type, status, note, attempts FROM webhook_events WHERE status NOT IN ('processed','ignored') OR attempts > 3 LIMIT 10");
  log("events", dead.rows);
  // all stripe invoices equal ours
  const theirs = (await s.atStripe(`invoices?customer=${cus}&limit=100`)).data as { id: string; status: string; total: number }[];
  const ours = (await s.sql.query("SELECT provider_reference, status, total FROM invoices")).rows;
  log("differ", theirs.filter((i) => { const o = ours.find((r) => r.provider_reference === i.id); return !o || o.status !== i.status || Number(o.total) !== i.total; }).map((i) => [i.id, i.status, i.total]));
  log("counts", [theirs.length, ours.length, await s.wallet("ada"), (await s.subscription(sub.id)).status, (await s.subscription(sub2.id)).status, (await s.subscription(sub2.id)).dunning]);
  const errs = s.logs.filter((l) => /"level":50|deadlock/.test(JSON.stringify(l))).slice(0, 5);
  log("errors", errs.map((e) => JSON.stringify(e).slice(0, 400)));
});
