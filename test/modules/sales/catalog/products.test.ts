import t, { type Test } from "tap";
import { findPlanOfPrice, planPriceReference } from "../../../../src/modules/sales/catalog/index.js";
import { startWorker } from "../../../../src/worker.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { eventually, startTestService } from "../../../helpers/service.js";

interface Price {
  amount: number;
  currency: string;
  lookupKey: string;
  providerReference: string;
  status: string;
  failure: { code: string } | null;
  drift: { kind: string; field: string | null; expected: string | null; found: string | null }[] | null;
}
interface Product extends Pick<Price, "providerReference" | "drift"> {
  id: string;
  code: string;
  status: string;
  synced: boolean;
  prices: Price[];
}

/** A service, and Stripe's own dashboard beside it. */
async function start(t: Test, options: Parameters<typeof startTestService>[1] = {}) {
  const service = await startTestService(t, options);
  const { call, deps } = service;
  const stripe = async (method: "GET" | "POST", route: string, params: Record<string, string> = {}) => {
    const reply = await fetch(`${service.stripe.url}/v1/${route}`, {
      method,
      headers: { authorization: `Bearer ${service.env.STRIPE_SECRET_KEY}` },
      ...(method === "POST" ? { body: new URLSearchParams(params) } : {}),
    });
    const body = (await reply.json()) as Record<string, unknown>;
    if (reply.status !== 200) throw new Error(JSON.stringify(body));
    return body as Record<string, unknown> & { data: Record<string, unknown>[] };
  };
  const products = async (method: "GET" | "POST" = "GET") => {
    const { status, body } = await call(method, method === "GET" ? "/v1/products" : "/v1/products/sync");
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body as unknown as { checked: boolean; data: Product[] };
  };
  const product = async (code: string) => {
    const found = (await products()).data.find((each) => each.code === code);
    if (!found) throw new Error(`no product ${code}`);
    return found;
  };
  const fault = (body: object) => callJson("POST", `${service.stripe.url}/sandbox/faults`, body);
  const sweep = () => jobsOf(deps)["catalog:sweep"]?.(undefined);
  return { ...service, products, product, atStripe: stripe, fault, sweep };
}

const TEAM = {
  code: "team",
  name: "Team",
  description: "For many",
  grants: { asset: "CREDIT", amount: 500 },
  prices: [
    { amount: 9_900, currency: "USD" },
    { amount: 8_900, currency: "EUR" },
  ],
  interval: "month",
  intervalCount: 3,
};

t.test("what is sold is at the provider, once", async (t) => {
  const { products, product, atStripe, call, sweep } = await start(t);
  t.match(await product("starter"), {
    synced: false,
    drift: [{ kind: "missing" }],
    prices: [{ drift: [{ kind: "missing" }] }],
  });
  const { checked, data } = await products("POST");
  t.equal(checked, true);
  t.equal(data.length, 5);
  for (const each of data) {
    t.match(
      each,
      { synced: true, drift: [], providerReference: each.id, prices: [{ status: "active", drift: [] }] },
      each.code,
    );
  }
  const before = await atStripe("GET", "prices?limit=100");
  t.strictSame((await products("POST")).data, data, "asking again changes nothing");
  await sweep();
  t.strictSame(await atStripe("GET", "prices?limit=100"), before);

  t.match(await call("POST", "/v1/plans", { body: TEAM }), { status: 201 });
  await sweep();
  const team = await product("team");
  t.match(team, {
    synced: true,
    prices: [
      { lookupKey: "coffer:plan:team:EUR:8900:month:3", drift: [] },
      { lookupKey: "coffer:plan:team:USD:9900:month:3", drift: [] },
    ],
  });
  const [euro] = team.prices;
  t.match(await atStripe("GET", `prices/${euro?.providerReference}`), {
    unit_amount: 8_900,
    currency: "eur",
    recurring: { interval: "month", interval_count: 3 },
    product: team.id,
  });
  t.match(await atStripe("GET", `products/${team.id}`), { name: "Team", description: "For many", active: true });
});

