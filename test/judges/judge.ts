import type { Recorded } from "@coffer/sandboxes/testing";
import type { z } from "zod";
import { BLOCKRADAR, COINBASE, type Operation } from "./crypto-shapes.js";

const PROVIDERS = { coinbase: COINBASE, blockradar: BLOCKRADAR } as const;
type Judged = keyof typeof PROVIDERS;

/** What is wrong with one thing that passed, by the provider's own documents; nothing when all is right. */
export function judge(recorded: Recorded): string[] {
  if (!(recorded.provider in PROVIDERS)) return [];
  const { error, operations, webhook } = PROVIDERS[recorded.provider as Judged];
  if (recorded.kind === "webhook")
    return complaints(`${recorded.provider} webhook ${recorded.type}`, webhook, recorded.body);
  const { method, query, body, status, reply } = recorded;
  const operation = (operations as readonly Operation[]).find(
    (each) => each.method === method && each.path.test(recorded.path),
  );
  const name = `${recorded.provider} ${method} ${recorded.path}`;
  if (operation === undefined) return status === 404 ? [] : [`${name}: no such operation`];
  if (status >= 400) return complaints(`${name} refused`, error, reply);
  const unknown = [...new URLSearchParams(query).keys()].filter((key) => !operation.query.includes(key));
  return [
    ...unknown.map((key) => `${name}: unknown parameter ${key}`),
    ...complaints(`${name} body`, operation.body, method === "GET" ? undefined : body),
    ...complaints(`${name} reply`, operation.reply, reply),
  ];
}

function complaints(name: string, schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path: at, message }) => `${name}: ${at.join(".") || "all of it"}: ${message}`);
}
