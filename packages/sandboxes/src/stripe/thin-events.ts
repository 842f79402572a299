import { randomId } from "../ids.js";
import type { StripeEvent } from "./objects.js";

/** What a thin event is about, and where it is read. */
interface RelatedObject {
  id: string;
  type: string;
  url: string;
}

/** An event of API v2 (docs.stripe.com/api/v2/core/events): what happened to which object, without the object. */
export interface ThinEvent {
  id: string;
  object: "v2.core.event";
  context: null;
  created: string;
  livemode: boolean;
  reason: { type: "request"; request: { id: string; idempotency_key: string } } | null;
  related_object: RelatedObject | null;
  /** The event of API v1 that tells the same. */
  snapshot_event: string;
  type: string;
}

/** Where objects are read whose path is not their type with an s. */
const PATHS: Readonly<Record<string, string>> = {
  "billing_portal.session": "billing_portal/sessions",
  "checkout.session": "checkout/sessions",
};

/** All types of thin events about objects of API v1 begin so; no type of a snapshot does. */
const PREFIX = "v1.";

export const isThinType = (type: string): boolean => type.startsWith(PREFIX);

function relatedObject(object: unknown): RelatedObject | null {
  const { id, object: type } = object as { id?: string; object?: string };
  // An upcoming invoice is a preview, which cannot be read again.
  if (id === undefined || type === undefined) return null;
  return { id, type, url: `/v1/${PATHS[type] ?? `${type}s`}/${id}` };
}

/** The same news as a thin event. */
export function thinEvent(snapshot: StripeEvent): ThinEvent {
  const { id: request, idempotency_key } = snapshot.request;
  return {
    id: randomId("evt_test_"),
    object: "v2.core.event",
    context: null,
    created: new Date(snapshot.created * 1_000).toISOString(),
    livemode: snapshot.livemode,
    reason:
      request === null
        ? null
        : { type: "request", request: { id: request, idempotency_key: idempotency_key ?? request } },
    related_object: relatedObject(snapshot.data.object),
    snapshot_event: snapshot.id,
    type: `${PREFIX}${snapshot.type}`,
  };
}

/** What is sent of it: the rest is for who reads it with `GET /v2/core/events/:id`. */
export function notificationOf({
  reason: _reason,
  snapshot_event: _snapshot,
  context: _none,
  ...sent
}: ThinEvent): object {
  return sent;
}
