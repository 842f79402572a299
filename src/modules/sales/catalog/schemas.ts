import { z } from "zod";
import { DURATION } from "../../../core/durations.js";
import { MAX_AMOUNT } from "../../../core/money.js";
import {
  Amount,
  AssetCode,
  CurrencyCode,
  IdOrCode,
  Metadata,
  OutputId,
  Text,
  Timestamp,
} from "../../../http/schemas.js";
import { BILLING_PROVIDER_NAMES } from "../../../providers/ports/index.js";

const Price = z
  .strictObject({ amount: Amount, currency: CurrencyCode })
  .meta({ id: "Price", examples: [{ amount: 999, currency: "USD" }] });
const Grants = z
  .strictObject({ asset: AssetCode, amount: Amount })
  .meta({ id: "Grants", examples: [{ asset: "CREDIT", amount: 10 }] });

const Code = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,30}$/, "must be 1 to 31 small letters, digits, `_` or `-`, a letter first")
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

const Tier = z.strictObject({
  from: Amount.meta({ description: "From this amount on, in minor units of the currency.", examples: [10_000] }),
  bonusPercent: z.int().min(1).max(1_000).meta({ description: "The whole amount gives so much more." }),
});
const rises = (numbers: readonly number[]) =>
  numbers.every((number, index) => number > (numbers[index - 1] ?? Number.NEGATIVE_INFINITY));

const FlexiblePrice = z
  .strictObject({
    currency: CurrencyCode,
    creditsPerUnit: z
      .string()
      .regex(/^(?!0+(\.0+)?$)\d{1,9}(\.\d{1,9})?$/, "must be a decimal above zero, written as a string such as 12.5")
      .meta({ description: "Whole credits for one whole unit of the currency, exact.", examples: ["12.5"] }),
    minimum: Amount.meta({ description: "In minor units of the currency.", examples: [500] }),
    maximum: Amount.meta({ examples: [50_000] }),
    tiers: z.array(Tier).max(20).optional(),
  })
  .refine(({ minimum, maximum }) => minimum <= maximum, {
    error: "must not be above maximum",
    path: ["minimum"],
  })
  .refine(({ tiers = [] }) => rises(tiers.map(({ from }) => from)), {
    error: "must come by rising amounts",
    path: ["tiers"],
  })
  .refine(({ tiers = [] }) => rises(tiers.map(({ bonusPercent }) => bonusPercent)), {
    error: "must give more from tier to tier",
    path: ["tiers"],
  })
  .meta({
    id: "FlexiblePrice",
    examples: [
      {
        currency: "USD",
        creditsPerUnit: "10",
        minimum: 500,
        maximum: 50_000,
        tiers: [{ from: 10_000, bonusPercent: 20 }],
      },
    ],
  });

const Flexible = z
  .array(FlexiblePrice)
  .min(1)
  .max(30)
  .refine((all) => new Set(all.map(({ currency }) => currency)).size === all.length, "names a currency twice")
  .meta({
    description:
      "The buyer says what to pay, in one of these currencies. Instead of `prices` and `grants.amount`, which then are " +
      "those of the least amount.",
  });

const Status = z.enum(["active", "retired"]);
const creditTerms = {
  creditsExpireAfter: z
    .string()
    .regex(DURATION, "must be whole days or months, such as P30D or P12M")
    .nullable()
    .meta({
      description: "How long the credits may be spent: ISO 8601, whole days or months. Null: for ever.",
      examples: ["P12M"],
    }),
  creditsPriority: z
    .int()
    .min(0)
    .max(100)
    .nullable()
    .meta({ description: "Which credits are spent first: the lower. Null is 50.", examples: [50] }),
};
const Recognition = z.enum(["use", "straight_line"]).meta({
  description:
    "When the price of an invoice is earned: `use`, as its credits are spent or expire; `straight_line`, day by day over the period.",
});
const Interval = z.enum(["day", "week", "month", "year"]);

const bundle = {
  name: Text(100),
  description: Text(1_000).nullable().optional(),
  grants: Grants,
  prices: Prices,
  metadata: Metadata.optional(),
  creditsExpireAfter: creditTerms.creditsExpireAfter.optional(),
  creditsPriority: creditTerms.creditsPriority.optional(),
};

export const NewPackage = z
  .strictObject({
    code: Code,
    ...bundle,
    grants: z.strictObject({ asset: AssetCode, amount: Amount.optional() }),
    prices: Prices.optional(),
    flexible: Flexible.optional(),
  })
  .refine(
    ({ grants, prices, flexible }) =>
      flexible ? !prices && grants.amount === undefined : prices && grants.amount !== undefined,
    { error: "Give either prices and grants.amount, or flexible.", path: ["prices"] },
  )
  .meta({
    id: "NewPackage",
    examples: [
      {
        code: "mini",
        name: "Mini",
        grants: { asset: "CREDIT", amount: 5 },
        prices: [{ amount: 499, currency: "USD" }],
      },
      {
        code: "any",
        name: "Any amount",
        grants: { asset: "CREDIT" },
        flexible: [{ currency: "USD", creditsPerUnit: "10", minimum: 500, maximum: 50_000 }],
      },
    ],
  });

