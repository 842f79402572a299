import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { openApiDocument } from "./openapi.js";
import { sendPacked } from "./packed.js";
import { type RouteRecord, withoutCompilers } from "./server.js";

/**
 * Serves the document and, unless it is turned off, its page. Registered after the routes. Both are put together at the first
 * look, since what makes them takes a fifth of a start to load.
 */
export function registerDocs(app: FastifyInstance, routes: readonly RouteRecord[], options: { page: boolean }): void {
  let text: Promise<Buffer> | undefined;
  const showDocument = async (request: FastifyRequest, reply: FastifyReply) => {
    text ??= openApiDocument(routes).then((made) => Buffer.from(JSON.stringify(made)));
    return sendPacked(request, reply.type("application/json; charset=utf-8"), await text);
  };
  const hidden = { schema: { hide: true }, config: { access: "public" } } as const;
  app.get("/openapi.json", hidden, showDocument);
  if (!options.page) return;
  let script: Promise<Buffer> | undefined;
  const send =
    (type: string, body: () => Buffer | Promise<Buffer>) => async (request: FastifyRequest, reply: FastifyReply) =>
      sendPacked(request, reply.type(`${type}; charset=utf-8`), await body());
  app.get(
    "/docs",
    hidden,
    send("text/html", () => PAGE),
  );
  app.get(
    "/docs/start.js",
    hidden,
    send("text/javascript", () => START),
  );
  app.get(
    "/docs/scalar.js",
    hidden,
    send("text/javascript", () => {
      script ??= scalarScript();
      return script;
    }),
  );
}

const PAGE = Buffer.from(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Coffer API</title></head>
<body><div id="app"></div><noscript>This page needs JavaScript. The document itself is at /openapi.json.</noscript>
<script src="/docs/scalar.js"></script><script src="/docs/start.js"></script></body></html>
`);

// Everything comes from here and goes nowhere else: no fonts, no agent, no telemetry, no proxy for requests that are tried. A key
// that is typed in lives as long as the page.
const SETTINGS = {
  url: "/openapi.json",
  agent: { disabled: true },
  mcp: { disabled: true },
  telemetry: false,
  proxyUrl: "",
  persistAuth: false,
  withDefaultFonts: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  defaultOpenAllTags: false,
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
};

// In a file of its own, since the page allows no script inside of itself.
const START = Buffer.from(`Scalar.createApiReference("#app", ${JSON.stringify(SETTINGS)});\n`);

/** The one script of the page, out of the package that brings it. */
async function scalarScript(): Promise<Buffer> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const pages = Fastify({ schemaController: withoutCompilers });
  await pages.register(scalar as never, { routePrefix: "/docs", configuration: { url: "/openapi.json" } } as never);
  await pages.ready();
  const { statusCode, rawPayload } = await pages.inject("/docs/js/scalar.js");
  await pages.close();
  if (statusCode !== 200) throw new Error(`the page's script answered ${statusCode}`);
  return rawPayload;
}
