import { confirmationSecret, invoicePaymentsOf } from "./billing/shown.js";
import { invalidParameter } from "./errors.js";
import { lineItems } from "./listing.js";
import type { StripeWorld } from "./world.js";

type Owner = Record<string, unknown>;
type Load = (world: StripeWorld, id: string, owner: Owner) => unknown;

const charge: Load = (world, id) => world.charges.get(id);
const customer: Load = (world, id) => world.customers.get(id) ?? world.deletedCustomers.get(id);
const invoice: Load = (world, id) => world.invoices.get(id)?.wire;
const method: Load = (world, id) => world.methods.get(id)?.wire;
const intent: Load = (world, id) => world.intents.get(id)?.wire;
const price: Load = (world, id) => world.prices.get(id);
const product: Load = (world, id) => world.products.get(id);
const setup: Load = (world, id) => world.setups.get(id)?.wire;
const subscription: Load = (world, id) => world.subscriptions.get(id)?.wire;
const moved: Load = (world, id) => world.balance.get(id);
/** What a movement of the balance is about. */
const sourceOf = (world: StripeWorld, id: string) =>
  world.charges.get(id) ??
  world.refunds.get(id) ??
  world.disputes.get(id) ??
  world.payouts.get(id) ??
  world.topups.get(id);
const discounts: Load = (world, id) => world.discounts.get(id);

/** What can be expanded: the kind of object, then the way from it to the member. */
const LOADERS: Readonly<Record<string, Load>> = {
  "balance_transaction.source": (world, id) => sourceOf(world, id),
  "charge.balance_transaction": moved,
  "charge.failure_balance_transaction": moved,
  "charge.customer": customer,
  "charge.payment_intent": intent,
  "checkout.session.customer": customer,
  "checkout.session.invoice": invoice,
  "checkout.session.line_items": (world, _id, owner) => lineItems(world, String(owner.id)),
  "checkout.session.payment_intent": intent,
  "checkout.session.setup_intent": setup,
  "checkout.session.subscription": subscription,
  "customer.invoice_settings.default_payment_method": method,
  "discount.source.coupon": (world, id) => world.coupons.get(id),
  "dispute.charge": charge,
  "dispute.payment_intent": intent,
  "invoice.confirmation_secret": (world, _id, owner) => confirmationSecret(world, String(owner.id)),
  "invoice.customer": customer,
  "invoice.default_payment_method": method,
  "invoice.discounts": discounts,
  "invoice.parent.subscription_details.subscription": subscription,
  "invoice.payments": (world, _id, owner) => invoicePaymentsOf(world, String(owner.id)),
  "invoice_payment.invoice": invoice,
  "invoice_payment.payment.payment_intent": intent,
  "line_item.discounts": discounts,
  "line_item.pricing.price_details.price": price,
  "payment_intent.customer": customer,
  "payment_intent.latest_charge": charge,
  "payment_intent.payment_method": method,
  "payment_method.customer": customer,
  "payout.balance_transaction": moved,
  "payout.failure_balance_transaction": moved,
  "price.product": product,
  "product.default_price": price,
  "refund.balance_transaction": moved,
  "refund.charge": charge,
  "refund.payment_intent": intent,
  "setup_intent.customer": customer,
  "setup_intent.payment_method": method,
  "subscription.customer": customer,
  "subscription.default_payment_method": method,
  "subscription.discounts": discounts,
  "subscription.latest_invoice": invoice,
  "subscription.pending_setup_intent": setup,
};

/** Puts objects in the place of their ids, for every path of `expand`. Throws Stripe's 400 on a path that there is not. */
export function expand(world: StripeWorld, body: unknown, paths: readonly string[]): unknown {
  return paths.reduce((expanded, path) => expandPath(world, expanded, path.split("."), { path, scope: "" }), body);
}

/** `scope`: the kind of the nearest object above, and the way from there. */
function expandPath(
  world: StripeWorld,
  value: unknown,
  parts: readonly string[],
  at: { path: string; scope: string },
): unknown {
  const [name, ...rest] = parts;
  if (name === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => expandPath(world, item, parts, at));
  const owner = value as Owner;
  const kind = typeof owner.object === "string" ? owner.object : at.scope;
  const scope = `${kind}.${name}`;
  const load = LOADERS[scope];
  const member = owner[name];
  const known = load ? loaded(world, load, member, owner) : member;
  if (!load && (typeof known !== "object" || rest.length === 0)) {
    throw invalidParameter("expand", `This property cannot be expanded (${at.path}).`);
  }
  return { ...owner, [name]: expandPath(world, known, rest, { path: at.path, scope }) };
}

function loaded(world: StripeWorld, load: Load, member: unknown, owner: Owner): unknown {
  // Members that are only there when asked for have no id of their own.
  if (member === undefined) return load(world, "", owner);
  if (Array.isArray(member)) return member.map((id) => (typeof id === "string" ? load(world, id, owner) : id));
  return typeof member === "string" ? (load(world, member, owner) ?? member) : member;
}