const Renewal = z
  .strictObject({
    mode: z.enum(["add", "set", "top_up_to"]).meta({
      description:
        "`add` gives a cycle's credits on top of what is left. `set` brings the balance to them, down too; `top_up_to` brings " +
        "it up to them and never down.",
    }),
    rolloverCap: z
      .int()
      .min(0)
      .max(Number(MAX_AMOUNT))
      .optional()
      .meta({ description: "With `add`: at most so much of what is left stays." }),
  })
  .refine(({ mode, rolloverCap }) => mode === "add" || rolloverCap === undefined, {
    error: "only goes with the mode add",
    path: ["rolloverCap"],
  })
  .meta({ id: "PlanRenewal", examples: [{ mode: "add", rolloverCap: 50 }] });
const Dunning = z
  .strictObject({
    graceDays: z.int().min(0).max(90).meta({ description: "Days from the first failure to the consequence." }),
    consequence: z.enum(["keep", "freeze", "cancel"]).meta({
      description:
        "`freeze` refuses spending of the plan's asset until the invoice is paid; `cancel` ends the subscription.",
    }),
  })
  .meta({ id: "PlanDunning", examples: [{ graceDays: 7, consequence: "freeze" }] });
const TrialGrants = z
  .int()
  .min(0)
  .max(Number(MAX_AMOUNT))
  .meta({ description: "What a trial gives of the plan's asset." });
const TrialDays = z.int().min(0).max(730);
const FreeInvoices = z
  .enum(["grant", "skip"])
  .meta({ description: "Whether a cycle that a discount made free gives its credits." });
const terms = {
  renewal: Renewal.optional(),
  trialDays: TrialDays.optional(),
  trialGrants: TrialGrants.optional(),
  freeInvoices: FreeInvoices.optional(),
  dunning: Dunning.optional(),
  recognition: Recognition.optional(),
};

export const NewPlan = z
  .strictObject({
    code: Code,
    ...bundle,
    ...terms,
    interval: Interval,
    intervalCount: z.int().min(1).max(12).default(1),
  })
  // Stripe renews a price at least every three years.
  .refine(({ interval, intervalCount }) => interval !== "year" || intervalCount <= 3, {
    error: "must be at most 3 with the interval year",
    path: ["intervalCount"],
  })
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

const change = { ...z.strictObject(bundle).partial().shape, status: Status.optional() };
export const PackageChange = z.strictObject({ ...change, flexible: Flexible.optional() }).meta({
  id: "PackageChange",
  description: "An absent field stays as it is. `status: retired` takes it off sale.",
  examples: [{ status: "retired" }],
});
export const PlanChange = z.strictObject({ ...change, ...terms }).meta({
  id: "PlanChange",
  description:
    "An absent field stays as it is. `status: retired` takes it off sale. Grants and terms count from the next invoice on, " +
    "a price for new subscriptions.",
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
  ...creditTerms,
  status: Status,
  createdAt: Timestamp,
  updatedAt: Timestamp,
};
export const Package = z
  .object({ id: OutputId("pkg"), ...output, flexible: z.array(FlexiblePrice).nullable() })
  .meta({ id: "Package" });
export const Plan = z
  .object({
    id: OutputId("pln"),
    ...output,
    interval: Interval,
    intervalCount: z.int(),
    renewal: z.object({ mode: z.enum(["add", "set", "top_up_to"]), rolloverCap: z.int().nullable() }),
    trialDays: z.int(),
    trialGrants: z.int(),
    freeInvoices: FreeInvoices,
    dunning: Dunning,
    recognition: Recognition,
  })
  .meta({ id: "Plan" });

const Name = IdOrCode.meta({ description: "Id or code.", examples: ["starter"] });
export const PackageParams = z.strictObject({ packageId: Name });
export const PlanParams = z.strictObject({ planId: Name.meta({ examples: ["monthly_basic"] }) });
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

const Provider = z.literal(BILLING_PROVIDER_NAMES);

export const ProviderChoice = z.strictObject({
  provider: Provider.optional().meta({
    description: "Which provider's side is shown. When absent, the first one that is set up.",
  }),
});

const Product = z
  .object({
    id: z.string().meta({ description: "The package's or plan's id.", examples: ["pkg_01h455vb4pex5vsknk084sn02q"] }),
    kind: z.enum(["package", "plan"]),
    code: z.string(),
    name: z.string(),
    status: Status,
    interval: Interval.nullable(),
    intervalCount: z.int().nullable(),
    provider: Provider.meta({ description: "Whose side of it this is." }),
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
    provider: Provider,
    providers: z.array(Provider).meta({ description: "All that have the packages and plans." }),
    checked: z.boolean().meta({ description: "The provider was asked and answered." }),
    data: z.array(Product),
    nextCursor: z.null(),
  })
  .meta({ id: "ProductList" });

export const ProductSyncQueued = z
  .object({
    provider: Provider,
    queued: z.int().meta({ description: "How many packages and plans the worker is bringing to each provider." }),
  })
  .meta({ id: "ProductSyncQueued" });
