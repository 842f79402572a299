import type { Outbound } from "../http.js";
import type { DecimalAmount, Installation, ProviderResult } from "../ports/common.js";
import type { CreatePaymentRequest, PaymentNews, PaymentPort } from "../ports/payments.js";
import type { WebhookPort } from "../ports/webhooks.js";
import { decimalString, fitMetadata, readEach, rejected } from "../shared.js";
import { type AskCoinbase, type CoinbaseClientOptions, createCoinbaseClient } from "./client.js";
import { PAGE_SIZE, pageSchema, traitsOf } from "./listing.js";
import { checkoutNews, parseCheckout } from "./news.js";
import { checkoutRefunds, createCoinbaseRefund } from "./refunds.js";
import { type CoinbaseWebhookSecrets, interpretCoinbaseEvent, verifyCoinbaseWebhook } from "./webhook.js";

/** What a checkout can be priced in. Payers pay in USDC, so other currencies would arrive as something else. */
const ASSETS: ReadonlySet<string> = new Set(["USDC", "USD"]);
const METADATA_LIMITS = { keys: 20, keyLength: 100, valueLength: 100 };
const DESCRIPTION_LENGTH = 500;
const IDEMPOTENCY_WINDOW_MS = 24 * 60 * 60 * 1_000;

interface CoinbaseAdapterOptions extends CoinbaseClientOptions, CoinbaseWebhookSecrets {
  /** Which of the installations that may share the account we are. */
  readonly installation?: Installation | undefined;
}

/**
 * Coinbase Business as a payment provider: the Checkouts API, a hosted page for one payment in USDC on Base
 * (docs.cdp.coinbase.com/coinbase-business/checkout-apis). Commerce closed on 2026-03-31; only its webhooks are still read.
 * Throws a RangeError on an unreadable API key.
 */
export function createCoinbaseProvider(options: CoinbaseAdapterOptions, outbound: Outbound): PaymentPort & WebhookPort {
  const ask = createCoinbaseClient(options, outbound);
  return {
    capabilities: {
      flows: ["checkout"],
      idempotencyWindowMs: IDEMPOTENCY_WINDOW_MS,
      refuseReturnUrl,
      supportsAsset: (asset) => ASSETS.has(asset),
      // Coinbase settles in USDC, at par; a price in dollars is charged in what will really arrive.
      chargedIn: (asset) => (asset === "USD" ? "USDC" : asset),
      refusePrice: refuseCoinbasePrice,
    },
    createPayment: (request) => createCheckout(ask, request, options.installation),
    cancelPayment: ({ providerReference, idempotencyKey }) =>
      ask(
        {
          method: "POST",
          path: `/checkouts/${encodeURIComponent(providerReference)}/deactivate`,
          name: "/checkouts/{id}/deactivate",
          idempotencyKey,
        },
        (json) => sameCheckout(checkoutNews(parseCheckout(json)), providerReference),
      ),
    getPayment: (providerReference) =>
      ask(
        { method: "GET", path: `/checkouts/${encodeURIComponent(providerReference)}`, name: "/checkouts/{id}" },
        (json) => sameCheckout(checkoutNews(parseCheckout(json)), providerReference),
      ),
    listPayments: async (query) => listCheckouts(ask, query, await options.installation?.get()),
    refunds: {
      refundDecimals: () => 2,
      createRefund: (request) => createCoinbaseRefund(ask, request),
      listRefunds: (paymentReference) =>
        ask(
          { method: "GET", path: `/checkouts/${encodeURIComponent(paymentReference)}`, name: "/checkouts/{id}" },
          (json) => checkoutRefunds(json, paymentReference),
        ),
    },
    verifyWebhook: async (delivery) => verifyCoinbaseWebhook(delivery, options),
    interpretWebhook: (event) => interpretCoinbaseEvent(event, options.installation?.known),
  };
}

/** Why Coinbase would refuse this price, in words for the caller; undefined when it can be charged. */
function refuseCoinbasePrice(price: DecimalAmount): string | undefined {
  if (!ASSETS.has(price.asset)) return `Coinbase does not take payments in ${price.asset}`;
  const amount = twoDecimals(price.amount);
  if (amount === undefined) return "Coinbase takes prices with at most two decimals";
  return /^[0.]+$/.test(amount) ? "the price must be more than zero" : undefined;
}

