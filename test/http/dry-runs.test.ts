import t, { type Test } from "tap";
import { startBilling } from "../helpers/billing.js";
import { jobsOf } from "../helpers/jobs.js";
import { customerToken } from "../helpers/jwt.js";

// A preview refuses what the call refuses, and with the same words: also what only the provider knows, since no webhook tells it.

const HUNDRED = { amount: 1_000, currency: "USD", grants: { asset: "CREDIT", amount: 100 } };
const INTENT = { customerId: "ada", provider: "stripe", flow: "payment_intent" };

/** A request that is refused, or that has nothing left to do. */
interface Asked {
  readonly path: string;
  readonly body?: object;
  readonly method?: "PATCH";
  readonly token?: string;
}

/** What asks for it, by what is wrong, and the code of the refusal; none when both succeed. */
type Case = readonly [what: string, code: string | undefined, ask: () => Promise<Asked>];

async function start(t: Test) {
  const billing = await startBilling(t, { quiet: true });
  await billing.control("webhooks/mode", { drop: true });
  const { call, must, control, doAtStripe } = billing;
  const pay = async (body: object = HUNDRED, card?: string) => {
    const made = await must("POST", "/v1/payments", { ...INTENT, ...body });
    if (card !== undefined) await must("POST", `/v1/payments/${made.id}/confirm`, { paymentMethodId: card });
    return { id: String(made.id), intent: String(made.providerReference) };
  };
  let keys = 0;
  const compare = async (t: Test, cases: readonly Case[]) => {
    for (const [what, code, ask] of cases) {
      const { path, body, method = "POST", token } = await ask();
      keys += 1;
      const options = { ...(body ? { body } : {}), ...(token ? { token } : {}), key: `dry-${keys}` };
      const dry = await call(method, `${path}${path.includes("?") ? "&" : "?"}dryRun=true`, options);
      const wet = await call(method, path, options);
      const said = ({ status, body }: typeof dry) =>
        status < 300 ? "accepted" : { status, code: body.code, providerCode: body.providerCode, title: body.title };
      t.strictSame(said(dry), said(wet), what);
      if (code === undefined) t.ok(wet.status < 300, `${what}: ${JSON.stringify(wet.body)}`);
      else t.equal(wet.body.code, code, what);
    }
  };
  return { ...billing, pay, compare, control, doAtStripe };
}

