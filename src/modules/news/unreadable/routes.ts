import { z } from "zod";
import { STAFF } from "../../../core/access.js";
import { problems } from "../../../http/problem.js";
import { iso, ListOf, Timestamp } from "../../../http/schemas.js";
import type { App } from "../../../http/types.js";
import { PROVIDER_NAMES } from "../../../providers/ports/index.js";
import { listUnreadable, type UnreadableDeps } from "./service.js";

const UnreadableEntry = z
  .object({
    provider: z.enum(PROVIDER_NAMES),
    list: z.string().meta({ description: "The master wallet, or which list of the provider's it is on." }),
    reference: z.string().meta({ description: "The provider's id of it, or the digest of what it says." }),
    reason: z.string().meta({ description: "What is not as the provider documents it." }),
    entry: z.string().meta({ description: "What the provider said, as JSON." }),
    firstSeenAt: Timestamp.meta({ description: "When the provider first listed it." }),
    lastSeenAt: Timestamp.meta({ description: "When the provider last listed it." }),
  })
  .meta({ id: "UnreadableEntry" });

export function unreadableRoutes(app: App, deps: UnreadableDeps): void {
  app.get(
    "/v1/unreadable-entries",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listUnreadableEntries",
        summary: "List provider entries that could not be read",
        description: "The last hundred, newest first. Such an entry does not hide the rest of its list.",
        tags: ["Webhooks"],
        querystring: z.strictObject({}),
        response: { 200: ListOf(UnreadableEntry), ...problems },
      },
    },
    async () => ({
      data: (await listUnreadable(deps)).map((row) => ({
        provider: row.provider as z.infer<typeof UnreadableEntry>["provider"],
        list: row.walletReference,
        reference: row.entryKey,
        reason: row.reason,
        entry: JSON.stringify(row.entry.said),
        firstSeenAt: iso(row.firstSeenAt),
        lastSeenAt: iso(row.lastSeenAt),
      })),
      nextCursor: null,
    }),
  );
}
