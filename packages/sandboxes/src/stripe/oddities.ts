import { randomUUID } from "node:crypto";
import { plantEntry } from "../recorder.js";
import { controlRefusal } from "../refusal.js";
import type { StripeWorld } from "./world.js";

/** What no type of Stripe's foresees: entries at the head of a list, e.g. of `/v1/invoices`. */
const oddities = (world: StripeWorld) => world.server.store.collection<{ list: string; entry: unknown }>("odd_entries");

/** A reply of this path, with what was planted in its list. */
export function withOddities(world: StripeWorld, path: string, reply: unknown): unknown {
  const { object, data } = (reply ?? {}) as { object?: unknown; data?: unknown };
  if (object !== "list" || !Array.isArray(data)) return reply;
  const odd = [...oddities(world).values()].filter(({ list }) => list === path).map(({ entry }) => entry);
  return odd.length === 0 ? reply : { ...(reply as object), data: [...odd, ...data] };
}

/** `POST /sandbox/entries`: one more entry of a list that cannot be read. */
export function installOddities(world: StripeWorld): void {
  world.server.control("POST", "/sandbox/entries", ({ body: { list, entry = null } }) => {
    if (typeof list !== "string" || !list.startsWith("/v1/"))
      throw controlRefusal(400, "list must be a path of the API");
    plantEntry(entry);
    oddities(world).put(randomUUID(), { list, entry });
    return { list, entry };
  });
}
