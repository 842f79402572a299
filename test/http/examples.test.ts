import { readFileSync } from "node:fs";
import path from "node:path";
import t from "tap";
import type { z } from "zod";
import { successOf } from "../../src/http/openapi-explain.js";
import { startTestService } from "../helpers/service.js";

// The replies that the document shows were really given (`npm run examples`), and are still what their schemas say.

/** A file; and what only providers call, who read nothing but the status. */
const WITHOUT = ["downloadExport", "receiveBlockradarWebhook", "receiveCoinbaseWebhook", "receiveStripeWebhook"];

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, { content?: Record<string, { example?: unknown }> }>;
}

t.test("clients: every operation shows a reply that it gave, and that fits its schema", async (t) => {
  const { built, url } = await startTestService(t);
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const without: string[] = [];
  for (const [template, methods] of Object.entries(paths)) {
    for (const [method, { operationId, responses }] of Object.entries(methods)) {
      const status = successOf(responses) ?? "";
      const example = responses[status]?.content?.["application/json"]?.example;
      if (example === undefined) {
        without.push(operationId);
        continue;
      }
      const route = built.routes.find(
        (each) => each.url.replace(/:(\w+)/g, "{$1}") === template && each.method.toLowerCase() === method,
      );
      const replies = route?.schema?.response as Record<string, z.ZodType>;
      const read = replies[status]?.safeEncode(example);
      t.strictSame(read?.error?.issues ?? [], [], operationId);
      t.strictSame(read?.data, example, `${operationId} has nothing that is not in its schema`);
    }
  }
  t.strictSame(without.sort(), WITHOUT);
});

t.test("clients: no example tells a secret, a port, or a machine", (t) => {
  const file = path.resolve(import.meta.dirname, "..", "..", "..", "openapi", "examples.json");
  const text = readFileSync(file, "utf8");
  for (const told of [/127\.0\.0\.1|localhost/, /cfk_(?!example)/, /_secret_(?!example)/, /whsec_|sk_test/])
    t.notMatch(text, told);
  t.end();
});
