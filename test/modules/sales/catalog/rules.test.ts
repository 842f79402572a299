import t from "tap";
import {
  type ExpectedPrice,
  itemOfKey,
  keyAt,
  kindOf,
  lookupKeyOf,
  needsSync,
  priceDrift,
  pricesOnSale,
  productDrift,
  wantedPrices,
} from "../../../../src/modules/sales/catalog/rules.js";
import type { CatalogItem, PriceRow, ProductRow } from "../../../../src/modules/sales/catalog/types.js";
import type { BillingProviderName, PriceFacts, ProductFacts } from "../../../../src/providers/ports/index.js";

const USD = { currency: "USD", amount: 999 };
const EUR = { currency: "EUR", amount: 899 };
const PACKAGE = {
  code: "starter",
  name: "Starter",
  description: null,
  status: "active",
  prices: [USD, EUR],
  flexible: null,
} as unknown as CatalogItem;
const PLAN = { ...PACKAGE, code: "monthly", interval: "month", intervalCount: 3 } as unknown as CatalogItem;
const of = (item: CatalogItem, more: object) => ({ ...item, ...more }) as CatalogItem;

t.test("what is on sale, and by which key the provider has it", async (t) => {
  t.strictSame([kindOf(PACKAGE), kindOf(PLAN)], ["package", "plan"]);
  t.equal(lookupKeyOf("stripe", PACKAGE, USD), "coffer:package:starter:USD:999");
  t.equal(lookupKeyOf("stripe", PLAN, USD), "coffer:plan:monthly:USD:999:month:3");
  const acme = "acme" as BillingProviderName;
  t.equal(lookupKeyOf(acme, PLAN, USD), "acme:coffer:plan:monthly:USD:999:month:3", "each provider has its own");
  t.strictSame(
    ["stripe" as const, acme].map((name) => itemOfKey(keyAt(name, "pln_1"))),
    ["pln_1", "pln_1"],
  );
  t.strictSame(pricesOnSale(PACKAGE), [USD, EUR]);
  t.strictSame(pricesOnSale(of(PACKAGE, { status: "retired" })), []);
  t.strictSame(pricesOnSale(of(PACKAGE, { flexible: { creditsPerUnit: "10" } })), [], "the buyer says what to pay");
  const chargeable = wantedPrices("stripe", PACKAGE, ({ currency }) => currency === "EUR");
  t.strictSame(chargeable, [{ lookupKey: "coffer:package:starter:EUR:899", price: EUR }]);
});

t.test("whether the provider has to be asked about an item", async (t) => {
  const wanted = wantedPrices("stripe", PACKAGE, () => true);
  const product = { synced: true, name: "Starter", description: null, active: true } as unknown as ProductRow;
  const rows = wanted.map(({ lookupKey }) => ({ lookupKey, status: "active" }) as PriceRow);
  const cases: readonly [string, CatalogItem, ProductRow | undefined, PriceRow[], boolean][] = [
    ["all is there", PACKAGE, product, rows, false],
    ["nothing was asked yet", PACKAGE, undefined, rows, true],
    ["it was not answered", PACKAGE, { ...product, synced: false } as ProductRow, rows, true],
    ["another name", of(PACKAGE, { name: "Beginner" }), product, rows, true],
    ["another description", of(PACKAGE, { description: "New." }), product, rows, true],
    ["retired", of(PACKAGE, { status: "retired" }), product, rows, true],
    ["a price is missing", PACKAGE, product, rows.slice(1), true],
    ["one is not there yet", PACKAGE, product, rows.map((row) => ({ ...row, status: "wanted" }) as PriceRow), true],
  ];
  for (const [what, item, known, prices, expected] of cases)
    t.equal(needsSync(item, known, prices, wanted), expected, what);
});

t.test("how the provider's side differs from what is wanted", async (t) => {
  const short = (drift: ReturnType<typeof productDrift>) =>
    drift.map(({ kind, field, expected, found }) => (field ? `${field}: ${expected}, not ${found}` : kind));
  const product = { active: true, name: "Starter" } as ProductFacts;
  t.strictSame(short(productDrift(PACKAGE, product)), []);
  t.strictSame(short(productDrift(PACKAGE, undefined)), ["missing"]);
  t.strictSame(short(productDrift(PACKAGE, { ...product, active: false })), ["archived"]);
  t.strictSame(short(productDrift(of(PACKAGE, { status: "retired" }), product)), ["active: false, not true"]);
  t.strictSame(short(productDrift(PACKAGE, { ...product, name: "X" })), ["name: Starter, not X"]);

  const wanted: ExpectedPrice = {
    price: USD,
    recurrence: { interval: "month", count: 1 },
    productReference: "prod_1",
    onSale: true,
    known: true,
  };
  const price = {
    active: true,
    price: { amount: "9.99", asset: "USD" },
    recurrence: { interval: "month", count: 1 },
    productReference: "prod_1",
  } as PriceFacts;
  t.strictSame(short(priceDrift(wanted, price, 999n)), []);
  t.strictSame(short(priceDrift(wanted, undefined, undefined)), ["missing"]);
  t.strictSame(short(priceDrift({ ...wanted, onSale: false, known: false }, undefined, undefined)), []);
  t.strictSame(short(priceDrift(wanted, { ...price, active: false }, 999n)), ["archived"]);
  t.strictSame(short(priceDrift({ ...wanted, onSale: false }, price, 999n)), ["active: false, not true"]);
  t.strictSame(short(priceDrift(wanted, price, 1_000n)), ["amount: 999, not 1000"]);
  t.strictSame(short(priceDrift(wanted, { ...price, productReference: "prod_2" }, 999n)), [
    "product: prod_1, not prod_2",
  ]);
  t.strictSame(
    short(priceDrift({ ...wanted, productReference: undefined }, price, 999n)),
    [],
    "nobody knows which yet",
  );
});
