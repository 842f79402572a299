import { randomUUID } from "node:crypto";
import { plantEntry } from "../recorder.js";
import { controlRefusal } from "../refusal.js";
import type { StripeWorld } from "./world.js";

/** What is wrong about a list: an entry at its head that no type foresees; one that is left out; one that is said twice. */
type Oddity = { readonly list: string } & (
  | { readonly entry: unknown }
  | { readonly omit: string }
  | { readonly repeat: string }
);

const oddities = (world: StripeWorld) => world.server.store.collection<Oddity>("odd_entries");

const isNamed = (entry: unknown, id: string): boolean => (entry as { id?: unknown } | null)?.id === id;

function distorted(data: readonly unknown[], oddity: Oddity): unknown[] {
  if ("omit" in oddity) return data.filter((entry) => !isNamed(entry, oddity.omit));
  if ("repeat" in oddity) return data.flatMap((entry) => (isNamed(entry, oddity.repeat) ? [entry, entry] : [entry]));
  return [oddity.entry, ...data];
}

/** A reply of this path, with whatever is wrong about its list. */
export function withOddities(world: StripeWorld, path: string, reply: unknown): unknown {
  const { object, data } = (reply ?? {}) as { object?: unknown; data?: unknown };
  if (object !== "list" || !Array.isArray(data)) return reply;
  const odd = oddities(world)
    .values()
    .filter(({ list }) => list === path);
  if (odd.length === 0) return reply;
  // Each entry goes before those that were there, so the last that was planted would be first.
  return { ...(reply as object), data: odd.toReversed().reduce(distorted, data as unknown[]) };
}

/** `POST /sandbox/entries`: a list that has one entry more, less or twice. `DELETE`: its lists are right again. */
export function installOddities(world: StripeWorld): void {
  world.server.control("POST", "/sandbox/entries", ({ body: { list, entry = null, omit, repeat } }) => {
    if (typeof list !== "string" || !list.startsWith("/v1/"))
      throw controlRefusal(400, "list must be a path of the API");
    const oddity =
      typeof omit === "string" ? { list, omit } : typeof repeat === "string" ? { list, repeat } : { list, entry };
    if ("entry" in oddity) plantEntry(entry);
    oddities(world).put(randomUUID(), oddity);
    return oddity;
  });
  world.server.control("DELETE", "/sandbox/entries", () => {
    for (const [id] of oddities(world).entries()) oddities(world).delete(id);
    return {};
  });
}
