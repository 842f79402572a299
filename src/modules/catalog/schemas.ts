import { z } from "zod";
import { Amount, AssetCode, Metadata, Note, OutputId, Timestamp } from "../../http/schemas.js";

const Price = z
  .strictObject({ amount: Amount, currency: AssetCode })
  .meta({ id: "Price", examples: [{ amount: 999, currency: "USD" }] });
const Grants = z
  .strictObject({ asset: AssetCode, amount: Amount })
  .meta({ id: "Grants", examples: [{ asset: "CREDIT", amount: 10 }] });

const Code = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,30}$/)
  .meta({ description: "Your name for it, used to buy it.", examples: ["starter"] });

const Prices = z
  .array(Price)
  .min(1)
  .max(30)
  .refine(
    (prices) => new Set(prices.map((price) => price.currency)).size === prices.length,
    "has two prices in one currency",
  )
  .meta({ description: "One per currency; the first is the default." });

const Status = z.enum(["active", "retired"]);
const Interval = z.enum(["day", "week", "month", "year"]);

const bundle = {
  name: Note(100),
  description: Note(1_000).nullable().optional(),
  grants: Grants,
  prices: Prices,
  metadata: Metadata.optional(),
};

export const NewPackage = z.strictObject({ code: Code, ...bundle }).meta({
  id: "NewPackage",
  examples: [
    {
      code: "mini",
      name: "Mini",
      grants: { asset: "CREDIT", amount: 5 },
      prices: [{ amount: 499, currency: "USD" }],
    },
  ],
});
export const NewPlan = z
  .strictObject({ code: Code, ...bundle, interval: Interval, intervalCount: z.int().min(1).max(12).default(1) })
  .meta({
    id: "NewPlan",
    examples: [
      {
        code: "yearly",
        name: "Yearly",
        grants: { asset: "CREDIT", amount: 500 },
        prices: [{ amount: 19900, currency: "USD" }],
        interval: "year",
      },
    ],
  });

export const BundleChange = z
  .strictObject({ ...z.strictObject(bundle).partial().shape, status: Status.optional() })
  .meta({
    id: "BundleChange",
    description: "An absent field stays as it is. `status: retired` takes it off sale.",
    examples: [{ status: "retired" }],
  });

const output = {
  code: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  grants: Grants,
  price: Price.meta({ description: "The default price." }),
  prices: z.array(Price),
  metadata: Metadata,
  status: Status,
  createdAt: Timestamp,
  updatedAt: Timestamp,
};
export const Package = z.object({ id: OutputId("pkg"), ...output }).meta({ id: "Package" });
export const Plan = z
  .object({ id: OutputId("pln"), ...output, interval: Interval, intervalCount: z.int() })
  .meta({ id: "Plan" });

const IdOrCode = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,40}$/)
  .meta({ description: "Id or code.", examples: ["starter"] });
export const PackageParams = z.strictObject({ packageId: IdOrCode });
export const PlanParams = z.strictObject({ planId: IdOrCode });
export const StatusFilter = z.strictObject({ status: z.enum(["active", "retired", "all"]).default("active") });

const Drift = z
  .object({
    kind: z.enum(["missing", "archived", "differs"]),
    field: z.string().nullable().meta({ description: "With `differs`: what does." }),
    expected: z.string().nullable(),
    found: z.string().nullable(),
  })
  .meta({ id: "CatalogDrift", examples: [{ kind: "differs", field: "name", expected: "Starter", found: "Start" }] });
const Drifts = z
  .array(Drift)
  .nullable()
  .meta({ description: "How the provider's side differs; null when it could not be asked." });
const SyncFailure = z.object({ code: z.string(), message: z.string() }).nullable();
const ProviderReference = z.string().nullable();

const Product = z
  .object({
    id: z.string().meta({ description: "The package's or plan's id.", examples: ["pkg_01h455vb4pex5vsknk084sn02q"] }),
    kind: z.enum(["package", "plan"]),
    code: z.string(),
    name: z.string(),
    status: Status,
    interval: Interval.nullable(),
    intervalCount: z.int().nullable(),
    providerReference: ProviderReference,
    synced: z.boolean().meta({ description: "It is at the provider as wanted, as far as we were told." }),
    failure: SyncFailure,
    drift: Drifts,
    prices: z.array(
      z.object({
        ...Price.shape,
        lookupKey: z.string().meta({ description: "What the provider finds the price by." }),
        providerReference: ProviderReference,
        status: z.enum(["wanted", "active", "retiring", "archived"]).meta({
          description: "`archived` prices are no longer sold; subscriptions that have them keep them.",
        }),
        failure: SyncFailure,
        drift: Drifts,
      }),
    ),
  })
  .meta({ id: "Product" });

export const ProductList = z
  .object({
    provider: z.literal("stripe"),
    checked: z.boolean().meta({ description: "The provider was asked and answered." }),
    data: z.array(Product),
    nextCursor: z.null(),
  })
  .meta({ id: "ProductList" });
