import type Stripe from "stripe";
import { z } from "zod";
import type { Installation, Listing, ListingQuery, ProviderResult, UnreadableEntry } from "../ports/common.js";
import type { PaymentNews, PaymentPort } from "../ports/payments.js";
import { isOfAnother, readEach, rejected } from "../shared.js";
import { askStripe, type StripeClient } from "./client.js";
import { intentNews, parseIntent, parseSession, sessionNews } from "./news.js";

/** Small enough that a page of intents with full metadata stays below the reply size that we read. */
export const PAGE_SIZE = 50;

const pageSchema = z.looseObject({
  data: z.array(z.unknown()),
  has_more: z.boolean(),
});

const traitsSchema = z.looseObject({ id: z.string().min(1), metadata: z.unknown().optional() });
const ownMetadata = z.looseObject({ coffer_payment_id: z.string() });

/** What can be said of an entry that cannot be read: its id, and which payment of ours it says that it is. */
function traitsOf(entry: unknown): { providerReference?: string; reference?: string } {
  const { data: traits } = traitsSchema.safeParse(entry);
  if (!traits) return {};
  const { data: metadata } = ownMetadata.safeParse(traits.metadata);
  return { providerReference: traits.id, ...(metadata ? { reference: metadata.coffer_payment_id } : {}) };
}

/** Entries of one of Stripe's lists, read one by one: what cannot be read hides none of its neighbours. */
export function readEntries<T>(
  entries: readonly unknown[],
  read: (entry: unknown) => readonly T[],
): { readonly data: readonly T[]; readonly unreadable: readonly UnreadableEntry[] } {
  const { values, unreadable } = readEach(entries, read);
  return { data: values.flat(), unreadable: unreadable.map((each) => ({ ...each, ...traitsOf(each.entry) })) };
}

/** A page of a list. `last` is the id from which the next page goes on; undefined at the end. */
export function readListed<T>(reply: unknown, read: (entry: unknown) => readonly T[]) {
  const page = pageSchema.parse(reply);
  const last = page.data.findLast((entry) => traitsOf(entry).providerReference !== undefined);
  return { ...readEntries(page.data, read), last: page.has_more ? traitsOf(last).providerReference : undefined };
}

const CURSOR = /^(pi|cs)(?::(\w+))?$/;

/**
 * Lists all PaymentIntents created since, then the sessions of ours that are not already told by a paid intent: a session
 * has no intent before the customer pays. Stripe pages from the newest, so only within a page is the oldest first.
 * Intents that we did not make are listed too, without a `paymentId`: that money is on the account is for the caller to judge.
 */
export async function listStripePayments(
  stripe: StripeClient,
  query: Parameters<PaymentPort["listPayments"]>[0],
  installation: Installation | undefined,
): Promise<ProviderResult<Listing<PaymentNews>>> {
  const ours = await installation?.get();
  const match = CURSOR.exec(query.cursor ?? "pi");
  if (!match) return rejected("invalid_cursor", "not a cursor of this listing");
  const params = {
    created: { gte: Math.floor(query.since.getTime() / 1_000) },
    limit: PAGE_SIZE,
    ...(match[2] === undefined ? {} : { starting_after: match[2] }),
  };
  if (match[1] === "pi") {
    return askStripe(
      stripe,
      (client) => client.paymentIntents.list(params),
      (reply) => readPage(reply, "pi", (object) => [ownNews(intentNews, parseIntent(object), ours)]),
    );
  }
  return askStripe(
    stripe,
    (client) => client.checkout.sessions.list(params),
    (reply) => readPage(reply, "cs", (object) => openSessionNews(object, ours)),
  );
}

function readPage(
  reply: unknown,
  kind: "pi" | "cs",
  read: (object: unknown) => readonly PaymentNews[],
): Listing<PaymentNews> {
  const { data, unreadable, last } = readListed(reply, read);
  const rest = kind === "pi" ? "cs" : null;
  return { data: [...data].reverse(), unreadable, nextCursor: last === undefined ? rest : `${kind}:${last}` };
}

/** Another installation's payment is money that we did not ask for: it has no id of ours, whatever its metadata says. */
function ownNews<T extends { readonly metadata: Readonly<Record<string, unknown>> }>(
  read: (object: T) => PaymentNews,
  object: T,
  installation: string | undefined,
): PaymentNews {
  if (!isOfAnother(object.metadata, installation)) return read(object);
  const { paymentId: _theirs, ...news } = read(object);
  return news;
}

function openSessionNews(object: unknown, installation: string | undefined): PaymentNews[] {
  const session = parseSession(object);
  if (session.mode !== "payment") return [];
  const news = ownNews(sessionNews, session, installation);
  // A paid session's money is in the listing of intents, with what really arrived.
  return news.paymentId === undefined || news.status === "succeeded" ? [] : [news];
}

/** What a cursor of these lists looks like. */
export const OBJECT_ID = /^\w+$/;

/** A page of one of Stripe's lists of objects made since, newest first as Stripe has them. */
export async function listSince<T>(
  stripe: StripeClient,
  { since, cursor }: ListingQuery,
  list: (
    client: Stripe,
    params: { created: { gte: number }; limit: number; starting_after?: string },
  ) => Promise<unknown>,
  read: (object: unknown) => readonly T[],
): Promise<ProviderResult<Listing<T>>> {
  if (cursor !== undefined && !OBJECT_ID.test(cursor))
    return rejected("invalid_cursor", "not a cursor of this listing");
  const created = { gte: Math.floor(since.getTime() / 1_000) };
  const params = { created, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { starting_after: cursor }) };
  return askStripe(
    stripe,
    (client) => list(client, params),
    (reply) => {
      const { last = null, ...page } = readListed(reply, read);
      return { ...page, nextCursor: last };
    },
  );
}
