import { randomUUID } from "node:crypto";
import { plantEntry } from "../recorder.js";
import { controlRefusal, type Refusal } from "../refusal.js";
import type { Call, SandboxServer } from "../server.js";
import { CHECKOUT_STATUSES, type Checkout, type Checkouts, type NewCheckout, USDC_ON } from "./checkouts.js";
import { cdpError } from "./dialect.js";

const DAY_MS = 86_400_000;
const AMOUNT = /^\d+(\.\d{1,2})?$/;
const MAX_DESCRIPTION = 500;
const MAX_METADATA_KEYS = 20;
const DEFAULT_PAGE = 20;
const MAX_PAGE = 100;
/** Coinbase is said to take EUR, SGD and GBP too, at rates that a sandbox would have to invent. */
const CURRENCIES = ["USDC", "USD"];
const CREATE_FIELDS = [
  "amount",
  "currency",
  "network",
  "description",
  "metadata",
  "expiresAt",
  "successRedirectUrl",
  "failRedirectUrl",
];

function invalid(message: string): Refusal {
  return cdpError(400, "invalid_request", message);
}

function readText(body: Record<string, unknown>, name: string): string | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw invalid(`${name} must be a string`);
  return value;
}

/** Redirects are https at Coinbase; loopback is let through, or nothing could be tried on one machine. */
function readRedirect(body: Record<string, unknown>, name: "successRedirectUrl" | "failRedirectUrl") {
  const url = readText(body, name);
  if (url === undefined) return {};
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "" };
  const local = protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (protocol !== "https:" && !local) throw invalid(`${name} must be an https URL`);
  return { [name]: url };
}

function readMetadata(body: Record<string, unknown>): { metadata?: Record<string, string> } {
  const { metadata } = body;
  if (metadata === undefined) return {};
  const entries = typeof metadata === "object" && metadata !== null ? Object.entries(metadata) : undefined;
  if (!entries || Array.isArray(metadata) || entries.some(([, value]) => typeof value !== "string")) {
    throw invalid("metadata must map strings to strings");
  }
  if (entries.length > MAX_METADATA_KEYS) throw invalid(`metadata can have up to ${MAX_METADATA_KEYS} keys`);
  return { metadata: Object.fromEntries(entries) };
}

function readExpiry(body: Record<string, unknown>): string {
  const text = readText(body, "expiresAt");
  if (text === undefined) return new Date(Date.now() + DAY_MS).toISOString();
  const time = Date.parse(text);
  if (Number.isNaN(time) || time <= Date.now()) throw invalid("expiresAt must be a time to come, as RFC 3339");
  return new Date(time).toISOString();
}

function readCheckout(body: Record<string, unknown>): NewCheckout {
  const unknown = Object.keys(body).find((name) => !CREATE_FIELDS.includes(name));
  if (unknown !== undefined) throw invalid(`unknown field: ${unknown}`);
  const amount = readText(body, "amount");
  if (amount === undefined || !AMOUNT.test(amount) || /^[0.]*$/.test(amount)) {
    throw invalid("amount must be a positive decimal with at most two decimals");
  }
  const currency = readText(body, "currency");
  if (currency === undefined || !CURRENCIES.includes(currency)) {
    throw invalid(`currency must be one of ${CURRENCIES.join(", ")}`);
  }
  const network = readText(body, "network") ?? "base";
  if (network !== "base") throw invalid("network must be base");
  const description = readText(body, "description");
  if (description !== undefined && description.length > MAX_DESCRIPTION) throw invalid("description is too long");
  return {
    amount,
    currency,
    network,
    expiresAt: readExpiry(body),
    ...(description === undefined ? {} : { description }),
    ...readMetadata(body),
    ...readRedirect(body, "successRedirectUrl"),
    ...readRedirect(body, "failRedirectUrl"),
  };
}

/** What no document foresees: entries of the list of checkouts, and of the refunds of one. */
const oddities = (server: SandboxServer) => server.store.collection<{ of: string; entry: unknown }>("odd_entries");
const oddOf = (server: SandboxServer, of: string): unknown[] =>
  oddities(server)
    .values()
    .filter((each) => each.of === of)
    .map(({ entry }) => entry);

function withOddRefunds(server: SandboxServer, checkout: Checkout): object {
  const odd = oddOf(server, checkout.id);
  return odd.length === 0 ? checkout : { ...checkout, refunds: [...odd, ...(checkout.refunds ?? [])] };
}

