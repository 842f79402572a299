import { invalidParameter } from "./errors.js";
import { API_VERSION, type StripeWorld } from "./world.js";

/** The oldest version that this sandbox speaks. */
const OLDEST = "2024-06-20";
/** From here on invoices have `parent` and `payments`, and periods are the items'. */
export const BASIL = "2025-03-31";

const VERSION = /^\d{4}-\d\d-\d\d(\.[a-z]+)?$/;

/** The version that a client asks for. Throws Stripe's 400 on one that there is not. */
export function readVersion(header: string | string[] | undefined): string {
  if (header === undefined) return API_VERSION;
  const version = String(header);
  if (VERSION.test(version) && version >= OLDEST && version.slice(0, 10) <= API_VERSION.slice(0, 10)) return version;
  throw invalidParameter("Stripe-Version", `Invalid Stripe API version: ${version.slice(0, 40)}`);
}

type Members = Record<string, unknown>;

/** What was called otherwise, or stood elsewhere, before `basil`. */
const BEFORE_BASIL: Readonly<Record<string, (world: StripeWorld, object: Members) => Members>> = {
  invoice: (world, { parent, payments: _payments, confirmation_secret: _secret, ...invoice }) => {
    const details = (parent as { subscription_details?: Members } | null)?.subscription_details;
    const intentId = world.invoices.get(String(invoice.id))?.intentId;
    const isPaid = invoice.status === "paid";
    return {
      ...invoice,
      charge: world.intents.get(intentId ?? "")?.wire.latest_charge ?? null,
      paid: isPaid,
      paid_out_of_band: isPaid && intentId !== undefined && world.intents.get(intentId)?.wire.status === "canceled",
      payment_intent: intentId ?? null,
      quote: null,
      subscription: details?.subscription ?? null,
      subscription_details: { metadata: details?.metadata ?? null },
    };
  },
  line_item: (world, { parent, pricing, ...line }) => {
    const details = (parent as { subscription_item_details?: Members } | null)?.subscription_item_details;
    const price = (pricing as { price_details?: { price?: unknown } } | null)?.price_details?.price;
    return {
      ...line,
      price: typeof price === "string" ? (world.prices.get(price) ?? null) : (price ?? null),
      proration: details?.proration ?? false,
      subscription_item: details?.subscription_item ?? null,
      type: "subscription",
    };
  },
  subscription: (_world, subscription) => {
    const items = (subscription.items as { data?: Members[] } | undefined)?.data ?? [];
    const [first] = items;
    return {
      ...subscription,
      current_period_start: first?.current_period_start ?? null,
      current_period_end: first?.current_period_end ?? null,
    };
  },
  subscription_item: (_world, { current_period_start: _start, current_period_end: _end, ...item }) => item,
  payment_intent: (world, intent) => ({ ...intent, invoice: world.intents.get(String(intent.id))?.invoiceId ?? null }),
  charge: (world, charge) => ({
    ...charge,
    invoice: world.intents.get(String(charge.payment_intent))?.invoiceId ?? null,
  }),
};

/** An object, and everything in it, as `version` shows it. */
export function inVersion(world: StripeWorld, value: unknown, version: string): unknown {
  if (version >= BASIL) return value;
  if (Array.isArray(value)) return value.map((item) => inVersion(world, item, version));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Members;
  const before = BEFORE_BASIL[String(object.object)]?.(world, object) ?? object;
  return Object.fromEntries(Object.entries(before).map(([name, member]) => [name, inVersion(world, member, version)]));
}