/** The amount as Coinbase's `^\d+(\.\d{1,2})?$`, dropping only zeros; undefined when finer digits would be lost. */
function twoDecimals(amount: string): string | undefined {
  if (!decimalString.safeParse(amount).success) return undefined;
  const [whole = "0", fraction = ""] = amount.split(".");
  const digits = fraction.replace(/0+$/, "");
  return digits.length > 2 ? undefined : `${whole}.${digits.padEnd(2, "0")}`;
}

/** POST /checkouts. Redirect URLs must be https at Coinbase; when absent, its page stays open after the payment. */
async function createCheckout(
  ask: AskCoinbase,
  request: CreatePaymentRequest,
  installation: Installation | undefined,
): Promise<ProviderResult<PaymentNews>> {
  if (request.flow !== "checkout") return rejected("not_supported", "Coinbase has only the checkout flow");
  const refusal = refuseCoinbasePrice(request.price);
  if (refusal !== undefined) return rejected("price_refused", refusal);
  const body = {
    amount: twoDecimals(request.price.amount),
    currency: request.price.asset,
    network: "base",
    ...(request.description ? { description: request.description.slice(0, DESCRIPTION_LENGTH) } : {}),
    metadata: fitMetadata(request.metadata, request.paymentId, METADATA_LIMITS, await installation?.get()),
    ...(request.successUrl ? { successRedirectUrl: request.successUrl } : {}),
    ...(request.cancelUrl ? { failRedirectUrl: request.cancelUrl } : {}),
  };
  return ask(
    { method: "POST", path: "/checkouts", name: "/checkouts", body, idempotencyKey: request.idempotencyKey },
    (json) => {
      const news = checkoutNews(parseCheckout(json));
      if (news.paymentId !== request.paymentId) throw new RangeError("a reply about another payment");
      return news;
    },
  );
}

/**
 * GET /checkouts has no time filter and documents no order. Paging ends early only when a page runs from newer to older
 * and has passed `since`; otherwise it goes on to the end. Checkouts that we did not make are listed without a `paymentId`.
 */
async function listCheckouts(
  ask: AskCoinbase,
  query: Parameters<PaymentPort["listPayments"]>[0],
  installation: string | undefined,
): ReturnType<PaymentPort["listPayments"]> {
  const since = query.since.getTime();
  return ask(
    {
      method: "GET",
      path: "/checkouts",
      name: "/checkouts",
      query: { pageSize: PAGE_SIZE, ...(query.cursor === undefined ? {} : { pageToken: query.cursor }) },
    },
    (json) => {
      const page = pageSchema.parse(json);
      const { values: dated, unreadable } = readEach(page.checkouts, (value) => {
        const checkout = parseCheckout(value);
        // Without a date it may be recent, so it is told rather than missed.
        return { createdAt: checkout.createdAt?.getTime() ?? since, news: checkoutNews(checkout, installation) };
      });
      const first = dated[0]?.createdAt ?? 0;
      const last = dated.at(-1)?.createdAt ?? 0;
      const passed = dated.length > 0 && last < since && first >= last;
      const next = page.nextPageToken ? page.nextPageToken : null;
      return {
        data: dated
          .filter(({ createdAt }) => createdAt >= since)
          .sort((a, b) => a.createdAt - b.createdAt)
          .map(({ news }) => news),
        unreadable: unreadable.map((each) => ({ ...each, ...traitsOf(each.entry) })),
        // A token that leads back to the same page would page for ever.
        nextCursor: passed || next === query.cursor ? null : next,
      };
    },
  );
}

/** A reply about another checkout is no answer to our question; the client reads the RangeError as malformed. */
function sameCheckout(news: PaymentNews, providerReference: string): PaymentNews {
  if (news.providerReference !== providerReference) throw new RangeError("a reply about another checkout");
  return news;
}

/** Coinbase takes https alone; loopback is let through, where nothing but a sandbox is. */
function refuseReturnUrl(url: string): string | undefined {
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === "https:" || isLocal ? undefined : "it must be an https URL";
}