t.test("payments and refunds", { timeout: 600_000 }, async (t) => {
  const { pay, compare, saveCard, must, control, doAtStripe } = await start(t);
  const theirs = await saveCard("bob");
  const token = await customerToken("ada");
  const create = (body: object) => async () => ({ path: "/v1/payments", body: { ...INTENT, ...body } });
  await compare(t, [
    ["an unknown package", "catalog.package_not_found", create({ package: "nothing" })],
    ["too little", "payments.price_refused", create({ ...HUNDRED, amount: 10 })],
    ["a currency that Stripe has not", "ledger.asset_not_found", create({ ...HUNDRED, currency: "XTS" })],
    ["grants of no asset", "ledger.asset_not_found", create({ ...HUNDRED, grants: { asset: "NOPE", amount: 1 } })],
    ["an unknown method", "payments.rejected", create({ ...HUNDRED, paymentMethodId: "pm_unknown" })],
    ["somebody else's method", "payments.rejected", create({ ...HUNDRED, paymentMethodId: theirs })],
    ["a flow that is not offered", "payments.flow_not_supported", create({ ...HUNDRED, provider: "coinbase" })],
    [
      "a price of one's own",
      "payments.grants_not_allowed",
      async () => ({ path: "/v1/payments", body: { ...INTENT, ...HUNDRED }, token }),
    ],
    [
      "somebody else's payment",
      "customers.not_found",
      async () => ({ path: "/v1/payments", body: { ...INTENT, customerId: "bob", package: "starter" }, token }),
    ],
  ]);
  const card = { paymentMethodId: "pm_card_visa" };
  const confirm = async (payment: Promise<{ id: string }>, body: object = card) => ({
    path: `/v1/payments/${(await payment).id}/confirm`,
    body,
  });
  /** A payment of which something became at the provider, without a word to us. */
  const behindOurBack = async (verb: "succeed" | "process" | "cancel") => {
    const made = await pay();
    if (verb === "cancel") await doAtStripe(`payment_intents/${made.intent}/cancel`);
    else await control(`payment_intents/${made.intent}/${verb}`);
    return made;
  };
  const page = async () => {
    const { id } = await must("POST", "/v1/payments", { ...INTENT, ...HUNDRED, flow: "checkout" });
    return { id: String(id) };
  };
  const cancel = async (payment: Promise<{ id: string }>) => ({ path: `/v1/payments/${(await payment).id}/cancel` });
  const canceled = async () => {
    const made = await pay();
    await must("POST", `/v1/payments/${made.id}/cancel`);
    return made;
  };
  await compare(t, [
    ["confirm: paid", "payments.wrong_state", () => confirm(pay(HUNDRED, "pm_card_visa"))],
    ["confirm: paid at Stripe", "payments.wrong_state", () => confirm(behindOurBack("succeed"))],
    ["confirm: canceled at Stripe", "payments.wrong_state", () => confirm(behindOurBack("cancel"))],
    ["confirm: under way at Stripe", "payments.wrong_state", () => confirm(behindOurBack("process"))],
    ["confirm: a page", "payments.confirm_not_supported", () => confirm(page())],
    ["confirm: an unknown method", "payments.rejected", () => confirm(pay(), { paymentMethodId: "pm_unknown" })],
    ["confirm: somebody else's method", "payments.rejected", () => confirm(pay(), { paymentMethodId: theirs })],
    ["confirm: nothing wrong", undefined, () => confirm(pay())],
    ["cancel: paid", "payments.wrong_state", () => cancel(pay(HUNDRED, "pm_card_visa"))],
    ["cancel: paid at Stripe", "payments.wrong_state", () => cancel(behindOurBack("succeed"))],
    ["cancel: under way at Stripe", "payments.wrong_state", () => cancel(behindOurBack("process"))],
    ["cancel: canceled at Stripe", undefined, () => cancel(behindOurBack("cancel"))],
    ["cancel: canceled", undefined, () => cancel(canceled())],
    ["cancel: a page", undefined, () => cancel(page())],
  ]);
  const refund = async (payment: Promise<{ id: string }>, body: object = {}) => ({
    path: `/v1/payments/${(await payment).id}/refunds`,
    body,
  });
  const paid = (body: object = HUNDRED) => pay(body, "pm_card_visa");
  const atStripe = async (what: "refunds" | "disputes", amount: number | undefined) => {
    const made = await paid();
    await control(what, { payment_intent: made.intent, ...(amount === undefined ? {} : { amount }) });
    return made;
  };
  const lots = { ...HUNDRED, grants: { asset: "CREDIT", amount: 100_000 } };
  const kwd = { ...HUNDRED, amount: 5_000, currency: "KWD" };
  await compare(t, [
    ["refund: not paid", "refunds.not_paid", () => refund(pay())],
    ["refund: more than there is", "refunds.exceeds_remainder", () => refund(paid(), { amount: 1_001 })],
    ["refund: more credits than there are", "refunds.exceeds_remainder", () => refund(paid(), { grants: 101 })],
    ["refund: too fine", "refunds.too_fine", () => refund(paid(kwd), { amount: 1_667 })],
    ["refund: one credit of many", undefined, () => refund(paid(lots), { grants: 1 })],
    ["refund: disputed, all of it", "refunds.rejected", () => refund(atStripe("disputes", undefined))],
    ["refund: disputed, a part of it", "refunds.rejected", () => refund(atStripe("disputes", 300), { amount: 100 })],
    ["refund: refunded at Stripe", "refunds.rejected", () => refund(atStripe("refunds", undefined))],
    ["refund: more than Stripe has left", "refunds.rejected", () => refund(atStripe("refunds", 400), { amount: 700 })],
    ["refund: what Stripe has left", undefined, () => refund(atStripe("refunds", 400), { amount: 600 })],
  ]);
});

