import { z } from "zod";
import { OutputId, PageParams, Timestamp, TypedId } from "../../../http/schemas.js";
import { WEBHOOK_PROVIDER_NAMES } from "../../../providers/ports/index.js";

const STATUSES = ["pending", "processed", "ignored", "dead"] as const;

export const WebhookEvent = z
  .object({
    id: OutputId("whe"),
    provider: z.enum(WEBHOOK_PROVIDER_NAMES),
    eventId: z.string().meta({ description: "The provider's id of the event." }),
    type: z.string(),
    status: z.enum(STATUSES).meta({ description: "`pending`: the worker will try; `dead`: a person must look." }),
    attempts: z.int(),
    note: z.string().nullable().meta({ description: "Why it was ignored, or what went wrong last." }),
    resource: z.string().nullable().meta({ description: "The object that it was about, e.g. a payment id." }),
    occurredAt: Timestamp.nullable(),
    receivedAt: Timestamp,
    processedAt: Timestamp.nullable(),
    nextAttemptAt: Timestamp.nullable(),
    healed: z
      .boolean()
      .meta({ description: "It was not delivered: it was found in the provider's own list of events." }),
  })
  .meta({ id: "WebhookEvent" });

export const WebhookEventWithPayload = WebhookEvent.extend({
  payload: z
    .string()
    .nullable()
    .meta({ description: "The body exactly as it was signed; only for back ends and administrators." }),
}).meta({ id: "WebhookEventWithPayload" });

export const EventFilter = z.strictObject({
  provider: z.enum(WEBHOOK_PROVIDER_NAMES).optional(),
  status: z.enum(STATUSES).optional(),
  type: z.string().max(100).optional(),
  resource: z.string().max(100).optional(),
  healed: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .meta({ description: "Only events that were found in the provider's list, or only those that were delivered." }),
  ...PageParams,
});

export const EventParams = z.strictObject({ eventId: TypedId("whe") });
export const Received = z.object({ received: z.literal(true) }).meta({ id: "WebhookReceived" });
