import "../../../helpers/acme.js";
import t from "tap";
import { startTwoBillers } from "../../../helpers/two-billers.js";

interface Products {
  readonly provider: string;
  readonly providers: readonly string[];
  readonly checked: boolean;
  readonly data: readonly {
    readonly code: string;
    readonly provider: string;
    readonly synced: boolean;
    readonly providerReference: string;
    readonly prices: readonly { readonly lookupKey: string; readonly providerReference: string }[];
  }[];
}

t.test("what is sold is at every provider that bills, and each has its own prices", async (t) => {
  const { must, plan, atStripe, acme, job, sql } = await startTwoBillers(t, { quiet: true });
  const made = await plan("basic");
  await job("catalog:sync", { itemId: String(made.id) });
  const products = async (query = "") => (await must("GET", `/v1/products${query}`)) as unknown as Products;
  const synced = (await must("POST", "/v1/products/sync?provider=acme", {})) as unknown as Products;
  t.match(synced, { provider: "acme", providers: ["stripe", "acme"], checked: true });
  const sides = [await products(), await products("?provider=acme")];
  t.match(sides, [{ provider: "stripe" }, { provider: "acme" }]);
  t.ok(sides.every(({ data }) => data.length === 6 && data.every((each) => each.synced)));
  const [ours, theirs] = sides.map(({ data }) => data.find(({ code }) => code === "basic")?.prices[0]);
  t.equal(ours?.lookupKey, "coffer:plan:basic:USD:2000:month:1");
  t.equal(theirs?.lookupKey, "acme:coffer:plan:basic:USD:2000:month:1");
  t.match(await atStripe(`prices/${ours?.providerReference}`), { unit_amount: 2000, product: made.id });
  t.match(await acme.atStripe(`prices/${theirs?.providerReference}`), { unit_amount: 2000, product: made.id });
  const { rows } = await sql.query("SELECT provider, count(*)::int AS n FROM catalog_products GROUP BY 1 ORDER BY 1");
  t.strictSame(rows, [
    { provider: "acme", n: 6 },
    { provider: "stripe", n: 6 },
  ]);
});

t.test("a change reaches the provider that answers, and the other one once it does", async (t) => {
  const { must, plan, atStripe, acme, job, acmeIsDown } = await startTwoBillers(t, { quiet: true });
  const made = await plan("basic");
  await job("catalog:sync", { itemId: String(made.id) });
  await acmeIsDown();
  await must("PATCH", `/v1/plans/${made.id}`, { name: "Better" });
  await t.rejects(job("catalog:sync", { itemId: String(made.id) }), /^acme: /, "the queue tries it again");
  t.match(await atStripe(`products/${made.id}`), { name: "Better" });
  const shown = (await must("GET", "/v1/products?provider=acme")) as unknown as Products;
  t.match(shown, { checked: false, provider: "acme" });
  await acme.control("faults", {}, "DELETE");
  await job("catalog:sweep");
  t.match(await acme.atStripe(`products/${made.id}`), { name: "Better" });
});

t.test("what the release before writes, which knows one provider, is that provider's", async (t) => {
  const { sql } = await startTwoBillers(t, { quiet: true });
  for (let round = 0; round < 2; round += 1) {
    await sql.query(
      `INSERT INTO catalog_products (item_id, synced, version, updated_at) VALUES ('pln_1', false, 1, now())
       ON CONFLICT (item_id) DO UPDATE SET synced = false`,
    );
    await sql.query(
      `INSERT INTO catalog_prices (lookup_key, item_id, currency, amount, status, created_at, updated_at)
       VALUES ('coffer:plan:old:USD:1:month:1', 'pln_1', 'USD', 1, 'wanted', now(), now()) ON CONFLICT (lookup_key) DO NOTHING`,
    );
    await sql.query(
      `INSERT INTO payment_methods (id, customer_id, status, type, created_at, updated_at)
       VALUES ('pm_1', 'ada', 'attached', 'card', now(), now()) ON CONFLICT (id) DO UPDATE SET status = 'attached'`,
    );
    await sql.query("INSERT INTO payment_method_lists (customer_id) VALUES ('ada') ON CONFLICT DO NOTHING");
  }
  for (const table of ["catalog_products", "catalog_prices", "payment_methods", "payment_method_lists"]) {
    const { rows } = await sql.query(`SELECT provider FROM ${table}`);
    t.strictSame(rows, [{ provider: "stripe" }], table);
  }
});