t.test("the worker brings a new plan there by itself", async (t) => {
  const service = await start(t);
  const worker = await startWorker(service.deps);
  t.teardown(() => worker.stop());
  await service.call("POST", "/v1/plans", { body: TEAM });
  t.match(await eventually(async () => (await service.product("team")).synced && service.product("team"), 10_000), {
    prices: [{ status: "active" }, { status: "active" }],
  });
});

t.test("a price that is no longer sold stays for those who have it", async (t) => {
  const { call, deps, product, atStripe, sweep } = await start(t);
  const plan = (await call("GET", "/v1/plans/monthly_pro")).body.id as `pln_${string}`;
  const old = await planPriceReference(deps, "stripe", plan, "USD");
  if (old.outcome !== "accepted") throw new Error(old.outcome);
  const sell = (amount: number) =>
    call("PATCH", `/v1/plans/${plan}`, { body: { prices: [{ amount, currency: "USD" }] } });
  await sell(6_999);
  await sweep();
  const current = await planPriceReference(deps, "stripe", plan, "USD");
  t.not(current.outcome === "accepted" && current.value, old.value);
  t.match(await atStripe("GET", `prices/${old.value}`), { active: false, unit_amount: 5_999 });
  t.match(await findPlanOfPrice(deps, "stripe", old.value), {
    plan: { code: "monthly_pro" },
    price: { amount: 5_999, currency: "USD" },
  });
  t.equal(await findPlanOfPrice(deps, "stripe", "price_somebody_elses"), undefined);
  t.match((await product("monthly_pro")).prices, [
    { status: "archived", amount: 5_999, drift: [] },
    { status: "active", amount: 6_999, drift: [] },
  ]);

  await sell(5_999);
  await sweep();
  t.match(
    await planPriceReference(deps, "stripe", plan, "USD"),
    { value: old.value },
    "the same price again is the same one",
  );
  t.match(await atStripe("GET", `prices/${old.value}`), { active: true });

  await call("PATCH", `/v1/plans/${plan}`, { body: { status: "retired" } });
  await sweep();
  t.match(await atStripe("GET", `products/${plan}`), { active: false });
  t.match(await atStripe("GET", `prices/${old.value}`), { active: false });
  t.match(await findPlanOfPrice(deps, "stripe", old.value), { plan: { code: "monthly_pro", status: "retired" } });
  await t.rejects(planPriceReference(deps, "stripe", plan, "USD"), { code: "catalog.plan_retired", status: 409 });
  t.match(await product("monthly_pro"), { drift: [], status: "retired" });
});

t.test("what somebody changes at the provider is shown, and mended", async (t) => {
  const { products, product, atStripe, sweep } = await start(t);
  await products("POST");
  const starter = await product("starter");
  const [price] = starter.prices;
  await atStripe("POST", `products/${starter.id}`, { name: "Something else", description: "Cheap!", active: "false" });
  await atStripe("POST", `prices/${price?.providerReference}`, { active: "false" });
  const drifted = await product("starter");
  t.strictSame(drifted.drift, [
    { kind: "archived", field: null, expected: null, found: null },
    { kind: "differs", field: "name", expected: "Starter", found: "Something else" },
    { kind: "differs", field: "description", expected: null, found: "Cheap!" },
  ]);
  t.match(drifted.prices, [{ drift: [{ kind: "archived" }] }]);
  await sweep();
  t.not((await product("starter")).drift?.length, 0, "the sweep trusts what it was told; drift is a person's to judge");
  t.match(await products("POST"), { checked: true });
  t.match(await product("starter"), {
    drift: [],
    prices: [{ drift: [], providerReference: price?.providerReference }],
  });
});

