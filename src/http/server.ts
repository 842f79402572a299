import { randomUUID } from "node:crypto";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchemaCompiler,
  LogController,
  type RouteOptions,
} from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Access } from "../core/access.js";
import { AppError } from "../core/errors.js";
import { registerStrictJson } from "./body.js";
import { onClientError, registerErrorHandlers } from "./errors.js";
import { lazyChild } from "./logging.js";
import { sendProblem } from "./problem.js";
import { type RequestPart, readPart } from "./request-words.js";
import { DATA_HEADERS, registerSecurityHeaders } from "./security-headers.js";
import { givenRequestId, registerStringDoor } from "./strings.js";
import type { App, IdempotencyPolicy } from "./types.js";

/** One registered route, for the sweeps of tests and for 405. */
export interface RouteRecord {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
  readonly idempotency: IdempotencyPolicy | undefined;
  readonly schema: RouteOptions["schema"];
}

const BODY_MAX = 1024 * 1024;

function noCompiler(): never {
  throw new Error("a server sets its own schema compilers");
}

/** Keeps Fastify from loading its own schema compilers, which nothing uses and which take long. */
export const withoutCompilers = { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } };

/**
 * Creates the bare server: limits, strict parsing, problem documents, security headers. `routes` fills as routes are
 * registered; a route without declared access does not start.
 */
export async function createServer(options: {
  readonly logger: FastifyBaseLogger;
  readonly trustProxy: readonly string[];
}): Promise<{ app: App; routes: RouteRecord[] }> {
  const app = Fastify({
    loggerInstance: options.logger,
    // One line a request is enough, and it is ours: see metrics.ts.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger, bindings, options) => lazyChild(() => logger.child(bindings, options)),
    // A number would trust nobody since Fastify 5.12.1, and `true` would trust whatever the client writes.
    trustProxy: options.trustProxy.length > 0 ? [...options.trustProxy] : false,
    bodyLimit: BODY_MAX,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    return503OnClosing: true,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 400 },
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, connectionsCheckingInterval: 1_000 },
    genReqId: (request) => givenRequestId(request.headers) ?? randomUUID(),
    schemaController: withoutCompilers,
    clientErrorHandler: onClientError,
    // No hook runs for these.
    frameworkErrors: (_error, request, reply) => {
      void reply.headers({ ...DATA_HEADERS, "x-request-id": request.id, "cache-control": "no-store" });
      void sendProblem(reply, new AppError("request.malformed", "The path is not a valid URL path."));
    },
  }).withTypeProvider<ZodTypeProvider>() as unknown as App;
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serializerCompiler);
  const routes = recordRoutes(app as unknown as FastifyInstance);
  registerStrictJson(app as unknown as FastifyInstance);
  registerStringDoor(app as unknown as FastifyInstance);
  registerErrorHandlers(app as unknown as FastifyInstance, (path) => methodsOf(routes, path));
  app.addHook("onSend", (request, reply, payload, done) => {
    void reply.header("x-request-id", request.id);
    if (!reply.hasHeader("cache-control")) void reply.header("cache-control", "no-store");
    done(null, payload);
  });
  registerSecurityHeaders(app as unknown as FastifyInstance);
  closePromptly(app as unknown as FastifyInstance);
  return { app, routes };
}

const IDLE_LOOK_MS = 50;

// Closing ends the connections that are idle at that moment. One whose reply was on its way then becomes idle a moment
// later, and would keep the server open for as long as it is kept alive.
function closePromptly(app: FastifyInstance): void {
  app.addHook("preClose", (done) => {
    const timer = setInterval(() => app.server.closeIdleConnections(), IDLE_LOOK_MS);
    timer.unref();
    app.server.once("close", () => clearInterval(timer));
    done();
  });
}

// Header schemas are for the document: whoever needs a header checks it, and validating would copy all of them.
const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) =>
  httpPart === "headers"
    ? (value: unknown) => ({ value })
    : (value: unknown) => readPart(schema, httpPart as RequestPart, value);

const NO_QUERY = z.strictObject({});

function recordRoutes(app: FastifyInstance): RouteRecord[] {
  const routes: RouteRecord[] = [];
  app.addHook("onRoute", (route) => {
    const config = (route.config ?? {}) as { access?: Access; idempotency?: IdempotencyPolicy };
    // The docs page brings its own routes: static files, for everybody.
    if (route.url.startsWith("/docs")) config.access ??= "public";
    // A browser asks before it sends a page's request; the answer depends on the page alone.
    if (route.method === "OPTIONS") config.access ??= "public";
    route.config = config;
    if (!config.access) throw new Error(`${String(route.method)} ${route.url} declares no access`);
    // A query that a route does not know is refused, so that nobody believes it was heeded.
    if (config.access !== "public") route.schema = { querystring: NO_QUERY, ...route.schema };
    for (const method of Array.isArray(route.method) ? route.method : [route.method]) {
      routes.push({
        method,
        url: route.url,
        access: config.access,
        idempotency: config.idempotency,
        schema: route.schema,
      });
    }
  });
  return routes;
}

/** Which methods a path answers to, in spite of the one that was used. */
function methodsOf(routes: readonly RouteRecord[], path: string): string[] {
  const methods = routes.filter((route) => patternOf(route.url).test(path)).map((route) => route.method);
  return [...new Set(methods)].sort();
}

const patterns = new Map<string, RegExp>();

function patternOf(url: string): RegExp {
  let pattern = patterns.get(url);
  if (!pattern) {
    const source = url
      .replace(/[.+?^$()[\]{}|\\]/g, "\\$&")
      .replace(/:[A-Za-z]+/g, "[^/]+")
      .replace(/\*/g, ".*");
    pattern = new RegExp(`^${source}$`);
    patterns.set(url, pattern);
  }
  return pattern;
}