t.test("subscriptions and invoices", { timeout: 600_000 }, async (t) => {
  const billing = await start(t);
  const { compare, must, plan, subscribe, saveCard, control, doAtStripe, customerAt, deps, invoices } = billing;
  await plan("basic");
  await plan("bigger", { prices: [{ amount: 4_000, currency: "USD" }] });
  await plan("old");
  await plan("much", { grants: { asset: "CREDIT", amount: 9_000_000_000_000 } });
  await must("PATCH", "/v1/plans/old", { status: "retired" });
  const card = await saveCard("ada");
  const theirs = await saveCard("bob");
  const token = await customerToken("ada");
  const asked = { customerId: "ada", plan: "basic", flow: "payment_intent" };
  const create =
    (body: object, more: object = {}) =>
    async () => ({ path: "/v1/subscriptions", body: { ...asked, ...body }, ...more });
  await compare(t, [
    ["an unknown plan", "catalog.plan_not_found", create({ plan: "nothing" })],
    ["a plan that is not sold", "catalog.plan_retired", create({ plan: "old" })],
    ["a currency that it is not sold in", "catalog.no_price", create({ currency: "EUR" })],
    ["an unknown method", "payment_methods.not_found", create({ paymentMethodId: "pm_unknown" })],
    ["somebody else's method", "payment_methods.not_found", create({ paymentMethodId: theirs })],
    ["a trial of one's own", "subscriptions.trial_not_allowed", create({ trialDays: 3 }, { token })],
    ["somebody else's", "customers.not_found", create({ customerId: "bob" }, { token })],
  ]);
  let customers = 0;
  const begin = async (more: object = {}, code = "basic") => {
    customers += 1;
    const { id, providerReference } = await subscribe(`customer-${customers}`, code, more);
    return { id, reference: providerReference, customerId: `customer-${customers}` };
  };
  const ended = async (where: "here" | "at Stripe", scheduled = false) => {
    const made = await begin();
    if (scheduled) await must("POST", `/v1/subscriptions/${made.id}/cancel`, { at: "period_end" });
    if (where === "here") await must("POST", `/v1/subscriptions/${made.id}/cancel`, { at: "now" });
    else await doAtStripe(`subscriptions/${made.reference}`, {}, "DELETE");
    return made;
  };
  const act = async (verb: string, made: Promise<{ id: string }>, body?: object, more: object = {}) => ({
    path: `/v1/subscriptions/${(await made).id}${verb}`,
    ...(body ? { body } : {}),
    ...more,
  });
  const change = (made: Promise<{ id: string }>, body: object) => act("", made, body, { method: "PATCH" });
  const paused = async () => {
    const made = await begin();
    await must("POST", `/v1/subscriptions/${made.id}/pause`);
    return made;
  };
  const onPage = async (isDone: boolean) => {
    customers += 1;
    const body = { ...asked, customerId: `customer-${customers}`, flow: "checkout" };
    await must("PUT", `/v1/customers/customer-${customers}`, {});
    const made = await must("POST", "/v1/subscriptions", body);
    const [, session] = /(cs_\w+)/.exec(String(made.checkoutUrl)) ?? [];
    if (isDone) await control(`checkout/sessions/${session}/pay`);
    return { id: String(made.id) };
  };
  await compare(t, [
    ["change: nothing", "subscriptions.no_change", () => change(begin(), { plan: "basic" })],
    ["change: an unknown plan", "catalog.plan_not_found", () => change(begin(), { plan: "nothing" })],
    ["change: too many", "subscriptions.too_many", () => change(begin({}, "much"), { quantity: 1_001 })],
    ["change: ended", "subscriptions.wrong_state", () => change(ended("here"), { plan: "bigger" })],
    ["change: ended at Stripe", "subscriptions.wrong_state", () => change(ended("at Stripe"), { plan: "bigger" })],
    ["change: nothing wrong", undefined, () => change(begin(), { plan: "bigger", proration: "none" })],
    ["cancel: ended", undefined, () => act("/cancel", ended("here"), {})],
    ["cancel: ended at Stripe", undefined, () => act("/cancel", ended("at Stripe"), { at: "now" })],
    ["cancel: a page", undefined, () => act("/cancel", onPage(false), {})],
    ["cancel: a page that was used", "subscriptions.wrong_state", () => act("/cancel", onPage(true), {})],
    ["pause: ended", "subscriptions.wrong_state", () => act("/pause", ended("here"))],
    ["pause: ended at Stripe", "subscriptions.wrong_state", () => act("/pause", ended("at Stripe"))],
    ["pause: paused", undefined, () => act("/pause", paused())],
    ["resume: nothing to take back", "subscriptions.wrong_state", () => act("/resume", begin())],
    ["resume: ended at Stripe", "subscriptions.wrong_state", () => act("/resume", ended("at Stripe", true))],
    ["resume: paused", undefined, () => act("/resume", paused())],
  ]);
  /** A renewal that the bank refuses. */
  const open = async () => {
    const made = await begin();
    const customer = await customerAt(made.customerId);
    await control(`customers/${customer}/charges`, { outcome: "decline" });
    await control("clock/advance", { by: { days: 32 } });
    await control(`customers/${customer}/charges`, { outcome: "succeed" });
    await jobsOf(deps)["invoices:catch-up"]?.({});
    const invoice = (await invoices(made.customerId)).find(({ status }) => status === "open");
    if (!invoice) throw new Error("no open invoice");
    return { ...made, customer, id: invoice.id, invoice: invoice.providerReference };
  };
  const payIt = async (invoice: Promise<{ id: string }>, body: object = {}) => ({
    path: `/v1/invoices/${(await invoice).id}/pay`,
    body,
  });
  const overtaken = async (verb: "void" | "pay") => {
    const made = await open();
    await doAtStripe(`invoices/${made.invoice}/${verb}`);
    return made;
  };
  const withoutMethod = async () => {
    const made = await open();
    const { rows } = await billing.sql.query("SELECT id FROM payment_methods WHERE customer_id = $1", [
      made.customerId,
    ]);
    for (const { id } of rows) await doAtStripe(`payment_methods/${id}/detach`);
    await jobsOf(deps)["subscriptions:sweep"]?.({});
    return made;
  };
  await compare(t, [
    ["pay: void at Stripe", "invoices.wrong_state", () => payIt(overtaken("void"))],
    ["pay: paid at Stripe", undefined, () => payIt(overtaken("pay"))],
    ["pay: an unknown method", "invoices.rejected", () => payIt(open(), { paymentMethodId: "pm_unknown" })],
    ["pay: somebody else's method", "invoices.rejected", () => payIt(open(), { paymentMethodId: card })],
    ["pay: no method", "invoices.rejected", () => payIt(withoutMethod())],
    ["pay: nothing wrong", undefined, () => payIt(open())],
  ]);
});