t.test("a lookup key that was moved to another price charges nobody", async (t) => {
  const { deps, call, products, product, atStripe } = await start(t);
  await products("POST");
  const plan = await product("monthly_basic");
  const lookupKey = plan.prices[0]?.lookupKey ?? "";
  await atStripe("POST", "prices", {
    product: plan.id,
    currency: "usd",
    unit_amount: "1",
    "recurring[interval]": "month",
    lookup_key: `${await deps.installation.get()}:${lookupKey}`,
    transfer_lookup_key: "true",
  });
  await products("POST");
  const moved = await product("monthly_basic");
  t.match(moved, { synced: false, prices: [{ failure: { code: "price_differs" } }] });
  t.match(await planPriceReference(deps, "stripe", plan.id as `pln_${string}`, "USD"), {
    outcome: "accepted",
    value: plan.prices[0]?.providerReference,
  });
  t.equal((await call("GET", "/v1/products")).status, 200);
});

t.test("a provider in trouble", async (t) => {
  await t.test("that does not answer is said so, and is asked again", async (t) => {
    const { products, product, fault, sweep, deps } = await start(t);
    await fault({ match: { path: "/v1/pr" }, kind: "status", status: 500, times: 6 });
    t.match(await products(), { checked: false, data: [{ drift: null, prices: [{ drift: null }] }] });
    const plan = (await product("monthly_pro")).id as `pln_${string}`;
    t.match(await planPriceReference(deps, "stripe", plan, "USD"), { outcome: "unknown" });
    t.match(await product("monthly_pro"), { synced: false });
    await sweep();
    t.match(await product("monthly_pro"), { synced: true, drift: [], prices: [{ failure: null, drift: [] }] });
  });

  await t.test("whose replies are lost makes nothing twice", async (t) => {
    const { fault, sweep, atStripe, products } = await start(t);
    await fault({ match: { method: "POST", path: "/v1/prices" }, kind: "cut_after", times: 3 });
    await fault({ match: { method: "POST", path: "/v1/products" }, kind: "cut_after", times: 2 });
    for (let round = 0; round < 3; round += 1) await sweep();
    t.equal((await atStripe("GET", "prices?limit=100")).data.length, 5);
    t.match(
      (await products()).data.map(({ synced }) => synced),
      [true, true, true, true, true],
    );
  });

  await t.test("that is off", async (t) => {
    const { call, sweep } = await start(t, { env: { STRIPE_SECRET_KEY: "", STRIPE_WEBHOOK_SECRET: "" } });
    for (const method of ["GET", "POST"]) {
      const reply = await call(method, method === "GET" ? "/v1/products" : "/v1/products/sync");
      t.match(reply, { status: 503, body: { code: "provider.not_configured" } });
    }
    const [dollars] = TEAM.prices;
    t.equal((await call("POST", "/v1/plans", { body: { ...TEAM, prices: [dollars] } })).status, 201);
    await sweep();
  });
});

t.test("many who need the same price at once get the same one", async (t) => {
  const { deps, call, atStripe } = await start(t);
  const plan = (await call("GET", "/v1/plans/monthly_pro")).body.id as `pln_${string}`;
  const results = await Promise.all(Array.from({ length: 8 }, () => planPriceReference(deps, "stripe", plan, "USD")));
  const found = new Set(results.flatMap((result) => (result.outcome === "accepted" ? result.value : [])));
  t.equal(found.size, 1);
  t.equal((await atStripe("GET", "prices?limit=100")).data.length, 1);
});

t.test("changes that overtake each other end at the last one", async (t) => {
  const { deps, call, product, sweep } = await start(t);
  await call("POST", "/v1/plans", { body: TEAM });
  const jobs = jobsOf(deps);
  const id = (await product("team")).id;
  await Promise.all(
    Array.from({ length: 6 }, async (_, round) => {
      const prices = [{ amount: 9_000 + (round % 2), currency: "USD" }];
      await call("PATCH", "/v1/plans/team", { body: { name: `Team ${round}`, prices } });
      await jobs["catalog:sync"]?.({ itemId: id }).catch(() => undefined);
    }),
  );
  for (let round = 0; round < 3; round += 1) await sweep();
  // Whoever was overtaken leaves a job that asks for all of it again.
  await jobs["catalog:sync"]?.({ itemId: id, everything: true });
  const team = await product("team");
  t.match(team, { synced: true, drift: [] });
  t.equal(team.prices.filter(({ status }) => status === "active").length, 1);
  t.ok(team.prices.every(({ drift }) => drift?.length === 0));
});
