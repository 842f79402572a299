import { DAY_MS, MINUTE_MS } from "../../../../core/clock.js";
import { mapLimited } from "../../../../core/concurrency.js";
import { atEach } from "../../../../kernel/at-each.js";
import type { LookFailure } from "../../../../kernel/jobs.js";
import { pagesSince, sinceLast } from "../../../../kernel/lists.js";
import type { Listing, VerifiedWebhook, WebhookPort, WebhookProviderName } from "../../../../providers/ports/index.js";
import * as queries from "../queries.js";
import { hearsWhatIsListed } from "../rules.js";
import type { WebhookDeps } from "./deps.js";
import type { Inbox } from "./receive.js";

/** What is younger may still be on its way. */
const DELIVERED_WITHIN_MS = 10 * MINUTE_MS;
/** For as long Stripe tries to deliver an event; who has just begun has missed nothing before that. */
const FIRST_LOOK_BACK_MS = 3 * DAY_MS;
/** Providers forget their events: Stripe after 30 days. */
const LISTED_FOR_MS = 29 * DAY_MS;
const PAGES_MAX = 10_000;
const AT_ONCE = 8;
/** Of how many deliveries it is looked what kind of events comes. */
const HEARD_LATELY = 1_000;

type ListingPort = WebhookPort & Required<Pick<WebhookPort, "listEvents">>;
interface Listed {
  readonly name: WebhookProviderName;
  readonly port: ListingPort;
}

const lists = (port: WebhookPort): port is ListingPort => port.listEvents !== undefined;

/**
 * Finds the events that a provider lists and no webhook told us of, and takes each into the inbox as if it had been delivered: under
 * the same id, so that a delivery that comes after all is a repetition. Returns what failed; the next run reads that part again.
 */
export async function healWebhooks(deps: WebhookDeps, inbox: Inbox): Promise<readonly LookFailure[]> {
  const providers = [...deps.webhookPorts].flatMap(([name, port]): Listed[] => (lists(port) ? [{ name, port }] : []));
  return atEach(providers, (provider) => healOne(deps, inbox, provider));
}

async function healOne(deps: WebhookDeps, inbox: Inbox, { name, port }: Listed): Promise<readonly LookFailure[]> {
  const heard = await queries.listHeardTypes(deps.db.read, name, HEARD_LATELY);
  // An endpoint that is sent another kind of events misses none of these.
  if (!hearsWhatIsListed(heard, port.isListed)) return [];
  const now = (deps.worldClock ?? deps.clock).now();
  const until = new Date(now.getTime() - DELIVERED_WITHIN_MS);
  const last = await queries.readCursor(deps.db.read, name);
  const wanted = sinceLast(last, until, FIRST_LOOK_BACK_MS);
  const since = new Date(Math.max(wanted.getTime(), now.getTime() - LISTED_FOR_MS));
  const failures: LookFailure[] = [];
  for await (const page of pagesSince((query) => read(name, port.listEvents({ ...query, until })), since, PAGES_MAX)) {
    await healPage(deps, inbox, name, page.data);
    // Nothing becomes of it by reading it again.
    for (const { providerReference = "an event", reason } of page.unreadable ?? [])
      failures.push({ id: providerReference, error: new Error(reason) });
  }
  await deps.db.transaction((tx) => queries.writeCursor(tx, name, until));
  return failures;
}

async function read(
  name: WebhookProviderName,
  asked: ReturnType<ListingPort["listEvents"]>,
): Promise<Listing<VerifiedWebhook>> {
  const page = await asked;
  if (page.outcome !== "accepted") throw new Error(`${name} answered ${page.outcome} about its events`);
  return page.value;
}

async function healPage(
  deps: WebhookDeps,
  inbox: Inbox,
  name: WebhookProviderName,
  events: readonly VerifiedWebhook[],
): Promise<void> {
  const known = await queries.findKnownEvents(
    deps.db.read,
    name,
    events.map(({ eventId }) => eventId),
  );
  const missing = events.filter(({ eventId }) => !known.has(eventId));
  const results = await mapLimited(missing, AT_ONCE, (event) => inbox.heal(name, event));
  for (const { duplicate } of results) if (!duplicate) deps.onWebhookHealed?.(name);
}