function listCheckouts(checkouts: Checkouts, query: URLSearchParams) {
  const pageSize = Number(query.get("pageSize") ?? DEFAULT_PAGE);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE) throw invalid("pageSize must be 1 to 100");
  const given = query.get("status");
  const status = CHECKOUT_STATUSES.find((known) => known === given);
  if (given !== null && !status) throw invalid("unknown status");
  const all = checkouts.list(status);
  const token = query.get("pageToken");
  // The token names the last checkout seen, so that what is created meanwhile moves nothing.
  const last = token === null || token === "" ? undefined : Buffer.from(token, "base64url").toString();
  const start = last === undefined ? 0 : all.findIndex(({ createdAt, id }) => `${createdAt}/${id}` === last) + 1;
  if (last !== undefined && start === 0) throw invalid("unknown pageToken");
  const page = all.slice(start, start + pageSize);
  const end = page.at(-1);
  const more = end !== undefined && all.length > start + pageSize;
  return {
    checkouts: page,
    ...(more ? { nextPageToken: Buffer.from(`${end.createdAt}/${end.id}`).toString("base64url") } : {}),
  };
}

function readRefund(body: Record<string, unknown>): { amount: string; reason?: string } {
  const unknown = Object.keys(body).find((name) => !["amount", "currency", "reason"].includes(name));
  if (unknown !== undefined) throw invalid(`unknown field: ${unknown}`);
  const amount = readText(body, "amount");
  if (amount === undefined || !AMOUNT.test(amount)) throw invalid("amount must be a decimal with at most two decimals");
  const reason = readText(body, "reason");
  return { amount, ...(reason === undefined ? {} : { reason }) };
}

/** The Business Checkouts API. */
export function installCheckoutApi(server: SandboxServer, checkouts: Checkouts): void {
  const base = "/api/v1/checkouts";
  server.api("POST", base, ({ body }) => checkouts.create(readCheckout(body)));
  server.api("GET", base, ({ query }) => {
    const page = listCheckouts(checkouts, new URLSearchParams(query));
    return { ...page, checkouts: [...oddOf(server, ""), ...page.checkouts] };
  });
  server.api("GET", `${base}/:id`, ({ params: { id = "" } }) => withOddRefunds(server, checkouts.get(id)));
  server.api("POST", `${base}/:id/refund`, ({ params: { id = "" }, body }) => checkouts.refund(id, readRefund(body)));
  server.api("POST", `${base}/:id/deactivate`, ({ params: { id = "" } }) => checkouts.deactivate(id));
}

function readOverride(body: Record<string, unknown>) {
  const { totalAmount, currency, unsettled, network, exchangeRate } = body;
  const chain = (Object.keys(USDC_ON) as (keyof typeof USDC_ON)[]).find((each) => each === network);
  if (network !== undefined && chain === undefined) {
    throw controlRefusal(400, `network must be one of ${Object.keys(USDC_ON).join(", ")}`);
  }
  if (exchangeRate !== undefined && !/^\d{1,9}(\.\d{1,12})?$/.test(String(exchangeRate))) {
    throw controlRefusal(400, "exchangeRate must be a decimal string");
  }
  if (totalAmount !== undefined && (typeof totalAmount !== "string" || !/^\d+(\.\d{1,6})?$/.test(totalAmount))) {
    throw controlRefusal(400, "totalAmount must be a decimal string");
  }
  if (currency !== undefined && typeof currency !== "string") throw controlRefusal(400, "currency must be a string");
  return {
    ...(totalAmount === undefined ? {} : { totalAmount }),
    ...(currency === undefined ? {} : { currency }),
    ...(chain === undefined ? {} : { network: chain }),
    ...(exchangeRate === undefined ? {} : { exchangeRate: String(exchangeRate) }),
    unsettled: unsettled === true,
  };
}

/** `/sandbox/checkouts`: the payer's and the clock's part, without a browser. */
export function installCheckoutControl(server: SandboxServer, checkouts: Checkouts): void {
  const route = (verb: string, handle: (id: string, call: Call) => Checkout) =>
    server.control("POST", `/sandbox/checkouts/:id/${verb}`, (call) => handle(call.params.id ?? "", call));
  route("pay", (id, { body }) => checkouts.pay(id, readOverride(body)));
  route("settle", (id) => checkouts.settle(id));
  route("fail", (id) => checkouts.fail(id));
  route("expire", (id) => checkouts.expire(id));
  server.control("POST", "/sandbox/entries", ({ body: { entry = null, checkoutId = "" } }) => {
    if (typeof checkoutId !== "string") throw controlRefusal(400, "checkoutId must be a string");
    plantEntry(entry);
    oddities(server).put(randomUUID(), { of: checkoutId, entry });
    return { entry };
  });
  const last = (id: string) => checkouts.get(id).refunds?.at(-1)?.id ?? "";
  // In the dashboard.
  route("refund", (id, { body }) => checkouts.refund(id, readRefund(body)).checkout);
  route("refunds/complete", (id) => checkouts.endRefund(id, last(id), "COMPLETED"));
  route("refunds/fail", (id) => checkouts.endRefund(id, last(id), "FAILED"));
}
